package org.novametal.baremetal.store.sql;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.store.FileHold;
import org.novametal.baremetal.store.sql.SchemaMigrations.Migration;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.text.ForeignText;
import org.novametal.text.IoFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteOpenMode;

/**
 * One SQLite file that several processes may use at once. Calls check that the file is still the one that was opened, because
 * SQLite continues to use a deleted file without an error.
 */
final class SqliteDialect implements Dialect {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteDialect.class);

    /** The versions of the database schema. */
    static final List<Migration> MIGRATIONS = List.of(
            new Migration(1, 1, "schema-001.sql"),
            new Migration(2, 1, "schema-002.sql"),
            new Migration(3, 1, "schema-003.sql"),
            new Migration(4, 4, "schema-004.sql"),
            new Migration(5, 4, "schema-005.sql"),
            new Migration(6, 4, "schema-006.sql"),
            new Migration(7, 4, "schema-007.sql"),
            new Migration(8, 4, "schema-008.sql"),
            new Migration(9, 4, "schema-009.sql"),
            new Migration(10, 10, "schema-010.sql"),
            new Migration(11, 11, "schema-011.sql"));

    private static final String OTHER_FILE =
            "it was replaced by another file after it was opened; restart this program";

    private final Path file;
    private final Object fileKey;
    private final WriteTurns turns = new WriteTurns(System::nanoTime);
    private @Nullable FileHold held;
    private @Nullable SqlSession marks;

    private SqliteDialect(Path file, Object fileKey) {
        this.file = file;
        this.fileKey = fileKey;
    }

    /**
     * Creates the dialect for a file; creates the file, accessible only to its owner, if it does not exist.
     *
     * @throws DriverException {@code DRIVER_NOT_READY}
     */
    static SqliteDialect of(Path place) {
        Path file = place.toAbsolutePath();
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            LOG.debug("node store {}: uses the existing file", file);
            if (!Files.isRegularFile(file)) {
                throw new DriverException(
                        ErrorCode.DRIVER_NOT_READY, "the node store " + file + " is not a regular file", e);
            }
        } catch (IOException e) {
            throw notOpened(file, e);
        }
        requireWritable(file);
        try {
            return new SqliteDialect(file, keyOf(file));
        } catch (IOException e) {
            throw notOpened(file, e);
        }
    }

    /** SQLite opens a file that it cannot write, and fails only at the first change. */
    private static void requireWritable(Path file) {
        for (Path place : List.of(file, Objects.requireNonNull(file.getParent(), "an absolute path of a file"))) {
            if (!Files.isWritable(place)) {
                throw new DriverException(
                        ErrorCode.DRIVER_NOT_READY,
                        "the node store " + file + " is read-only: this process's user may not write " + place
                                + ", or its file system is mounted read-only");
            }
        }
    }

    private static DriverException notOpened(Path file, IOException cause) {
        return new DriverException(
                ErrorCode.DRIVER_NOT_READY,
                "the node store " + file + " could not be opened: " + IoFailure.reason(cause),
                cause);
    }

    private static Object keyOf(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    @Override
    public String place() {
        return file.toString();
    }

    @Override
    public Optional<String> fault() {
        try {
            return fileKey.equals(keyOf(file)) ? Optional.empty() : Optional.of(OTHER_FILE);
        } catch (IOException e) {
            return Optional.of(gone(e));
        }
    }

    private static String gone(IOException e) {
        return "its file is gone (" + IoFailure.reason(e) + "); put it back and restart this program";
    }

    @Override
    public SqlSession connect(Duration limit) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setBusyTimeout(Math.toIntExact(Math.min(limit.toMillis(), Integer.MAX_VALUE)));
        config.enforceForeignKeys(true);
        config.setGetGeneratedKeys(false); // not used, and costs a query after each insert
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        SqlSession session = new SqlSession(connection);
        try {
            String journal = session.first("PRAGMA journal_mode", row -> row.getString(1))
                    .orElse("none");
            if (!journal.equals("wal")) {
                throw new SQLException("its journal mode is '" + journal
                        + "' and must be 'wal'; its file system must have shared memory and locks");
            }
            WriteTurns.lookOften(connection, limit);
            return session;
        } catch (SQLException e) {
            session.close();
            throw e;
        }
    }

    @Override
    public boolean isDamage(SQLException failure) {
        int code = primaryCode(failure);
        return code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code;
    }

    @Override
    public boolean isLockedOut(SQLException failure) {
        return primaryCode(failure) == SQLiteErrorCode.SQLITE_BUSY.code;
    }

    /** The low byte of SQLite's extended codes is the primary one. */
    private static int primaryCode(SQLException failure) {
        return failure.getErrorCode() & 0xff;
    }

    /** Source: SQLite, {@code PRAGMA quick_check}. */
    @Override
    public Optional<String> damage(SqlSession session, Duration limit) throws SQLException {
        try {
            List<String> found = LimitedStatements.run(
                    session, limit, () -> session.list("PRAGMA quick_check(3)", row -> row.getString(1)));
            return found.equals(List.of("ok"))
                    ? Optional.empty()
                    : Optional.of("its file is damaged (" + ForeignText.line(String.join("; ", found))
                            + "); put back a copy of it, or rebuild it with: sqlite3 " + file + " .recover");
        } catch (SQLException e) {
            if (!LimitedStatements.isOverdue(e)) {
                throw e;
            }
            LOG.warn("node store {}: not checked for damage, because that takes longer than {}", file, limit);
            return Optional.empty();
        }
    }

    @Override
    public void begin(SqlSession session) throws SQLException {
        // A deferred transaction that reads and then writes fails as busy; an immediate one first waits for other
        // writers.
        session.execute("BEGIN IMMEDIATE");
    }

    @Override
    public Duration pauseAfterWrite(SqlSession session) throws SQLException {
        return turns.pauseAfterWrite(session);
    }

    @Override
    public synchronized void holdAlone(SqlSession writer) {
        if (held != null) {
            return;
        }
        Path lock = FileHold.lockOf(file);
        try {
            held = FileHold.beside(file)
                    .orElseThrow(() -> new DriverException(
                            ErrorCode.DRIVER_NOT_READY,
                            "another compute host works on the inventory " + file + " (it has locked " + lock + "); "
                                    + FileHold.WAYS_OUT + ", or stop it, or give this host another database"));
        } catch (IOException e) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY, lock + " cannot be locked: " + IoFailure.reason(e), e);
        }
    }

    /**
     * Runs on the caller's thread, on a separate connection that never waits for a lock. That takes microseconds; a hand-off to
     * a reader thread would cost more than the rest of a resource report.
     */
    @Override
    public synchronized long mark(SqlAccess database) {
        try {
            if (!fileKey.equals(keyOf(file))) {
                throw database.notReady("read", OTHER_FILE, null);
            }
            SqlSession session = marks;
            if (session == null) {
                session = connect(Duration.ZERO);
                marks = session;
            }
            return session.first("PRAGMA data_version", row -> row.getLong(1)).orElseThrow();
        } catch (IOException e) {
            throw database.notReady("read", gone(e), e);
        } catch (SQLException e) {
            // The connection is busy or broken: a reader thread then waits or throws. The reader's counter is made
            // negative, so
            // that it never equals a data version.
            LOG.debug("node store {}: the change counter is read by a reader thread", file, e);
            closeMarks();
            return -1 - database.read("read for changes", NodeRows::newest);
        }
    }

    @Override
    public OptionalLong requestMark(SqlAccess database) {
        return OptionalLong.of(database.mark());
    }

    private void closeMarks() {
        try {
            if (marks != null) {
                marks.close();
            }
        } catch (SQLException e) {
            LOG.warn("node store {}: a connection could not be closed: {}", file, e.toString());
        }
        marks = null;
    }

    @Override
    public synchronized void close() {
        closeMarks();
        if (held == null) {
            return;
        }
        try {
            held.close();
        } catch (IOException e) {
            LOG.warn("node store {}: its lock file could not be closed: {}", file, e.toString());
        }
        held = null;
    }

    @Override
    public List<Migration> migrations() {
        return MIGRATIONS;
    }

    @Override
    public String addressIs() {
        return "bmc_address = ?"; // the column's collation ignores case
    }
}

package org.novametal.baremetal.store.sql;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.store.StoreFiles;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.text.ForeignText;
import org.novametal.text.IoFailure;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteOpenMode;

/**
 * An SQLite file as a whole: copied while it is in use, checked, replaced. Every method blocks for at most its limit and the time
 * of copying a file, on the caller's thread, which should be a platform thread.
 *
 * <p>Source: SQLite, {@code VACUUM INTO}, {@code PRAGMA integrity_check}, {@code PRAGMA wal_checkpoint}.
 */
public final class SqliteFile {
    private static final int MOST_FAULTS = 20;

    /** The longest part of a text of SQLite in a message, in characters: it may repeat what is in a damaged file. */
    private static final int SHOWN = 1000;

    private final Path file;
    private final Duration limit;

    /** @param limit how long one statement may take */
    public SqliteFile(Path file, Duration limit) {
        this.file = file.toAbsolutePath();
        this.limit = limit;
    }

    /**
     * Writes a copy of the database as it is at this moment, also while other processes write it. The copy appears whole or not
     * at all, and only its owner may read it.
     *
     * @param target a file that does not exist, in a folder that does
     * @throws DriverException {@code CONFIG_INVALID} when the target exists or its folder does not; {@code DRIVER_NOT_READY}
     *     when the database cannot be read, is damaged, or the copy cannot be written
     */
    public void copyTo(Path target) {
        Path whole = target.toAbsolutePath();
        requireNew(whole);
        Path part = whole.resolveSibling(whole.getFileName() + ".part");
        try {
            Files.deleteIfExists(part);
            createPrivate(part);
            try {
                vacuumInto(part);
                List<String> faults = new SqliteFile(part, limit).faultsAlone();
                if (!faults.isEmpty()) {
                    throw notReady("copied", "the copy is damaged: " + String.join("; ", faults), null);
                }
                StoreFiles.sync(part);
                Files.move(part, whole);
                StoreFiles.sync(Objects.requireNonNull(whole.getParent(), "an absolute path of a file"));
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw notReady("copied to " + whole, IoFailure.reason(e), e);
        }
    }

    private static void requireNew(Path target) {
        if (Files.exists(target)) {
            throw new DriverException(
                    ErrorCode.CONFIG_INVALID, target + " exists already; give the name of a file that does not exist");
        }
        Path folder = target.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new DriverException(ErrorCode.CONFIG_INVALID, "the folder of " + target + " does not exist");
        }
    }

    private void vacuumInto(Path part) {
        try (SqlSession session = open(SQLiteOpenMode.READWRITE, file.toString())) {
            limited(session, () -> {
                session.update("VACUUM INTO ?", part.toString());
                return true;
            });
        } catch (SQLException e) {
            throw notReady("copied to " + part, e.getMessage(), e);
        }
    }

    /**
     * Checks all pages, indexes and references of a database that may be in use.
     *
     * @return what is damaged, one text each; empty if nothing is
     * @throws DriverException {@code DRIVER_NOT_READY} when it cannot be opened, or the check takes longer than the limit
     */
    public List<String> faults() {
        return faults(SQLiteOpenMode.READWRITE, file.toString());
    }

    /**
     * Checks a database that nobody uses, without a change to its folder.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} as for {@link #faults}, and when a part of it is in a {@code -wal} file
     */
    public List<String> faultsAlone() {
        Path wal = beside("-wal");
        if (StoreFiles.sizeOf(wal) > 0) {
            throw notReady(
                    "used",
                    "a part of it is in " + wal
                            + "; make a backup with 'nova-metal database backup', which is one file",
                    null);
        }
        return faults(SQLiteOpenMode.READONLY, "file:" + file.toUri().getRawPath() + "?mode=ro&immutable=1");
    }

    private List<String> faults(SQLiteOpenMode mode, String name) {
        try (SqlSession session = open(mode, name)) {
            return limited(session, () -> {
                List<String> faults = new ArrayList<>(session.list(
                        "PRAGMA integrity_check(" + MOST_FAULTS + ")",
                        row -> ForeignText.line(String.valueOf(row.getString(1)), SHOWN)));
                if (faults.equals(List.of("ok"))) {
                    faults.clear();
                }
                faults.addAll(session.list(
                        "PRAGMA foreign_key_check",
                        row -> "a row of the table " + ForeignText.line(String.valueOf(row.getString(1)), SHOWN)
                                + " names one of the table "
                                + ForeignText.line(String.valueOf(row.getString(3)), SHOWN) + " that does not exist"));
                return faults;
            });
        } catch (SQLException e) {
            int code = e.getErrorCode() & 0xff;
            if (code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code) {
                return List.of(ForeignText.line(String.valueOf(e.getMessage()), SHOWN));
            }
            throw notReady("checked", e.getMessage(), e);
        }
    }

    /**
     * Puts another file in place of this one, and keeps this one under another name. The caller holds the lock that excludes
     * compute hosts. A crash at any point leaves this file or the other one in place, whole.
     *
     * @param fresh the other file, in the same folder, without a {@code -wal} file
     * @param kept the name for this file, in the same folder; nothing is kept if this file does not exist
     * @throws DriverException {@code DRIVER_NOT_READY} when another program uses this file, or a file cannot be renamed
     */
    public void replaceBy(Path fresh, Path kept) {
        try {
            if (Files.exists(file)) {
                keepAs(kept);
            }
            Files.deleteIfExists(beside("-wal"));
            Files.deleteIfExists(beside("-shm"));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            StoreFiles.sync(Objects.requireNonNull(file.getParent(), "an absolute path of a file"));
        } catch (IOException e) {
            throw notReady("replaced", IoFailure.reason(e), e);
        }
    }

    private void keepAs(Path kept) throws IOException {
        Optional<String> fault = moveLogIntoFile();
        Path wal = beside("-wal");
        if (fault.isPresent() && StoreFiles.sizeOf(wal) > 0) {
            // A damaged file: its log is kept beside it, under the name that SQLite looks for.
            Files.move(wal, kept.resolveSibling(kept.getFileName() + "-wal"));
        } else if (StoreFiles.sizeOf(wal) > 0) {
            throw notReady("replaced", "another program writes it now; end that program", null);
        }
        Files.createLink(kept, file);
    }

    /** Writes what is in the {@code -wal} file into the database; returns why that is impossible because of damage. */
    private Optional<String> moveLogIntoFile() {
        try (SqlSession session = open(SQLiteOpenMode.READWRITE, file.toString())) {
            int busy = session.first("PRAGMA wal_checkpoint(TRUNCATE)", row -> row.getInt(1))
                    .orElse(1);
            if (busy != 0) {
                throw notReady("replaced", "another program uses it now; end that program", null);
            }
            return Optional.empty();
        } catch (SQLException e) {
            int code = e.getErrorCode() & 0xff;
            if (code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code) {
                return Optional.of(ForeignText.line(String.valueOf(e.getMessage()), SHOWN));
            }
            throw notReady("replaced", e.getMessage(), e);
        }
    }

    /** A copy of a file, which only its owner may read, on the disk. */
    public static void copyPrivately(Path from, Path to) throws IOException {
        Files.deleteIfExists(to);
        createPrivate(to);
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE)) {
            long size = in.size();
            for (long at = 0; at < size; ) {
                at += in.transferTo(at, size - at, out);
            }
            out.force(true);
        }
    }

    private static void createPrivate(Path part) throws IOException {
        Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private SqlSession open(SQLiteOpenMode mode, String name) throws SQLException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw notReady("used", "it is not a regular file", null);
        }
        SQLiteConfig config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.resetOpenMode(SQLiteOpenMode.READWRITE);
        config.setOpenMode(mode);
        config.setOpenMode(SQLiteOpenMode.OPEN_URI);
        config.setBusyTimeout(Math.toIntExact(Math.min(limit.toMillis(), Integer.MAX_VALUE)));
        Connection connection = config.createConnection("jdbc:sqlite:" + name);
        return new SqlSession(connection);
    }

    private <T> T limited(SqlSession session, LimitedStatements.Work<T> work) throws SQLException {
        try {
            return LimitedStatements.run(session, limit, work);
        } catch (SQLException e) {
            if (LimitedStatements.isOverdue(e)) {
                throw notReady("used", "that takes longer than " + limit, e);
            }
            throw e;
        }
    }

    private Path beside(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private DriverException notReady(String what, @Nullable String why, @Nullable Exception cause) {
        return new DriverException(
                ErrorCode.DRIVER_NOT_READY,
                "the database " + file + " could not be " + what + ": " + ForeignText.line(String.valueOf(why), SHOWN),
                cause);
    }
}

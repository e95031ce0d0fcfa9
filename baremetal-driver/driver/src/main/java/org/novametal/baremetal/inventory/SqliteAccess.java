package org.novametal.baremetal.inventory;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * The way to one SQLite file: platform threads of its own, one for writes and a few for reads, each with its connection.
 *
 * <p>Callers wait here and never in native code, where a virtual thread would hold its carrier. A caller that gives up at
 * its limit takes its write with it: such a write is rolled back, not done later. The file is checked to be still the one
 * that was opened around every call, because SQLite goes on with a deleted file as if nothing had happened.
 */
final class SqliteAccess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteAccess.class);

    /** What is done with a connection. */
    @FunctionalInterface
    interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    private enum Mode {
        READ,
        WRITE
    }

    private enum Stage {
        WAITING,
        RUNNING,
        COMMITTING,
        ABANDONED
    }

    private final Path file;
    private final Object fileKey;
    private final Duration limit;
    private final Lane writer;
    private final Lane readers;

    /**
     * Opens the file, made when there is none and readable by its owner alone.
     *
     * @throws DriverException {@code DRIVER_NOT_READY}
     */
    SqliteAccess(Path file, StoreOptions options) {
        this.file = file.toAbsolutePath();
        this.limit = options.timeout();
        try {
            Files.createFile(
                    this.file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            LOG.debug("node store {}: goes on with the file that is there", this.file);
        } catch (IOException e) {
            throw notReady("opened", e.toString(), e);
        }
        this.fileKey = keyOf("opened");
        this.writer = new Lane("node-store-write", 1);
        this.readers = new Lane("node-store-read-", options.readers());
    }

    /** Reads; one statement sees one state of the database. */
    <T> T read(String what, Work<T> work) {
        return await(new Task<>(readers, Mode.READ, what, work));
    }

    /** Writes: all of the work in one transaction, on disk when this returns, undone when the work throws. */
    <T> T write(String what, Work<T> work) {
        return await(new Task<>(writer, Mode.WRITE, what, work));
    }

    private <T> T await(Task<T> task) {
        FutureTask<T> future = new FutureTask<>(task::run);
        try {
            task.lane.executor.execute(future);
        } catch (RejectedExecutionException e) {
            throw notReady(task.what, "the store is closed", e);
        }
        try {
            try {
                return Uninterruptibles.getUninterruptibly(future, limit);
            } catch (TimeoutException e) {
                if (task.abandon()) {
                    task.lane.executor.remove(future);
                    throw notReady(
                            task.what,
                            "no answer within " + limit
                                    + "; nothing was written. Another process may hold the database",
                            e);
                }
                return Uninterruptibles.getUninterruptibly(future, limit);
            }
        } catch (TimeoutException e) {
            throw notReady(
                    task.what, "the commit did not end within " + limit + "; whether it was written is unknown", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case SQLException cause -> throw notReady(task.what, String.valueOf(cause.getMessage()), cause);
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw notReady(task.what, e.toString(), e);
            }
        }
    }

    private DriverException notReady(String what, String why, @Nullable Throwable cause) {
        return new DriverException(
                ErrorCode.DRIVER_NOT_READY, "the node store " + file + " could not be " + what + ": " + why, cause);
    }

    private Object keyOf(String what) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            throw notReady(what, "its file is gone (" + e + "); put it back and start again", e);
        }
    }

    private void requireSameFile(String what) {
        if (!fileKey.equals(keyOf(what))) {
            throw notReady(what, "another file stands in its place since it was opened; start again", null);
        }
    }

    /** Ends the threads and connections; calls under way may end first, within the limit. Idempotent. */
    @Override
    public void close() {
        writer.close();
        readers.close();
    }

    /** One call's work and how far it is. */
    private final class Task<T> {
        private final Lane lane;
        private final Mode mode;
        private final String what;
        private final Work<T> work;
        private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);

        Task(Lane lane, Mode mode, String what, Work<T> work) {
            this.lane = lane;
            this.mode = mode;
            this.what = what;
            this.work = work;
        }

        /** Gives the work up; false when it is past giving up. */
        boolean abandon() {
            return stage.compareAndSet(Stage.WAITING, Stage.ABANDONED)
                    || stage.compareAndSet(Stage.RUNNING, Stage.ABANDONED);
        }

        T run() throws SQLException {
            enter(Stage.WAITING, Stage.RUNNING);
            requireSameFile(what);
            Connection connection = lane.take();
            boolean usable = false;
            try {
                T value = mode == Mode.WRITE ? inTransaction(connection) : work.run(connection);
                usable = true;
                requireSameFile(what);
                return value;
            } catch (RuntimeException e) {
                usable = true; // thrown by the work; its transaction is rolled back
                throw e;
            } finally {
                lane.give(connection, usable);
            }
        }

        private T inTransaction(Connection connection) throws SQLException {
            Sql.execute(connection, "BEGIN IMMEDIATE");
            try {
                T value = work.run(connection);
                enter(Stage.RUNNING, Stage.COMMITTING);
                Sql.execute(connection, "COMMIT");
                return value;
            } catch (RuntimeException e) {
                Sql.execute(connection, "ROLLBACK");
                throw e;
            }
        }

        private void enter(Stage from, Stage to) {
            if (!stage.compareAndSet(from, to)) {
                throw notReady(what, "its caller gave up", null);
            }
        }
    }

    /** Threads with as many connections. */
    private final class Lane {
        private final ThreadPoolExecutor executor;
        private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

        Lane(String name, int threads) {
            executor = new ThreadPoolExecutor(
                    threads,
                    threads,
                    0,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    Thread.ofPlatform().name(name, 0).daemon(true).factory());
        }

        Connection take() throws SQLException {
            Connection connection = idle.poll();
            return connection != null ? connection : connect();
        }

        // A connection that failed is closed, which also rolls back; the next call makes a new one.
        void give(Connection connection, boolean usable) throws SQLException {
            if (usable && !executor.isShutdown()) {
                idle.push(connection);
            } else {
                connection.close();
            }
        }

        private Connection connect() throws SQLException {
            SQLiteConfig config = new SQLiteConfig();
            config.resetOpenMode(SQLiteOpenMode.CREATE);
            config.setBusyTimeout(Math.toIntExact(Math.min(limit.toMillis(), Integer.MAX_VALUE)));
            config.enforceForeignKeys(true);
            config.setJournalMode(SQLiteConfig.JournalMode.WAL);
            config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
            Connection connection = config.createConnection("jdbc:sqlite:" + file);
            try {
                String journal = Sql.first(connection, "PRAGMA journal_mode", row -> row.getString(1))
                        .orElse("none");
                if (!journal.equals("wal")) {
                    throw new SQLException("its journal mode is '" + journal
                            + "' and must be 'wal'; its file system must have shared memory and locks");
                }
                return connection;
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }

        void close() {
            executor.shutdown();
            if (!Uninterruptibles.awaitTerminationUninterruptibly(executor, limit)) {
                LOG.warn("node store {}: a call did not end within {}; its connection is left behind", file, limit);
            }
            for (Connection connection = idle.poll(); connection != null; connection = idle.poll()) {
                try {
                    connection.close();
                } catch (SQLException e) {
                    LOG.warn("node store {}: a connection did not close: {}", file, e.toString());
                }
            }
        }
    }
}

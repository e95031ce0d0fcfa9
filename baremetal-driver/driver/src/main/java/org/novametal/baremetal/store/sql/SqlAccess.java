package org.novametal.baremetal.store.sql;

import com.google.common.util.concurrent.Uninterruptibles;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.store.StoreDamage;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs all calls to one database on platform threads, one for writes and a few for reads, each with its own connection.
 *
 * <p>Callers wait here and never in a JDBC driver's native code, where a virtual thread would block its carrier thread. A write
 * whose caller gave up at its limit is rolled back, not done later. Every call checks, before and after its work, that the
 * database is still the one that was opened.
 */
final class SqlAccess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqlAccess.class);

    /** The work of one call, which uses a connection. */
    @FunctionalInterface
    interface Work<T> {
        T run(SqlSession session) throws SQLException;
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

    private final Dialect dialect;
    private final Duration limit;
    private final Lane writer;
    private final Lane readers;
    private volatile Consumer<Optional<DriverException>> watcher = _ -> {};
    private final AtomicLong writes = new AtomicLong();
    private volatile boolean alone;

    /** Runs first in each write. */
    private volatile Guard guard = _ -> {};

    /** Refuses a write by an exception. */
    @FunctionalInterface
    interface Guard {
        void check(SqlSession session) throws SQLException;
    }

    SqlAccess(Dialect dialect, StoreOptions options) {
        this.dialect = dialect;
        this.limit = options.timeout();
        this.writer = new Lane("node-store-write", 1);
        this.readers = new Lane("node-store-read-", options.readers());
    }

    /** Runs a read; each statement sees one consistent state of the database. */
    <T> T read(String what, Work<T> work) {
        return await(new Task<>(readers, Mode.READ, what, work));
    }

    /**
     * Runs a write: all of the work is one transaction, which is on disk when this returns, and rolled back when the work
     * throws.
     */
    <T> T write(String what, Work<T> work) {
        return await(new Task<>(writer, Mode.WRITE, what, work));
    }

    /** Sets what is checked at the beginning of each write transaction. */
    void guardWrites(Guard value) {
        guard = value;
    }

    /** Sets the listener that is notified after each call whether the database answered. */
    void watch(Consumer<Optional<DriverException>> value) {
        watcher = value;
    }

    /**
     * Locks the database for this process until this is closed. Every later writing connection locks the database again before
     * use, so that nothing is written after another process has locked it.
     */
    void holdAlone() {
        write("locked for one compute host", session -> {
            dialect.holdAlone(session);
            return session;
        });
        alone = true;
        Optional<String> damage = read("checked for damage", session -> dialect.damage(session, limit.dividedBy(2)));
        if (damage.isPresent()) {
            throw notReady("used", damage.get(), new StoreDamage(damage.get(), null));
        }
    }

    /** A counter that changes with every write by this or another process. */
    long mark() {
        if (writer.executor.isShutdown()) {
            throw notReady("read", "the store is closed", null);
        }
        return watched(() -> dialect.mark(this));
    }

    /** How many writes have ended. */
    long writes() {
        return writes.get();
    }

    private <T> T await(Task<T> task) {
        return watched(() -> answer(task));
    }

    private <T> T watched(Supplier<T> call) {
        try {
            T answer = call.get();
            watcher.accept(Optional.empty());
            return answer;
        } catch (DriverException e) {
            watcher.accept(Optional.of(e).filter(why -> why.code() == ErrorCode.DRIVER_NOT_READY));
            throw e;
        }
    }

    private <T> T answer(Task<T> task) {
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
                    task.what,
                    "the commit did not end within " + limit + "; whether the change was written is unknown",
                    e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case SQLException cause -> throw failed(task, cause);
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw notReady(task.what, e.toString(), e);
            }
        }
    }

    private DriverException failed(Task<?> task, SQLException cause) {
        String why = String.valueOf(cause.getMessage());
        String what = cause instanceof SqlReadException && task.mode == Mode.WRITE
                ? "read, which was necessary for it to be " + task.what
                : task.what;
        return notReady(what, why, dialect.isDamage(cause) ? new StoreDamage(why, cause) : cause);
    }

    DriverException notReady(String what, String why, @Nullable Throwable cause) {
        return new DriverException(
                ErrorCode.DRIVER_NOT_READY,
                "the node store " + dialect.place() + " could not be " + what + ": " + why,
                cause);
    }

    private void requireUsable(String what) {
        dialect.fault().ifPresent(fault -> {
            throw notReady(what, fault, null);
        });
    }

    /** Ends the threads and connections; waits for running calls, within the limit. Idempotent. */
    @Override
    public void close() {
        writer.close();
        readers.close();
        dialect.close();
    }

    /** The work of one call, and its stage. */
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

        /** Abandons the work; returns false if the commit has already begun. */
        boolean abandon() {
            return stage.compareAndSet(Stage.WAITING, Stage.ABANDONED)
                    || stage.compareAndSet(Stage.RUNNING, Stage.ABANDONED);
        }

        T run() throws SQLException {
            enter(Stage.WAITING, Stage.RUNNING);
            requireUsable(what);
            SqlSession session = lane.take();
            boolean usable = false;
            try {
                T value = mode == Mode.WRITE ? inTransaction(session) : work.run(session);
                usable = true;
                requireUsable(what);
                return value;
            } catch (RuntimeException e) {
                usable = true; // the work threw this, and its transaction was rolled back
                throw e;
            } finally {
                lane.give(session, usable);
                if (mode == Mode.WRITE) {
                    writes.incrementAndGet(); // also when its outcome is unknown
                }
            }
        }

        private T inTransaction(SqlSession session) throws SQLException {
            dialect.begin(session);
            try {
                guard.check(session);
                T value = work.run(session);
                enter(Stage.RUNNING, Stage.COMMITTING);
                session.execute("COMMIT");
                return value;
            } catch (RuntimeException e) {
                session.execute("ROLLBACK");
                throw e;
            }
        }

        private void enter(Stage from, Stage to) {
            if (!stage.compareAndSet(from, to)) {
                throw notReady(what, "its caller stopped waiting", null);
            }
        }
    }

    /** Threads, each with one connection. */
    private final class Lane {
        private final ThreadPoolExecutor executor;
        private final ConcurrentLinkedDeque<SqlSession> idle = new ConcurrentLinkedDeque<>();

        Lane(String name, int threads) {
            executor = new ThreadPoolExecutor(
                    threads,
                    threads,
                    0,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    Thread.ofPlatform().name(name, 0).daemon(true).factory());
        }

        SqlSession take() throws SQLException {
            SqlSession idling = idle.poll();
            if (idling != null) {
                return idling;
            }
            SqlSession session = dialect.connect(limit);
            if (alone && this == writer) {
                try {
                    dialect.holdAlone(session);
                } catch (SQLException | RuntimeException e) {
                    session.close();
                    throw e;
                }
            }
            return session;
        }

        // A connection that failed is closed, which also rolls back; the next call makes a new one.
        void give(SqlSession session, boolean usable) throws SQLException {
            if (usable && !executor.isShutdown()) {
                idle.push(session);
            } else {
                session.close();
            }
        }

        void close() {
            executor.shutdown();
            if (!Uninterruptibles.awaitTerminationUninterruptibly(executor, limit)) {
                LOG.warn(
                        "node store {}: a call did not end within {}; its connection is left open",
                        dialect.place(),
                        limit);
            }
            for (SqlSession session = idle.poll(); session != null; session = idle.poll()) {
                try {
                    session.close();
                } catch (SQLException e) {
                    LOG.warn("node store {}: a connection did not close: {}", dialect.place(), e.toString());
                }
            }
        }
    }
}

package org.novametal.baremetal.store.sql;

import com.google.common.util.concurrent.Uninterruptibles;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.store.StoreDamage;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.text.ForeignText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs all calls to one database on platform threads, one for writes and a few for reads, each with its own connection.
 *
 * <p>Callers wait here and never in a JDBC driver's native code, where a virtual thread would block its carrier thread. A write
 * whose caller gave up at its limit is rolled back, not done later. Every call checks, before and after its work, that the
 * database is still the one that was opened.
 *
 * <p>Writes that wait together are one transaction, so that the disk is synchronized once for all of them, and each is answered
 * after the commit. A write that throws undoes its own changes and no others; if the commit fails, all of them fail.
 */
final class SqlAccess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SqlAccess.class);

    /** The work of one call, which uses a connection. */
    @FunctionalInterface
    interface Work<T> {
        T run(SqlSession session) throws SQLException;
    }

    /** The most writes of one transaction. */
    private static final int MOST_IN_GROUP = 100;

    /** No write joins a transaction that is older: its first caller waits, and so do other processes. */
    private static final long JOINABLE_NANOS = Duration.ofMillis(20).toNanos();

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
    private final LongSupplier nanoClock;
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
        this(dialect, options, System::nanoTime);
    }

    /** With a monotonic clock of nanoseconds, which only decides which writes share a transaction. */
    SqlAccess(Dialect dialect, StoreOptions options, LongSupplier nanoClock) {
        this.dialect = dialect;
        this.nanoClock = nanoClock;
        this.limit = options.timeout();
        this.writer = new Lane("node-store-write", 1);
        this.readers = new Lane("node-store-read-", options.readers());
    }

    /** Runs a read; each statement sees one consistent state of the database. */
    <T> T read(String what, Work<T> work) {
        return await(new Task<>(readers, Mode.READ, what, work));
    }

    /**
     * Runs a write: all of the work is done in one transaction, which is on disk when this returns, and undone when the work
     * throws. Other writes may be part of that transaction.
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

    /** How many transactions of writes have ended. */
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
        try {
            task.lane.executor.execute(task);
        } catch (RejectedExecutionException e) {
            throw notReady(task.what, "the store is closed", e);
        }
        try {
            try {
                return Uninterruptibles.getUninterruptibly(task.result, limit);
            } catch (TimeoutException e) {
                if (task.abandon()) {
                    task.lane.executor.remove(task);
                    throw lockedOut(task.what, e);
                }
                return Uninterruptibles.getUninterruptibly(task.result, limit);
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
        if (dialect.isLockedOut(cause)) {
            return lockedOut(task.what, cause);
        }
        // It may repeat what is in a damaged database.
        String why = ForeignText.line(String.valueOf(cause.getMessage()));
        String what = cause instanceof SqlReadException && task.mode == Mode.WRITE
                ? "read, which was necessary for it to be " + task.what
                : task.what;
        return notReady(what, why, dialect.isDamage(cause) ? new StoreDamage(why, cause) : cause);
    }

    private DriverException lockedOut(String what, Exception cause) {
        return notReady(
                what,
                "no answer within " + limit + "; nothing was written. Another process may hold the database",
                cause);
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

    /** Runs a write, and those that wait behind it, in one transaction; then answers them. */
    private void writeGroup(Task<?> first) {
        List<Task<?>> group = new ArrayList<>(List.of(first));
        Optional<Throwable> failure = Optional.empty();
        Duration pause = Duration.ZERO;
        try {
            requireUsable(first.what);
            SqlSession session = writer.take();
            boolean usable = false;
            try {
                usable = commit(session, group);
                pause = usable ? pauseAfterWrite(session) : pause;
            } finally {
                writer.give(session, usable);
                writes.incrementAndGet(); // also when its outcome is unknown
            }
        } catch (SQLException | RuntimeException | Error e) {
            failure = Optional.of(e);
        }
        Optional<String> fault = failure.isEmpty() ? dialect.fault() : Optional.empty();
        for (Task<?> task : group) {
            task.answer(failure.or(() -> fault.map(why -> notReady(task.what, why, null))));
        }
        if (pause.isPositive()) {
            Uninterruptibles.sleepUninterruptibly(pause);
        }
    }

    private Duration pauseAfterWrite(SqlSession session) {
        try {
            return dialect.pauseAfterWrite(session);
        } catch (SQLException e) {
            // The write is done; the next one finds what is wrong.
            LOG.debug("node store {}: it is not known whether others write", dialect.place(), e);
            return Duration.ZERO;
        }
    }

    /**
     * Commits the first write of a group together with those that wait, which are added to the group.
     *
     * @return whether the connection can still be used
     */
    private boolean commit(SqlSession session, List<Task<?>> group) throws SQLException {
        Task<?> first = group.getFirst();
        try {
            first.enter(Stage.WAITING, Stage.RUNNING);
            dialect.begin(session);
        } catch (RuntimeException e) {
            first.refuse(e);
            return true;
        }
        try {
            guard.check(session);
            first.perform(session);
        } catch (RuntimeException e) {
            first.refuse(e);
            session.execute("ROLLBACK");
            return true;
        }
        long begun = nanoClock.getAsLong();
        boolean usable = true;
        while (usable
                && group.size() < MOST_IN_GROUP
                && nanoClock.getAsLong() - begun < JOINABLE_NANOS
                && writer.waiting.poll() instanceof Task<?> next) {
            group.add(next);
            usable = join(session, next);
        }
        session.execute("COMMIT");
        return usable;
    }

    /**
     * Runs one more write in the present transaction, and undoes it alone if it throws.
     *
     * @return whether the connection can be used for further writes
     * @throws SQLException when the whole transaction is lost
     */
    private static boolean join(SqlSession session, Task<?> next) throws SQLException {
        session.execute("SAVEPOINT joined");
        try {
            next.enter(Stage.WAITING, Stage.RUNNING);
            next.perform(session);
            session.execute("RELEASE SAVEPOINT joined");
            return true;
        } catch (SQLException | RuntimeException | Error e) {
            next.refuse(e);
            try {
                session.execute("ROLLBACK TO SAVEPOINT joined");
                session.execute("RELEASE SAVEPOINT joined");
            } catch (SQLException lost) {
                lost.addSuppressed(e);
                throw e instanceof SQLException cause ? cause : lost;
            }
            return e instanceof RuntimeException;
        }
    }

    /** The work of one call, its stage and its result. */
    private final class Task<T> implements Runnable {
        private final Lane lane;
        private final Mode mode;
        private final String what;
        private final Work<T> work;
        private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
        private final CompletableFuture<T> result = new CompletableFuture<>();

        /** Gives the caller the result of a write; used by the writing thread alone. */
        private Runnable outcome = () -> {};

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

        @Override
        public void run() {
            switch (mode) {
                case READ -> {
                    try {
                        result.complete(read());
                    } catch (SQLException | RuntimeException | Error e) {
                        result.completeExceptionally(e);
                    }
                }
                case WRITE -> writeGroup(this);
            }
        }

        private T read() throws SQLException {
            enter(Stage.WAITING, Stage.RUNNING);
            SqlSession session = session();
            boolean usable = false;
            try {
                T value = work.run(session);
                usable = true;
                requireUsable(what);
                return value;
            } catch (SQLException e) {
                requireUsable(what);
                throw e;
            } catch (RuntimeException e) {
                usable = true; // thrown by the work, not by the database
                throw e;
            } finally {
                lane.give(session, usable);
            }
        }

        private SqlSession session() throws SQLException {
            try {
                return lane.take();
            } catch (SQLException e) {
                // A database that is gone is named as such.
                requireUsable(what);
                throw e;
            }
        }

        /** Runs the work of a write, whose caller from then on waits for the commit. */
        void perform(SqlSession session) throws SQLException {
            T value = work.run(session);
            enter(Stage.RUNNING, Stage.COMMITTING);
            outcome = () -> result.complete(value);
        }

        /** Makes a failure the result of a write. */
        void refuse(Throwable why) {
            outcome = () -> result.completeExceptionally(why);
        }

        /** Gives the caller the result, or the failure of the whole transaction. */
        void answer(Optional<Throwable> failure) {
            failure.ifPresent(this::refuse);
            outcome.run();
        }

        void enter(Stage from, Stage to) {
            if (!stage.compareAndSet(from, to)) {
                throw notReady(what, "its caller stopped waiting", null);
            }
        }
    }

    /** Threads, each with one connection. */
    private final class Lane {
        private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
        private final ThreadPoolExecutor executor;
        private final ConcurrentLinkedDeque<SqlSession> idle = new ConcurrentLinkedDeque<>();

        Lane(String name, int threads) {
            executor = new ThreadPoolExecutor(
                    threads,
                    threads,
                    0,
                    TimeUnit.SECONDS,
                    waiting,
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
        void give(SqlSession session, boolean usable) {
            if (usable && !executor.isShutdown()) {
                idle.push(session);
            } else {
                close(session);
            }
        }

        private void close(SqlSession session) {
            try {
                session.close();
            } catch (SQLException e) {
                LOG.warn("node store {}: a connection did not close: {}", dialect.place(), e.toString());
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
                close(session);
            }
        }
    }
}

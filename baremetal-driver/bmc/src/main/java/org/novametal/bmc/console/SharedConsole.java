package org.novametal.bmc.console;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcException.Retry;
import org.novametal.bmc.SerialConsole;
import org.novametal.bmc.SerialConsole.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One machine's serial console for any number of readers, over one connection.
 *
 * <p>It is connected while it has a reader, or permanently if it has a log. A connection that fails or is lost is retried
 * after pauses, which grow while it keeps failing; after a permanent failure, such as a wrong password, the longest pause
 * is used at once. Readers get a {@link ConsoleEvent} for each change.
 *
 * <pre>
 *   Idle ──first reader──► Connecting ──► Connected
 *    ▲  ◄──last reader──┐      ▲  │ failed    │ lost
 *    └──────────────────┴──────┴─ Pausing ◄───┘
 * </pre>
 *
 * <p>Safe for several threads; one lock guards its state and is never held while something blocks.
 */
public final class SharedConsole implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedConsole.class);

    private final String name;
    private final SerialConsole serial;
    private final SharedConsoleSettings settings;
    private final ConsoleThreads threads;
    private final Optional<ConsoleLog> log;
    private final ReentrantLock lock = new ReentrantLock();

    /** Signalled with each change of the state, and when an attempt has its connection. */
    private final Condition changed = lock.newCondition();

    /** Guarded by {@link #lock}, like the fields below. */
    private final Set<ConsoleReader> readers = new LinkedHashSet<>();

    private final ReplayBuffer replay;
    private State state = new State.Idle();
    private int failures;
    /** The last failure to connect; null once connected. */
    private @Nullable BmcException failure;

    private sealed interface State {
        record Idle() implements State {}

        record Connecting(Attempt attempt) implements State {}

        record Connected(Attempt attempt, long sinceNanos) implements State {}

        record Pausing(ConsoleEvent.Disconnected event) implements State {}

        record Closed() implements State {}
    }

    /**
     * Creates a console, which connects at once if it has a log.
     *
     * @param name the machine's name in messages
     * @param serial the machine's serial console; not closed by this object
     * @param log gets all output; closed by its owner, after this console
     */
    public SharedConsole(
            String name,
            SerialConsole serial,
            SharedConsoleSettings settings,
            ConsoleThreads threads,
            Optional<ConsoleLog> log) {
        this.name = name;
        this.serial = serial;
        this.settings = settings;
        this.threads = threads;
        this.log = log;
        this.replay = new ReplayBuffer(settings.replayBytes());
        lock.lock();
        try {
            connectIfWanted();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Creates a reader. It gets the replay of earlier output, if any, then the state of the connection, if known, then all
     * later events. Returns at once.
     *
     * @throws BmcException with {@link Reason#CLOSED} after {@link #close}
     */
    public ConsoleReader read() {
        lock.lock();
        try {
            ConsoleReader reader = new ConsoleReader(this, settings.readerBytes());
            byte[] before = replay.content();
            if (before.length > 0) {
                reader.offer(new ConsoleEvent.Output(before));
            }
            switch (state) {
                case State.Connected _ -> reader.offer(new ConsoleEvent.Connected());
                case State.Pausing pausing -> reader.offer(pausing.event());
                case State.Closed _ -> throw closedFailure();
                case State.Idle _, State.Connecting _ -> {}
            }
            readers.add(reader);
            connectIfWanted();
            return reader;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Types bytes. Returns when the BMC has received all of them; blocks as {@link Connection#write} does.
     *
     * @throws BmcException also while the console is not connected
     */
    public void write(byte[] bytes) throws InterruptedException {
        connection().write(bytes);
    }

    /** Sends a break; otherwise like {@link #write}. */
    public void sendBreak() throws InterruptedException {
        connection().sendBreak();
    }

    /** Why the console is not connected; empty while it is connected, and before the first attempt has failed. */
    public Optional<BmcException> failure() {
        lock.lock();
        try {
            return Optional.ofNullable(failure);
        } finally {
            lock.unlock();
        }
    }

    /** Disconnects, within a second, and ends all readers. Idempotent. */
    @Override
    public void close() {
        Attempt last;
        lock.lock();
        try {
            last = attempt();
            become(new State.Closed());
            readers.forEach(ConsoleReader::end);
            readers.clear();
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.end();
        }
    }

    void leave(ConsoleReader reader) {
        Attempt last = null;
        lock.lock();
        try {
            if (readers.remove(reader) && !isWanted() && !(state instanceof State.Closed)) {
                last = attempt();
                become(new State.Idle());
            }
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.end();
        }
    }

    private void become(State next) {
        state = next;
        changed.signalAll();
    }

    private boolean isWanted() {
        return log.isPresent() || !readers.isEmpty();
    }

    private void connectIfWanted() {
        if (state instanceof State.Idle && isWanted()) {
            connect();
        }
    }

    private void connect() {
        Attempt attempt = new Attempt();
        become(new State.Connecting(attempt));
        attempt.begin();
    }

    private @Nullable Attempt attempt() {
        return switch (state) {
            case State.Connecting connecting -> connecting.attempt();
            case State.Connected connected -> connected.attempt();
            case State.Idle _, State.Pausing _, State.Closed _ -> null;
        };
    }

    private Connection connection() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (state instanceof State.Connected connected) {
                Connection open = connected.attempt().connection;
                if (open != null) {
                    return open;
                }
                // The first output arrived before connect() returned, which will happen soon.
                changed.await();
            }
            if (state instanceof State.Closed) {
                throw closedFailure();
            }
            throw new BmcException(
                    Reason.UNREACHABLE,
                    "the console of " + name + " is not connected now; type again when it is connected");
        } finally {
            lock.unlock();
        }
    }

    private BmcException closedFailure() {
        return new BmcException(Reason.CLOSED, "the console of " + name + " is closed; open another");
    }

    private void publish(ConsoleEvent event) {
        readers.forEach(reader -> reader.offer(event));
    }

    private void pauseAfter(BmcException cause) {
        if (state instanceof State.Connected connected
                && threads.clock().getAsLong() - connected.sinceNanos()
                        >= settings.longestPause().toNanos()) {
            // The connection lasted for a while, so failures are counted from zero again.
            failures = 0;
        }
        failures++;
        Duration pause = cause.reason().retry() == Retry.LATER ? settings.pause(failures) : settings.longestPause();
        if (failure == null || failure.reason() != cause.reason()) {
            LOG.info("console of {} is not connected, retrying until it is: {}", name, cause.getMessage());
        } else {
            LOG.debug("console of {} is still not connected, retrying in {}: {}", name, pause, cause.getMessage());
        }
        failure = cause;
        ConsoleEvent.Disconnected event = new ConsoleEvent.Disconnected(cause, pause);
        State.Pausing pausing = new State.Pausing(event);
        become(pausing);
        publish(event);
        threads.timer().after(pause, () -> endPause(pausing));
    }

    @SuppressWarnings("ReferenceEquality") // Compared by identity: a later pause may be equal.
    private void endPause(State.Pausing pausing) {
        lock.lock();
        try {
            if (state == pausing) {
                connect();
            }
        } finally {
            lock.unlock();
        }
    }

    /** One attempt to connect, and the resulting connection. Its fields are guarded by the console's lock. */
    private final class Attempt implements SerialConsole.Receiver {
        private @Nullable Future<?> task;
        private @Nullable Connection connection;

        void begin() {
            task = threads.connecting().submit(this::connect);
        }

        private void connect() {
            try {
                opened(serial.connect(this));
            } catch (BmcException e) {
                ended(e);
            } catch (InterruptedException e) {
                // The console was closed, or has no reader any more.
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                ended(new BmcException(Reason.PROTOCOL, "unexpected failure to connect to the console of " + name, e));
            }
        }

        private void opened(Connection opened) {
            boolean isOver;
            lock.lock();
            try {
                isOver = !isCurrent();
                if (!isOver) {
                    connection = opened;
                    changed.signalAll();
                    becomeConnected();
                }
            } finally {
                lock.unlock();
            }
            if (isOver) {
                opened.close();
            }
        }

        private void becomeConnected() {
            if (state instanceof State.Connecting) {
                become(new State.Connected(this, threads.clock().getAsLong()));
                failure = null;
                LOG.info("console of {} is connected", name);
                publish(new ConsoleEvent.Connected());
            }
        }

        private boolean isCurrent() {
            return attempt() == this;
        }

        @Override
        public void received(byte[] bytes) {
            if (bytes.length == 0) {
                return;
            }
            lock.lock();
            try {
                if (isCurrent()) {
                    becomeConnected();
                    replay.add(bytes);
                    log.ifPresent(present -> present.append(bytes));
                    publish(new ConsoleEvent.Output(bytes));
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void lost() {
            lock.lock();
            try {
                if (isCurrent()) {
                    becomeConnected();
                    publish(new ConsoleEvent.Gap());
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void ended(BmcException cause) {
            lock.lock();
            try {
                if (isCurrent()) {
                    pauseAfter(cause);
                }
            } finally {
                lock.unlock();
            }
        }

        /** Abandons this attempt, which is no longer the current one. */
        void end() {
            Future<?> running;
            Connection open;
            lock.lock();
            try {
                running = task;
                open = connection;
            } finally {
                lock.unlock();
            }
            if (open != null) {
                open.close();
            } else if (running != null) {
                running.cancel(true);
            }
        }
    }
}

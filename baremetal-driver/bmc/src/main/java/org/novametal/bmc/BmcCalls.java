package org.novametal.bmc;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcException.Reason;

/**
 * Serialises the calls of one {@link Bmc} handle: one call at a time, in order of arrival, each with a deadline, and none after
 * the handle is closed. Every client makes its calls through an instance of this class, which ensures what {@link Bmc} promises
 * about threads, limits and closing, and reports its outcome to {@link BmcOptions#answers()}. Thread-safe.
 */
public final class BmcCalls {
    /** Maximum number of waiting calls; further calls would only time out in the queue. */
    private static final int MOST_WAITING = 64;

    private final String name;
    private final Duration timeout;
    private final BmcAnswers answers;
    private final LongSupplier nanoClock;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final AtomicInteger callers = new AtomicInteger();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * A call to the BMC.
     *
     * @param <T> its result
     */
    @FunctionalInterface
    public interface Call<T> {
        /**
         * Makes the call.
         *
         * @param deadlineNanos the time by which the call must have ended, on the clock of the {@link BmcCalls}
         */
        T make(long deadlineNanos) throws InterruptedException;
    }

    /** An action to run after the last call has ended, such as closing a session. */
    @FunctionalInterface
    public interface LastCall {
        /** Makes the call. */
        void make() throws InterruptedException;
    }

    /**
     * Creates the queue of calls for one BMC.
     *
     * @param name the BMC's name in messages, such as {@code BMC ipmi://10.0.0.7}
     * @param options how long a call may take, including its time in the queue, and who receives its outcome
     * @param nanoClock monotonic nanoseconds, such as {@code System::nanoTime}
     */
    public BmcCalls(String name, BmcOptions options, LongSupplier nanoClock) {
        this.name = Objects.requireNonNull(name, "name");
        this.timeout = options.commandTimeout();
        this.answers = options.answers();
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
    }

    /**
     * Makes a call as soon as earlier calls have ended.
     *
     * @throws BmcException {@link Reason#CLOSED} when the handle is closed before or during the call; {@link Reason#BUSY} when
     *     too many calls wait, or the timeout passes while the call waits in the queue; {@link Reason#PROTOCOL} for an {@link
     *     Error}; otherwise, what the call throws
     */
    public <T> T make(Call<T> call) throws InterruptedException {
        T result;
        try {
            result = makeInTurn(call);
        } catch (BmcException e) {
            answers.failed(e.reason());
            throw e;
        }
        answers.answered();
        return result;
    }

    private <T> T makeInTurn(Call<T> call) throws InterruptedException {
        long deadlineNanos = nanoClock.getAsLong() + timeout.toNanos();
        requireOpen();
        if (callers.incrementAndGet() > MOST_WAITING) {
            callers.decrementAndGet();
            throw failure(Reason.BUSY, MOST_WAITING + " calls are waiting already; try again later");
        }
        try {
            if (!turn.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw failure(
                        Reason.BUSY, "timed out after " + timeout + " in the queue behind other calls; try again");
            }
            try {
                requireOpen();
                return call.make(deadlineNanos);
            } catch (BmcException e) {
                // Closing the handle may interrupt the call in progress.
                throw isClosed() && e.reason() != Reason.CLOSED ? closedFailure(e) : e;
            } catch (Error e) {
                // A client that does not fit its libraries must not end the caller's thread.
                throw BmcException.unexpected(name, e);
            } finally {
                turn.unlock();
            }
        } finally {
            callers.decrementAndGet();
        }
    }

    /**
     * Waits within a call, such as between two power readings.
     *
     * @throws BmcException {@link Reason#CLOSED} as soon as the handle is closed
     */
    public void pause(Duration time) throws InterruptedException {
        if (closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
            throw closedFailure(null);
        }
    }

    /**
     * Refuses further calls and ends all pauses. The client itself ends the call in progress, as its protocol allows.
     *
     * @return whether this was the first call of this method
     */
    public boolean close() {
        if (closing.getAndSet(true)) {
            return false;
        }
        closed.countDown();
        return true;
    }

    /**
     * Runs the last action after {@link #close}, once the calls in progress have ended; skips it when they exceed the
     * limit.
     *
     * @param limit how long to wait for the calls in progress
     */
    public void makeLast(Duration limit, LastCall last) throws InterruptedException {
        if (turn.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            try {
                last.make();
            } finally {
                turn.unlock();
            }
        }
    }

    /** Whether the handle is closed. */
    public boolean isClosed() {
        return closed.getCount() == 0;
    }

    /**
     * Throws when the handle is closed.
     *
     * @throws BmcException {@link Reason#CLOSED}
     */
    public void requireOpen() {
        if (isClosed()) {
            throw closedFailure(null);
        }
    }

    /** Creates a failure whose message begins with the BMC's name. */
    public BmcException failure(Reason reason, String what) {
        return new BmcException(reason, name + ": " + what);
    }

    private BmcException closedFailure(@Nullable Throwable cause) {
        return new BmcException(Reason.CLOSED, name + ": this handle is closed; open another", cause);
    }
}

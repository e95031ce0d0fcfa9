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
 * The calls of one {@link Bmc} handle: one at a time goes to the BMC, in the order in which they came, each with a deadline;
 * none after the handle is closed. Every client makes its calls through one of these, so that it keeps what {@link Bmc}
 * promises about threads, limits and closing. Safe for several threads.
 */
public final class BmcCalls {
    /** How many calls wait at most; more would only time out in the queue. */
    private static final int MOST_WAITING = 64;

    private final String name;
    private final Duration timeout;
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
         * @param deadlineNanos when it must have ended, by the clock of the {@link BmcCalls}
         */
        T make(long deadlineNanos) throws InterruptedException;
    }

    /** What is done once the last call has ended, such as leaving a session. */
    @FunctionalInterface
    public interface LastCall {
        /** Makes the call. */
        void make() throws InterruptedException;
    }

    /**
     * Calls to one BMC; none is made yet.
     *
     * @param name how messages name the BMC, such as {@code BMC ipmi://10.0.0.7}
     * @param timeout how long a call may take, its time in the queue included; {@link BmcOptions#commandTimeout()}
     * @param nanoClock monotonic nanoseconds, such as {@code System::nanoTime}
     */
    public BmcCalls(String name, Duration timeout, LongSupplier nanoClock) {
        this.name = Objects.requireNonNull(name, "name");
        this.timeout = Objects.requireNonNull(timeout, "timeout");
        this.nanoClock = Objects.requireNonNull(nanoClock, "nanoClock");
    }

    /**
     * Makes a call as soon as those before it have ended.
     *
     * @throws BmcException {@link Reason#CLOSED} when the handle is closed before or during the call; {@link Reason#BUSY}
     *     when too many calls wait, or those before it take all of its time; else what the call throws
     */
    public <T> T make(Call<T> call) throws InterruptedException {
        long deadlineNanos = nanoClock.getAsLong() + timeout.toNanos();
        requireOpen();
        if (callers.incrementAndGet() > MOST_WAITING) {
            callers.decrementAndGet();
            throw failure(Reason.BUSY, MOST_WAITING + " calls wait for it already; ask again");
        }
        try {
            if (!turn.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw failure(
                        Reason.BUSY, "timed out after " + timeout + " in the queue behind other calls; ask again");
            }
            try {
                requireOpen();
                return call.make(deadlineNanos);
            } catch (BmcException e) {
                // Closing may cut off what was under way.
                throw isClosed() && e.reason() != Reason.CLOSED ? closedFailure(e) : e;
            } finally {
                turn.unlock();
            }
        } finally {
            callers.decrementAndGet();
        }
    }

    /**
     * Waits within a call, such as between two looks at the machine.
     *
     * @throws BmcException {@link Reason#CLOSED} as soon as the handle is closed
     */
    public void pause(Duration time) throws InterruptedException {
        if (closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
            throw closedFailure(null);
        }
    }

    /**
     * Refuses further calls and ends all pauses. The client itself ends the call that is under way, as its protocol allows.
     *
     * @return whether this was the first time
     */
    public boolean close() {
        if (closing.getAndSet(true)) {
            return false;
        }
        closed.countDown();
        return true;
    }

    /**
     * Makes the last call, after {@link #close}, where the calls under way end within a time; else it is not made.
     *
     * @param limit how long to wait for those
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
     * Refuses to go on when the handle is closed.
     *
     * @throws BmcException {@link Reason#CLOSED}
     */
    public void requireOpen() {
        if (isClosed()) {
            throw closedFailure(null);
        }
    }

    /** What a call throws: the message begins with the BMC's name. */
    public BmcException failure(Reason reason, String what) {
        return new BmcException(reason, name + ": " + what);
    }

    private BmcException closedFailure(@Nullable Throwable cause) {
        return new BmcException(Reason.CLOSED, name + ": this handle is closed; open another", cause);
    }
}

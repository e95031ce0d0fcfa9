package org.novametal.bmc.redfish;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadlines of all waits of one factory. A timed wait sets a timer and cancels it, which costs more than the rest of a
 * short exchange; here one timer of the Java runtime is set for the earliest deadline, and most waits end long before it
 * fires. Thread-safe.
 */
final class Deadlines {
    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

    /** About a century; longer limits are as good as this one. */
    private static final long LONGEST_NANOS = Long.MAX_VALUE / 3;

    private static final Executor VIRTUAL =
            task -> Thread.ofVirtual().name("redfish-deadlines").start(task);

    private final LongSupplier nanoClock;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

    /** The timer, or null. Written under the lock of this object. */
    private volatile @Nullable Timer timer;

    private record Timer(long atNanos, ScheduledFuture<?> future) {}

    /** @param nanoClock monotonic nanoseconds of real time, by which the timers of the Java runtime run */
    Deadlines(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    private enum State {
        RUNNING,
        ENDED,
        LATE
    }

    /** The deadline of one wait. */
    final class Watch {
        private final long atNanos;
        private final Runnable late;
        private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);

        private Watch(long atNanos, Runnable late) {
            this.atNanos = atNanos;
            this.late = late;
        }

        /**
         * Ends the watch: afterwards its action does not begin. Idempotent.
         *
         * @return whether the wait ended in time; otherwise, the action was begun
         */
        boolean end() {
            if (state.compareAndSet(State.RUNNING, State.ENDED)) {
                watches.remove(this);
            }
            return !isLate();
        }

        /** Whether the deadline passed before the watch was ended. */
        boolean isLate() {
            return state.get() == State.LATE;
        }

        private void expire() {
            watches.remove(this);
            if (!state.compareAndSet(State.RUNNING, State.LATE)) {
                return;
            }
            try {
                late.run();
            } catch (RuntimeException e) {
                LOG.warn("the end of a Redfish request at its deadline failed", e);
            }
        }
    }

    /**
     * Watches a wait.
     *
     * @param limitNanos how long it may take; negative as zero
     * @param late ends it when it takes longer, soon after its deadline, on a virtual thread; must not block
     */
    Watch watch(long limitNanos, Runnable late) {
        Watch watch = new Watch(nanoClock.getAsLong() + Math.clamp(limitNanos, 0, LONGEST_NANOS), late);
        watches.add(watch);
        // Reads the timer after the watch is visible to the thread that removes a timer and looks at all watches.
        Timer set = timer;
        if (set == null || watch.atNanos - set.atNanos() < 0) {
            setTimer(watch.atNanos);
        }
        return watch;
    }

    /** Sets the timer, unless it is set for an earlier time. */
    private synchronized void setTimer(long atNanos) {
        Timer set = timer;
        if (set != null) {
            if (atNanos - set.atNanos() >= 0) {
                return;
            }
            set.future().cancel(false);
        }
        long delay = Math.max(0, atNanos - nanoClock.getAsLong());
        timer = new Timer(
                atNanos,
                ForkJoinPool.commonPool().schedule(() -> VIRTUAL.execute(this::check), delay, TimeUnit.NANOSECONDS));
    }

    private synchronized void removeTimer() {
        timer = null;
    }

    /** Expires what is late, and sets the timer for the next deadline. */
    private void check() {
        removeTimer();
        long now = nanoClock.getAsLong();
        Watch next = null;
        for (Watch watch : watches) {
            if (watch.atNanos - now <= 0) {
                watch.expire();
            } else if (next == null || watch.atNanos - next.atNanos < 0) {
                next = watch;
            }
        }
        if (next != null) {
            setTimer(next.atNanos);
        }
    }
}

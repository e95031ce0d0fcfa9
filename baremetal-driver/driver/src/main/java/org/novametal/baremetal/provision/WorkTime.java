package org.novametal.baremetal.provision;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Measures for how long an operation is worked on, by a monotonic clock; it can be stopped meanwhile. One thread starts and
 * stops it, any thread may read it.
 */
final class WorkTime {
    private final LongSupplier nanoTime;
    private volatile Stretch stretch;

    /** Time before the present stretch, and the reading at which that began. */
    private record Stretch(Duration before, long beganNanos, boolean isCounting) {}

    /**
     * A time that does not run yet.
     *
     * @param nanoTime monotonic nanoseconds
     * @param before the time from which it goes on
     */
    WorkTime(LongSupplier nanoTime, Duration before) {
        this.nanoTime = nanoTime;
        this.stretch = new Stretch(before, 0, false);
    }

    void start() {
        Stretch now = stretch;
        if (!now.isCounting()) {
            stretch = new Stretch(now.before(), nanoTime.getAsLong(), true);
        }
    }

    void stop() {
        stretch = new Stretch(total(), 0, false);
    }

    /** Goes on from the given time, if that is later. */
    void atLeast(Duration time) {
        Stretch now = stretch;
        Duration missing = time.minus(total());
        if (missing.isPositive()) {
            stretch = new Stretch(now.before().plus(missing), now.beganNanos(), now.isCounting());
        }
    }

    /** The time so far. */
    Duration total() {
        Stretch now = stretch;
        return now.isCounting() ? now.before().plusNanos(nanoTime.getAsLong() - now.beganNanos()) : now.before();
    }
}

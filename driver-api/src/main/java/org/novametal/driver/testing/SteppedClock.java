package org.novametal.driver.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that changes only when a test advances it. Thread-safe. */
public final class SteppedClock implements InstantSource {
    private final AtomicReference<Instant> now;

    /** Makes a clock that shows the given time. */
    public SteppedClock(Instant start) {
        now = new AtomicReference<>(Objects.requireNonNull(start, "start"));
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    /**
     * Advances the clock by the step.
     *
     * @throws IllegalArgumentException when the step is negative
     */
    public void advance(Duration step) {
        if (step.isNegative()) {
            throw new IllegalArgumentException("the clock is advanced by " + step + "; it must be zero or more");
        }
        now.updateAndGet(instant -> instant.plus(step));
    }
}

package org.novametal.driver.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until a test moves it. Safe for many threads. */
public final class SteppedClock implements InstantSource {
    private final AtomicReference<Instant> now;

    /** A clock that stands at that time. */
    public SteppedClock(Instant start) {
        now = new AtomicReference<>(Objects.requireNonNull(start, "start"));
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    /**
     * Goes on by that much.
     *
     * @throws IllegalArgumentException when the step is negative
     */
    public void advance(Duration step) {
        if (step.isNegative()) {
            throw new IllegalArgumentException("the clock is to go on by " + step + "; it must be zero or more");
        }
        now.updateAndGet(instant -> instant.plus(step));
    }
}

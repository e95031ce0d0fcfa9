package org.novametal.bmc.ipmi.engine;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Keeps polls from a BMC that does not answer. After some unreachable outcomes in a row it is open: polls fail at once, until
 * the time of a probe; each probe that fails doubles the wait for the next. Any answer closes it. Owned by the engine's
 * thread.
 */
final class CircuitBreaker {
    /** So many outcomes in a row open it. */
    static final int FAILURES = 3;

    private static final long FIRST_WAIT_NANOS = Duration.ofSeconds(30).toNanos();
    private static final int MOST_DOUBLINGS = 3;
    private static final double LEAST_PART = 0.8;

    private int failures;
    private long probeAtNanos;

    /** Whether a poll is to be refused. */
    boolean isOpen(long nowNanos) {
        return failures >= FAILURES && nowNanos - probeAtNanos < 0;
    }

    int failures() {
        return failures;
    }

    /** How long until the next poll is let through. */
    Duration untilProbe(long nowNanos) {
        return Duration.ofNanos(Math.max(0, probeAtNanos - nowNanos));
    }

    /** The BMC said something. */
    void answered() {
        failures = 0;
    }

    /** The BMC said nothing to a request, and had the time to. */
    void unreachable(long nowNanos, RandomGenerator random) {
        failures = Math.min(failures + 1, FAILURES + MOST_DOUBLINGS);
        if (failures >= FAILURES) {
            long wait = FIRST_WAIT_NANOS << (failures - FAILURES);
            // Never later than the doubled wait: so a poll at each such interval finds it due.
            probeAtNanos = nowNanos + (long) (wait * random.nextDouble(LEAST_PART, 1));
        }
    }
}

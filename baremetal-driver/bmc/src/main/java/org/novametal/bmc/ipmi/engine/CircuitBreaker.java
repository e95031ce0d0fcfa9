package org.novametal.bmc.ipmi.engine;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Blocks polls of a BMC that does not answer. After {@link #FAILURES} consecutive requests without an answer it is open:
 * polls fail at once until the time of the next probe; each failed probe doubles the wait for the next. Any answer closes
 * it. Owned by the engine's thread.
 */
final class CircuitBreaker {
    /** Number of consecutive requests without an answer that opens it. */
    static final int FAILURES = 3;

    private static final long FIRST_WAIT_NANOS = Duration.ofSeconds(30).toNanos();
    private static final int MOST_DOUBLINGS = 3;
    private static final double LEAST_PART = 0.8;

    private int failures;
    private long probeAtNanos;

    /** Whether a poll must be refused. */
    boolean isOpen(long nowNanos) {
        return failures >= FAILURES && nowNanos - probeAtNanos < 0;
    }

    int failures() {
        return failures;
    }

    /** Time until the next poll is allowed. */
    Duration untilProbe(long nowNanos) {
        return Duration.ofNanos(Math.max(0, probeAtNanos - nowNanos));
    }

    /** Records that the BMC answered. */
    void answered() {
        failures = 0;
    }

    /** Records that the BMC did not answer a request although it had the time to. */
    void unreachable(long nowNanos, RandomGenerator random) {
        failures = Math.min(failures + 1, FAILURES + MOST_DOUBLINGS);
        if (failures >= FAILURES) {
            long wait = FIRST_WAIT_NANOS << (failures - FAILURES);
            // Never longer than the full wait, so that a poll after exactly that wait is allowed.
            probeAtNanos = nowNanos + (long) (wait * random.nextDouble(LEAST_PART, 1));
        }
    }
}

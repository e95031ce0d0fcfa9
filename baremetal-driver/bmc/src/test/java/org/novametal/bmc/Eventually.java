package org.novametal.bmc;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Bounded polling, for what happens outside of this process or on another thread. */
public final class Eventually {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Eventually() {}

    /** Waits until a condition holds; fails with the condition's description if it does not hold within the limit. */
    public static void eventually(Duration limit, String what, BooleanSupplier condition) {
        eventually(limit, what, condition, () -> "");
    }

    /** The same; the failure also describes the actual state. */
    public static void eventually(Duration limit, String what, BooleanSupplier condition, Supplier<String> seen) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                fail("within " + limit + " it never came that " + what + " " + seen.get());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}

package org.novametal.driver.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Bounded waiting for something that a driver does by itself, such as the cleaning after a destroy. */
public final class Eventually {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Eventually() {}

    /**
     * Returns when the condition holds.
     *
     * @param description the condition in words, for the message
     * @throws AssertionError when it does not hold within the limit
     */
    public static void holds(String description, Duration limit, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting until " + description);
            }
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new AssertionError("waited " + limit + " until " + description + ", which did not happen");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}

package org.novametal.bmc;

import java.time.Duration;

/**
 * The limits of talking to a BMC.
 *
 * @param commandTimeout how long one call may take in all, a new session included
 * @param retryInterval how long an answer is waited for before the request is sent again
 */
public record BmcOptions(Duration commandTimeout, Duration retryInterval) {
    /** Ten seconds in all, half a second for an answer. */
    public static final BmcOptions DEFAULTS = new BmcOptions(Duration.ofSeconds(10), Duration.ofMillis(500));

    /** Checks that both are more than nothing. */
    public BmcOptions {
        if (commandTimeout.isNegative()
                || commandTimeout.isZero()
                || retryInterval.isNegative()
                || retryInterval.isZero()) {
            throw new IllegalArgumentException(
                    "BMC limits must be more than zero: " + commandTimeout + ", " + retryInterval);
        }
    }
}

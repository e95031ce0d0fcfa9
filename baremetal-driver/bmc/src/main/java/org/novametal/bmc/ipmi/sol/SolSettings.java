package org.novametal.bmc.ipmi.sol;

import java.time.Duration;

/**
 * The time limits of a {@link SolStream}.
 *
 * @param retryInterval how long to wait for an acknowledgement before a packet is sent again, and how long the stream
 *     pauses after a refusal
 * @param answerLimit how long to wait for an acknowledgement in all; after that the stream ends
 * @param keepAlive time between two requests by which the stream checks that the console is still active, and which keep
 *     the session open
 */
public record SolSettings(Duration retryInterval, Duration answerLimit, Duration keepAlive) {
    /**
     * A BMC drops a session without requests after 60 seconds (IPMI 2.0 §6.12.15), some after 30 (OpenIPMI's ipmi_sim), no
     * matter how much console output it carries; half of the shorter time leaves room for retries.
     */
    public static final Duration USUAL_KEEP_ALIVE = Duration.ofSeconds(15);

    /** Checks that all durations are positive. */
    public SolSettings {
        if (!retryInterval.isPositive() || !answerLimit.isPositive() || !keepAlive.isPositive()) {
            throw new IllegalArgumentException(
                    "SOL limits must be more than zero: " + retryInterval + ", " + answerLimit + ", " + keepAlive);
        }
    }
}

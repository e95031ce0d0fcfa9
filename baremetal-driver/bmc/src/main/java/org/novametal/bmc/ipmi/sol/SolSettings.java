package org.novametal.bmc.ipmi.sol;

import java.time.Duration;

/**
 * How a {@link SolStream} keeps its time.
 *
 * @param retryInterval how long to wait for an acknowledgement before a packet is sent again, and how long the stream
 *     pauses after a refusal
 * @param answerLimit how long to wait for an acknowledgement in all; then the stream has ended
 * @param keepAlive after how long without a packet of ours the BMC is asked whether the console is still there
 */
public record SolSettings(Duration retryInterval, Duration answerLimit, Duration keepAlive) {
    /** A BMC drops a session that is silent for 60 seconds (IPMI 2.0 §6.12.15): half of that leaves room for retries. */
    public static final Duration USUAL_KEEP_ALIVE = Duration.ofSeconds(30);

    /** Checks that all are more than nothing. */
    public SolSettings {
        if (!retryInterval.isPositive() || !answerLimit.isPositive() || !keepAlive.isPositive()) {
            throw new IllegalArgumentException(
                    "SOL limits must be more than zero: " + retryInterval + ", " + answerLimit + ", " + keepAlive);
        }
    }
}

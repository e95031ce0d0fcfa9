package org.novametal.bmc;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Reads power without blocking the caller's thread, for periodic readings of many machines.
 *
 * <p>A BMC that has not answered for a while is not contacted at each poll: the poll then fails at once with {@link
 * BmcException.Reason#UNREACHABLE}, and the message says when the BMC is contacted again. Calls of {@link Bmc} itself
 * always contact the BMC.
 */
public interface PowerPolling extends BmcCapability {
    /**
     * Starts a power reading and returns at once. Thread-safe.
     *
     * @param limit how long the reading may take in all, including the opening of a session
     * @return completes with the power, or exceptionally with a {@link BmcException}, at the latest at the limit; on a thread
     *     of the BMC's client, so dependent actions must not block. Cancelling the future ends the reading and does not count
     *     as a failure of the BMC
     */
    CompletableFuture<ChassisPower> pollPower(Duration limit);
}

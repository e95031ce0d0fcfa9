package org.novametal.bmc;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Reads power without blocking a thread of the caller: for sweeps of fleets.
 *
 * <p>A BMC that has not answered for a while is not asked at each poll: the poll then fails at once with {@link
 * BmcException.Reason#UNREACHABLE}, and the message says when it is asked again. Calls of {@link Bmc} itself always ask.
 */
public interface PowerPolling extends BmcCapability {
    /**
     * Asks and returns at once. Safe for several threads.
     *
     * @param limit how long it may take in all, a new session included
     * @return completes with the power, or exceptionally with a {@link BmcException}, at the latest at the limit; on a thread
     *     of the BMC's client, so dependent actions must not block. Cancelling it ends the read and does not count as a
     *     failure of the BMC
     */
    CompletableFuture<ChassisPower> pollPower(Duration limit);
}

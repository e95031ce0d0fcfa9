package org.novametal.baremetal.power;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.novametal.bmc.BmcException;

/**
 * How reliably a node's BMC has answered since the driver was started. All parts are empty before the first reading.
 *
 * @param reachableSince since when every power reading has succeeded; absent if the last reading failed
 * @param unreachableSince since when every power reading has failed, whatever the reason; absent if the last reading succeeded
 * @param failures how many readings in a row failed, including readings that were skipped because the BMC had not answered for
 *     long
 * @param lastError the last reading that failed, even if one has succeeded since
 */
public record NodeHealth(
        Optional<Instant> reachableSince,
        Optional<Instant> unreachableSince,
        int failures,
        Optional<LastError> lastError) {
    /** No reading yet. */
    public static final NodeHealth UNKNOWN = new NodeHealth(Optional.empty(), Optional.empty(), 0, Optional.empty());

    /**
     * A reading that failed.
     *
     * @param at the time of the failure
     * @param reason why the reading failed
     * @param message the description of the failure, for people
     */
    public record LastError(Instant at, BmcException.Reason reason, String message) {
        /** Checks that no part is null. */
        public LastError {
            Objects.requireNonNull(at, "at");
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(message, "message");
        }
    }

    NodeHealth answered(Instant now) {
        return failures == 0 && reachableSince.isPresent()
                ? this
                : new NodeHealth(Optional.of(now), Optional.empty(), 0, lastError);
    }

    NodeHealth failed(Instant now, BmcException cause) {
        return new NodeHealth(
                Optional.empty(),
                Optional.of(unreachableSince.orElse(now)),
                failures + 1,
                Optional.of(new LastError(now, cause.reason(), cause.getMessage())));
    }
}

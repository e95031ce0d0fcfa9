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
 * @param answers how many readings in a row succeeded; counted up to {@link #ENOUGH_ANSWERS}
 * @param lastError the last reading that failed, even if one has succeeded since
 */
public record NodeHealth(
        Optional<Instant> reachableSince,
        Optional<Instant> unreachableSince,
        int failures,
        int answers,
        Optional<LastError> lastError) {
    /** After so many good readings in a row a fault of power is over. */
    public static final int ENOUGH_ANSWERS = 3;

    /** No reading yet. */
    public static final NodeHealth UNKNOWN = new NodeHealth(Optional.empty(), Optional.empty(), 0, 0, Optional.empty());

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
        return answers == ENOUGH_ANSWERS
                ? this
                : new NodeHealth(Optional.of(reachableSince.orElse(now)), Optional.empty(), 0, answers + 1, lastError);
    }

    NodeHealth failed(Instant now, BmcException cause) {
        return new NodeHealth(
                Optional.empty(),
                Optional.of(unreachableSince.orElse(now)),
                failures + 1,
                0,
                Optional.of(new LastError(now, cause.reason(), cause.getMessage())));
    }
}

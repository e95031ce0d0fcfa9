package org.novametal.bmc.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.fleet.PowerPacing.Precedence;

/**
 * Brings machines to a power state and verifies it, in steps that never wait: read the power, request the change if it is
 * due, read again later. A BMC may accept a request without performing it, so only a reading ends a change, and an accepted
 * request without effect is repeated. A machine between two states ({@link ChassisPower#CHANGING}) has not reached any: the
 * change is requested, and the power is read again until it is stable.
 *
 * <p>The time of the last request is stored in the caller's {@link Memory}, so a change continues after a restart. {@link
 * PowerSwitch} is the loop around these steps for programs that can block. Thread-safe; one change of one machine belongs to
 * one thread at a time.
 */
public final class PowerChange {
    /** How long an accepted request may have no effect before it is repeated. */
    private static final Duration REPEAT_AFTER = Duration.ofSeconds(10);

    /**
     * The pause before the next reading is as long as the wait so far, within these limits, because most machines change
     * power at once.
     */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final PowerPacing pacing;

    /** The stored state of one change of one machine between its steps. */
    public interface Memory {
        /** The current time. */
        Instant now();

        /** When the change was last requested; empty before the first request. */
        Optional<Instant> lastRequest();

        /** Stores the time of a request; called right before the request is sent. */
        void requested(Instant at);
    }

    /** Result of a power reading. */
    public sealed interface Look {
        /** The machine is in the wanted state. */
        record Reached() implements Look {}

        /**
         * The machine is not in the wanted state: {@link #request} is due now.
         *
         * @param seen the present state
         */
        record Due(ChassisPower seen) implements Look {}

        /**
         * The change was requested and may still happen.
         *
         * @param seen the present state
         * @param lookAgainAfter how long to wait before the power is read again
         */
        record Pending(ChassisPower seen, Duration lookAgainAfter) implements Look {}
    }

    /** Result of a request. */
    public sealed interface Request {
        /**
         * The BMC accepted it.
         *
         * @param lookAgainAfter how long to wait before the power is read
         */
        record Accepted(Duration lookAgainAfter) implements Request {}

        /**
         * The pace does not allow the request yet; nothing was sent.
         *
         * @param retryAfter when to request again
         */
        record Paced(Duration retryAfter) implements Request {}
    }

    /** Creates changes that share one pace. */
    public PowerChange(PowerPacing pacing) {
        this.pacing = Objects.requireNonNull(pacing, "pacing");
    }

    /**
     * Reads the machine's power and decides the next step.
     *
     * @throws BmcException as {@link Bmc#readPower}
     */
    public Look look(Bmc bmc, PowerGoal goal, Memory memory) throws InterruptedException {
        ChassisPower seen = bmc.readPower();
        if (seen == goal.power()) {
            pacing.reached(bmc.address());
            return new Look.Reached();
        }
        Instant now = memory.now();
        Optional<Duration> waited = memory.lastRequest().map(at -> Duration.between(at, now));
        return waited.filter(time -> time.compareTo(REPEAT_AFTER) < 0)
                .<Look>map(time -> new Look.Pending(seen, pause(time)))
                .orElseGet(() -> new Look.Due(seen));
    }

    private static Duration pause(Duration waited) {
        Duration longEnough = waited.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : waited;
        return longEnough.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longEnough;
    }

    /**
     * Requests the change, if the pace allows it now.
     *
     * @param group the machine's power group; empty for none
     * @param precedence which machines of the group this one goes before, if it is switched on
     * @throws BmcException as {@link Bmc#requestPower}
     */
    public Request request(Bmc bmc, String group, Precedence precedence, PowerGoal goal, Memory memory)
            throws InterruptedException {
        Duration untilTurn = pacing.untilTurn(bmc.address(), group, goal.action(), precedence);
        if (untilTurn.isPositive()) {
            return new Request.Paced(untilTurn);
        }
        memory.requested(memory.now());
        bmc.requestPower(goal.action());
        return new Request.Accepted(SHORTEST_PAUSE);
    }
}

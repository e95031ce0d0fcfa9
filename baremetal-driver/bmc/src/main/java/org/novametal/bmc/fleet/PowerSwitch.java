package org.novametal.bmc.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcException.Retry;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.fleet.PowerChange.Look;
import org.novametal.bmc.fleet.PowerChange.Request;
import org.novametal.bmc.fleet.PowerPacing.Precedence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches machines and verifies the result, with the steps of {@link PowerChange}; each call blocks until its machine is in
 * the wanted state, at the latest until its limit. Thread-safe.
 */
public final class PowerSwitch {
    private static final Logger LOG = LoggerFactory.getLogger(PowerSwitch.class);

    /** All machines of a switch share its rate. */
    static final String ONE_GROUP = "all";

    /** The pause after a temporary failure. */
    private static final Duration RETRY_AFTER = Duration.ofMillis(500);

    private final Duration limit;
    private final Duration softLimit;
    private final PowerPacing pacing;
    private final PowerChange paced;
    private final PowerChange unpaced = new PowerChange(PowerPacing.none());
    private final LongSupplier nanoClock;
    private final Pause pause;

    /** What a switch waits for. */
    public enum WaitingFor {
        /**
         * The time at which {@link PowerPacing} allows the request; nothing was requested from the machine yet, so the switch
         * may still be cancelled.
         */
        TURN,
        /** The machine, or its BMC. */
        MACHINE
    }

    /** Waits on behalf of the switch. */
    @FunctionalInterface
    public interface Pause {
        /**
         * Returns after the given time.
         *
         * @throws InterruptedException to cancel the switch
         */
        void await(Duration duration, WaitingFor what) throws InterruptedException;
    }

    /**
     * Creates a switch.
     *
     * @param limit how long a machine may take to be on or off, not including the wait that {@code pacing} requires
     * @param softLimit how long an operating system may take to stop before the power is cut
     * @param pacing the pace of all requests
     * @param nanoClock monotonic nanoseconds
     * @param pause how to wait
     */
    public PowerSwitch(Duration limit, Duration softLimit, PowerPacing pacing, LongSupplier nanoClock, Pause pause) {
        this.limit = Objects.requireNonNull(limit, "limit");
        this.softLimit = Objects.requireNonNull(softLimit, "softLimit");
        this.pacing = Objects.requireNonNull(pacing, "pacing");
        this.paced = new PowerChange(pacing);
        this.nanoClock = nanoClock;
        this.pause = pause;
    }

    /**
     * Switches a machine on.
     *
     * @throws BmcException {@link Reason#NOT_DONE} when the machine is not on within the limit though its BMC accepted the
     *     request; else as thrown by the BMC's calls
     */
    public void on(Bmc bmc) throws InterruptedException {
        reach(paced, bmc, PowerGoal.ON, limit);
    }

    /** Cuts the power; errors as for {@link #on}. */
    public void off(Bmc bmc) throws InterruptedException {
        reach(paced, bmc, PowerGoal.OFF, limit);
    }

    /**
     * Cuts the power and switches on again, verifying each; errors as for {@link #on}. {@link PowerPacing} delays only the
     * first request, before the power is cut, so that no machine stays off because of it.
     */
    public void cycle(Bmc bmc) throws InterruptedException {
        Duration untilTurn = pacing.untilTurn(bmc.address(), ONE_GROUP, PowerAction.CYCLE);
        while (untilTurn.isPositive()) {
            pause.await(untilTurn, WaitingFor.TURN);
            untilTurn = pacing.untilTurn(bmc.address(), ONE_GROUP, PowerAction.CYCLE);
        }
        reach(unpaced, bmc, PowerGoal.OFF, limit);
        reach(unpaced, bmc, PowerGoal.ON, limit);
    }

    /**
     * Requests a shutdown of the operating system, and cuts the power when the shutdown was accepted but not completed in
     * time, or at once when the BMC refuses it or does not support it; errors as for {@link #on}.
     *
     * @return {@link PowerAction#SOFT_OFF} when the operating system stopped, {@link PowerAction#OFF} when the power was
     *     cut
     */
    public PowerAction softOff(Bmc bmc) throws InterruptedException {
        try {
            reach(paced, bmc, PowerGoal.SOFT_OFF, softLimit);
            return PowerAction.SOFT_OFF;
        } catch (BmcException e) {
            if (e.reason() != Reason.NOT_DONE && !e.reason().isRefusal()) {
                throw e;
            }
            LOG.debug("the power is cut: {}", e.getMessage());
        }
        off(bmc);
        return PowerAction.OFF;
    }

    private void reach(PowerChange change, Bmc bmc, PowerGoal goal, Duration within) throws InterruptedException {
        Attempt attempt = new Attempt(bmc, goal, within);
        Optional<Duration> wait = attempt.step(change);
        while (wait.isPresent()) {
            attempt.pause(wait.get());
            wait = attempt.step(change);
        }
    }

    /** One change of one machine; owned by the calling thread. */
    private final class Attempt implements PowerChange.Memory {
        private final Bmc bmc;
        private final PowerGoal goal;
        private final Duration within;
        private long begunNanos = nanoClock.getAsLong();
        private Optional<Instant> sent = Optional.empty();
        private Optional<Instant> accepted = Optional.empty();
        private int acceptedCount;
        private WaitingFor waitingFor = WaitingFor.MACHINE;

        Attempt(Bmc bmc, PowerGoal goal, Duration within) {
            this.bmc = bmc;
            this.goal = goal;
            this.within = within;
        }

        /**
         * Reads the power and requests the change if it is due; returns how long to wait then, or empty when the machine is
         * in the wanted state.
         */
        Optional<Duration> step(PowerChange change) throws InterruptedException {
            waitingFor = WaitingFor.MACHINE;
            try {
                return switch (change.look(bmc, goal, this)) {
                    case Look.Reached _ -> Optional.empty();
                    case Look.Pending(ChassisPower seen, Duration after) -> {
                        requireTime(seen);
                        yield Optional.of(after);
                    }
                    case Look.Due(ChassisPower seen) -> {
                        requireTime(seen);
                        yield Optional.of(request(change));
                    }
                };
            } catch (BmcException e) {
                // A machine that is changing may keep its BMC busy. When the time is over, NOT_DONE is thrown.
                if (e.reason().retry() == Retry.NEVER || isOver()) {
                    throw e;
                }
                // A request that was not accepted is sent again without delay.
                sent = accepted;
                return Optional.of(RETRY_AFTER);
            }
        }

        private Duration request(PowerChange change) throws InterruptedException {
            return switch (change.request(bmc, ONE_GROUP, Precedence.NEW, goal, this)) {
                case Request.Accepted(Duration after) -> {
                    accepted = sent;
                    acceptedCount++;
                    yield after;
                }
                case Request.Paced(Duration after) -> {
                    waitingFor = acceptedCount == 0 ? WaitingFor.TURN : WaitingFor.MACHINE;
                    yield after;
                }
            };
        }

        void pause(Duration time) throws InterruptedException {
            long before = nanoClock.getAsLong();
            pause.await(time, waitingFor);
            if (waitingFor == WaitingFor.TURN) {
                begunNanos += nanoClock.getAsLong() - before;
            }
        }

        private void requireTime(ChassisPower seen) {
            if (acceptedCount > 0 && isOver()) {
                throw new BmcException(
                        Reason.NOT_DONE,
                        "BMC " + bmc.address() + ": it accepted " + goal.action()
                                + (acceptedCount == 1 ? "" : " " + acceptedCount + " times") + ", but after "
                                + within.toSeconds() + " s the machine was still " + seen
                                + "; check the machine, then try again or allow more time");
            }
        }

        private boolean isOver() {
            return nanoClock.getAsLong() - begunNanos >= within.toNanos();
        }

        @Override
        public Instant now() {
            return Instant.EPOCH.plusNanos(nanoClock.getAsLong());
        }

        @Override
        public Optional<Instant> lastRequest() {
            return sent;
        }

        @Override
        public void requested(Instant at) {
            sent = Optional.of(at);
        }
    }
}

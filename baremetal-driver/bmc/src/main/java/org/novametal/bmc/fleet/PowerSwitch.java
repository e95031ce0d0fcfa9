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

/**
 * Switches machines and proves it, by the steps of {@link PowerChange}; each call blocks until its machine is as wanted, at
 * the latest until its limit. Safe for several threads.
 */
public final class PowerSwitch {
    /** Machines switched here have no power group: their pace is one for all. */
    private static final String NO_GROUP = "";

    /** After a failure that may pass. */
    private static final Duration RETRY_AFTER = Duration.ofMillis(500);

    private final Duration limit;
    private final Duration softLimit;
    private final PowerPacing pacing;
    private final PowerChange paced;
    private final PowerChange unpaced = new PowerChange(PowerPacing.none());
    private final LongSupplier nanoClock;
    private final Pause pause;

    /** Why a switch waits. */
    public enum WaitingFor {
        /** Its turn; nothing was requested of the machine yet, so the switch may still be given up. */
        TURN,
        /** The machine, or its BMC. */
        MACHINE
    }

    /** Lets time pass. */
    @FunctionalInterface
    public interface Pause {
        /**
         * Returns after that time.
         *
         * @throws InterruptedException to give the switch up
         */
        void await(Duration duration, WaitingFor what) throws InterruptedException;
    }

    /**
     * Makes a switch.
     *
     * @param limit how long a machine may take to be on or off, its wait for a turn not included
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
     * Switches on.
     *
     * @throws BmcException {@link Reason#NOT_DONE} when the machine is not on within the limit though its BMC accepted the
     *     request; else as the BMC's calls
     */
    public void on(Bmc bmc) throws InterruptedException {
        reach(paced, bmc, PowerGoal.ON, limit);
    }

    /** Cuts the power; errors as for {@link #on}. */
    public void off(Bmc bmc) throws InterruptedException {
        reach(paced, bmc, PowerGoal.OFF, limit);
    }

    /**
     * Cuts the power and switches on again, each proved; errors as for {@link #on}. The turn is taken once, before the power
     * is cut, so that no machine stays off for its turn.
     */
    public void cycle(Bmc bmc) throws InterruptedException {
        Duration untilTurn = pacing.untilTurn(bmc.address(), NO_GROUP, PowerAction.CYCLE);
        while (untilTurn.isPositive()) {
            pause.await(untilTurn, WaitingFor.TURN);
            untilTurn = pacing.untilTurn(bmc.address(), NO_GROUP, PowerAction.CYCLE);
        }
        reach(unpaced, bmc, PowerGoal.OFF, limit);
        reach(unpaced, bmc, PowerGoal.ON, limit);
    }

    /**
     * Asks the operating system to stop, and cuts the power when it was asked and does not; errors as for {@link #on}.
     *
     * @return {@link PowerAction#SOFT_OFF} when it stopped by itself, {@link PowerAction#OFF} when the power was cut
     */
    public PowerAction softOff(Bmc bmc) throws InterruptedException {
        try {
            reach(paced, bmc, PowerGoal.SOFT_OFF, softLimit);
            return PowerAction.SOFT_OFF;
        } catch (BmcException e) {
            if (e.reason() != Reason.NOT_DONE) {
                throw e;
            }
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

        /** Looks, and requests where that is due; how long to wait then, or nothing where the machine is as wanted. */
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
                // A machine that is changing may keep its BMC busy. NOT_DONE comes when the time is over.
                if (e.reason().retry() == Retry.NEVER || isOver()) {
                    throw e;
                }
                // What was not accepted is requested again without delay.
                sent = accepted;
                return Optional.of(RETRY_AFTER);
            }
        }

        private Duration request(PowerChange change) throws InterruptedException {
            return switch (change.request(bmc, NO_GROUP, goal, this)) {
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
                        "BMC " + bmc.address() + ": it took " + goal.action()
                                + (acceptedCount == 1 ? "" : " " + acceptedCount + " times") + ", but after "
                                + within.toSeconds() + " s the machine was still " + seen
                                + "; look at the machine, then ask again or allow it longer");
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

package org.novametal.bmc.fleet;

import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcException.Retry;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;

/**
 * Switches a machine and proves it: what a BMC accepts it need not do, so the power is read back until it is as wanted. For
 * tools that hold no more than a BMC; it blocks for as long as its limits allow. Safe for several threads.
 */
public final class PowerSwitch {
    /** A BMC that took a request and did nothing is asked again after this. */
    private static final Duration ASK_AGAIN_AFTER = Duration.ofSeconds(10);

    private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(500);

    private final Duration limit;
    private final Duration softLimit;
    private final LongSupplier clock;
    private final Pause pause;

    /** Lets time pass. */
    @FunctionalInterface
    public interface Pause {
        /** Returns after that time. */
        void await(Duration duration) throws InterruptedException;
    }

    /**
     * Makes a switch.
     *
     * @param limit how long a machine may take to be on or off
     * @param softLimit how long an operating system may take to stop before the power is cut
     * @param clock monotonic nanoseconds
     * @param pause how to wait
     */
    public PowerSwitch(Duration limit, Duration softLimit, LongSupplier clock, Pause pause) {
        this.limit = Objects.requireNonNull(limit, "limit");
        this.softLimit = Objects.requireNonNull(softLimit, "softLimit");
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Switches on.
     *
     * @throws BmcException {@link Reason#NOT_DONE} when the machine is not on within the limit though its BMC said yes; else
     *     as the BMC's calls
     */
    public void on(Bmc bmc) throws InterruptedException {
        reach(bmc, ChassisPower.ON, PowerAction.ON, limit);
    }

    /** Cuts the power; errors as for {@link #on}. */
    public void off(Bmc bmc) throws InterruptedException {
        reach(bmc, ChassisPower.OFF, PowerAction.OFF, limit);
    }

    /** Cuts the power and switches on again, each proved; errors as for {@link #on}. */
    public void cycle(Bmc bmc) throws InterruptedException {
        off(bmc);
        on(bmc);
    }

    /**
     * Asks the operating system to stop, and cuts the power when it was asked and does not; errors as for {@link #on}.
     *
     * @return {@link PowerAction#SOFT_OFF} when it stopped by itself, {@link PowerAction#OFF} when the power was cut
     */
    public PowerAction softOff(Bmc bmc) throws InterruptedException {
        try {
            reach(bmc, ChassisPower.OFF, PowerAction.SOFT_OFF, softLimit);
            return PowerAction.SOFT_OFF;
        } catch (BmcException e) {
            if (e.reason() != Reason.NOT_DONE) {
                throw e;
            }
        }
        off(bmc);
        return PowerAction.OFF;
    }

    private void reach(Bmc bmc, ChassisPower wanted, PowerAction action, Duration within) throws InterruptedException {
        long begun = clock.getAsLong();
        long askAgainAt = begun;
        int taken = 0;
        while (true) {
            try {
                ChassisPower seen = bmc.readPower();
                if (seen == wanted) {
                    return;
                }
                if (taken > 0 && isOver(begun, within)) {
                    throw new BmcException(
                            Reason.NOT_DONE,
                            "BMC " + bmc.address() + ": it took " + action + (taken == 1 ? "" : " " + taken + " times")
                                    + ", but after " + within.toSeconds() + " s the machine was still " + seen
                                    + "; look at the machine, then ask again or allow it longer");
                }
                if (clock.getAsLong() - askAgainAt >= 0) {
                    bmc.requestPower(action);
                    taken++;
                    askAgainAt = clock.getAsLong() + ASK_AGAIN_AFTER.toNanos();
                }
            } catch (BmcException e) {
                // A machine that is on its way may keep its BMC busy.
                if (e.reason().retry() == Retry.NEVER || isOver(begun, within)) {
                    throw e;
                }
            }
            pause.await(LOOK_AGAIN_AFTER);
        }
    }

    private boolean isOver(long begun, Duration within) {
        return clock.getAsLong() - begun >= within.toNanos();
    }
}

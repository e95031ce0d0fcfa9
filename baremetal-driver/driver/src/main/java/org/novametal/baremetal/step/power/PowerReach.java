package org.novametal.baremetal.step.power;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.driver.model.PowerState;

/**
 * Brings machines to a power state, one look at a time: what a BMC accepts it need not do, so it is read back. The one place
 * from which the driver gives power commands, at the pace that is set for all. Safe for several threads.
 */
public final class PowerReach {
    /** A BMC that took a request and did nothing is asked again after this. */
    private static final Duration ASK_AGAIN_AFTER = Duration.ofSeconds(10);

    /** A machine is read again after as long as it was already waited for, within these: most change power at once. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final BmcDirectory bmcs;
    private final PowerPacing pacing;

    /** Reaches the machines of these BMCs at that pace. */
    public PowerReach(BmcDirectory bmcs, PowerPacing pacing) {
        this.bmcs = bmcs;
        this.pacing = pacing;
    }

    StepResult reach(StepContext context, ChassisPower wanted, PowerAction action, String key)
            throws InterruptedException {
        if (bmcs.bmc(context.node()).readPower() == wanted) {
            context.recordPower(
                    switch (wanted) {
                        case ON -> PowerState.RUNNING;
                        case OFF -> PowerState.SHUTDOWN;
                    });
            return StepResult.DONE;
        }
        Optional<Instant> asked = context.recall(askedKey(key)).map(Instant::parse);
        boolean askNow = asked.isEmpty()
                || asked.get().isBefore(context.since())
                || !context.now().isBefore(asked.get().plus(ASK_AGAIN_AFTER));
        return askNow
                ? ask(context, wanted, action, key)
                : waiting(wanted, action, Duration.between(asked.get(), context.now()));
    }

    StepResult ask(StepContext context, ChassisPower wanted, PowerAction action, String key)
            throws InterruptedException {
        Duration untilTurn = pacing.untilTurn(context.node(), action);
        if (untilTurn.isPositive()) {
            return new Wait(WaitFor.TURN, untilTurn, "its turn for the command " + action);
        }
        context.remember(askedKey(key), context.now().toString());
        bmcs.bmc(context.node()).requestPower(action);
        return waiting(wanted, action, Duration.ZERO);
    }

    private static Wait waiting(ChassisPower wanted, PowerAction action, Duration waited) {
        Duration pause = waited.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : waited;
        return new Wait(
                WaitFor.TIME,
                pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause,
                "the machine to be " + wanted + " after " + action + " was asked for");
    }

    boolean wasAsked(StepContext context, String key) {
        return context.recall(askedKey(key)).isPresent();
    }

    private static String askedKey(String key) {
        return key + ".asked";
    }
}

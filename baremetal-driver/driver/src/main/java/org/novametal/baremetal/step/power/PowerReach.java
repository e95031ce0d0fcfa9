package org.novametal.baremetal.step.power;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.novametal.baremetal.inventory.MachinePower;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.step.Stamp;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.bmc.fleet.PowerChange;
import org.novametal.bmc.fleet.PowerChange.Look;
import org.novametal.bmc.fleet.PowerChange.Request;
import org.novametal.bmc.fleet.PowerGoal;
import org.novametal.bmc.fleet.PowerPacing;
import org.novametal.bmc.fleet.PowerPacing.Precedence;

/**
 * {@link PowerChange} for steps: the time of a request is stored with the operation. All power requests of the driver are
 * sent from here, at the configured pace. Safe for several threads.
 */
public final class PowerReach {
    private final BmcDirectory bmcs;
    private final PowerChange change;

    /** Creates the access to the machines of these BMCs. */
    public PowerReach(BmcDirectory bmcs, PowerPacing pacing) {
        this.bmcs = bmcs;
        this.change = new PowerChange(pacing);
    }

    /** As {@link #reach(StepContext, PowerGoal, String, Precedence)}, for a machine that is not switched on by new work. */
    StepResult reach(StepContext context, PowerGoal goal, String key) throws InterruptedException {
        return reach(context, goal, key, Precedence.BEGUN);
    }

    StepResult reach(StepContext context, PowerGoal goal, String key, Precedence precedence)
            throws InterruptedException {
        return switch (change.look(bmcs.bmc(context.node()), goal, new StepMemory(context, goal, key))) {
            case Look.Reached _ -> {
                context.recordPower(MachinePower.state(goal.power()));
                yield StepResult.DONE;
            }
            case Look.Due _ -> ask(context, goal, key, precedence);
            case Look.Pending pending -> waiting(goal, pending.lookAgainAfter());
        };
    }

    StepResult ask(StepContext context, PowerGoal goal, String key) throws InterruptedException {
        return ask(context, goal, key, Precedence.BEGUN);
    }

    private StepResult ask(StepContext context, PowerGoal goal, String key, Precedence precedence)
            throws InterruptedException {
        String group = context.node().settings().powerGroup().orElse("");
        return switch (change.request(
                bmcs.bmc(context.node()), group, precedence, goal, new StepMemory(context, goal, key))) {
            case Request.Accepted accepted -> waiting(goal, accepted.lookAgainAfter());
            case Request.Paced paced ->
                new Wait(WaitFor.TURN, paced.retryAfter(), "its turn for the command " + goal.action());
        };
    }

    private static Wait waiting(PowerGoal goal, Duration lookAgainAfter) {
        return new Wait(
                WaitFor.TIME,
                lookAgainAfter,
                "the machine to be " + goal.power() + " after " + goal.action() + " was requested");
    }

    boolean wasAsked(StepContext context, String key) {
        return context.recall(StepMemory.keyOf(key)).isPresent();
    }

    /** The last request, in the operation's memory; one of an earlier run of the step does not count. */
    private record StepMemory(StepContext context, PowerGoal goal, String key) implements PowerChange.Memory {
        static String keyOf(String key) {
            return key + ".asked";
        }

        @Override
        public Instant now() {
            return Instant.EPOCH.plus(context.worked());
        }

        @Override
        public Optional<Instant> lastRequest() {
            Duration stepBegun = context.worked().minus(context.inStep());
            return Stamp.at(context, keyOf(key))
                    .filter(at -> at.compareTo(stepBegun) >= 0)
                    .map(Instant.EPOCH::plus);
        }

        @Override
        public void requested(Instant at) {
            Stamp.put(context, keyOf(key));
            context.powerRequested(goal.action());
        }
    }
}

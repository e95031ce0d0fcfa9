package org.novametal.baremetal.step.power;

import java.time.Duration;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;
import org.novametal.bmc.fleet.PowerGoal;
import org.novametal.bmc.fleet.PowerPacing.Precedence;

/** Switches the machine on and verifies it; undoing switches it off. */
public final class PowerOn implements Step {
    private final String name;
    private final PowerReach reach;
    private final Duration limit;
    private final Precedence precedence;

    /**
     * Makes the step for a machine of an instance, or of an operation that has switched it on before: it goes before the
     * machines of new operations.
     *
     * @param name its name
     * @param limit how long the machine may take
     */
    public PowerOn(String name, PowerReach reach, Duration limit) {
        this(name, reach, limit, Precedence.BEGUN);
    }

    private PowerOn(String name, PowerReach reach, Duration limit, Precedence precedence) {
        this.name = name;
        this.reach = reach;
        this.limit = limit;
        this.precedence = precedence;
    }

    /**
     * Makes the step for the first power-on of an operation: it waits behind the machines of work that has begun.
     *
     * @param name its name
     * @param limit how long the machine may take
     */
    public static PowerOn ofNewWork(String name, PowerReach reach, Duration limit) {
        return new PowerOn(name, reach, limit, Precedence.NEW);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public StepEffect effect() {
        return StepEffect.MACHINE;
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        return reach.reach(context, PowerGoal.ON, name, precedence);
    }

    @Override
    public StepResult undo(StepContext context) throws InterruptedException {
        if (!reach.wasAsked(context, name)) {
            return StepResult.DONE;
        }
        String undo = name + "-undo";
        // A machine that reads off may still be switching on: off is requested before a reading counts.
        return reach.wasAsked(context, undo)
                ? reach.reach(context, PowerGoal.OFF, undo)
                : reach.ask(context, PowerGoal.OFF, undo);
    }
}

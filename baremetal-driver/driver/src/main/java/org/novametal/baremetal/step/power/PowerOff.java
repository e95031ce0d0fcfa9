package org.novametal.baremetal.step.power;

import java.time.Duration;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;
import org.novametal.bmc.fleet.PowerGoal;

/**
 * Switches the machine off and reads it back. It may first be asked politely: then the power is cut when it has not stopped
 * by itself in that time. There is nothing to undo.
 */
public final class PowerOff implements Step {
    private final String name;
    private final PowerReach reach;
    private final Duration softTimeout;
    private final Duration limit;

    /**
     * Makes the step.
     *
     * @param name its name
     * @param softTimeout how long the machine may take to stop by itself; zero cuts the power at once
     * @param hardLimit how long it may take once the power is cut
     */
    public PowerOff(String name, PowerReach reach, Duration softTimeout, Duration hardLimit) {
        this.name = name;
        this.reach = reach;
        this.softTimeout = softTimeout;
        this.limit = softTimeout.plus(hardLimit);
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
        boolean polite = context.now().isBefore(context.since().plus(softTimeout));
        return polite
                ? reach.reach(context, PowerGoal.SOFT_OFF, name + "-soft")
                : reach.reach(context, PowerGoal.OFF, name);
    }
}

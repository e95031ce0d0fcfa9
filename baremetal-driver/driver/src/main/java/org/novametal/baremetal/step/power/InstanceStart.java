package org.novametal.baremetal.step.power;

import java.time.Duration;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;

/** Switches the machine on for its instance, if that was requested; undoing switches it off. */
public final class InstanceStart implements Step {
    private final PowerOn powerOn;

    /** Makes the step with the time limit of the machine. */
    public InstanceStart(PowerReach reach, Duration limit) {
        this.powerOn = new PowerOn("power.instance-on", reach, limit);
    }

    @Override
    public String name() {
        return powerOn.name();
    }

    @Override
    public Duration limit() {
        return powerOn.limit();
    }

    @Override
    public StepEffect effect() {
        return StepEffect.MACHINE;
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        return switch (context.input(DeploySpec.class).power()) {
            case ON -> powerOn.run(context);
            case OFF -> StepResult.DONE;
        };
    }

    @Override
    public StepResult undo(StepContext context) throws InterruptedException {
        return powerOn.undo(context);
    }
}

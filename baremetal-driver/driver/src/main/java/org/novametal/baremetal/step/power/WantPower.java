package org.novametal.baremetal.step.power;

import java.time.Duration;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.driver.model.PowerState;

/**
 * Notes what the machine's power is to be, before it is switched: whoever finds it otherwise later knows what was meant.
 * There is nothing to undo.
 */
public final class WantPower implements Step {
    private final PowerState wanted;

    /** Makes the step. */
    public WantPower(PowerState wanted) {
        this.wanted = wanted;
    }

    @Override
    public String name() {
        return "power.want";
    }

    @Override
    public Duration limit() {
        return Duration.ofSeconds(1);
    }

    @Override
    public StepResult run(StepContext context) {
        context.wantPower(wanted);
        return StepResult.DONE;
    }
}

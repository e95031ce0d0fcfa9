package org.novametal.baremetal.step.verify;

import java.time.Duration;
import org.novametal.baremetal.inventory.MachinePower;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;

/**
 * Reads the machine's power: its BMC answers, and accepts the node's credentials. Records what was read. There is nothing to
 * undo.
 */
public final class CheckPower implements Step {
    private final BmcDirectory bmcs;
    private final Duration limit;

    /** Makes the step with its limit; a BMC that does not answer is asked again until then. */
    public CheckPower(BmcDirectory bmcs, Duration limit) {
        this.bmcs = bmcs;
        this.limit = limit;
    }

    @Override
    public String name() {
        return "verify.power";
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        context.recordPower(MachinePower.state(bmcs.bmc(context.node()).readPower()));
        return StepResult.DONE;
    }
}

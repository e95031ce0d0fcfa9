package org.novametal.baremetal.step.verify;

import java.time.Duration;
import java.util.Optional;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.BootOverride;

/**
 * Sets the boot override that the machine has once more: its BMC can choose a boot device, and the node's user may do so, which
 * needs the privilege that power commands need. Nothing changes for the machine, and there is nothing to undo.
 */
public final class CheckBootDevice implements Step {
    private final BmcDirectory bmcs;
    private final Duration limit;

    /** Makes the step with its limit; a BMC that does not answer is asked again until then. */
    public CheckBootDevice(BmcDirectory bmcs, Duration limit) {
        this.bmcs = bmcs;
        this.limit = limit;
    }

    @Override
    public String name() {
        return "verify.boot-device";
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        Optional<BootDeviceControl> control = bmcs.bmc(context.node()).capability(BootDeviceControl.class);
        if (control.isEmpty()) {
            return new Failed(
                    FailureCause.CONFIG,
                    "the BMC of " + context.node().name() + " at "
                            + context.node().bmc() + " cannot choose a boot device; use a BMC that can");
        }
        BootOverride present = control.get().readBootOverride();
        control.get().setBootOverride(present);
        return StepResult.DONE;
    }
}

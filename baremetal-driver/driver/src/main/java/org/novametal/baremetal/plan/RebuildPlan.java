package org.novametal.baremetal.plan;

import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepPlan;

/**
 * Writes an image again for the instance that holds the node. Steps that can fail without the machine come first, so that
 * such a failure leaves the instance as it was.
 */
public final class RebuildPlan implements StepPlan {
    private final StepList steps;

    /** Makes the steps. */
    public RebuildPlan(StepFactory make) {
        this.steps = new StepList(
                make.checkBootFiles(),
                make.fetchImage(),
                make.powerOff("power.off-before"),
                make.provisioningNetwork(),
                make.networkBoot(),
                make.ramdiskOn(),
                make.awaitRamdisk(make.options().deploying().callbackTimeout()),
                make.writeImage(),
                make.syncDisk(),
                make.powerOff("power.off-after"),
                make.tenantNetwork(),
                make.diskBoot(),
                make.instanceOn());
    }

    @Override
    public List<String> begin(OperationInput input) {
        return steps.names();
    }

    @Override
    public Optional<Step> step(String name) {
        return steps.find(name);
    }
}

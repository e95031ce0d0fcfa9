package org.novametal.baremetal.plan;

import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepPlan;

/** Puts an instance on a node: the ramdisk boots, writes the image, and the machine boots its disk. */
public final class DeployPlan implements StepPlan {
    private final StepList steps;

    /** Makes the steps. */
    public DeployPlan(StepFactory make) {
        this.steps = new StepList(
                make.checkBootFiles(),
                make.markConsole(),
                make.provisioningNetwork(),
                make.fetchImage(),
                make.powerOff("power.off-before"),
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

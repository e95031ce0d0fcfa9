package org.novametal.baremetal.plan;

import org.novametal.baremetal.step.Step;

/** Boots the ramdisk, which lists the machine's hardware, and switches the machine off. */
public final class InspectPlan extends StepList {
    /** Makes the steps. */
    public InspectPlan(StepFactory make) {
        Step provisioning = make.provisioningNetwork();
        super(
                make.checkBootFiles(),
                provisioning,
                make.powerOffBefore(),
                make.networkBoot(),
                make.ramdiskOn(),
                make.awaitRamdisk(make.options().nodeLimits().inspectCallbackTimeout()),
                make.inspectHardware(),
                make.powerOff("power.off-after"),
                provisioning.reversed());
    }
}

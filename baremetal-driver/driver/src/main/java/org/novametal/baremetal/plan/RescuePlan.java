package org.novametal.baremetal.plan;

/** Boots the ramdisk as a rescue system in place of an instance, whose disk and networks it then has. */
public final class RescuePlan extends StepList {
    /** Makes the steps. */
    public RescuePlan(StepFactory make) {
        super(
                make.checkBootFiles(),
                make.powerOffBefore(),
                make.provisioningNetwork(),
                make.networkBoot(),
                make.ramdiskOn(),
                make.awaitRamdisk(make.options().nodeLimits().rescueCallbackTimeout()),
                make.finalizeRescue(),
                make.tenantNetwork());
    }
}

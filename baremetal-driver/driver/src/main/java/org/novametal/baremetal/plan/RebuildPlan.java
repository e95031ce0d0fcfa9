package org.novametal.baremetal.plan;

/**
 * Writes an image again for the instance that holds the node. Steps that can fail without changing the machine come first, so
 * that such a failure leaves the instance as it was.
 */
public final class RebuildPlan extends StepList {
    /** Makes the steps. */
    public RebuildPlan(StepFactory make) {
        super(
                make.checkBootFiles(),
                make.fetchImage(),
                make.powerOffBefore(),
                make.provisioningNetwork(),
                make.networkBoot(),
                make.ramdiskOn(),
                make.awaitRamdisk(make.options().deploying().callbackTimeout()),
                make.writeImage(),
                make.installBootloader(),
                make.syncDisk(),
                make.powerOff("power.off-after"),
                make.tenantNetwork(),
                make.diskBoot(),
                make.instanceOn());
    }
}

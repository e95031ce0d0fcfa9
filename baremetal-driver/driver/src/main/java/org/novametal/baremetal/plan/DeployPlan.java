package org.novametal.baremetal.plan;

/** Deploys an instance on a node: the ramdisk boots and writes the image, then the machine boots from its disk. */
public final class DeployPlan extends StepList {
    /** Makes the steps. */
    public DeployPlan(StepFactory make) {
        super(
                make.checkBootFiles(),
                make.markConsole(),
                make.provisioningNetwork(),
                make.fetchImage(),
                make.powerOffBefore(),
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

package org.novametal.baremetal.plan;

/** Boots an instance from its disk again after a rescue. */
public final class UnrescuePlan extends StepList {
    /** Makes the steps. */
    public UnrescuePlan(StepFactory make) {
        super(
                make.powerOff("power.off-rescue"),
                make.tenantNetwork(),
                make.diskBoot(),
                make.powerOn("power.on-instance"));
    }
}

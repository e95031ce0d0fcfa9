package org.novametal.baremetal.plan;

/** Removes an instance from its node: switches the machine off and removes it from DHCP. */
public final class DeletePlan extends StepList {
    /** Makes the steps. */
    public DeletePlan(StepFactory make) {
        super(make.powerOff("power.off"), make.tenantNetwork().reversed());
    }
}

package org.novametal.baremetal.plan;

/** Takes an instance off its node: the machine is off and out of DHCP. */
public final class DeletePlan extends StepList {
    /** Makes the steps. */
    public DeletePlan(StepFactory make) {
        super(make.powerOff("power.off"), make.tenantNetwork().reversed());
    }
}

package org.novametal.baremetal.plan;

/** Checks that a node's BMC answers, that its credentials and privilege suffice, and that what the driver needs can be set. */
public final class VerifyPlan extends StepList {
    /** Makes the steps. */
    public VerifyPlan(StepFactory make) {
        super(make.checkPower(), make.checkBootDevice(), make.checkConsole());
    }
}

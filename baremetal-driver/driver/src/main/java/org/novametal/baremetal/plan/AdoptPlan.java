package org.novametal.baremetal.plan;

/** Reads the power of a running machine that becomes an instance, and notes where its console output begins. */
public final class AdoptPlan extends StepList {
    /** Makes the steps. */
    public AdoptPlan(StepFactory make) {
        super(make.checkPower(), make.markConsole());
    }
}

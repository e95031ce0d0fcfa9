package org.novametal.baremetal.plan;

import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepPlan;

/** Takes an instance off its node: the machine is off and out of DHCP. */
public final class DeletePlan implements StepPlan {
    private final StepList steps;

    /** Makes the steps. */
    public DeletePlan(StepFactory make) {
        this.steps =
                new StepList(make.powerOff("power.off"), make.tenantNetwork().reversed());
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

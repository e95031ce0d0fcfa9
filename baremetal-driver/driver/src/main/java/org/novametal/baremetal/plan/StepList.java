package org.novametal.baremetal.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.step.GuardedStep;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepPlan;

/** A plan whose steps run in order, each wrapped in a {@link GuardedStep}. A new operation has all steps. */
abstract class StepList implements StepPlan {
    private final Map<String, Step> steps = new LinkedHashMap<>();

    StepList(Step... steps) {
        for (Step step : steps) {
            if (this.steps.put(step.name(), new GuardedStep(step)) != null) {
                throw new IllegalArgumentException("two steps of a plan are named " + step.name());
            }
        }
    }

    @Override
    public List<String> begin(OperationInput input) {
        return List.copyOf(steps.keySet());
    }

    @Override
    public final Optional<Step> step(String name) {
        return Optional.ofNullable(steps.get(name));
    }
}

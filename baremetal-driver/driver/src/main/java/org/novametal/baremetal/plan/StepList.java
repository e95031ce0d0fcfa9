package org.novametal.baremetal.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novametal.baremetal.step.GuardedStep;
import org.novametal.baremetal.step.Step;

/** Steps by their names, in order, each guarded. */
final class StepList {
    private final Map<String, Step> steps = new LinkedHashMap<>();

    StepList(Step... steps) {
        for (Step step : steps) {
            if (this.steps.put(step.name(), new GuardedStep(step)) != null) {
                throw new IllegalArgumentException("two steps of a plan are named " + step.name());
            }
        }
    }

    List<String> names() {
        return List.copyOf(steps.keySet());
    }

    Optional<Step> find(String name) {
        return Optional.ofNullable(steps.get(name));
    }
}

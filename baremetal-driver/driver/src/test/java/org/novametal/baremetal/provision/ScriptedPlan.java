package org.novametal.baremetal.provision;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRules;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepPlan;

/**
 * A plan that a test makes.
 *
 * @param begun the names of the steps of a new operation
 * @param steps all steps that the program knows
 */
public record ScriptedPlan(List<String> begun, List<Step> steps) implements StepPlan {
    /** A plan of these steps. */
    public static ScriptedPlan of(List<? extends Step> steps) {
        return new ScriptedPlan(steps.stream().map(Step::name).toList(), List.copyOf(steps));
    }

    /** The kinds of the program with these plans; a rebuild has the steps of a deployment. */
    public static OperationCatalogue catalogue(StepPlan deploy, StepPlan delete, StepPlan clean) {
        return catalogue(Map.of(
                OperationKind.DEPLOY, deploy,
                OperationKind.REBUILD, deploy,
                OperationKind.DELETE, delete,
                OperationKind.CLEAN, clean));
    }

    /** The kinds of the program with these plans; the other kinds have no steps. */
    public static OperationCatalogue catalogue(Map<OperationKind, StepPlan> plans) {
        Map<OperationKind, StepPlan> all = new HashMap<>(plans);
        OperationRules.ALL.kinds().forEach(kind -> all.putIfAbsent(kind, of(List.of())));
        return new OperationCatalogue(OperationRules.ALL, all);
    }

    /** The kinds of the program with these steps. */
    public static OperationCatalogue catalogue(
            List<? extends Step> deploy, List<? extends Step> delete, List<? extends Step> clean) {
        return catalogue(of(deploy), of(delete), of(clean));
    }

    @Override
    public List<String> begin(OperationInput input) {
        return begun;
    }

    @Override
    public Optional<Step> step(String name) {
        return steps.stream().filter(step -> step.name().equals(name)).findFirst();
    }
}

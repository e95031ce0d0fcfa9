package org.novametal.baremetal.provision;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationRule;
import org.novametal.baremetal.operation.OperationRules;
import org.novametal.baremetal.operation.Plan;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepPlan;

/** Every kind of operation that this program can run, with its rules and its steps. */
public final class OperationCatalogue {
    private final OperationRules rules;
    private final Map<OperationKind, StepPlan> plans;

    /**
     * Combines rules and steps.
     *
     * @throws IllegalArgumentException when a kind has rules and no steps, or steps and no rules
     */
    public OperationCatalogue(OperationRules rules, Map<OperationKind, StepPlan> plans) {
        this.rules = rules;
        this.plans = Map.copyOf(plans);
        if (!rules.kinds().equals(this.plans.keySet())) {
            throw new IllegalArgumentException("the kinds with rules, " + rules.kinds()
                    + ", are not the kinds with steps, " + this.plans.keySet());
        }
    }

    /** This catalogue with one more kind. */
    public OperationCatalogue with(OperationRule rule, StepPlan plan) {
        Map<OperationKind, StepPlan> all = new HashMap<>(plans);
        all.put(rule.kind(), plan);
        return new OperationCatalogue(rules.with(rule), all);
    }

    /** The rules of all its kinds. */
    public OperationRules rules() {
        return rules;
    }

    /** The rules of a kind of operation; empty for a kind that this program does not know. */
    Optional<OperationRule> rule(OperationKind kind) {
        return rules.find(kind);
    }

    /**
     * The rules of a kind of operation; throws if this program does not know the kind.
     *
     * @throws IllegalArgumentException for a kind that this program does not know
     */
    OperationRule requireRule(OperationKind kind) {
        return rule(kind)
                .orElseThrow(() -> new IllegalArgumentException(
                        "this program knows no operation '" + kind + "'; it knows " + rules.kinds()));
    }

    /** The plan of a new operation. */
    Plan plan(OperationKind kind, OperationInput input) {
        requireRule(kind);
        return new Plan(Objects.requireNonNull(plans.get(kind)).begin(input));
    }

    /** The step with this name; empty if this program does not know the name. */
    Optional<Step> step(OperationKind kind, String name) {
        return Optional.ofNullable(plans.get(kind)).flatMap(plan -> plan.step(name));
    }

    /** The names of the steps, from the operation's current step on, that this program does not know. */
    List<String> unknownSteps(OperationRecord operation) {
        return operation.step().map(operation.plan()::from).orElse(List.of()).stream()
                .filter(name -> step(operation.kind(), name).isEmpty())
                .toList();
    }

    /**
     * The strongest effect of the steps up to the furthest step that the operation began; an unknown step counts as having
     * written the disk.
     */
    StepEffect effect(OperationRecord operation) {
        List<String> begun = operation
                .furthest()
                .map(operation.plan()::upTo)
                .orElse(operation.plan().steps());
        StepEffect most = StepEffect.NONE;
        for (String name : begun) {
            StepEffect effect = step(operation.kind(), name).map(Step::effect).orElse(StepEffect.DISK);
            most = effect.compareTo(most) > 0 ? effect : most;
        }
        return most;
    }
}

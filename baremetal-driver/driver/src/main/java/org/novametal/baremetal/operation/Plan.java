package org.novametal.baremetal.operation;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * The names of an operation's steps, in order, as they were when it began. A position in the plan is the name of a step, not a
 * number, so that a program with other steps or another order never runs a wrong step.
 *
 * @param steps the names, each once
 */
public record Plan(List<String> steps) {
    /** No steps. */
    public static final Plan EMPTY = new Plan(List.of());

    /** Copies the names. */
    public Plan {
        steps = List.copyOf(steps);
        if (new HashSet<>(steps).size() < steps.size()) {
            throw new IllegalArgumentException("a step occurs twice in the plan " + steps);
        }
    }

    /** The first step; empty if the plan has no steps. */
    public Optional<String> first() {
        return steps.stream().findFirst();
    }

    /** The last step; empty if the plan has no steps. */
    public Optional<String> last() {
        return at(steps.size() - 1);
    }

    /** The step after the given step; empty after the last. */
    public Optional<String> after(String step) {
        return at(indexOf(step) + 1);
    }

    /** The step before the given step; empty before the first. */
    public Optional<String> before(String step) {
        return at(indexOf(step) - 1);
    }

    /** Whether the step is in the plan. */
    public boolean contains(String step) {
        return steps.contains(step);
    }

    /** The one of two steps that comes later. */
    public String later(String one, String other) {
        return indexOf(one) >= indexOf(other) ? one : other;
    }

    /** The steps up to and including the given step. */
    public List<String> upTo(String step) {
        return steps.subList(0, indexOf(step) + 1);
    }

    /** The given step and all steps after it. */
    public List<String> from(String step) {
        return steps.subList(indexOf(step), steps.size());
    }

    /**
     * How much of the plan is done, from 0.0 to 1.0.
     *
     * @param step the step that runs
     * @param fraction how much of that step is done, from 0.0 to 1.0
     */
    public double fraction(String step, double fraction) {
        return Math.min(1.0, (indexOf(step) + Math.clamp(fraction, 0.0, 1.0)) / steps.size());
    }

    private Optional<String> at(int index) {
        return index >= 0 && index < steps.size() ? Optional.of(steps.get(index)) : Optional.empty();
    }

    private int indexOf(String step) {
        int index = steps.indexOf(step);
        if (index < 0) {
            throw new IllegalArgumentException("the step '" + step + "' is not in the plan " + steps);
        }
        return index;
    }
}

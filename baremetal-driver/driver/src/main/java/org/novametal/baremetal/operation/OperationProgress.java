package org.novametal.baremetal.operation;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The progress of an operation.
 *
 * @param status whether the operation's steps run, are being undone, or it has ended
 * @param step the current step, which runs or is undone next; empty when no step is left
 * @param stepSince when the current step began, for its time limit
 * @param memory values stored by the steps, under keys that begin with the step's name; no secrets
 * @param failure why the operation failed; empty while it has not failed
 */
public record OperationProgress(
        OperationStatus status,
        Optional<String> step,
        Instant stepSince,
        Map<String, String> memory,
        Optional<OperationFailure> failure) {
    /** Copies the memory. */
    public OperationProgress {
        Objects.requireNonNull(status, "status");
        memory = Map.copyOf(memory);
    }

    /** The progress at the first step of a plan. */
    public static OperationProgress atStart(Plan plan, Instant now) {
        return new OperationProgress(OperationStatus.RUNNING, plan.first(), now, Map.of(), Optional.empty());
    }

    /** This progress at the first step of a plan; its memory is kept. */
    OperationProgress begun(Plan plan, Instant now) {
        return new OperationProgress(OperationStatus.RUNNING, plan.first(), now, memory, failure);
    }

    OperationProgress atStep(Optional<String> next, Instant now) {
        return new OperationProgress(status, next, now, memory, failure);
    }

    OperationProgress turnedBack(OperationStatus next, Optional<String> from, OperationFailure why, Instant now) {
        return new OperationProgress(next, from, now, memory, Optional.of(failure.orElse(why)));
    }

    OperationProgress ended(OperationStatus end, Optional<OperationFailure> why) {
        return new OperationProgress(end, step, stepSince, memory, why);
    }

    OperationProgress remembering(String key, String value) {
        Map<String, String> next = new HashMap<>(memory);
        next.put(key, value);
        return new OperationProgress(status, step, stepSince, next, failure);
    }
}

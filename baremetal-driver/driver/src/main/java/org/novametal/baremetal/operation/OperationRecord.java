package org.novametal.baremetal.operation;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.novametal.driver.model.InstanceId;

/**
 * The stored record of an operation: enough for another process to continue it. Its secrets are stored separately, encrypted.
 *
 * @param id its identity
 * @param node the node's UUID
 * @param instance the instance it is for; a cleaning has none
 * @param kind its kind
 * @param input its input
 * @param plan the names of its steps, as they were when it began
 * @param progress its progress
 * @param createdAt when it began
 * @param updatedAt when this record last changed
 */
public record OperationRecord(
        UUID id,
        UUID node,
        Optional<InstanceId> instance,
        OperationKind kind,
        OperationInput input,
        Plan plan,
        OperationProgress progress,
        Instant createdAt,
        Instant updatedAt) {
    private static final String DELETION = "operation.deletion";
    private static final String CANCEL = "operation.cancel";

    /** Checks that the position is in the plan. */
    public OperationRecord {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(input, "input");
        progress.step().ifPresent(plan::upTo);
    }

    /** A new operation at its first step. */
    public static OperationRecord begin(
            UUID node,
            OperationKind kind,
            Optional<InstanceId> instance,
            OperationInput input,
            Plan plan,
            Instant now) {
        return begin(UUID.randomUUID(), node, kind, instance, input, plan, now);
    }

    /** A new operation of that id at its first step. */
    public static OperationRecord begin(
            UUID id,
            UUID node,
            OperationKind kind,
            Optional<InstanceId> instance,
            OperationInput input,
            Plan plan,
            Instant now) {
        return new OperationRecord(
                id, node, instance, kind, input, plan, OperationProgress.atStart(plan, now), now, now);
    }

    /** Whether its steps run, are undone, or it has ended. */
    public OperationStatus status() {
        return progress.status();
    }

    /** The step that runs or is undone next; empty when none is left. */
    public Optional<String> step() {
        return progress.step();
    }

    /** The values stored by its steps. */
    public Map<String, String> memory() {
        return progress.memory();
    }

    /** Why it failed. */
    public Optional<OperationFailure> failure() {
        return progress.failure();
    }

    /** This operation at another step; empty when none is left. */
    public OperationRecord atStep(Optional<String> step, Instant now) {
        return with(now, before -> before.atStep(step, now));
    }

    /**
     * This operation with its steps to be undone, in status {@code UNDOING} or {@code CANCELLING}, from its present step or,
     * with all steps done, from the last one; a failure already recorded is kept.
     */
    public OperationRecord turnedBack(OperationStatus status, OperationFailure why, Instant now) {
        return with(now, before -> before.turnedBack(status, step().or(plan::last), why, now));
    }

    /** This operation ended. */
    public OperationRecord ended(OperationStatus status, Optional<OperationFailure> why, Instant now) {
        return with(now, before -> before.ended(status, why));
    }

    /** This operation with one value added to its memory. */
    public OperationRecord remembering(String key, String value, Instant now) {
        return with(now, before -> before.remembering(key, value));
    }

    /**
     * The deletion that begins when this operation ends and its instance still holds the node; empty when none was requested.
     */
    public Optional<DeletionWish> deletion() {
        return Optional.ofNullable(memory().get(DELETION)).map(DeletionWish::parse);
    }

    /** This operation with a deletion of its instance to follow. */
    public OperationRecord followedByDeletion(DeletionWish deletion, Instant now) {
        return remembering(DELETION, deletion.text(), now);
    }

    /** Whether its cancellation, or a deletion to follow it, was requested. */
    public boolean isCancelWanted() {
        return memory().containsKey(CANCEL) || memory().containsKey(DELETION);
    }

    /** This operation with a request to cancel it. */
    public OperationRecord withCancelWanted(Instant now) {
        return remembering(CANCEL, "yes", now);
    }

    private OperationRecord with(Instant now, UnaryOperator<OperationProgress> change) {
        return new OperationRecord(id, node, instance, kind, input, plan, change.apply(progress), createdAt, now);
    }
}

package org.novametal.baremetal.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.novametal.driver.model.InstanceId;
import org.novametal.text.ForeignText;

/**
 * The stored record of an operation: enough for another process to continue it. Its secrets are stored separately, encrypted.
 *
 * @param id the operation's id
 * @param node the node's UUID
 * @param instance the instance that the operation is for; empty for a cleaning
 * @param kind the kind of operation
 * @param input the operation's input
 * @param plan the names of the steps, as they were when the operation began
 * @param progress the operation's progress
 * @param createdAt when the operation began
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
    /** The keys of the operation itself begin with this, those of steps do not. */
    private static final String OWN_KEYS = "operation.";

    private static final String DELETION = "operation.deletion";
    private static final String CANCEL = "operation.cancel";
    private static final String RELEASE = "operation.release";
    private static final String KEPT = "operation.kept";
    private static final String RESTORED = "operation.restored";
    private static final String WAITS_AT = "operation.waits-at";
    private static final String WAITS_FOR = "operation.waits-for";
    private static final String REACHED = "operation.reached";
    private static final String REQUESTED_BY = "operation.requested-by";
    private static final String REQUESTED_FOR = "operation.requested-for";

    /** Checks that the current step is in the plan. */
    public OperationRecord {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(input, "input");
        progress.step().ifPresent(plan::upTo);
    }

    /**
     * A requested operation with a random id. It has neither a plan nor an instance before it {@linkplain #begun begins}.
     *
     * @param instance the instance that must hold the node when the operation begins
     * @param by who requests it, for people
     */
    public static OperationRecord requested(
            UUID node,
            Optional<InstanceId> instance,
            OperationKind kind,
            OperationInput input,
            String by,
            Instant now) {
        Map<String, String> memory = new HashMap<>(Map.of(REQUESTED_BY, by));
        instance.ifPresent(id -> memory.put(REQUESTED_FOR, id.toString()));
        OperationProgress progress = new OperationProgress(
                OperationStatus.REQUESTED,
                Optional.empty(),
                now,
                OperationProgress.Worked.NONE,
                memory,
                Optional.empty());
        return new OperationRecord(
                UUID.randomUUID(), node, Optional.empty(), kind, input, Plan.EMPTY, progress, now, now);
    }

    /** This requested operation at the first step of its plan. */
    public OperationRecord begun(Plan steps, Instant now) {
        return new OperationRecord(
                id, node, requestedFor(), kind, input, steps, progress.begun(steps, now), createdAt, now);
    }

    /** The instance that must hold the node when a requested operation begins; empty for none. */
    public Optional<InstanceId> requestedFor() {
        return Optional.ofNullable(memory().get(REQUESTED_FOR)).map(InstanceId::of);
    }

    /** Who requested the operation, for people; empty for an operation of the compute service. */
    public Optional<String> requestedBy() {
        return Optional.ofNullable(memory().get(REQUESTED_BY));
    }

    /** This operation as one that follows another: requested by the same user, if a user requested that one. */
    public OperationRecord following(OperationRecord before) {
        Optional<String> by = requestedBy().isPresent() ? Optional.empty() : before.requestedBy();
        return by.map(user -> remembering(REQUESTED_BY, user, updatedAt)).orElse(this);
    }

    /** Identifies the request in logs and notifications: the compute service's id of it, else the operation's id. */
    public String request() {
        return input.requestId().isEmpty() ? id.toString() : ForeignText.line(input.requestId());
    }

    /** A new operation with a random id, at its first step. */
    public static OperationRecord begin(
            UUID node,
            OperationKind kind,
            Optional<InstanceId> instance,
            OperationInput input,
            Plan plan,
            Instant now) {
        return begin(UUID.randomUUID(), node, kind, instance, input, plan, now);
    }

    /** A new operation with the given id, at its first step. */
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

    /** Whether the steps run, are being undone, or the operation has ended. */
    public OperationStatus status() {
        return progress.status();
    }

    /** The current step, which runs or is undone next; empty when no step is left. */
    public Optional<String> step() {
        return progress.step();
    }

    /** The values stored by the steps. */
    public Map<String, String> memory() {
        return progress.memory();
    }

    /** Why the operation failed; empty while it has not failed. */
    public Optional<OperationFailure> failure() {
        return progress.failure();
    }

    /** This operation at another step; the step is empty when none is left. */
    public OperationRecord atStep(Optional<String> step, Instant now) {
        return with(now, before -> before.atStep(step, now));
    }

    /**
     * The furthest step that began: the present one, or a later one if the operation went back to an earlier step; the last
     * one when all are done. Empty for a plan without steps.
     */
    public Optional<String> furthest() {
        Optional<String> reached = Optional.ofNullable(memory().get(REACHED)).filter(plan::contains);
        return step().or(plan::last)
                .map(present -> reached.map(step -> plan.later(present, step)).orElse(present));
    }

    /**
     * This operation at an earlier step of its plan, with some values added to its memory. Undoing it begins at the furthest
     * step nevertheless.
     */
    public OperationRecord backTo(String earlier, Map<String, String> values, Instant now) {
        Map<String, String> all = new HashMap<>(values);
        furthest().ifPresent(step -> all.put(REACHED, step));
        return with(now, before -> {
            OperationProgress next = before.atStep(Optional.of(earlier), now);
            for (Map.Entry<String, String> value : all.entrySet()) {
                next = next.remembering(value.getKey(), value.getValue());
            }
            return next;
        });
    }

    /**
     * This operation with its steps to be undone, in status {@code UNDOING} or {@code CANCELLING}, from the furthest step
     * that began; a failure already recorded is kept.
     */
    public OperationRecord turnedBack(OperationStatus status, OperationFailure why, Instant now) {
        return with(now, before -> before.turnedBack(status, furthest(), why, now));
    }

    /** This operation with a final status. */
    public OperationRecord ended(OperationStatus status, Optional<OperationFailure> why, Instant now) {
        return with(now, before -> before.ended(status, why));
    }

    /** This operation with one value added to its memory. */
    public OperationRecord remembering(String key, String value, Instant now) {
        return with(now, before -> before.remembering(key, value));
    }

    /**
     * The deletion to begin when this operation ends, if the instance then still holds the node; empty when none was requested.
     */
    public Optional<DeletionWish> deletion() {
        return Optional.ofNullable(memory().get(DELETION)).map(DeletionWish::parse);
    }

    /** This operation with a request to delete its instance afterwards. */
    public OperationRecord followedByDeletion(DeletionWish deletion, Instant now) {
        return remembering(DELETION, deletion.text(), now);
    }

    /** Whether a cancellation of this operation, or a deletion after it, was requested. */
    public boolean isCancelWanted() {
        return memory().containsKey(CANCEL) || memory().containsKey(DELETION);
    }

    /** This operation with a request to cancel it. */
    public OperationRecord withCancelWanted(Instant now) {
        return remembering(CANCEL, "yes", now);
    }

    /** Who requested that this operation be ended as it is, without being undone; empty if nobody did. */
    public Optional<String> releaseWantedBy() {
        return Optional.ofNullable(memory().get(RELEASE));
    }

    /** This operation with a request to end it as it is. */
    public OperationRecord withReleaseWanted(String by, Instant now) {
        return remembering(RELEASE, by, now);
    }

    /** What happens to the machine when this operation fails. */
    public OnFailure onFailure() {
        return input instanceof DeploySpec spec ? spec.onFailure() : OnFailure.UNDO;
    }

    /**
     * Whether this operation failed and nothing is undone yet, so that an operator can look at the machine. A cancellation, or
     * a deletion after it, ends that: its steps are then undone.
     */
    public boolean isKept() {
        return status() == OperationStatus.UNDOING && memory().containsKey(KEPT) && !isCancelWanted();
    }

    /** This operation, kept as it is when it fails. */
    public OperationRecord kept(Instant now) {
        return remembering(KEPT, "yes", now);
    }

    /**
     * When the backup was restored from which this operation comes, if it had not ended when the backup was made; empty for
     * other operations. Its machine and its ramdisk have gone on since that backup.
     */
    public Optional<Instant> restoredAt() {
        return Optional.ofNullable(memory().get(RESTORED)).map(Instant::parse);
    }

    /** This open operation as one that comes from a backup, which is restored now. */
    public OperationRecord restored(Instant now) {
        return remembering(RESTORED, now.toString(), updatedAt);
    }

    /** What the present step of an operation from a backup waits for; empty if it does not wait, and for other operations. */
    public Optional<String> waitsFor() {
        return status() == OperationStatus.RUNNING && step().equals(Optional.ofNullable(memory().get(WAITS_AT)))
                ? Optional.ofNullable(memory().get(WAITS_FOR))
                : Optional.empty();
    }

    /** This operation with what its present step waits for. */
    public OperationRecord waitingFor(String what, Instant now) {
        return remembering(WAITS_AT, step().orElse(""), now).remembering(WAITS_FOR, what, now);
    }

    /** This operation with the time for which it was worked on; a shorter time than the recorded one has no effect. */
    public OperationRecord workedFor(Duration total) {
        return with(updatedAt, before -> before.workedFor(total));
    }

    /** Whether no step of this operation has begun, as far as the store shows. */
    public boolean isUntouched() {
        return status() == OperationStatus.RUNNING
                && step().equals(plan.first())
                && progress.worked().equals(OperationProgress.Worked.NONE)
                && memory().keySet().stream().allMatch(key -> key.startsWith(OWN_KEYS));
    }

    private OperationRecord with(Instant now, UnaryOperator<OperationProgress> change) {
        return new OperationRecord(id, node, instance, kind, input, plan, change.apply(progress), createdAt, now);
    }
}

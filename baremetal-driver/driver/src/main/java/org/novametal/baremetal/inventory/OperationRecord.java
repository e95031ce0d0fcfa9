package org.novametal.baremetal.inventory;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;

/**
 * What the store keeps of an operation: enough for another process to go on with it.
 *
 * @param id its identity
 * @param node the node's UUID
 * @param instance the instance it is for; a cleaning has none
 * @param kind what it does
 * @param status how far it is
 * @param step the index of the step that runs or, while undoing, that is undone next; from 0
 * @param spec what is to be put on the node; only a deployment has it
 * @param memory what its steps have to remember, by keys that begin with the step's name; no secrets
 * @param stepSince when the present step was begun, for its time limit
 * @param error what went wrong
 * @param createdAt when it was begun
 * @param updatedAt when this record last changed
 */
public record OperationRecord(
        UUID id,
        UUID node,
        Optional<InstanceId> instance,
        OperationKind kind,
        OperationStatus status,
        int step,
        Optional<DeploySpec> spec,
        Map<String, String> memory,
        Instant stepSince,
        Optional<Failure> error,
        Instant createdAt,
        Instant updatedAt) {
    /**
     * Why an operation failed.
     *
     * @param code what went wrong
     * @param message the same for people
     */
    public record Failure(ErrorCode code, String message) {}

    /** Copies the memory. */
    public OperationRecord {
        memory = Map.copyOf(memory);
    }

    /** A new operation at its first step. */
    public static OperationRecord begin(
            UUID node, OperationKind kind, Optional<InstanceId> instance, Optional<DeploySpec> spec, Instant now) {
        return new OperationRecord(
                UUID.randomUUID(),
                node,
                instance,
                kind,
                OperationStatus.RUNNING,
                0,
                spec,
                Map.of(),
                now,
                Optional.empty(),
                now,
                now);
    }

    /** This operation at another step. */
    public OperationRecord atStep(int index, Instant now) {
        return new OperationRecord(id, node, instance, kind, status, index, spec, memory, now, error, createdAt, now);
    }

    /** This operation in another status; a failure already noted stays. */
    public OperationRecord withStatus(OperationStatus next, Optional<Failure> failure, Instant now) {
        return new OperationRecord(
                id,
                node,
                instance,
                kind,
                next,
                step,
                spec,
                memory,
                now,
                error.isPresent() ? error : failure,
                createdAt,
                now);
    }

    /** This operation remembering one thing more. */
    public OperationRecord remembering(String key, String value, Instant now) {
        Map<String, String> next = new HashMap<>(memory);
        next.put(key, value);
        return new OperationRecord(
                id, node, instance, kind, status, step, spec, next, stepSince, error, createdAt, now);
    }
}

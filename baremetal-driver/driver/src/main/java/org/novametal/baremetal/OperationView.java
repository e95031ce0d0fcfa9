package org.novametal.baremetal;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.novametal.baremetal.operation.DeletionWish;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.InstanceOperation.Kind;
import org.novametal.driver.model.InstanceOperation.Phase;
import org.novametal.driver.model.InstanceOperation.Unused;

/** Converts stored operations to the form that a compute service gets. */
final class OperationView {
    private static final Map<OperationKind, Kind> KINDS = Map.of(
            OperationKind.DEPLOY, Kind.SPAWN, OperationKind.REBUILD, Kind.REBUILD, OperationKind.DELETE, Kind.DESTROY);

    private final Provisioner provisioner;

    OperationView(Provisioner provisioner) {
        this.provisioner = provisioner;
    }

    /**
     * The newest operation of an instance: the deletion that follows the given operation, if there is one, else the given
     * operation.
     */
    InstanceOperation newest(OperationRecord operation) {
        return operation.deletion().map(wish -> deletion(operation, wish)).orElseGet(() -> itself(operation));
    }

    /** The given operation, even if a deletion follows it. */
    InstanceOperation itself(OperationRecord operation) {
        Phase phase = operation.isKept() ? Phase.FAILED : phase(operation.status());
        InstanceOperation.Builder seen = InstanceOperation.builder(
                        operation.id(),
                        instance(operation),
                        kind(operation.kind()),
                        operation.input().requestId(),
                        operation.createdAt())
                .phase(phase)
                .progress(
                        operation.step().orElse(""),
                        phase == Phase.SUCCEEDED ? 1.0 : provisioner.fraction(operation.id()))
                .text(text(operation));
        operation.failure().ifPresent(why -> seen.failure(why.code(), why.message()));
        unused(operation.input()).forEach(seen::unused);
        return seen.build();
    }

    /** A deletion that waits for the end of another operation, or that became unnecessary when that operation ended. */
    private InstanceOperation deletion(OperationRecord before, DeletionWish wish) {
        boolean ended = before.status().phase() == OperationStatus.Phase.FINISHED;
        return InstanceOperation.builder(
                        wish.id(), instance(before), Kind.DESTROY, wish.requestId(), before.updatedAt())
                .phase(ended ? Phase.SUCCEEDED : Phase.RUNNING)
                .progress(before.step().orElse(""), ended ? 1.0 : 0.0)
                .text(ended ? "" : "waits for the end of the " + before.kind() + " that it cancelled")
                .build();
    }

    /** A successful operation that had nothing to do. */
    InstanceOperation done(InstanceId instance, Kind kind, String requestId) {
        return InstanceOperation.builder(UUID.randomUUID(), instance, kind, requestId, Instant.EPOCH)
                .phase(Phase.SUCCEEDED)
                .progress("", 1.0)
                .build();
    }

    private static InstanceId instance(OperationRecord operation) {
        return operation
                .instance()
                .orElseThrow(() -> new IllegalArgumentException("operation " + operation.id() + " has no instance"));
    }

    /** What the operation waits for; of a kind that a compute service does not know, also what it is. */
    private String text(OperationRecord operation) {
        String waitsFor = provisioner.waitsFor(operation.id());
        if (KINDS.containsKey(operation.kind())) {
            return waitsFor;
        }
        return "the operation '" + operation.kind() + "'" + (waitsFor.isEmpty() ? "" : " waits for " + waitsFor);
    }

    private static Kind kind(OperationKind kind) {
        return KINDS.getOrDefault(kind, Kind.OTHER);
    }

    private static Phase phase(OperationStatus status) {
        return switch (status) {
            case REQUESTED, RUNNING -> Phase.RUNNING;
            case UNDOING, CANCELLING -> Phase.UNDOING;
            case SUCCEEDED -> Phase.SUCCEEDED;
            case FAILED -> Phase.FAILED;
            case CANCELLED -> Phase.CANCELLED;
        };
    }

    private static Set<Unused> unused(OperationInput input) {
        return input instanceof DeploySpec spec ? spec.unused() : Set.of();
    }
}

package org.novametal.baremetal.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.InstanceFate;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.Secret;

/** The port to operations. An operation and its node change in one transaction. */
public interface OperationStore {
    /**
     * Begins an operation: applies the event to the node and stores the operation as the unfinished operation of that node. The operation
     * switches the machine as it needs, so no power state is wanted until its {@linkplain #end end}.
     *
     * @param secrets inputs that must not appear in the operation's record, by name; encrypted, erased at its end
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE} when the node has an unfinished
     *     operation already, is held by another instance than the operation's, or the event is not legal in its state
     */
    NodeRecord begin(OperationRecord operation, Map<String, Secret> secrets, ProvisionEvent event);

    /**
     * Changes an unfinished operation. {@code change} gets the stored record and returns the next; it may run while the store
     * is locked, so it must only compute.
     *
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE} when the operation is finished or unknown
     */
    OperationRecord change(UUID operation, UnaryOperator<OperationRecord> change);

    /**
     * Changes an unfinished operation and applies an event to its node, together.
     *
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE} when the operation is finished or
     *     unknown, or the event is not legal in the node's state
     */
    NodeRecord change(UUID operation, ProvisionEvent event, UnaryOperator<OperationRecord> change);

    /**
     * Ends an operation: stores it as finished, erases its secrets, applies the events to the node, and frees the node if the
     * instance leaves. The power state read last becomes the wanted one, unless another operation begins.
     *
     * @param end gets the stored record and returns how it ends and the effects on its node; it may run while the store is
     *     locked, so it must only compute
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE} as for {@link #change}
     */
    NodeRecord end(UUID operation, Function<OperationRecord, OperationEnd> end);

    /**
     * The end of an operation.
     *
     * @param operation the operation as finished
     * @param node the effects on its node
     */
    record OperationEnd(OperationRecord operation, NodeEnd node) {}

    /**
     * The effects of the end of an operation on its node.
     *
     * @param events the events for the node, in order; if empty, the node keeps its state
     * @param instance whether the instance keeps the node
     * @param next an operation to begin on the node in the same transaction
     * @param lastError the error to record on the node; absent clears it
     */
    record NodeEnd(
            List<ProvisionEvent> events,
            InstanceFate instance,
            Optional<OperationRecord> next,
            Optional<String> lastError) {
        /** Copies the events. */
        public NodeEnd {
            events = List.copyOf(events);
        }
    }

    /** The operation of that id, finished or not. */
    Optional<OperationRecord> find(UUID id);

    /** The secrets of an unfinished operation by name; empty where it has none or is finished. */
    Map<String, Secret> secrets(UUID operation);

    /** The newest operation for an instance, finished or not. */
    Optional<OperationRecord> newest(InstanceId instance);

    /** The newest operation of one of these kinds for an instance, finished or not. */
    Optional<OperationRecord> newest(InstanceId instance, Set<OperationKind> kinds);

    /** All unfinished operations, oldest first. */
    List<OperationRecord> unfinished();

    /**
     * Deletes finished operations that are too old or too many. The newest of each kind for an instance that holds a node is
     * kept: its memory contains the position at which the instance's console output begins.
     *
     * @param endedBefore operations that ended before are deleted
     * @param most how many of the others are kept at most, the newest
     * @return how many were deleted
     */
    int prune(Instant endedBefore, int most);
}

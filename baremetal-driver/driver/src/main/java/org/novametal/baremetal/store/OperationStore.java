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
     * Begins an operation: the node takes the event and the operation is stored as its unfinished one. The operation
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
     * Changes an unfinished operation and gives its node an event, together.
     *
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE} when the operation is finished or
     *     unknown, or the event is not legal in the node's state
     */
    NodeRecord change(UUID operation, ProvisionEvent event, UnaryOperator<OperationRecord> change);

    /**
     * Ends an operation: stores it as finished, erases its secrets, gives the node the event, and frees the node where the
     * instance leaves. The power state read last becomes the wanted one, unless another operation begins.
     *
     * @param end gets the stored record and returns how it ends and what becomes of its node; it may run while the store is
     *     locked, so it must only compute
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE} as for {@link #change}
     */
    NodeRecord end(UUID operation, Function<OperationRecord, OperationEnd> end);

    /**
     * The end of an operation.
     *
     * @param operation the operation as finished
     * @param node what becomes of its node
     */
    record OperationEnd(OperationRecord operation, NodeEnd node) {}

    /**
     * What becomes of a node at the end of an operation.
     *
     * @param events the events for the node, in order; none leaves its state
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
     * Deletes finished operations that are old or many. The newest of each kind of an instance that holds a node stays: its
     * memory says where the instance's console output begins.
     *
     * @param endedBefore those that ended before go
     * @param most of the others the newest stay, so many
     * @return how many were deleted
     */
    int prune(Instant endedBefore, int most);
}

package org.novametal.baremetal.store;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.ReadableRows;
import org.novametal.baremetal.operation.InstanceFate;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.operation.Plan;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.Secret;

/** The interface to the stored operations. An operation and its node change in one transaction. */
public interface OperationStore {
    /**
     * Begins an operation: stores it as the node's unfinished operation and applies the event to the node. No power state is
     * wanted until the operation's {@linkplain #end end}, because the operation switches the machine as it needs.
     *
     * @param secrets inputs that must not appear in the operation's record, by name; they are stored encrypted, and erased when
     *     the operation ends
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE} when the node has an unfinished
     *     operation already, is held by an instance other than the operation's, or the event is not legal in the node's state
     */
    default NodeRecord begin(OperationRecord operation, Map<String, Secret> secrets, ProvisionEvent event) {
        return begin(operation, secrets, event, EnumSet.allOf(ProvisionState.class));
    }

    /**
     * Begins an operation, as {@link #begin(OperationRecord, Map, ProvisionEvent)} does, if the node is in one of these states.
     */
    NodeRecord begin(
            OperationRecord operation, Map<String, Secret> secrets, ProvisionEvent event, Set<ProvisionState> from);

    /**
     * Stores a requested operation. It holds no node: the host begins it by {@link #take}, or ends it by {@link #endRequest}.
     *
     * @param secrets as for {@link #begin}
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}
     */
    void request(OperationRecord requested, Map<String, Secret> secrets);

    /**
     * Stores a requested operation and reserves its free node for an instance, in one transaction: nobody else gets the node
     * before the host begins, and no reservation is left without its request.
     *
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE} when the node cannot take an instance
     *     now; {@code NODE_INVALID} when the instance holds another node; {@code NODE_NOT_FOUND}
     */
    void request(OperationRecord requested, Map<String, Secret> secrets, InstanceOnNode reservedFor);

    /** The requested operations that have neither begun nor ended, oldest first. */
    List<OperationRecord> requested();

    /**
     * Begins a requested operation, as {@link #begin} does, if the node is in one of these states.
     *
     * @param plan its steps
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE} as for {@link #begin}, and when the
     *     operation is not requested any more
     */
    NodeRecord take(UUID request, Plan plan, ProvisionEvent event, Set<ProvisionState> from);

    /**
     * Ends a requested operation that has not begun, erases its secrets, and ends the reservation of a requested deployment.
     *
     * @param status {@code FAILED} for a refusal, {@code CANCELLED} for a withdrawal
     * @return whether it was still a request; false when it has begun or ended
     */
    boolean endRequest(UUID request, OperationStatus status, OperationFailure why);

    /**
     * Ends a requested operation that was done without {@link #take}, as a command to a machine is.
     *
     * @return whether it was still a request; false when it has ended
     */
    boolean completeRequest(UUID request);

    /**
     * A counter that changes whenever any process requests an operation or a cancellation, and at other times; reading it
     * takes microseconds. Empty where the database has no such counter.
     */
    OptionalLong requestMark();

    /** The unfinished operations whose cancellation was requested and has not begun, or whose release was, oldest first. */
    List<OperationRecord> toCancel();

    /**
     * Stores for how long unfinished operations were worked on, all in one transaction. A shorter time than the stored one, and
     * an operation that has ended, are left as they are.
     */
    void recordWorked(Map<UUID, Duration> totals);

    /**
     * Changes an unfinished operation. {@code change} gets the stored record and returns the new one; it may run while the
     * store is locked, so it must only compute.
     *
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE} when the operation is finished or unknown
     */
    OperationRecord change(UUID operation, UnaryOperator<OperationRecord> change);

    /**
     * Changes an unfinished operation and applies an event to its node, in one transaction. If the operation has failed, its
     * message is recorded as the node's last error.
     *
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE} when the operation is finished or
     *     unknown, or the event is not legal in the node's state
     */
    NodeRecord change(UUID operation, ProvisionEvent event, UnaryOperator<OperationRecord> change);

    /**
     * Ends an operation: stores it as finished, erases its secrets, deletes the record of the node's ramdisk, so that its token
     * is void, applies the events to the node, and frees the node if the instance leaves. The power state read last becomes the wanted power state, unless another operation begins.
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
     * The effects that an operation's end has on its node.
     *
     * @param events the events for the node, in order; if empty, the node keeps its state
     * @param instance whether the instance keeps the node
     * @param next an operation to begin on the node in the same transaction
     * @param lastError the error to record on the node; if absent, an earlier error is cleared
     * @param fault the fault to record on the node; if absent, an earlier fault stays
     * @param repaired the fault that ends if the node has it
     */
    record NodeEnd(
            List<ProvisionEvent> events,
            InstanceFate instance,
            Optional<OperationRecord> next,
            Optional<String> lastError,
            Optional<NodeFault> fault,
            Optional<NodeFault> repaired) {
        /** An end that neither begins nor ends a fault. */
        public NodeEnd(
                List<ProvisionEvent> events,
                InstanceFate instance,
                Optional<OperationRecord> next,
                Optional<String> lastError) {
            this(events, instance, next, lastError, Optional.empty(), Optional.empty());
        }

        /** Copies the events. */
        public NodeEnd {
            events = List.copyOf(events);
        }
    }

    /** The operation with this id, finished or not. */
    Optional<OperationRecord> find(UUID id);

    /** The secrets of an unfinished operation by name; empty if it has none or is finished. */
    Map<String, Secret> secrets(UUID operation);

    /** The newest operation for an instance, finished or not. */
    Optional<OperationRecord> newest(InstanceId instance);

    /** The newest operation of one of these kinds for an instance, finished or not. */
    Optional<OperationRecord> newest(InstanceId instance, Set<OperationKind> kinds);

    /** The newest operations of a node in any status, the newest first. */
    List<OperationRecord> ofNode(UUID node, int most);

    /** The operations of {@link #ofNode} that can be read, and what is wrong with the others; only for people. */
    ReadableRows<OperationRecord> readableOfNode(UUID node, int most);

    /** All requested and unfinished operations that can be read, oldest first, and what is wrong with the others; for people. */
    ReadableRows<OperationRecord> readableOpen();

    /** All unfinished operations whose stored records can be read, oldest first. */
    List<OperationRecord> unfinished();

    /**
     * Marks all open operations that can be read as coming from a backup that is restored now.
     *
     * @return how many there are
     */
    int markRestored(Instant now);

    /**
     * Ends every unfinished operation whose stored record cannot be read: it is stored as failed, its node gets the event
     * {@code fail} where that is legal, and the error. The unreadable parts stay in the database, for a person to repair;
     * the operation is then shown without its input, plan and memory.
     *
     * @return for each of them, one line that names the operation, the node, and the damaged row and column
     */
    List<String> endDamaged();

    /**
     * Deletes finished operations that are too old or too many. The newest operation of each kind for an instance that holds a
     * node is kept, because its memory contains the position at which the instance's console output begins.
     *
     * @param endedBefore operations that ended before this time are deleted
     * @param most the largest number of other operations to keep; the newest are kept
     * @return how many were deleted
     */
    int prune(Instant endedBefore, int most);
}

package org.novametal.baremetal.inventory;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.novametal.baremetal.operation.InstanceFate;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.Secret;

/**
 * The one place where nodes, ports and operations are kept.
 *
 * <p>Every method that writes is one transaction, on disk when it returns. Any thread may call; calls block for the store
 * alone, within its own limit. A store that does not answer throws {@link
 * org.novametal.driver.error.DriverException} {@code DRIVER_NOT_READY}, never an empty answer.
 */
public interface NodeStore extends AutoCloseable {
    // ---- nodes

    /**
     * Enrols a node as {@code available}.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_INVALID} naming the other node when the name, UUID, BMC
     *     address or a MAC is taken
     */
    NodeRecord enrol(NodeSpec spec);

    /**
     * Removes a node and its ports.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}; {@code NODE_INVALID} when an instance or an
     *     unfinished operation holds it
     */
    void remove(UUID node);

    /** All nodes by name. */
    List<NodeRecord> nodes();

    /** The node of that UUID. */
    Optional<NodeRecord> node(UUID uuid);

    /** The node of that name. */
    Optional<NodeRecord> node(NodeName name);

    /** The node that the instance holds. */
    Optional<NodeRecord> nodeOf(InstanceId instance);

    /** The node that has one of these MACs; absent also when they belong to several nodes. */
    Optional<NodeRecord> nodeByMacs(Collection<String> macs);

    /** The node's ports by position. */
    List<PortRecord> ports(UUID node);

    /** The user and password of the node's BMC, and its own key where it has one. */
    BmcCredentials credentials(UUID node);

    /** Notes the power state that was seen. */
    void recordPower(UUID node, PowerState power);

    /** Notes the power state that was seen and what it is to be, in one write; none where both stand so already. */
    void recordPower(UUID node, PowerState power, WantedPower wanted);

    /** Notes what the node's power is to be. */
    void wantPower(UUID node, WantedPower wanted);

    /** Puts the node into maintenance with a reason, or out of it. */
    void setMaintenance(UUID node, Optional<String> reason);

    // ---- claims

    /**
     * Gives a free node to an instance: one conditional write on {@code available}, no instance, no maintenance.
     *
     * @return whether the instance holds the node now; true also when it did before
     */
    boolean claim(UUID node, InstanceOnNode instance);

    /**
     * Takes the node back from an instance that never began to use it: only while {@code available} and without an operation.
     *
     * @return whether the instance held it and is off now
     */
    boolean unclaim(UUID node, InstanceId instance);

    // ---- operations: node and operation change in one transaction

    /**
     * Begins an operation: the node takes the event and the operation is stored as its unfinished one. The operation
     * switches the machine as it needs, so none is wanted until its {@linkplain #end end}.
     *
     * @param secrets what the operation is given and must not stand in its record, by name; encrypted, erased at its end
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE} when the node has an unfinished
     *     operation already, is held by another instance than the operation's, or the event is not legal in its state
     */
    NodeRecord begin(OperationRecord operation, Map<String, Secret> secrets, ProvisionEvent event);

    /**
     * Changes an unfinished operation. {@code change} is given the stored record and returns the next; it may be called while
     * the store is locked, so it must only compute.
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
     * Ends an operation: stores it as finished, erases its secrets, gives the node the event, and frees the node of its
     * instance where that leaves. The power state that was seen last is the wanted one, unless another operation begins.
     *
     * @param end is given the stored record and returns how it ends and what becomes of the node; it may be called while the
     *     store is locked, so it must only compute
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
     * @param lastError what is noted on the node; absent clears it
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
    Optional<OperationRecord> operation(UUID id);

    /** The secrets of an unfinished operation by name; empty where it has none or is finished. */
    Map<String, Secret> operationSecrets(UUID operation);

    /** The newest operation of that kind for an instance, finished or not. */
    Optional<OperationRecord> newestOperation(InstanceId instance, OperationKind kind);

    /** All unfinished operations, oldest first. */
    List<OperationRecord> unfinishedOperations();

    // ---- the deploy ramdisk

    /** What is known of the ramdisk on the node. */
    Optional<AgentRecord> agent(UUID node);

    /** Keeps what is known of the ramdisk on its node. */
    void saveAgent(AgentRecord agent);

    /** Forgets the ramdisk: at every power change, so that the next one is given a new token. */
    void forgetAgent(UUID node);

    // ---- settings

    /** A value that the driver chose once and must choose again, such as its HTTP port. */
    Optional<String> setting(String name);

    /** Keeps such a value. */
    void saveSetting(String name, String value);

    @Override
    void close();
}

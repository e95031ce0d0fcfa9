package org.novametal.baremetal.store;

import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import org.novametal.baremetal.inventory.EnrolledNodes;
import org.novametal.baremetal.inventory.FoundHardware;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.PowerState;

/** The interface to the stored nodes: enrolment, power, and which instance holds which node. */
public interface NodeStore extends EnrolledNodes {
    /** The node that the instance holds; empty if it holds none. */
    Optional<NodeRecord> ofInstance(InstanceId instance);

    /**
     * The node that the instance holds; throws if it holds none.
     *
     * @throws DriverException {@code INSTANCE_NOT_FOUND} when it holds none
     */
    default NodeRecord requireOfInstance(InstanceId instance) {
        return ofInstance(instance)
                .orElseThrow(
                        () -> new DriverException(ErrorCode.INSTANCE_NOT_FOUND, "no node holds instance " + instance));
    }

    /** The node that has at least one of these MACs; empty if no node has, or several nodes have. */
    Optional<NodeRecord> byMacs(Collection<String> macs);

    /**
     * The user and password of the node's BMC, and its K_g key where it has one.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}
     */
    BmcCredentials credentials(UUID node);

    /**
     * Records the power state that was read. Writes nothing if it is recorded already.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}
     */
    void recordPower(UUID node, PowerState power);

    /**
     * Records the power state that was read and the wanted power state, in one write. Writes nothing if both are recorded
     * already.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}
     */
    void recordPower(UUID node, PowerState power, WantedPower wanted);

    /**
     * Records the wanted power state.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}
     */
    void wantPower(UUID node, WantedPower wanted);

    /**
     * Records what an inspection found.
     *
     * @param given whether the found values replace those of the node's description; a MAC address that another node has is
     *     left out then
     * @throws DriverException {@code NODE_NOT_FOUND}
     */
    void recordHardware(UUID node, FoundHardware found, FoundHardware.Given given);

    /**
     * Gives a free node to an instance, in one conditional write: the node must be {@code available}, without an instance and
     * not in maintenance.
     *
     * @return whether the instance holds the node now; true also when it already held the node before
     * @throws DriverException {@code NODE_INVALID} when the instance holds another node
     */
    boolean claim(UUID node, InstanceOnNode instance);

    /**
     * Takes the node from an instance that has claimed it but has not been deployed on it; only while the node is {@code
     * available} and has no operation.
     *
     * @return whether the instance held the node and no longer does
     */
    boolean unclaim(UUID node, InstanceId instance);
}

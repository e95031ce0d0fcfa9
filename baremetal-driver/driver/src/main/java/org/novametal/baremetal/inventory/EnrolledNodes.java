package org.novametal.baremetal.inventory;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.novametal.driver.model.NodeName;

/**
 * The enrolled nodes as the inventory needs them: this package's side of a store.
 *
 * <p>Every method that writes is one transaction, on disk when it returns. Any thread may call; calls block for the store
 * alone, within its limit. A store that does not answer throws {@link org.novametal.driver.error.DriverException} {@code
 * DRIVER_NOT_READY}, never an empty answer.
 */
public interface EnrolledNodes {
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
    List<NodeRecord> all();

    /** The node of that UUID. */
    Optional<NodeRecord> find(UUID uuid);

    /** The node of that name. */
    Optional<NodeRecord> find(NodeName name);

    /** The node's ports by position. */
    List<PortRecord> ports(UUID node);

    /**
     * Puts the node into maintenance with a reason, or out of it.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}
     */
    void setMaintenance(UUID node, Optional<String> reason);
}

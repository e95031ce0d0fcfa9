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
    default NodeRecord enrol(NodeSpec spec) {
        return enrol(List.of(spec)).getFirst();
    }

    /**
     * Enrols nodes as {@code available}: all of them, or none.
     *
     * @return the nodes, in the order given
     * @throws org.novametal.driver.error.DriverException {@code NODE_INVALID} naming each node that cannot be enrolled, and
     *     the node that has its name, UUID, BMC address or a MAC
     */
    List<NodeRecord> enrol(List<NodeSpec> specs);

    /**
     * The node's description as it was enrolled or last updated, with its BMC's credentials.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}
     */
    NodeSpec spec(UUID node);

    /**
     * Replaces a node's description.
     *
     * @param version the version that the change was made from
     * @param spec the whole description; its UUID says which node
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}; {@code NODE_INVALID} when the node has another
     *     version by now, an operation or instance does not allow the change, or another node has its name, BMC address or a
     *     MAC
     */
    NodeRecord update(long version, NodeSpec spec);

    /**
     * Removes a node and its ports.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}; {@code NODE_INVALID} when an instance or an
     *     unfinished operation holds it
     */
    void remove(UUID node);

    /**
     * A mark of what the nodes are: as long as it stays the same, nobody has written any. Takes microseconds, so that it may
     * be asked for at each call; what it counts is the store's.
     */
    long mark();

    /** The nodes that were written since a revision. */
    NodeChanges changesSince(Revision revision);

    /**
     * How far the nodes had been written.
     *
     * @param newest the newest version of a node
     * @param lastRemoval the version that the last removal took
     */
    record Revision(long newest, long lastRemoval) {
        /** Before everything. */
        public static final Revision START = new Revision(0, -1);
    }

    /**
     * Nodes that were written since a revision.
     *
     * @param revision how far the nodes had been written, at least, when these were read
     * @param extent whether these are all nodes
     * @param nodes the nodes
     */
    record NodeChanges(Revision revision, Extent extent, List<NodeRecord> nodes) {
        /** Copies the nodes. */
        public NodeChanges {
            nodes = List.copyOf(nodes);
        }

        /** Which nodes are given. */
        public enum Extent {
            /** Those that were written. */
            WRITTEN,
            /** All, because some were removed. */
            ALL
        }
    }

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

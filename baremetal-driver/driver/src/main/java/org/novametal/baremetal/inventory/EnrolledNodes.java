package org.novametal.baremetal.inventory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.driver.model.NodeName;

/**
 * The enrolled nodes: the interface to the store that this package needs.
 *
 * <p>Every method that writes runs one transaction, which is on disk when the method returns. Any thread may call; calls block
 * only for the store, within its time limit. If the store does not answer, a method throws {@link
 * org.novametal.driver.error.DriverException} {@code DRIVER_NOT_READY} and never returns an empty answer.
 */
public interface EnrolledNodes {
    /**
     * Enrols a node in its initial state, or as {@code enroll}.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_INVALID} naming the other node that already has the name,
     *     UUID, BMC address or a MAC
     */
    default NodeRecord enrol(NodeSpec spec) {
        return enrol(List.of(spec)).getFirst();
    }

    /**
     * Enrols nodes in their initial states, or as {@code enroll}: all of them, or none.
     *
     * @return the nodes, in the order given
     * @throws org.novametal.driver.error.DriverException {@code NODE_INVALID} as for {@link #change}
     */
    default List<NodeRecord> enrol(List<NodeSpec> specs) {
        return change(specs.stream().map(NodeChange::create).toList(), NodeChange.Mode.WRITE);
    }

    /**
     * Enrols and updates nodes: all of them, or none. Values that must be unique may move from one of these nodes to another.
     *
     * @param mode whether the changes are only checked
     * @return the nodes, in the order given, as they are after the changes
     * @throws org.novametal.driver.error.DriverException {@code NODE_INVALID} naming each node that cannot be enrolled or
     *     updated, and why: another node already has the name, UUID, BMC address or one of the MACs; the node was written
     *     since that version; an operation or instance does not allow the change; {@code NODE_NOT_FOUND}
     */
    List<NodeRecord> change(List<NodeChange> changes, NodeChange.Mode mode);

    /**
     * The node's description as it was enrolled or last updated, with its BMC's credentials.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}
     */
    NodeSpec spec(UUID node);

    /**
     * Replaces a node's description.
     *
     * @param version the version of the node to which the change applies
     * @param spec the whole description; its UUID identifies the node
     * @throws org.novametal.driver.error.DriverException as for {@link #change}
     */
    default NodeRecord update(long version, NodeSpec spec) {
        return change(List.of(new NodeChange.Update(version, spec, Map.of())), NodeChange.Mode.WRITE)
                .getFirst();
    }

    /** All nodes and their descriptions, with the BMCs' credentials, sorted by name. */
    List<DescribedNode> described();

    /**
     * A node and its description.
     *
     * @param node the node
     * @param spec its description
     */
    record DescribedNode(NodeRecord node, NodeSpec spec) {}

    /** The node's hardware documents by name; empty if there are none. */
    SortedMap<String, JsonDocument> documents(UUID node);

    /**
     * Stores a hardware document of a node, in place of one of that name.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}
     */
    void putDocument(UUID node, String name, JsonDocument document);

    /** Removes a hardware document; succeeds if there is none of that name. */
    void removeDocument(UUID node, String name);

    /**
     * Removes a node and its ports.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}; {@code NODE_INVALID} when an instance or an
     *     unfinished operation holds the node
     */
    void remove(UUID node);

    /**
     * A change counter: while its value stays the same, no node has been written. Reading the counter takes microseconds, so
     * every call may do it. The store defines what is counted.
     */
    long mark();

    /** The nodes that were written since a revision. */
    NodeChanges changesSince(Revision revision);

    /**
     * A position in the sequence of changes to nodes.
     *
     * @param newest the highest version of any node
     * @param lastRemoval the version assigned to the last removal of a node
     */
    record Revision(long newest, long lastRemoval) {
        /** The position before all changes. */
        public static final Revision START = new Revision(0, -1);
    }

    /**
     * Nodes that were written since a revision.
     *
     * @param revision the position up to which all changes are included; later changes may be included too
     * @param extent whether {@code nodes} contains all nodes or only the written ones
     * @param nodes the nodes
     */
    record NodeChanges(Revision revision, Extent extent, List<NodeRecord> nodes) {
        /** Copies the nodes. */
        public NodeChanges {
            nodes = List.copyOf(nodes);
        }

        /** Which nodes a {@link NodeChanges} contains. */
        public enum Extent {
            /** The nodes that were written since the revision. */
            WRITTEN,
            /** All nodes, because some were removed. */
            ALL
        }
    }

    /** All nodes, sorted by name. */
    List<NodeRecord> all();

    /** All nodes that can be read, sorted by name, and what is wrong with the others; only for lists that people read. */
    ReadableRows<NodeRecord> readable();

    /** The summaries of all nodes that can be read, as {@link #readable}. */
    ReadableRows<NodeSummary> readableSummaries();

    /** The summaries of all nodes, sorted by name as those of {@link #all}; reads nothing else of the nodes. */
    List<NodeSummary> summaries();

    /** The node with this UUID. */
    Optional<NodeRecord> find(UUID uuid);

    /** The node with this name. */
    Optional<NodeRecord> find(NodeName name);

    /**
     * The node that an operator names: the node with this name or, if there is none, with this UUID.
     *
     * @throws IllegalArgumentException when the text cannot be a node's name
     */
    default Optional<NodeRecord> find(String nameOrUuid) {
        return find(new NodeName(nameOrUuid)).or(() -> uuid(nameOrUuid).flatMap(this::find));
    }

    private static Optional<UUID> uuid(String text) {
        try {
            // UUID.fromString takes shorter texts too.
            return Optional.of(UUID.fromString(text))
                    .filter(uuid -> uuid.toString().equalsIgnoreCase(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The node's ports, sorted by position. */
    List<PortRecord> ports(UUID node);

    /**
     * Puts the node into maintenance; without one, ends the maintenance.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}
     */
    void setMaintenance(UUID node, Optional<NodeMarks.Maintenance> maintenance);

    /**
     * Records a fault of the node; without one, ends it.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}
     */
    void setFault(UUID node, Optional<NodeFault> fault);

    /**
     * Retires the node with a reason: it takes no instance any more, and is {@code manageable} when it would be free. Without a
     * reason, ends that; the node keeps its state.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}
     */
    void setRetired(UUID node, Optional<String> reason);

    /**
     * Protects the node's instance with a reason: it can be neither deleted nor rebuilt. Without a reason, ends that.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}; {@code NODE_INVALID} when no instance runs on
     *     the node
     */
    void setProtection(UUID node, Optional<String> reason);
}

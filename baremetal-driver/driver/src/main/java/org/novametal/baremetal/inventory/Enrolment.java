package org.novametal.baremetal.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.bmc.BmcAddress;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.NodeName;
import org.novametal.text.ForeignText;

/**
 * The operators' interface to the inventory: enrols, lists, shows, updates and deletes nodes.
 *
 * <p>Any thread may call; calls block only for the store.
 */
public final class Enrolment {
    private final EnrolledNodes store;
    private final Listener listener;
    private final BmcKinds kinds;

    /** Notified of changes after they are stored, on the caller's thread. Must not throw. */
    public interface Listener {
        /** A node was enrolled. */
        default void enrolled(NodeRecord node) {}

        /** A node's description was changed. */
        default void updated(NodeRecord node) {}

        /** A node was deleted. */
        default void removed(UUID node) {}

        /**
         * The change of one node was refused.
         *
         * @param present the node as it is stored; empty if it is not
         */
        default void refused(NodeChange change, Optional<NodeRecord> present) {}

        /** The deletion of a node was refused. */
        default void deletionRefused(NodeRecord node) {}
    }

    /** What the kinds of BMC that a driver knows say of addresses. Thread-safe. */
    public interface BmcKinds {
        /** Takes every address, and compares addresses exactly as written. */
        BmcKinds ANY = new BmcKinds() {};

        /**
         * The other spelling of an address, with or without the scheme's default port; both spellings mean the same BMC. Empty
         * if there is none.
         */
        default Optional<BmcAddress> otherSpelling(BmcAddress address) {
            return Optional.empty();
        }

        /** Why no BMC can be opened at an address, for people; empty if one can. */
        default Optional<String> refusal(BmcAddress address) {
            return Optional.empty();
        }
    }

    /** Creates an enrolment for a store that takes {@linkplain BmcKinds#ANY any} BMC address. */
    public Enrolment(EnrolledNodes store) {
        this(store, new Listener() {}, BmcKinds.ANY);
    }

    /**
     * Creates an enrolment for a store.
     *
     * @param listener called after each change
     * @param kinds the kinds of BMC
     */
    public Enrolment(EnrolledNodes store, Listener listener, BmcKinds kinds) {
        this.store = Objects.requireNonNull(store, "store");
        this.listener = Objects.requireNonNull(listener, "listener");
        this.kinds = Objects.requireNonNull(kinds, "kinds");
    }

    /**
     * A node and its ports.
     *
     * @param node the node
     * @param ports the node's ports, sorted by position
     */
    public record NodeWithPorts(NodeRecord node, List<PortRecord> ports) {
        /** Copies the ports. */
        public NodeWithPorts {
            ports = List.copyOf(ports);
        }
    }

    /**
     * Enrols a node. Without an {@linkplain NodeSpec#initialState initial state} the driver verifies and cleans it until it is
     * {@code available}.
     *
     * @throws DriverException {@code NODE_INVALID} with all faults of the specification, or naming the other node that already
     *     has the name, UUID, BMC address or a MAC; {@code DRIVER_NOT_READY}
     */
    public NodeRecord enrol(NodeSpec spec) {
        return enrolAll(List.of(spec)).getFirst();
    }

    /**
     * Enrols nodes, as {@link #enrol} does: all of them, or none.
     *
     * @return the nodes, in the order given
     * @throws DriverException {@code NODE_INVALID} with all faults of all specifications, as for {@link #enrol};
     *     {@code DRIVER_NOT_READY}
     */
    public List<NodeRecord> enrolAll(List<NodeSpec> specs) {
        return change(specs.stream().map(NodeChange::create).toList(), NodeChange.Mode.WRITE);
    }

    /**
     * Enrols and updates nodes: all of them, or none. Names, addresses and MACs may move from one of these nodes to another.
     *
     * @param mode whether the changes are only checked
     * @return the nodes, in the order given, as they are after the changes
     * @throws DriverException {@code NODE_INVALID} with all faults of all descriptions, or with all reasons why the store
     *     refuses the changes, as for {@link #enrol} and {@link #update}; {@code NODE_NOT_FOUND}; {@code DRIVER_NOT_READY}
     */
    public List<NodeRecord> change(List<NodeChange> changes, NodeChange.Mode mode) {
        List<NodeRecord> nodes;
        try {
            nodes = changed(changes, mode);
        } catch (DriverException e) {
            // Of changes that are made together, it is not known which one was at fault.
            if (mode == NodeChange.Mode.WRITE && changes.size() == 1 && isRefusal(e)) {
                NodeChange change = changes.getFirst();
                listener.refused(change, store.find(change.spec().uuid()));
            }
            throw e;
        }
        if (mode == NodeChange.Mode.WRITE) {
            for (int i = 0; i < nodes.size(); i++) {
                switch (changes.get(i)) {
                    case NodeChange.Create _ -> listener.enrolled(nodes.get(i));
                    case NodeChange.Update _ -> listener.updated(nodes.get(i));
                }
            }
        }
        return nodes;
    }

    private List<NodeRecord> changed(List<NodeChange> changes, NodeChange.Mode mode) {
        List<List<InventoryFault>> faults = changes.stream().map(this::faults).toList();
        if (faults.stream().anyMatch(found -> !found.isEmpty())) {
            // The store would name these only after the other faults are gone.
            List<List<InventoryFault>> taken =
                    conflicts(changes.stream().map(NodeChange::spec).toList());
            List<String> refusals = new ArrayList<>();
            for (int i = 0; i < changes.size(); i++) {
                faults.get(i).addAll(taken.get(i));
                refusal(changes.get(i), faults.get(i)).ifPresent(refusals::add);
            }
            throw new DriverException(ErrorCode.NODE_INVALID, String.join("\n", refusals));
        }
        return store.change(changes.stream().map(this::withAlias).toList(), mode);
    }

    private static boolean isRefusal(DriverException e) {
        return e.code() != ErrorCode.DRIVER_NOT_READY;
    }

    /**
     * Changes a node's description.
     *
     * <p>The node must have no unfinished operation. While an instance holds it, its name, resource class and MACs cannot be
     * changed.
     *
     * @param node the record from which the change was decided
     * @param change gets the current description and returns the new description, with the same UUID
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code NODE_INVALID} with all faults of the new description, or when the
     *     node was written after {@code node} was read, or an operation or instance does not allow the change; {@code
     *     DRIVER_NOT_READY}
     */
    public NodeRecord update(NodeRecord node, UnaryOperator<NodeSpec> change) {
        NodeSpec spec = change.apply(store.spec(node.uuid()));
        if (!spec.uuid().equals(node.uuid())) {
            throw new IllegalArgumentException("the new description of node " + node.name() + " has another UUID, "
                    + spec.uuid() + "; a UUID never changes");
        }
        return change(List.of(new NodeChange.Update(node.version(), spec, Map.of())), NodeChange.Mode.WRITE)
                .getFirst();
    }

    /** Adds the other spelling of the BMC's address to the description, so that no other node can have it. */
    private NodeChange withAlias(NodeChange change) {
        NodeSpec spec = change.spec();
        NodeSpec full = kinds.otherSpelling(spec.bmc())
                .map(alias -> spec.toBuilder().bmcAlias(alias).build())
                .orElse(spec);
        return switch (change) {
            case NodeChange.Create create ->
                new NodeChange.Create(full, create.marks(), create.documents(), create.adoption());
            case NodeChange.Update update -> new NodeChange.Update(update.version(), full, update.documents());
        };
    }

    /**
     * The values that no two nodes may have and that another node has: one that is enrolled and not among these nodes, or one
     * that stands before the node in the list. The store checks the same at every change; this is for descriptions that have
     * other faults too, so that all faults are known at once.
     *
     * @param specs the nodes as they are to be, new ones and known ones
     * @return the faults of each node, in the order given
     * @throws DriverException {@code DRIVER_NOT_READY}
     */
    public List<List<InventoryFault>> conflicts(List<NodeSpec> specs) {
        Set<UUID> replaced = specs.stream().map(NodeSpec::uuid).collect(Collectors.toSet());
        UniqueValues values = new UniqueValues(kinds);
        store.described().stream()
                .map(EnrolledNodes.DescribedNode::spec)
                .filter(spec -> !replaced.contains(spec.uuid()))
                .forEach(values::add);
        return specs.stream().map(values::add).toList();
    }

    private List<InventoryFault> faults(NodeChange change) {
        List<InventoryFault> faults = new ArrayList<>(NodeRules.faults(change.spec()));
        bmcFault(change.spec()).ifPresent(faults::add);
        change.documents()
                .forEach((name, document) -> NodeRules.documentFault(name, document)
                        .ifPresent(fault -> faults.add(
                                new InventoryFault(change.spec().name().value(), "documents." + name, fault))));
        return faults; // the caller adds to it
    }

    private static Optional<String> refusal(NodeChange change, List<InventoryFault> faults) {
        String verb = switch (change) {
            case NodeChange.Create _ -> "enrolled";
            case NodeChange.Update _ -> "updated";
        };
        return faults.isEmpty()
                ? Optional.empty()
                : Optional.of("node " + change.spec().name() + " cannot be " + verb + ": "
                        + faults.stream().map(InventoryFault::inNode).collect(Collectors.joining("; ")));
    }

    /**
     * Why no BMC can be opened at the address of a description; empty if one can, or if the node has this address already, for
     * example because a plug-in is missing now.
     *
     * @throws DriverException {@code DRIVER_NOT_READY}
     */
    public Optional<InventoryFault> bmcFault(NodeSpec spec) {
        return kinds.refusal(spec.bmc())
                .filter(_ -> store.find(spec.uuid())
                        .filter(known -> known.bmc().equals(spec.bmc()))
                        .isEmpty())
                .map(why -> new InventoryFault(spec.name().value(), "bmc.address", why));
    }

    /** All nodes and their descriptions, with the BMCs' credentials, sorted by name. */
    public List<EnrolledNodes.DescribedNode> described() {
        return store.described();
    }

    /**
     * The hardware documents of a node by name, such as what an inspection found.
     *
     * @throws DriverException {@code DRIVER_NOT_READY}
     */
    public SortedMap<String, JsonDocument> documents(UUID node) {
        return store.documents(node);
    }

    /**
     * Stores a hardware document of a node, in place of one of that name.
     *
     * @param name 1 to 64 letters, digits, dots, hyphens and underscores
     * @throws IllegalArgumentException when the name is not valid or the document too large
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code NODE_INVALID} when the node has too many documents; {@code
     *     DRIVER_NOT_READY}
     */
    public void putDocument(UUID node, String name, JsonDocument document) {
        NodeRules.documentFault(name, document).ifPresent(fault -> {
            throw new IllegalArgumentException("document " + ForeignText.line(name) + " " + fault);
        });
        store.putDocument(node, name, document);
    }

    /** Removes a hardware document; succeeds if there is none of that name. */
    public void removeDocument(UUID node, String name) {
        store.removeDocument(node, name);
    }

    /** All nodes, sorted by name. */
    public List<NodeRecord> list() {
        return store.all();
    }

    /** The summaries of all nodes, sorted by name; with many nodes much faster than {@link #list}. */
    public List<NodeSummary> summaries() {
        return store.summaries();
    }

    /**
     * All nodes whose rows in the store can be read, sorted by name, and what is wrong with the others: a list for people, in
     * which one damaged node hides no other. A scheduler must never get it.
     *
     * @throws DriverException {@code DRIVER_NOT_READY}
     */
    public ReadableRows<NodeRecord> readable() {
        return store.readable();
    }

    /** The summaries of all nodes that can be read; to {@link #readable} as {@link #summaries} is to {@link #list}. */
    public ReadableRows<NodeSummary> readableSummaries() {
        return store.readableSummaries();
    }

    /**
     * The node with this UUID.
     *
     * @throws DriverException {@code DRIVER_NOT_READY}
     */
    public Optional<NodeRecord> find(UUID uuid) {
        return store.find(uuid);
    }

    /**
     * The node with this name, and its ports.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code DRIVER_NOT_READY}
     */
    public NodeWithPorts show(NodeName name) {
        NodeRecord node = named(name);
        return new NodeWithPorts(node, store.ports(node.uuid()));
    }

    /**
     * The name of the node that an operator names: the node with this name or, if there is none, with this UUID.
     *
     * @throws IllegalArgumentException when the text cannot be a node's name
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code DRIVER_NOT_READY}
     */
    public NodeName nameOf(String nameOrUuid) {
        return store.find(nameOrUuid).map(NodeRecord::name).orElseThrow(() -> unknown(new NodeName(nameOrUuid)));
    }

    /**
     * Takes a node out of use: it gets no new instance, and its machine is not switched back when somebody else changes its
     * power. A running instance or operation continues, and the power is still read. If the node is in maintenance already, the
     * reason is replaced.
     *
     * @param reason the reason, a text for operators; it is shown with the node
     * @throws IllegalArgumentException when the reason is blank
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code DRIVER_NOT_READY}
     */
    public void beginMaintenance(NodeName name, String reason) {
        beginMaintenance(name, reason, "an operator");
    }

    /**
     * Takes a node out of use, as {@link #beginMaintenance(NodeName, String)} does.
     *
     * @param by who takes it out of use, a text for operators; it is shown with the node
     */
    public void beginMaintenance(NodeName name, String reason, String by) {
        String why = given(name, "maintenance", reason);
        store.setMaintenance(named(name).uuid(), Optional.of(new NodeMarks.Maintenance(why, ForeignText.message(by))));
    }

    /**
     * Retires a node, which is to be removed: it takes no instance any more. A running instance continues; when it is deleted,
     * the node is cleaned and then {@code manageable}. If the node is retired already, the reason is replaced.
     *
     * @param reason the reason, a text for operators; it is shown with the node
     * @throws IllegalArgumentException when the reason is blank
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code DRIVER_NOT_READY}
     */
    public void retire(NodeName name, String reason) {
        store.setRetired(named(name).uuid(), Optional.of(given(name, "retirement", reason)));
    }

    /**
     * Ends a node's retirement; it keeps its state, and is free again after {@code provide}. Succeeds for a node that is not
     * retired.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code DRIVER_NOT_READY}
     */
    public void endRetirement(NodeName name) {
        store.setRetired(named(name).uuid(), Optional.empty());
    }

    /**
     * Protects the instance on a node: it can be neither deleted nor rebuilt, and the node cannot be deleted.
     *
     * @param reason the reason, a text for operators; it is shown with the node
     * @throws IllegalArgumentException when the reason is blank
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code NODE_INVALID} when no instance runs on the node; {@code
     *     DRIVER_NOT_READY}
     */
    public void protect(NodeName name, String reason) {
        store.setProtection(named(name).uuid(), Optional.of(given(name, "protection", reason)));
    }

    /**
     * Ends the protection of the instance on a node. Succeeds for a node that is not protected.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code DRIVER_NOT_READY}
     */
    public void endProtection(NodeName name) {
        store.setProtection(named(name).uuid(), Optional.empty());
    }

    /**
     * Ends the fault that the driver recorded at a node, after an operator has repaired it. A fault of power ends by itself
     * where the driver reads the power of all nodes. Succeeds for a node without a fault.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code DRIVER_NOT_READY}
     */
    public void endFault(NodeName name) {
        store.setFault(named(name).uuid(), Optional.empty());
    }

    private static String given(NodeName name, String what, String reason) {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("the " + what + " of node " + name + " needs a reason");
        }
        return ForeignText.message(reason);
    }

    /**
     * Ends a node's maintenance, begun by an operator, or by the driver when it could not restore the machine's power.
     * Succeeds for a node that is not in maintenance.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code DRIVER_NOT_READY}
     */
    public void endMaintenance(NodeName name) {
        store.setMaintenance(named(name).uuid(), Optional.empty());
    }

    /**
     * Deletes a node and its ports. Its machine is left as it is.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code NODE_INVALID} saying which instance or operation holds the node;
     *     {@code DRIVER_NOT_READY}
     */
    public void delete(NodeName name) {
        NodeRecord found = named(name);
        try {
            delete(found);
        } catch (DriverException e) {
            if (isRefusal(e)) {
                listener.deletionRefused(found);
            }
            throw e;
        }
        listener.removed(found.uuid());
    }

    private void delete(NodeRecord found) {
        // The store knows nothing of protection; of what else holds the node it knows best.
        found.marks().protection().flatMap(_ -> found.whyNotDeleted()).ifPresent(why -> {
            throw new DriverException(ErrorCode.NODE_INVALID, why);
        });
        store.remove(found.uuid());
    }

    private NodeRecord named(NodeName name) {
        return store.find(name).orElseThrow(() -> unknown(name));
    }

    private static DriverException unknown(NodeName name) {
        return new DriverException(
                ErrorCode.NODE_NOT_FOUND,
                "there is no node named '" + name + "', and none with that UUID; list the nodes to see both");
    }
}

package org.novametal.baremetal.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.novametal.baremetal.exchange.Finding.Kind;
import org.novametal.baremetal.inventory.EnrolledNodes.DescribedNode;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.InventoryFault;
import org.novametal.baremetal.inventory.JsonDocument;
import org.novametal.baremetal.inventory.NodeChange;
import org.novametal.baremetal.inventory.NodeChange.RunningInstance;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.inventory.PortGroup;
import org.novametal.baremetal.inventory.PortSpec;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;

/**
 * What an import would do to an inventory: create nodes, update some, and leave others as they are. A node is found by its UUID
 * or, when the source has none, by its name.
 *
 * <p>A new node on which an instance runs keeps its UUID and is enrolled as manageable; its adoption is requested in the same
 * transaction, before any other request. Where the source does not say that the instance runs, the node is enrolled out of use,
 * with a document named {@value #ADOPTION}, so that nobody gets the machine before an operator adopts it. Maintenance is only
 * taken over for new nodes. Not thread-safe.
 */
public final class ImportPlan {
    /** The name of the document that names the instance which runs on a node that is to be adopted. */
    public static final String ADOPTION = "adoption";

    /** Who began a maintenance that a document describes. */
    private static final String BY = "import";

    private final Enrolment inventory;
    private final List<Step> steps = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final List<NodeChange> changes = new ArrayList<>();
    private final List<Adoption> adoptions = new ArrayList<>();
    private final List<Planned> planned = new ArrayList<>();

    /** A node of the import as it is to be, and the fields for which other values stand in. */
    private record Planned(String label, NodeSpec spec, List<String> faulty) {
        /** Whether the value of a field is the one that the import gives. */
        boolean isGiven(String field) {
            return faulty.stream().noneMatch(other -> field.startsWith(other) || other.startsWith(field));
        }
    }

    /**
     * What happens to one node.
     *
     * @param action what happens
     * @param uuid the node's UUID
     * @param name the node's name afterwards
     * @param fields the names of the fields that change; empty unless it is updated
     */
    public record Step(Action action, UUID uuid, String name, List<String> fields) {
        /** Copies the names. */
        public Step {
            fields = List.copyOf(fields);
        }
    }

    /** What happens to a node. */
    public enum Action {
        /** It is enrolled. */
        CREATE,
        /** Its description changes. */
        UPDATE,
        /** Nothing. */
        UNCHANGED
    }

    /**
     * A new node that is to be adopted.
     *
     * @param node the node's UUID
     * @param instance the instance on it
     * @param way who adopts it
     */
    public record Adoption(UUID node, InstanceOnNode instance, Way way) {
        /** Who adopts a node. */
        public enum Way {
            /** The host, which gets the request with the import. */
            REQUESTED,
            /** An operator, after a look at the machine: the source does not say that the instance runs. */
            BY_OPERATOR
        }
    }

    /**
     * Plans an import.
     *
     * @throws DriverException {@code DRIVER_NOT_READY}
     */
    public ImportPlan(ImportDraft draft, Enrolment inventory) {
        this.inventory = inventory;
        Map<String, DescribedNode> byUuid = new HashMap<>();
        Map<String, DescribedNode> byName = new HashMap<>();
        for (DescribedNode node : inventory.described()) {
            byUuid.put(node.node().uuid().toString(), node);
            byName.put(node.node().name().value(), node);
        }
        List<Finding> found = new ArrayList<>();
        Set<String> twice = new HashSet<>();
        Map<InstanceId, String> held = new HashMap<>();
        byUuid.values()
                .forEach(known -> known.node()
                        .instance()
                        .ifPresent(instance ->
                                held.put(instance.id(), known.node().name().value())));
        for (DraftNode node : draft.nodes()) {
            Optional<DescribedNode> known = Optional.ofNullable(
                    node.uuid().isPresent() ? byUuid.get(node.uuid().get()) : null);
            if (node.uuid().isEmpty()) {
                known = node.name().map(byName::get);
            }
            Stream.concat(node.uuid().map("UUID "::concat).stream(), node.name().map("name "::concat).stream())
                    .filter(key -> !twice.add(key))
                    .forEach(key -> found.add(new Finding(
                            Kind.FAULT, node.label(), "", "has the same " + key + " as another node of the import")));
            if (known.isEmpty()) {
                node.instance()
                        .map(on -> on.instance().id())
                        .flatMap(id -> Optional.ofNullable(held.putIfAbsent(id, node.label())))
                        .ifPresent(other -> found.add(new Finding(
                                Kind.FAULT,
                                node.label(),
                                "instance.uuid",
                                "is that of the instance on node " + other)));
            }
            plan(node, known, found);
        }
        if (Stream.concat(found.stream(), draft.findings().stream())
                .anyMatch(finding -> finding.kind() == Kind.FAULT)) {
            addConflicts(found);
        }
        Set<String> faulty = found.stream()
                .map(finding -> finding.subject() + " " + finding.field())
                .collect(Collectors.toSet());
        draft.findings().stream()
                .filter(finding ->
                        finding.kind() != Kind.MISSING || faulty.contains(finding.subject() + " " + finding.field()))
                .forEach(findings::add);
        findings.addAll(found);
    }

    /** Adds the conflicts between nodes, which the store would find only after all other faults are gone. */
    private void addConflicts(List<Finding> found) {
        List<List<InventoryFault>> conflicts =
                inventory.conflicts(planned.stream().map(Planned::spec).toList());
        Set<String> twice = found.stream()
                .filter(finding -> finding.field().isEmpty())
                .map(Finding::subject)
                .collect(Collectors.toSet());
        for (int i = 0; i < planned.size(); i++) {
            Planned node = planned.get(i);
            conflicts.get(i).stream()
                    .filter(fault -> node.isGiven(fault.field()))
                    // Found already, if another node of the import has it.
                    .filter(fault -> !(twice.contains(node.label())
                            && Set.of("name", "uuid").contains(fault.field())))
                    .map(fault -> new Finding(Kind.FAULT, node.label(), fault.field(), fault.message()))
                    .forEach(found::add);
        }
    }

    private void plan(DraftNode node, Optional<DescribedNode> known, List<Finding> found) {
        ObjectNode object = known.map(DescribedNode::spec).map(NodeJson::write).orElseGet(ExchangeJson::object);
        Optional<ObjectNode> before = known.map(_ -> object.deepCopy());
        DraftNode.merge(object, node.fields());
        List<InventoryFault> faults = new ArrayList<>();
        NodeJson.Read read = NodeJson.read(node.label(), object, faults);
        faults.forEach(fault -> found.add(Finding.fault(fault)));
        planned.add(new Planned(
                node.label(),
                known.map(present -> withKnownUuids(read.described(), present.spec()))
                        .orElse(read.described()),
                faults.stream().map(InventoryFault::field).toList()));
        if (read.spec().isEmpty()) {
            return;
        }
        inventory.bmcFault(read.spec().get()).ifPresent(fault -> found.add(Finding.fault(fault)));
        if (known.isEmpty()) {
            create(node, read, read.spec().get());
        } else {
            update(
                    node,
                    read,
                    known.get(),
                    before.orElseThrow(),
                    withKnownUuids(read.spec().get(), known.get().spec()),
                    found);
        }
    }

    private void create(DraftNode node, NodeJson.Read read, NodeSpec spec) {
        Map<String, JsonDocument> documents = new TreeMap<>(read.documents());
        Optional<String> maintenance = read.maintenance();
        Optional<DraftInstance> running = node.instance().filter(on -> on.life() == DraftInstance.Life.RUNS);
        NodeSpec enrolled = running.isEmpty()
                ? spec
                : spec.toBuilder().initialState(ProvisionState.MANAGEABLE).build();
        if (node.instance().isPresent()) {
            InstanceOnNode instance = node.instance().get().instance();
            adoptions.add(new Adoption(
                    spec.uuid(), instance, running.isPresent() ? Adoption.Way.REQUESTED : Adoption.Way.BY_OPERATOR));
            if (running.isEmpty()) {
                documents.put(
                        ADOPTION,
                        new JsonDocument(InventoryExport.instance(instance).toString()));
                maintenance = maintenance.or(() -> Optional.of("instance " + instance.name() + " (" + instance.id()
                        + ") is on it; look whether it runs, and adopt it before anything else"));
            }
        }
        changes.add(new NodeChange.Create(
                enrolled,
                new NodeMarks(
                        maintenance.map(why -> new NodeMarks.Maintenance(why, BY)),
                        Optional.empty(),
                        read.retired(),
                        read.protection()),
                documents,
                running.map(on -> new RunningInstance(on.instance(), on.image().orElse("")))));
        steps.add(new Step(Action.CREATE, spec.uuid(), spec.name().value(), List.of()));
    }

    private void update(
            DraftNode node,
            NodeJson.Read read,
            DescribedNode known,
            ObjectNode before,
            NodeSpec spec,
            List<Finding> found) {
        NodeRecord record = known.node();
        List<String> fields = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : NodeJson.write(spec).properties()) {
            if (!field.getValue().equals(before.path(field.getKey()))) {
                fields.add(field.getKey());
            }
        }
        Map<String, JsonDocument> documents = new TreeMap<>(read.documents());
        if (!documents.isEmpty()) {
            Map<String, JsonDocument> present = inventory.documents(record.uuid());
            documents.entrySet().removeIf(entry -> entry.getValue().equals(present.get(entry.getKey())));
            documents.keySet().forEach(name -> fields.add(NodeJson.DOCUMENTS + "." + name));
        }
        if (read.maintenance().isPresent() && !read.maintenance().equals(record.maintenance())) {
            found.add(note(node, NodeJson.MAINTENANCE, "is not changed by an import; begin or end it for the node"));
        }
        if (read.retired().isPresent() && !read.retired().equals(record.marks().retired())) {
            found.add(note(node, NodeJson.RETIRED, "is not changed by an import; retire the node"));
        }
        if (read.protection().isPresent()
                && !read.protection().equals(record.marks().protection())) {
            found.add(note(node, NodeJson.PROTECTED, "is not changed by an import; protect the node"));
        }
        if (node.instance().isPresent()
                && !node.instance().map(DraftInstance::instance).equals(record.instance())) {
            found.add(note(node, InventoryExport.INSTANCE, "is not changed by an import; adopt it on the node"));
        }
        if (fields.isEmpty()) {
            steps.add(new Step(Action.UNCHANGED, record.uuid(), record.name().value(), List.of()));
            return;
        }
        changes.add(new NodeChange.Update(record.version(), spec, documents));
        steps.add(new Step(Action.UPDATE, record.uuid(), spec.name().value(), fields));
    }

    private static Finding note(DraftNode node, String field, String message) {
        return new Finding(Kind.NOTE, node.label(), field, message);
    }

    /** The description with the UUIDs that its ports and port groups have already. */
    private static NodeSpec withKnownUuids(NodeSpec spec, NodeSpec before) {
        Map<String, PortSpec> ports = before.ports().stream().collect(Collectors.toMap(PortSpec::mac, port -> port));
        Map<String, PortGroup> groups =
                before.portGroups().stream().collect(Collectors.toMap(PortGroup::name, group -> group));
        Set<UUID> given = new HashSet<>();
        spec.ports().forEach(port -> port.uuid().ifPresent(given::add));
        spec.portGroups().forEach(group -> group.uuid().ifPresent(given::add));
        return spec.toBuilder()
                .ports(spec.ports().stream()
                        .map(port -> port.uuid()
                                .or(() -> Optional.ofNullable(ports.get(port.mac()))
                                        .flatMap(PortSpec::uuid)
                                        .filter(uuid -> !given.contains(uuid)))
                                .map(port::withUuid)
                                .orElse(port))
                        .toList())
                .portGroups(spec.portGroups().stream()
                        .map(group -> group.uuid()
                                .or(() -> Optional.ofNullable(groups.get(group.name()))
                                        .flatMap(PortGroup::uuid)
                                        .filter(uuid -> !given.contains(uuid)))
                                .map(group::withUuid)
                                .orElse(group))
                        .toList())
                .build();
    }

    /** What happens to each node without faults, in the order of the sources. */
    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** All that was found, faults among it. */
    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** Whether there are no faults. */
    public boolean isApplicable() {
        return findings.stream().noneMatch(finding -> finding.kind() == Kind.FAULT);
    }

    /** The new nodes that are adopted: by the host after the import, or by an operator before anything else is done with them. */
    public List<Adoption> adoptions() {
        return List.copyOf(adoptions);
    }

    /**
     * Checks the plan against the store, as {@link #apply} would, without changing anything.
     *
     * @throws DriverException as for {@link #apply}
     */
    public void check() {
        run(NodeChange.Mode.DRY_RUN);
    }

    /**
     * Makes all changes, or none.
     *
     * @return the nodes that were created or updated
     * @throws DriverException {@code NODE_INVALID} with all faults, or with all reasons why the store refuses the changes: a
     *     value that another node has, a node that was changed or began to work since the plan was made; {@code
     *     NODE_NOT_FOUND}; {@code DRIVER_NOT_READY}
     */
    public List<NodeRecord> apply() {
        return run(NodeChange.Mode.WRITE);
    }

    private List<NodeRecord> run(NodeChange.Mode mode) {
        if (!isApplicable()) {
            throw new DriverException(
                    ErrorCode.NODE_INVALID,
                    findings.stream()
                            .filter(finding -> finding.kind() == Kind.FAULT)
                            .map(Finding::toString)
                            .collect(Collectors.joining("\n")));
        }
        return inventory.change(changes, mode);
    }
}

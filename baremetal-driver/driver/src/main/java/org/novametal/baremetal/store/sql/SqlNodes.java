package org.novametal.baremetal.store.sql;

import com.google.common.collect.Iterables;
import com.google.common.collect.ListMultimap;
import com.google.common.collect.Multimaps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.ConsoleSource;
import org.novametal.baremetal.inventory.FoundHardware;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.JsonDocument;
import org.novametal.baremetal.inventory.NodeChange;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeRules;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.inventory.NodeSummary;
import org.novametal.baremetal.inventory.PortGroup;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.inventory.ReadableRows;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.baremetal.operation.AdoptInput;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.NodeStore;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.Secret;

/** The store of nodes and ports. */
record SqlNodes(SqlAccess database, Dialect dialect, SecretCipher cipher, SqlHistory history, InstantSource clock)
        implements NodeStore {
    private static final String PASSWORD = "bmc_password";
    private static final String KEY = "bmc_key";

    /** Ends the transaction of a dry run, so that it is rolled back. */
    private static final class DryRunEnd extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient List<NodeRecord> nodes;

        DryRunEnd(List<NodeRecord> nodes) {
            super("end of a dry run", null, false, false);
            this.nodes = nodes;
        }
    }

    @Override
    public List<NodeRecord> change(List<NodeChange> changes, NodeChange.Mode mode) {
        List<NodeRows.Sealed> sealed =
                changes.stream().map(NodeChange::spec).map(this::seal).toList();
        try {
            return database.write("written to enrol or update " + changes.size() + " nodes", session -> {
                List<NodeRecord> nodes = change(session, changes, sealed);
                return switch (mode) {
                    case WRITE -> nodes;
                    case DRY_RUN -> throw new DryRunEnd(nodes);
                };
            });
        } catch (DryRunEnd end) {
            return end.nodes;
        }
    }

    private List<NodeRecord> change(SqlSession session, List<NodeChange> changes, List<NodeRows.Sealed> sealed)
            throws SQLException {
        Map<UUID, List<String>> problems = new HashMap<>();
        Map<UUID, PortRows.Known> released = new HashMap<>();
        Map<UUID, NodeName> names = new HashMap<>();
        for (NodeChange change : changes) {
            if (change instanceof NodeChange.Update update) {
                NodeRecord before = NodeRows.require(session, update.spec().uuid());
                names.put(before.uuid(), before.name());
                problems.put(before.uuid(), problems(session, before, update));
                released.put(before.uuid(), NodeRows.release(session, before.uuid()));
            }
        }
        List<String> refusals = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            NodeChange change = changes.get(i);
            UUID uuid = change.spec().uuid();
            List<String> all = new ArrayList<>(problems.getOrDefault(uuid, List.of()));
            String owner = change instanceof NodeChange.Update ? uuid.toString() : NodeRows.NEW;
            List<String> taken = NodeRows.taken(session, dialect, change.spec(), owner);
            all.addAll(taken);
            if (taken.isEmpty()) { // also if it is refused otherwise, so that all conflicts between these nodes are
                // found
                write(session, change, sealed.get(i), released);
                if (!change.documents().isEmpty()
                        && PortRows.countDocuments(session, uuid.toString()) > NodeRules.MAX_DOCUMENTS) {
                    all.add("it would have more than " + NodeRules.MAX_DOCUMENTS + " documents");
                }
            }
            if (!all.isEmpty()) {
                refusals.add(
                        switch (change) {
                            case NodeChange.Create create ->
                                "node " + create.spec().name() + " cannot be enrolled: " + String.join("; ", all)
                                        + "; give other values, or delete the other node first";
                            case NodeChange.Update _ ->
                                "node " + names.get(uuid) + " cannot be updated: " + String.join("; ", all);
                        });
            }
        }
        if (!refusals.isEmpty()) {
            throw invalid(String.join("\n", refusals));
        }
        List<NodeRecord> nodes = new ArrayList<>();
        for (NodeChange change : changes) {
            nodes.add(NodeRows.require(session, change.spec().uuid()));
        }
        return List.copyOf(nodes);
    }

    private void write(
            SqlSession session, NodeChange change, NodeRows.Sealed sealed, Map<UUID, PortRows.Known> released)
            throws SQLException {
        UUID uuid = change.spec().uuid();
        switch (change) {
            case NodeChange.Create create -> {
                NodeRows.insert(session, sealed, create.marks(), clock.instant());
                history.addNode(session, uuid, "enrolled");
                if (create.spec().initialState().isEmpty()) {
                    OperationRows.request(session, verification(uuid), null);
                }
                if (create.adoption().isPresent()) {
                    OperationRows.request(
                            session, adoption(uuid, create.adoption().get()), null);
                }
            }
            case NodeChange.Update _ -> {
                NodeRows.update(session, sealed, released.getOrDefault(uuid, PortRows.Known.NONE), clock.instant());
                history.addNode(session, uuid, "updated");
            }
        }
        PortRows.putDocuments(session, uuid.toString(), change.documents(), clock.instant());
    }

    private OperationRecord adoption(UUID node, NodeChange.RunningInstance running) {
        InstanceOnNode instance = running.instance();
        return OperationRecord.requested(
                node,
                Optional.of(instance.id()),
                OperationKind.ADOPT,
                new AdoptInput(instance.name(), instance.name(), running.imageId(), List.of(), ""),
                "the enrolment of the node",
                clock.instant());
    }

    private OperationRecord verification(UUID node) {
        return OperationRecord.requested(
                node,
                Optional.empty(),
                OperationKind.ENROLL,
                OperationInput.NOTHING,
                "the enrolment of the node",
                clock.instant());
    }

    /** Why the node cannot be updated, apart from values that other nodes have. */
    private List<String> problems(SqlSession session, NodeRecord before, NodeChange.Update update) throws SQLException {
        List<String> problems = new ArrayList<>();
        if (before.version() != update.version()) {
            problems.add("it was changed after it was read: its version is " + before.version() + ", not "
                    + update.version() + "; read it again");
        }
        before.operation()
                .ifPresent(
                        operation -> problems.add("operation " + operation + " works on the node; wait for its end"));
        if (before.instance().isPresent()) {
            problems.addAll(inUse(before.instance().get(), spec(session, before.uuid()), update.spec()));
        }
        return problems;
    }

    private NodeRows.Sealed seal(NodeSpec spec) {
        if (new HashSet<>(spec.macs()).size() < spec.macs().size()) {
            throw invalid("node " + spec.name() + " has the same MAC address twice: " + spec.macs());
        }
        return new NodeRows.Sealed(
                spec,
                cipher.seal(spec.uuid(), PASSWORD, Secret.of(spec.credentials().password())),
                spec.credentials()
                        .key()
                        .map(value -> cipher.seal(spec.uuid(), KEY, Secret.of(value)))
                        .orElse(null));
    }

    @Override
    public NodeSpec spec(UUID uuid) {
        return database.read("read for the description of node " + uuid, session -> spec(session, uuid));
    }

    private NodeSpec spec(SqlSession session, UUID uuid) throws SQLException {
        String node = uuid.toString();
        return spec(
                NodeRows.require(session, uuid),
                credentials(session, uuid),
                PortRows.ports(session, node),
                PortRows.groups(session, node));
    }

    private static NodeSpec spec(
            NodeRecord node, BmcCredentials credentials, List<PortRecord> ports, List<PortGroup> groups) {
        NodeRecord.Hardware hardware = node.hardware();
        NodeSpec.Builder builder = NodeSpec.builder(node.name(), node.bmc(), credentials)
                .uuid(node.uuid())
                .vcpus(hardware.vcpus())
                .memoryMb(hardware.memoryMb())
                .localGb(hardware.localGb())
                .cpuArch(hardware.cpuArch())
                .traits(hardware.traits())
                .capabilities(hardware.capabilities())
                .rootDevice(hardware.rootDevice())
                .ports(ports.stream().map(PortRecord::spec).toList())
                .portGroups(groups)
                .settings(node.settings())
                .notes(node.notes());
        hardware.resourceClass().ifPresent(builder::resourceClass);
        node.access().console().map(ConsoleSource::text).ifPresent(builder::consoleLog);
        return builder.build();
    }

    @Override
    public List<DescribedNode> described() {
        return database.read("read for all descriptions", session -> {
            ListMultimap<UUID, PortRecord> ports = Multimaps.index(PortRows.allPorts(session), PortRecord::node);
            ListMultimap<UUID, PortRows.GroupOfNode> groups =
                    Multimaps.index(PortRows.allGroups(session), PortRows.GroupOfNode::node);
            Map<UUID, BmcCredentials> credentials = new HashMap<>();
            session.list(
                    "SELECT uuid, bmc_username, bmc_password, bmc_key FROM nodes",
                    row -> credentials.put(
                                    UUID.fromString(row.getString("uuid")),
                                    credentials(row, UUID.fromString(row.getString("uuid"))))
                            == null);
            List<DescribedNode> described = new ArrayList<>();
            for (NodeRecord node : session.list(NodeRows.SELECT + " ORDER BY nodes.name", NodeRows::map)) {
                BmcCredentials known = credentials.get(node.uuid());
                if (known != null) { // else it was enrolled between these two reads
                    described.add(new DescribedNode(
                            node,
                            spec(
                                    node,
                                    known,
                                    ports.get(node.uuid()),
                                    groups.get(node.uuid()).stream()
                                            .map(PortRows.GroupOfNode::group)
                                            .toList())));
                }
            }
            return List.copyOf(described);
        });
    }

    @Override
    public SortedMap<String, JsonDocument> documents(UUID node) {
        return database.read(
                "read for the documents of node " + node, session -> PortRows.documents(session, node.toString()));
    }

    @Override
    public void putDocument(UUID node, String name, JsonDocument document) {
        database.write("written to store a document of node " + node, session -> {
            NodeRecord known = NodeRows.require(session, node);
            PortRows.putDocuments(session, node.toString(), Map.of(name, document), clock.instant());
            if (PortRows.countDocuments(session, node.toString()) > NodeRules.MAX_DOCUMENTS) {
                throw invalid("node " + known.name() + " would have more than " + NodeRules.MAX_DOCUMENTS
                        + " documents; remove one first");
            }
            return known;
        });
    }

    @Override
    public void removeDocument(UUID node, String name) {
        database.write(
                "written to remove a document of node " + node,
                session -> session.update(
                        "DELETE FROM node_documents WHERE node_uuid = ? AND name = ?", node.toString(), name));
    }

    /** Why values that the instance relies on cannot change; empty if the change keeps them. */
    private static List<String> inUse(InstanceOnNode instance, NodeSpec before, NodeSpec after) {
        List<String> fixed = new ArrayList<>();
        if (!before.name().equals(after.name())) {
            fixed.add("name");
        }
        if (!before.resourceClass().equals(after.resourceClass())) {
            fixed.add("resource class");
        }
        if (!before.macs().equals(after.macs())) {
            fixed.add("MAC addresses");
        }
        return fixed.isEmpty()
                ? List.of()
                : List.of("instance " + instance.name() + " (" + instance.id() + ") holds the node, so its "
                        + String.join(", ", fixed) + " cannot change; destroy the instance first");
    }

    @Override
    public long mark() {
        return database.mark();
    }

    @Override
    public NodeChanges changesSince(Revision since) {
        return database.read("read for changed nodes", session -> {
            Revision now = NodeRows.revision(session);
            return now.lastRemoval() > since.lastRemoval()
                    ? new NodeChanges(now, NodeChanges.Extent.ALL, session.list(NodeRows.SELECT, NodeRows::map))
                    : new NodeChanges(
                            now,
                            NodeChanges.Extent.WRITTEN,
                            session.list(NodeRows.SELECT + " WHERE version > ?", NodeRows::map, since.newest()));
        });
    }

    @Override
    public void remove(UUID node) {
        database.write("written to delete node " + node, session -> {
            int removed = session.update(
                    "DELETE FROM nodes WHERE uuid = ? AND instance_uuid IS NULL AND " + NodeRows.NO_OPERATION,
                    node.toString());
            if (removed == 0) {
                throw invalid(NodeRows.require(session, node).whyNotDeleted().orElseThrow());
            }
            return removed;
        });
    }

    @Override
    public List<NodeRecord> all() {
        return database.read(
                "read for all nodes", session -> session.list(NodeRows.SELECT + " ORDER BY nodes.name", NodeRows::map));
    }

    @Override
    public List<NodeSummary> summaries() {
        return database.read(
                "read for the summaries of all nodes",
                session -> session.list(NodeRows.SUMMARY + " ORDER BY name", NodeRows::summary));
    }

    @Override
    public ReadableRows<NodeRecord> readable() {
        return database.read(
                "read for all nodes",
                session -> StoredRow.readable(
                        session, NodeRows.SELECT + " ORDER BY nodes.name", NodeRows::map, "node", "name"));
    }

    @Override
    public ReadableRows<NodeSummary> readableSummaries() {
        return database.read(
                "read for the summaries of all nodes",
                session -> StoredRow.readable(
                        session, NodeRows.SUMMARY + " ORDER BY name", NodeRows::summary, "node", "name"));
    }

    @Override
    public Optional<NodeRecord> find(UUID uuid) {
        return database.read("read for node " + uuid, session -> NodeRows.find(session, uuid));
    }

    @Override
    public Optional<NodeRecord> find(NodeName name) {
        return oneNode("nodes.name = ?", name.value());
    }

    @Override
    public Optional<NodeRecord> ofInstance(InstanceId instance) {
        return oneNode("nodes.instance_uuid = ?", instance.toString());
    }

    private Optional<NodeRecord> oneNode(String condition, String value) {
        return database.read(
                "read for the node of " + value,
                session -> session.first(NodeRows.SELECT + " WHERE " + condition, NodeRows::map, value));
    }

    @Override
    public Optional<NodeRecord> byMacs(Collection<String> macs) {
        return database.read("read for the node with the MACs " + macs, session -> {
            Set<String> nodes = new HashSet<>();
            for (String mac : macs) {
                session.first(
                                "SELECT node_uuid FROM ports WHERE mac = ?",
                                row -> row.getString("node_uuid"),
                                mac.toLowerCase(Locale.ROOT))
                        .ifPresent(nodes::add);
            }
            return nodes.size() == 1
                    ? NodeRows.find(session, UUID.fromString(Iterables.getOnlyElement(nodes)))
                    : Optional.empty();
        });
    }

    @Override
    public List<PortRecord> ports(UUID node) {
        return database.read("read for the ports of node " + node, session -> PortRows.ports(session, node.toString()));
    }

    @Override
    public BmcCredentials credentials(UUID node) {
        return database.read("read for the BMC password of node " + node, session -> credentials(session, node));
    }

    private BmcCredentials credentials(SqlSession session, UUID node) throws SQLException {
        return session.first(
                        "SELECT bmc_username, bmc_password, bmc_key FROM nodes WHERE uuid = ?",
                        row -> credentials(row, node),
                        node.toString())
                .orElseThrow(() -> NodeRows.unknown(node));
    }

    private BmcCredentials credentials(ResultSet row, UUID node) throws SQLException {
        return new BmcCredentials(
                row.getString("bmc_username"),
                cipher.open(node, PASSWORD, row.getBytes(PASSWORD)).reveal(),
                Optional.ofNullable(row.getBytes(KEY))
                        .map(bytes -> cipher.open(node, KEY, bytes).reveal()));
    }

    @Override
    public void recordPower(UUID node, PowerState power) {
        String name = StoredValues.nameOf(power);
        updateOne(
                "written to record the power of node " + node,
                node,
                "UPDATE nodes SET power_state = ?, updated_at = ? WHERE uuid = ? AND power_state <> ?",
                name,
                clock.instant().toString(),
                node.toString(),
                name);
    }

    @Override
    public void recordPower(UUID node, PowerState power, WantedPower wanted) {
        String name = StoredValues.nameOf(power);
        String wantedName = StoredValues.nameOf(wanted.state());
        updateOne(
                "written to record the power of node " + node,
                node,
                "UPDATE nodes SET power_state = ?, wanted_power = ?, power_tries = ?, updated_at = ? WHERE uuid = ?"
                        + " AND (power_state <> ? OR wanted_power <> ? OR power_tries <> ?)",
                name,
                wantedName,
                wanted.tries(),
                clock.instant().toString(),
                node.toString(),
                name,
                wantedName,
                wanted.tries());
    }

    @Override
    public void wantPower(UUID node, WantedPower wanted) {
        updateOne(
                "written to record the wanted power of node " + node,
                node,
                "UPDATE nodes SET wanted_power = ?, power_tries = ?, updated_at = ? WHERE uuid = ?",
                StoredValues.nameOf(wanted.state()),
                wanted.tries(),
                clock.instant().toString(),
                node.toString());
    }

    @Override
    public void setMaintenance(UUID node, Optional<NodeMarks.Maintenance> maintenance) {
        updateOne(
                "written to begin or end the maintenance of node " + node,
                node,
                "UPDATE nodes SET maintenance = ?, maintenance_by = ?, updated_at = ? WHERE uuid = ?",
                maintenance.map(NodeMarks.Maintenance::reason).orElse(null),
                maintenance.map(NodeMarks.Maintenance::by).orElse(null),
                clock.instant().toString(),
                node.toString());
    }

    @Override
    public void setFault(UUID node, Optional<NodeFault> fault) {
        updateOne(
                "written to record the fault of node " + node,
                node,
                "UPDATE nodes SET fault = ?, updated_at = ? WHERE uuid = ?",
                fault.map(NodeFault::persistedName).orElse(null),
                clock.instant().toString(),
                node.toString());
    }

    @Override
    public void setRetired(UUID uuid, Optional<String> reason) {
        database.write("written to retire node " + uuid, session -> {
            NodeRecord node = NodeRows.require(session, uuid);
            boolean leaves = reason.isPresent()
                    && node.state().use() == ProvisionState.Use.FREE
                    && node.instance().isEmpty()
                    && node.operation().isEmpty();
            int changed = session.update(
                    "UPDATE nodes SET retired = ?, provision_state = ?, updated_at = ? WHERE uuid = ?",
                    reason.orElse(null),
                    (leaves ? ProvisionState.MANAGEABLE : node.state()).persistedName(),
                    clock.instant().toString(),
                    uuid.toString());
            history.addChanges(session, node, NodeRows.require(session, uuid));
            return changed;
        });
    }

    @Override
    public void setProtection(UUID uuid, Optional<String> reason) {
        database.write("written to protect node " + uuid, session -> {
            NodeRecord node = NodeRows.require(session, uuid);
            if (reason.isPresent()) {
                node.whyNotProtected().ifPresent(why -> {
                    throw invalid(why);
                });
            }
            int changed = session.update(
                    "UPDATE nodes SET protection = ?, updated_at = ? WHERE uuid = ?",
                    reason.orElse(null),
                    clock.instant().toString(),
                    uuid.toString());
            history.addChanges(session, node, NodeRows.require(session, uuid));
            return changed;
        });
    }

    @Override
    public void recordHardware(UUID uuid, FoundHardware found, FoundHardware.Given given) {
        database.write("written to record the hardware of node " + uuid, session -> {
            NodeRows.require(session, uuid);
            PortRows.putDocuments(
                    session,
                    uuid.toString(),
                    Map.of(FoundHardware.DOCUMENT, new JsonDocument(found.document())),
                    clock.instant());
            return switch (given) {
                case KEPT -> 0;
                case REPLACED -> replace(session, uuid, found);
            };
        });
    }

    private static int replace(SqlSession session, UUID uuid, FoundHardware found) throws SQLException {
        session.update(
                "UPDATE nodes SET vcpus = ?, memory_mb = ?, local_gb = ?, cpu_arch = ? WHERE uuid = ?",
                found.vcpus(),
                found.memoryMb(),
                found.localGb(),
                found.cpuArch(),
                uuid.toString());
        int position = PortRows.ports(session, uuid.toString()).stream()
                .mapToInt(port -> port.position() + 1)
                .max()
                .orElse(0);
        int added = 0;
        for (String mac : found.macs()) {
            boolean taken = session.first("SELECT mac FROM ports WHERE mac = ?", row -> row.getString("mac"), mac)
                    .isPresent();
            if (!taken) {
                session.update(
                        "INSERT INTO ports (uuid, node_uuid, mac, position) VALUES (?, ?, ?, ?)",
                        UUID.randomUUID().toString(),
                        uuid.toString(),
                        mac,
                        position + added);
                added++;
            }
        }
        return added;
    }

    /** Writes a node's columns; throws if there is no such node. */
    private void updateOne(String purpose, UUID node, String sql, @Nullable Object... values) {
        database.write(purpose, session -> {
            NodeRecord before = NodeRows.require(session, node);
            int changed = session.update(sql, values);
            if (changed > 0) {
                NodeRecord after = NodeRows.require(session, node);
                history.addChanges(session, before, after);
                history.addWantedPower(session, before, after);
            }
            return changed;
        });
    }

    /** Changes a node's columns, and says whether it did; records the differences in the node's history. */
    private boolean changed(SqlSession session, UUID node, String sql, @Nullable Object... values) throws SQLException {
        Optional<NodeRecord> before = NodeRows.find(session, node);
        boolean done = session.update(sql, values) == 1;
        if (done && before.isPresent()) {
            history.addChanges(session, before.get(), NodeRows.require(session, node));
        }
        return done;
    }

    @Override
    public boolean claim(UUID node, InstanceOnNode instance) {
        return database.write(
                "written to claim node " + node + " for instance " + instance.id(),
                session -> claim(session, node, instance));
    }

    /** Claims a node in a transaction of the caller. */
    boolean claim(SqlSession session, UUID node, InstanceOnNode instance) throws SQLException {
        String id = instance.id().toString();
        Optional<String> other = session.first(
                "SELECT name FROM nodes WHERE instance_uuid = ? AND uuid <> ?",
                row -> row.getString("name"),
                id,
                node.toString());
        if (other.isPresent()) {
            throw invalid("instance " + instance.name() + " (" + id + ") cannot have node " + node
                    + ": it already holds node " + other.get() + "; destroy the instance first");
        }
        return changed(
                session,
                node,
                "UPDATE nodes SET instance_uuid = ?, instance_name = ?, updated_at = ? WHERE uuid = ?"
                        + " AND (instance_uuid = ? OR (instance_uuid IS NULL AND provision_state = ?"
                        + " AND maintenance IS NULL AND fault IS NULL AND retired IS NULL AND "
                        + NodeRows.NO_OPERATION + "))",
                id,
                instance.name(),
                clock.instant().toString(),
                node.toString(),
                id,
                NodeRows.FREE_STATE);
    }

    @Override
    public boolean unclaim(UUID node, InstanceId instance) {
        return database.write(
                "written to take node " + node + " from instance " + instance,
                session -> unclaim(session, node, instance));
    }

    /** Takes back an unused claim in a transaction of the caller. */
    boolean unclaim(SqlSession session, UUID node, InstanceId instance) throws SQLException {
        return changed(
                session,
                node,
                "UPDATE nodes SET instance_uuid = NULL, instance_name = NULL, provision_state ="
                        + " CASE WHEN retired IS NULL THEN provision_state ELSE '"
                        + ProvisionState.MANAGEABLE.persistedName() + "' END, updated_at = ?"
                        + " WHERE uuid = ? AND instance_uuid = ? AND provision_state = ? AND "
                        + NodeRows.NO_OPERATION,
                clock.instant().toString(),
                node.toString(),
                instance.toString(),
                NodeRows.FREE_STATE);
    }

    private static DriverException invalid(String message) {
        return new DriverException(ErrorCode.NODE_INVALID, message);
    }
}

package org.novametal.baremetal.store.sql;

import com.google.common.collect.Iterables;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.ConsoleSource;
import org.novametal.baremetal.inventory.FoundHardware;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.inventory.WantedPower;
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
record SqlNodes(SqlAccess database, Dialect dialect, SecretCipher cipher, InstantSource clock) implements NodeStore {
    private static final String PASSWORD = "bmc_password";
    private static final String KEY = "bmc_key";

    @Override
    public List<NodeRecord> enrol(List<NodeSpec> specs) {
        List<NodeRows.Sealed> sealed = specs.stream().map(this::seal).toList();
        return database.write("written to enrol " + specs.size() + " nodes", session -> {
            List<String> refusals = new ArrayList<>();
            for (NodeRows.Sealed node : sealed) {
                List<String> taken = NodeRows.taken(session, dialect, node.spec(), NodeRows.NEW);
                if (taken.isEmpty()) {
                    NodeRows.insert(session, node, clock.instant());
                } else {
                    refusals.add("node " + node.spec().name() + " cannot be enrolled: " + String.join("; ", taken)
                            + "; give other values, or delete the other node first");
                }
            }
            if (!refusals.isEmpty()) {
                throw invalid(String.join("\n", refusals));
            }
            List<NodeRecord> nodes = new ArrayList<>();
            for (NodeSpec spec : specs) {
                nodes.add(NodeRows.require(session, spec.uuid()));
            }
            return List.copyOf(nodes);
        });
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
        NodeRecord node = NodeRows.require(session, uuid);
        NodeRecord.Hardware hardware = node.hardware();
        NodeSpec.Builder builder = NodeSpec.builder(node.name(), node.bmc(), credentials(session, uuid))
                .uuid(uuid)
                .vcpus(hardware.vcpus())
                .memoryMb(hardware.memoryMb())
                .localGb(hardware.localGb())
                .cpuArch(hardware.cpuArch())
                .traits(hardware.traits())
                .macs(ports(session, uuid).stream().map(PortRecord::mac).toList())
                .settings(node.settings());
        hardware.resourceClass().ifPresent(builder::resourceClass);
        node.access().console().map(ConsoleSource::text).ifPresent(builder::consoleLog);
        return builder.build();
    }

    @Override
    public NodeRecord update(long version, NodeSpec spec) {
        NodeRows.Sealed sealed = seal(spec);
        return database.write("written to update node " + spec.name(), session -> {
            NodeRecord before = NodeRows.require(session, spec.uuid());
            List<String> problems = new ArrayList<>();
            if (before.version() != version) {
                problems.add("it was changed after it was read: its version is " + before.version() + ", not " + version
                        + "; read it again");
            }
            before.operation()
                    .ifPresent(operation ->
                            problems.add("operation " + operation + " works on the node; wait for its end"));
            if (before.instance().isPresent()) {
                problems.addAll(inUse(before.instance().get(), spec(session, spec.uuid()), spec));
            }
            List<String> taken =
                    NodeRows.taken(session, dialect, spec, spec.uuid().toString());
            problems.addAll(taken);
            if (!problems.isEmpty()) {
                throw invalid("node " + before.name() + " cannot be updated: " + String.join("; ", problems));
            }
            NodeRows.update(session, sealed, clock.instant());
            return NodeRows.require(session, spec.uuid());
        });
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
                NodeRecord kept = NodeRows.require(session, node);
                throw invalid("node " + kept.name() + " is " + kept.state().persistedName() + " and cannot be deleted: "
                        + kept.instance()
                                .map(instance -> "instance " + instance.name() + " (" + instance.id()
                                        + ") holds it; destroy the instance first")
                                .orElseGet(() -> "operation " + kept.operation().orElseThrow()
                                        + " works on the node; wait for its end"));
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
        return database.read("read for the ports of node " + node, session -> ports(session, node));
    }

    private static List<PortRecord> ports(SqlSession session, UUID node) throws SQLException {
        return session.list(
                "SELECT uuid, node_uuid, mac, position FROM ports WHERE node_uuid = ? ORDER BY position",
                set -> {
                    StoredRow row = new StoredRow(set, "ports", "uuid");
                    return new PortRecord(
                            row.value("uuid", UUID::fromString),
                            row.value("node_uuid", UUID::fromString),
                            row.value("mac", StoredValues::mac),
                            row.number("position"));
                },
                node.toString());
    }

    @Override
    public BmcCredentials credentials(UUID node) {
        return database.read("read for the BMC password of node " + node, session -> credentials(session, node));
    }

    private BmcCredentials credentials(SqlSession session, UUID node) throws SQLException {
        return session.first(
                        "SELECT bmc_username, bmc_password, bmc_key FROM nodes WHERE uuid = ?",
                        row -> new BmcCredentials(
                                row.getString("bmc_username"),
                                cipher.open(node, PASSWORD, row.getBytes(PASSWORD))
                                        .reveal(),
                                Optional.ofNullable(row.getBytes(KEY))
                                        .map(bytes ->
                                                cipher.open(node, KEY, bytes).reveal())),
                        node.toString())
                .orElseThrow(() -> NodeRows.unknown(node));
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
            return session.update(
                    "UPDATE nodes SET retired = ?, provision_state = ?, updated_at = ? WHERE uuid = ?",
                    reason.orElse(null),
                    (leaves ? ProvisionState.MANAGEABLE : node.state()).persistedName(),
                    clock.instant().toString(),
                    uuid.toString());
        });
    }

    @Override
    public void setProtection(UUID uuid, Optional<String> reason) {
        database.write("written to protect node " + uuid, session -> {
            NodeRecord node = NodeRows.require(session, uuid);
            if (reason.isPresent() && !node.state().reportsPower()) {
                throw invalid("node " + node.name() + " is " + node.state().persistedName()
                        + " and cannot be protected: only a node whose instance or rescue system runs can be");
            }
            return session.update(
                    "UPDATE nodes SET protection = ?, updated_at = ? WHERE uuid = ?",
                    reason.orElse(null),
                    clock.instant().toString(),
                    uuid.toString());
        });
    }

    @Override
    public void recordHardware(UUID uuid, FoundHardware found, FoundHardware.Given given) {
        database.write("written to record the hardware of node " + uuid, session -> {
            NodeRows.require(session, uuid);
            session.update(
                    "UPDATE nodes SET inspection = ?, updated_at = ? WHERE uuid = ?",
                    found.document(),
                    clock.instant().toString(),
                    uuid.toString());
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
        int position = ports(session, uuid).stream()
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

    @Override
    public Optional<String> inspection(UUID node) {
        return database.read(
                "read for the inspection of node " + node,
                session -> session.first(
                        "SELECT inspection FROM nodes WHERE uuid = ? AND inspection IS NOT NULL",
                        row -> row.getString("inspection"),
                        node.toString()));
    }

    /** Writes a node's columns; throws if there is no such node. */
    private void updateOne(String purpose, UUID node, String sql, @Nullable Object... values) {
        database.write(purpose, session -> {
            int changed = session.update(sql, values);
            if (changed == 0) {
                NodeRows.require(session, node);
            }
            return changed;
        });
    }

    @Override
    public boolean claim(UUID node, InstanceOnNode instance) {
        String id = instance.id().toString();
        return database.write("written to claim node " + node + " for instance " + id, session -> {
            Optional<String> other = session.first(
                    "SELECT name FROM nodes WHERE instance_uuid = ? AND uuid <> ?",
                    row -> row.getString("name"),
                    id,
                    node.toString());
            if (other.isPresent()) {
                throw invalid("instance " + instance.name() + " (" + id + ") cannot have node " + node
                        + ": it already holds node " + other.get() + "; destroy the instance first");
            }
            return 1
                    == session.update(
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
        });
    }

    @Override
    public boolean unclaim(UUID node, InstanceId instance) {
        return database.write(
                "written to take node " + node + " from instance " + instance,
                session -> 1
                        == session.update(
                                "UPDATE nodes SET instance_uuid = NULL, instance_name = NULL, provision_state ="
                                        + " CASE WHEN retired IS NULL THEN provision_state ELSE '"
                                        + ProvisionState.MANAGEABLE.persistedName() + "' END, updated_at = ?"
                                        + " WHERE uuid = ? AND instance_uuid = ? AND provision_state = ? AND "
                                        + NodeRows.NO_OPERATION,
                                clock.instant().toString(),
                                node.toString(),
                                instance.toString(),
                                NodeRows.FREE_STATE));
    }

    private static DriverException invalid(String message) {
        return new DriverException(ErrorCode.NODE_INVALID, message);
    }
}

package org.novametal.baremetal.store.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.BmcSettings;
import org.novametal.baremetal.inventory.ConsoleSource;
import org.novametal.baremetal.inventory.EnrolledNodes;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.JsonDocument;
import org.novametal.baremetal.inventory.Location;
import org.novametal.baremetal.inventory.NodeNotes;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.inventory.NodeSummary;
import org.novametal.baremetal.inventory.Ownership;
import org.novametal.baremetal.inventory.PortGroup;
import org.novametal.baremetal.inventory.PortSpec;
import org.novametal.baremetal.inventory.SecureBoot;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcOptions.KeyExchange;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;

/** Reads and writes the table of nodes. */
final class NodeRows {
    /**
     * Selects nodes with their unfinished operations; a WHERE clause may follow. It names every column, because another program
     * may add columns while this statement is prepared.
     */
    static final String SELECT = """
            SELECT nodes.uuid, name, bmc_address, vcpus, memory_mb, local_gb, cpu_arch, resource_class, traits, console_log,
                provision_state, nodes.instance_uuid, instance_name, power_state, maintenance, maintenance_by, fault, retired, protection, last_error, wanted_power,
                power_tries, bmc_certificate, bmc_session_policy, bmc_privilege, power_group, boot_mode, bmc_key_exchange,
                secure_boot, capabilities, root_device, nodes.owner, nodes.lessee, nodes.shard, nodes.rack,
                nodes.rack_position, nodes.description, nodes.extra, version,
                nodes.created_at AS created_at, nodes.updated_at AS updated_at, operations.id AS operation
            FROM nodes LEFT JOIN operations ON operations.node_uuid = nodes.uuid AND operations.""" + OperationRows.UNFINISHED;

    /** Selects the summaries of nodes. */
    static final String SUMMARY = """
            SELECT uuid, name, provision_state, power_state, instance_uuid, instance_name, resource_class, maintenance,
                maintenance_by, fault, retired, protection, owner, lessee, rack, rack_position, shard
            FROM nodes""";

    /** The SQL condition that a node has no unfinished operation. */
    static final String NO_OPERATION =
            "NOT EXISTS (SELECT 1 FROM operations WHERE node_uuid = nodes.uuid AND " + OperationRows.UNFINISHED + ")";

    /** The only provision state in which a node can take an instance. */
    static final String FREE_STATE = freeState();

    /** The beginning of the name and address of a node between {@link #release} and {@link #update}; no node is named so. */
    private static final String RELEASED = "\1released:";

    private NodeRows() {}

    private static String freeState() {
        List<String> free = Arrays.stream(ProvisionState.values())
                .filter(state -> state.use() == ProvisionState.Use.FREE)
                .map(ProvisionState::persistedName)
                .toList();
        if (free.size() != 1) {
            throw new IllegalStateException("exactly one provision state must be free, but these are: " + free);
        }
        return free.getFirst();
    }

    /**
     * A node's description and its encrypted secrets.
     *
     * @param spec the description
     * @param password the encrypted BMC password
     * @param key the BMC's encrypted K_g key
     */
    @SuppressWarnings("ArrayRecordComponent") // passed from the cipher to a statement, never compared
    record Sealed(NodeSpec spec, byte[] password, byte @Nullable [] key) {}

    /** Stores a new node and its ports. */
    static void insert(SqlSession session, Sealed node, NodeMarks marks, Instant time) throws SQLException {
        String now = time.toString();
        session.update(
                """
                INSERT INTO nodes (bmc_password, bmc_key, name, bmc_address, bmc_username, vcpus, memory_mb, local_gb,
                    cpu_arch, resource_class, traits, console_log, bmc_certificate, bmc_session_policy, bmc_privilege,
                    power_group, boot_mode, bmc_key_exchange, secure_boot, capabilities, root_device, owner, lessee, shard,
                    rack, rack_position, description, extra, updated_at, uuid, provision_state, power_state, maintenance,
                    maintenance_by, retired, protection, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                    ?, ?, ?)""",
                values(
                        node,
                        now,
                        marks.after(node.spec().initialState().orElse(ProvisionState.ENROLL))
                                .persistedName(),
                        StoredValues.nameOf(PowerState.NOSTATE),
                        marks.maintenance().map(NodeMarks.Maintenance::reason).orElse(null),
                        marks.maintenance().map(NodeMarks.Maintenance::by).orElse(null),
                        marks.retired().orElse(null),
                        marks.protection().orElse(null),
                        now));
        PortRows.insert(session, node.spec(), PortRows.Known.NONE);
    }

    /** Stores a changed description of an existing node whose name, address and ports were {@linkplain #release released}. */
    static void update(SqlSession session, Sealed node, PortRows.Known known, Instant time) throws SQLException {
        session.update("""
                UPDATE nodes SET bmc_password = ?, bmc_key = ?, name = ?, bmc_address = ?, bmc_username = ?, vcpus = ?,
                    memory_mb = ?, local_gb = ?, cpu_arch = ?, resource_class = ?, traits = ?, console_log = ?,
                    bmc_certificate = ?, bmc_session_policy = ?, bmc_privilege = ?, power_group = ?, boot_mode = ?,
                    bmc_key_exchange = ?, secure_boot = ?, capabilities = ?, root_device = ?, owner = ?, lessee = ?,
                    shard = ?, rack = ?, rack_position = ?, description = ?, extra = ?, updated_at = ?
                WHERE uuid = ?""", values(node, time.toString()));
        PortRows.insert(session, node.spec(), known);
    }

    /**
     * Releases a node's values that must be unique, so that another node can take them in the same transaction; {@link
     * #update} must follow.
     *
     * @return the UUIDs of the node's ports and port groups
     */
    static PortRows.Known release(SqlSession session, UUID node) throws SQLException {
        String uuid = node.toString();
        session.update(
                "UPDATE nodes SET name = ?, bmc_address = ? WHERE uuid = ?", RELEASED + uuid, RELEASED + uuid, uuid);
        return PortRows.remove(session, uuid);
    }

    private static @Nullable Object[] values(Sealed node, String now, @Nullable Object... more) {
        NodeSpec spec = node.spec();
        @Nullable
        Object[] described = {
            node.password(),
            node.key(),
            spec.name().value(),
            spec.bmc().toString(),
            spec.credentials().username(),
            spec.vcpus(),
            spec.memoryMb(),
            spec.localGb(),
            spec.cpuArch(),
            spec.resourceClass().orElse(null),
            StoredValues.traits(spec.traits()),
            spec.consoleLog().orElse(null),
            spec.settings().certificate().orElse(null),
            spec.settings().sessionPolicy().map(StoredValues::nameOf).orElse(null),
            spec.settings().privilege().map(StoredValues::nameOf).orElse(null),
            spec.settings().powerGroup().orElse(null),
            StoredValues.nameOf(spec.settings().bootMode()).orElse(null),
            StoredValues.nameOf(spec.settings().keyExchange()).orElse(null),
            StoredValues.nameOf(spec.settings().secureBoot()).orElse(null),
            StoredValues.memory(spec.capabilities()),
            StoredValues.rootDevice(spec.rootDevice()),
            spec.notes().ownership().owner().orElse(null),
            spec.notes().ownership().lessee().orElse(null),
            spec.notes().shard().orElse(null),
            spec.notes().location().rack().orElse(null),
            spec.notes().location().position().orElse(null),
            spec.notes().description().orElse(null),
            spec.notes().extra().text(),
            now,
            spec.uuid().toString()
        };
        @Nullable Object[] values = Arrays.copyOf(described, described.length + more.length);
        System.arraycopy(more, 0, values, described.length, more.length);
        return values;
    }

    /** The highest version number, which every write and every removal of a node increases. */
    static long newest(SqlSession session) throws SQLException {
        EnrolledNodes.Revision revision = revision(session);
        return Math.max(revision.newest(), revision.lastRemoval());
    }

    static EnrolledNodes.Revision revision(SqlSession session) throws SQLException {
        return session.first(
                        "SELECT (SELECT coalesce(max(version), 0) FROM nodes) AS newest, last_removal FROM node_versions",
                        row -> new EnrolledNodes.Revision(row.getLong("newest"), row.getLong("last_removal")))
                .orElseThrow();
    }

    /** The {@code owner} parameter of {@link #taken} for a description that belongs to no node yet. */
    static final String NEW = "";

    /** The values of a description that must be unique, but that a node other than {@code owner} has; one text each. */
    static List<String> taken(SqlSession session, Dialect dialect, NodeSpec spec, String owner) throws SQLException {
        record Key(String text, String condition, String value) {}
        List<Key> keys = new ArrayList<>();
        keys.add(new Key("UUID " + spec.uuid(), "uuid = ?", spec.uuid().toString()));
        keys.add(new Key("name", "name = ?", spec.name().value()));
        String address = "BMC address " + spec.bmc();
        keys.add(new Key(address, dialect.addressIs(), spec.bmc().toString()));
        spec.bmcAlias().ifPresent(twin -> keys.add(new Key(address, dialect.addressIs(), twin.toString())));
        for (PortSpec port : spec.ports()) {
            keys.add(new Key(
                    "MAC address " + port.mac(), "uuid IN (SELECT node_uuid FROM ports WHERE mac = ?)", port.mac()));
            port.uuid()
                    .map(UUID::toString)
                    .ifPresent(uuid -> keys.add(new Key(
                            "port UUID " + uuid, "uuid IN (SELECT node_uuid FROM ports WHERE uuid = ?)", uuid)));
        }
        for (PortGroup group : spec.portGroups()) {
            group.mac()
                    .ifPresent(mac -> keys.add(new Key(
                            "port group's MAC address " + mac,
                            "uuid IN (SELECT node_uuid FROM port_groups WHERE mac = ?)",
                            mac)));
            group.uuid()
                    .map(UUID::toString)
                    .ifPresent(uuid -> keys.add(new Key(
                            "port group UUID " + uuid,
                            "uuid IN (SELECT node_uuid FROM port_groups WHERE uuid = ?)",
                            uuid)));
        }
        List<String> taken = new ArrayList<>();
        for (Key key : keys) {
            session.first(
                            "SELECT name FROM nodes WHERE " + key.condition() + " AND uuid <> ?",
                            row -> row.getString("name"),
                            key.value(),
                            owner)
                    .ifPresent(other -> taken.add("its " + key.text() + " is taken by node " + other));
        }
        return taken;
    }

    static Optional<NodeRecord> find(SqlSession session, UUID uuid) throws SQLException {
        return session.first(SELECT + " WHERE nodes.uuid = ?", NodeRows::map, uuid.toString());
    }

    /** The node with this UUID; throws if there is none. */
    static NodeRecord require(SqlSession session, UUID uuid) throws SQLException {
        return find(session, uuid).orElseThrow(() -> unknown(uuid));
    }

    /** Throws if there is no such node; reads nothing else of it. */
    static void requirePresent(SqlSession session, UUID uuid) throws SQLException {
        if (session.first("SELECT 1 FROM nodes WHERE uuid = ?", _ -> uuid, uuid.toString())
                .isEmpty()) {
            throw unknown(uuid);
        }
    }

    static DriverException unknown(UUID node) {
        return new DriverException(
                ErrorCode.NODE_NOT_FOUND, "there is no node " + node + "; it was deleted or never enrolled");
    }

    private static NodeMarks marks(StoredRow row) throws SQLException {
        Optional<String> by = row.optionalText("maintenance_by");
        return new NodeMarks(
                row.optionalText("maintenance").map(reason -> new NodeMarks.Maintenance(reason, by.orElse(""))),
                row.optionalText("fault").isPresent()
                        ? Optional.of(row.named("fault", NodeFault::ofPersistedName))
                        : Optional.empty(),
                row.optionalText("retired"),
                row.optionalText("protection"));
    }

    /** Converts a result row of {@link #SELECT} to a node. */
    static NodeRecord map(ResultSet set) throws SQLException {
        return StoredRow.of(set, "nodes", "uuid", NodeRows::map);
    }

    /** Converts a result row of {@link #SUMMARY} to a summary. */
    static NodeSummary summary(ResultSet set) throws SQLException {
        return StoredRow.of(
                set,
                "nodes",
                "uuid",
                row -> new NodeSummary(
                        row.value("uuid", UUID::fromString),
                        row.value("name", NodeName::new),
                        row.named("provision_state", ProvisionState::ofPersistedName),
                        row.named("power_state", StoredValues::powerState),
                        instance(row),
                        row.optionalText("resource_class"),
                        marks(row),
                        ownership(row),
                        location(row),
                        row.optionalText("shard")));
    }

    private static Optional<InstanceOnNode> instance(StoredRow row) throws SQLException {
        return row.optionalText("instance_uuid").isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new InstanceOnNode(row.value("instance_uuid", InstanceId::of), row.text("instance_name")));
    }

    private static Ownership ownership(StoredRow row) throws SQLException {
        return new Ownership(row.optionalText("owner"), row.optionalText("lessee"));
    }

    private static Location location(StoredRow row) throws SQLException {
        return new Location(row.optionalText("rack"), row.optionalText("rack_position"));
    }

    private static NodeRecord map(StoredRow row) throws SQLException {
        return new NodeRecord(
                new NodeRecord.Identity(row.value("uuid", UUID::fromString), row.value("name", NodeName::new)),
                new NodeRecord.Hardware(
                        row.number("vcpus"),
                        row.number("memory_mb"),
                        row.number("local_gb"),
                        row.text("cpu_arch"),
                        row.optionalText("resource_class"),
                        row.value("traits", StoredValues::traits),
                        row.value("capabilities", StoredValues::memory),
                        row.value("root_device", StoredValues::rootDevice)),
                new NodeRecord.Access(
                        row.value("bmc_address", BmcAddress::parse),
                        new BmcSettings(
                                row.optionalValue("bmc_session_policy", StoredValues::sessionPolicy),
                                row.optionalValue("bmc_privilege", StoredValues::privilege),
                                row.optionalText("bmc_certificate"),
                                row.optionalText("power_group"),
                                row.optionalValue("boot_mode", StoredValues::bootMode)
                                        .orElse(BootFirmware.UNSPECIFIED),
                                row.optionalValue("bmc_key_exchange", StoredValues::keyExchange)
                                        .orElse(KeyExchange.FORWARD_SECRET),
                                row.optionalValue("secure_boot", StoredValues::secureBoot)
                                        .orElse(SecureBoot.UNSPECIFIED)),
                        row.optionalValue("console_log", ConsoleSource::parse)),
                new NodeRecord.Provision(
                        row.named("provision_state", ProvisionState::ofPersistedName),
                        instance(row),
                        row.optionalValue("operation", UUID::fromString),
                        marks(row),
                        row.optionalText("last_error")),
                new NodeRecord.Power(
                        row.named("power_state", StoredValues::powerState),
                        new WantedPower(
                                row.named("wanted_power", StoredValues::powerState), row.number("power_tries"))),
                new NodeNotes(
                        ownership(row),
                        location(row),
                        row.optionalText("shard"),
                        row.optionalText("description"),
                        row.value("extra", JsonDocument::new)),
                row.count("version"),
                row.time("created_at"),
                row.time("updated_at"));
    }
}

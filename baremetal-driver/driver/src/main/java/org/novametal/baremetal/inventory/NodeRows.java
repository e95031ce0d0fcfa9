package org.novametal.baremetal.inventory;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcAddress;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The tables of nodes and ports: read, and written for a new node. */
final class NodeRows {
    /** Reads nodes with their unfinished operations; a condition may follow. */
    static final String SELECT = "SELECT nodes.*, operations.id AS operation FROM nodes LEFT JOIN operations"
            + " ON operations.node_uuid = nodes.uuid AND operations." + OperationRows.UNFINISHED;

    /** The condition that no unfinished operation is on a node. */
    static final String NO_OPERATION =
            "NOT EXISTS (SELECT 1 FROM operations WHERE node_uuid = nodes.uuid AND " + OperationRows.UNFINISHED + ")";

    /** The state in which a node may be given to an instance, and in which it is enrolled. */
    static final String FREE_STATE = freeState();

    private NodeRows() {}

    private static String freeState() {
        List<String> free = Arrays.stream(ProvisionState.values())
                .filter(state -> state.use() == ProvisionState.Use.FREE)
                .map(ProvisionState::persistedName)
                .toList();
        if (free.size() != 1) {
            throw new IllegalStateException("statements compare with one free state, there are " + free);
        }
        return free.getFirst();
    }

    /** Stores a new node and its ports, with its BMC's secrets sealed. */
    static void insert(Connection connection, NodeSpec spec, byte[] password, byte @Nullable [] key, Instant time)
            throws SQLException {
        String now = time.toString();
        Sql.update(
                connection,
                """
                INSERT INTO nodes (uuid, name, bmc_address, bmc_username, bmc_password, vcpus, memory_mb, local_gb,
                    cpu_arch, resource_class, traits, console_log, provision_state, power_state, created_at, updated_at,
                    bmc_key, bmc_certificate, bmc_session_policy, bmc_privilege, power_group)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                spec.uuid().toString(),
                spec.name().value(),
                spec.bmc().toString(),
                spec.credentials().username(),
                password,
                spec.vcpus(),
                spec.memoryMb(),
                spec.localGb(),
                spec.cpuArch(),
                spec.resourceClass().orElse(null),
                StoredValues.traits(spec.traits()),
                spec.consoleLog().orElse(null),
                FREE_STATE,
                StoredValues.nameOf(PowerState.NOSTATE),
                now,
                now,
                key,
                spec.settings().certificate().orElse(null),
                spec.settings().sessionPolicy().map(StoredValues::nameOf).orElse(null),
                spec.settings().privilege().map(StoredValues::nameOf).orElse(null),
                spec.settings().powerGroup().orElse(null));
        for (int position = 0; position < spec.macs().size(); position++) {
            Sql.update(
                    connection,
                    "INSERT INTO ports (uuid, node_uuid, mac, position) VALUES (?, ?, ?, ?)",
                    UUID.randomUUID().toString(),
                    spec.uuid().toString(),
                    spec.macs().get(position),
                    position);
        }
    }

    /** Whether the BMC is enrolled under the other spelling of its address. */
    static boolean hasTwin(Connection connection, NodeSpec spec) throws SQLException {
        Optional<BmcAddress> twin = spec.bmcAlias();
        return twin.isPresent()
                && Sql.first(
                                connection,
                                "SELECT 1 FROM nodes WHERE bmc_address = ?",
                                row -> row.getInt(1),
                                twin.get().toString())
                        .isPresent();
    }

    /** Whether a statement failed because something unique is there already. */
    static boolean isUniqueness(SQLiteException e) {
        return e.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE
                || e.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY;
    }

    /** Why a new node cannot be stored: which other node has what it brings. */
    static DriverException taken(Connection connection, NodeSpec spec, @Nullable SQLiteException cause)
            throws SQLException {
        record Key(String text, String condition, String value) {}
        List<Key> keys = new ArrayList<>();
        keys.add(new Key("UUID " + spec.uuid(), "uuid = ?", spec.uuid().toString()));
        keys.add(new Key("name", "name = ?", spec.name().value()));
        keys.add(new Key(
                "BMC address " + spec.bmc(), "bmc_address = ?", spec.bmc().toString()));
        spec.bmcAlias()
                .ifPresent(twin -> keys.add(new Key("BMC address " + spec.bmc(), "bmc_address = ?", twin.toString())));
        for (String mac : spec.macs()) {
            keys.add(new Key("MAC address " + mac, "uuid IN (SELECT node_uuid FROM ports WHERE mac = ?)", mac));
        }
        for (Key key : keys) {
            Optional<String> other = Sql.first(
                    connection,
                    "SELECT name FROM nodes WHERE " + key.condition(),
                    row -> row.getString("name"),
                    key.value());
            if (other.isPresent()) {
                return new DriverException(
                        ErrorCode.NODE_INVALID,
                        "node " + spec.name() + " cannot be enrolled: its " + key.text() + " is taken by node "
                                + other.get() + "; give another, or delete that node first",
                        cause);
            }
        }
        return new DriverException(
                ErrorCode.NODE_INVALID, "node " + spec.name() + " cannot be enrolled: " + cause, cause);
    }

    /** The node of a row of {@link #SELECT}. */
    static NodeRecord map(ResultSet set) throws SQLException {
        StoredRow row = new StoredRow(set, "nodes", "uuid");
        Optional<InstanceOnNode> instance = Optional.empty();
        if (row.optionalText("instance_uuid").isPresent()) {
            instance = Optional.of(
                    new InstanceOnNode(row.value("instance_uuid", InstanceId::of), row.text("instance_name")));
        }
        return new NodeRecord(
                new NodeRecord.Identity(row.value("uuid", UUID::fromString), row.value("name", NodeName::new)),
                new NodeRecord.Hardware(
                        row.number("vcpus"),
                        row.number("memory_mb"),
                        row.number("local_gb"),
                        row.text("cpu_arch"),
                        row.optionalText("resource_class"),
                        row.value("traits", StoredValues::traits)),
                new NodeRecord.Access(
                        row.value("bmc_address", BmcAddress::parse),
                        new BmcSettings(
                                row.optionalValue("bmc_session_policy", StoredValues::sessionPolicy),
                                row.optionalValue("bmc_privilege", StoredValues::privilege),
                                row.optionalText("bmc_certificate"),
                                row.optionalText("power_group")),
                        row.optionalValue("console_log", ConsoleSource::parse)),
                new NodeRecord.Provision(
                        row.named("provision_state", ProvisionState::ofPersistedName),
                        instance,
                        row.optionalValue("operation", UUID::fromString),
                        row.optionalText("maintenance"),
                        row.optionalText("last_error")),
                new NodeRecord.Power(
                        row.named("power_state", StoredValues::powerState),
                        new WantedPower(
                                row.named("wanted_power", StoredValues::powerState), row.number("power_tries"))),
                row.count("version"),
                row.value("created_at", Instant::parse),
                row.value("updated_at", Instant::parse));
    }
}

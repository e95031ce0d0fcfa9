package org.novametal.baremetal.inventory;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.state.ProvisionTable;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.Secret;
import org.sqlite.SQLiteException;

/**
 * The node store in one SQLite file that several processes may use at once.
 *
 * <p>What must be unique (name, UUID, BMC address, MAC, a node's instance, its unfinished operation) the database holds
 * unique. Passwords and tokens are sealed before they go there. Statements run on threads of the store's own; callers, of
 * any kind of thread, wait within the limit of {@link StoreOptions}, and an interrupt does not end the wait.
 */
public final class JdbcNodeStore implements NodeStore {
    private static final String PASSWORD = "bmc_password";
    private static final String KEY = "bmc_key";
    private static final String TOKEN = "token";
    private static final String SECRETS = "secrets";
    private static final UUID NO_NODE = new UUID(0, 0);
    private static final Secret KEY_CHECK = Secret.of("nova-metal");

    private final SqliteAccess database;
    private final SecretCipher cipher;
    private final InstantSource clock;

    private JdbcNodeStore(SqliteAccess database, SecretCipher cipher, InstantSource clock) {
        this.database = database;
        this.cipher = cipher;
        this.clock = clock;
    }

    /**
     * Opens the store and brings its schema up to date; makes the file, for its owner alone, when there is none.
     *
     * @param databaseFile the database; beside it SQLite keeps files of the same name with {@code -wal} and {@code -shm}
     * @throws DriverException {@code DRIVER_NOT_READY} when the file cannot be used, was written by a newer program that
     *     shuts older ones out, or holds secrets sealed with another key
     */
    public static JdbcNodeStore open(
            Path databaseFile, SecretCipher cipher, InstantSource clock, StoreOptions options) {
        SqliteAccess database = new SqliteAccess(databaseFile, options);
        try {
            database.write("opened", connection -> {
                SchemaMigrations.apply(connection, SchemaMigrations.ALL, clock.instant());
                return checkKey(connection, cipher);
            });
            return new JdbcNodeStore(database, cipher, clock);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static int checkKey(Connection connection, SecretCipher cipher) throws SQLException {
        Optional<byte[]> sealed = Sql.first(connection, "SELECT sealed FROM key_check", row -> row.getBytes("sealed"));
        if (sealed.isPresent()) {
            try {
                cipher.open(NO_NODE, "key_check", sealed.get());
            } catch (DriverException e) {
                throw new DriverException(
                        ErrorCode.DRIVER_NOT_READY,
                        "this node store's secrets are sealed with another key than the one in this key file; put back"
                                + " the key file that it was begun with, or begin a new store and enrol the nodes anew",
                        e);
            }
            return 0;
        }
        return Sql.update(connection, "INSERT INTO key_check (id, sealed) VALUES (1, ?)", (Object)
                cipher.seal(NO_NODE, "key_check", KEY_CHECK));
    }

    @Override
    public void close() {
        database.close();
    }

    // ---- nodes

    @Override
    public NodeRecord enrol(NodeSpec spec) {
        if (new HashSet<>(spec.macs()).size() < spec.macs().size()) {
            throw invalid("node " + spec.name() + " has the same MAC address twice: " + spec.macs());
        }
        byte[] password =
                cipher.seal(spec.uuid(), PASSWORD, Secret.of(spec.credentials().password()));
        byte @Nullable [] key = spec.credentials()
                .key()
                .map(value -> cipher.seal(spec.uuid(), KEY, Secret.of(value)))
                .orElse(null);
        return database.write("written to enrol node " + spec.name(), connection -> {
            if (NodeRows.hasTwin(connection, spec)) {
                throw NodeRows.taken(connection, spec, null);
            }
            Sql.execute(connection, "SAVEPOINT before_node");
            try {
                NodeRows.insert(connection, spec, password, key, clock.instant());
            } catch (SQLiteException e) {
                if (!NodeRows.isUniqueness(e)) {
                    throw e;
                }
                Sql.execute(connection, "ROLLBACK TO before_node"); // only the others' rows are looked at
                throw NodeRows.taken(connection, spec, e);
            }
            return stored(connection, spec.uuid());
        });
    }

    @Override
    public void remove(UUID node) {
        database.write("written to delete node " + node, connection -> {
            int removed = Sql.update(
                    connection,
                    "DELETE FROM nodes WHERE uuid = ? AND instance_uuid IS NULL AND " + NodeRows.NO_OPERATION,
                    node.toString());
            if (removed == 0) {
                NodeRecord kept = stored(connection, node);
                throw invalid("node " + kept.name() + " is " + kept.state().persistedName() + " and cannot be deleted: "
                        + kept.instance()
                                .map(instance -> "instance " + instance.name() + " (" + instance.id()
                                        + ") holds it; destroy that first")
                                .orElseGet(() -> "operation " + kept.operation().orElseThrow()
                                        + " works on it; wait for its end"));
            }
            return removed;
        });
    }

    @Override
    public List<NodeRecord> nodes() {
        return database.read(
                "read for all nodes",
                connection -> Sql.list(connection, NodeRows.SELECT + " ORDER BY nodes.name", NodeRows::map));
    }

    @Override
    public Optional<NodeRecord> node(UUID uuid) {
        return database.read("read for node " + uuid, connection -> find(connection, uuid));
    }

    @Override
    public Optional<NodeRecord> node(NodeName name) {
        return oneNode("nodes.name = ?", name.value());
    }

    @Override
    public Optional<NodeRecord> nodeOf(InstanceId instance) {
        return oneNode("nodes.instance_uuid = ?", instance.toString());
    }

    private Optional<NodeRecord> oneNode(String condition, String value) {
        return database.read(
                "read for the node of " + value,
                connection -> Sql.first(connection, NodeRows.SELECT + " WHERE " + condition, NodeRows::map, value));
    }

    @Override
    public Optional<NodeRecord> nodeByMacs(Collection<String> macs) {
        List<String> lower =
                macs.stream().map(mac -> mac.toLowerCase(Locale.ROOT)).toList();
        String marks = String.join(", ", lower.stream().map(mac -> "?").toList());
        List<NodeRecord> found = database.read(
                "read for the node with the MACs " + lower,
                connection -> Sql.list(
                        connection,
                        NodeRows.SELECT + " WHERE nodes.uuid IN (SELECT node_uuid FROM ports WHERE mac IN (" + marks
                                + "))",
                        NodeRows::map,
                        lower.toArray()));
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    @Override
    public List<PortRecord> ports(UUID node) {
        return database.read(
                "read for the ports of node " + node,
                connection -> Sql.list(
                        connection,
                        "SELECT * FROM ports WHERE node_uuid = ? ORDER BY position",
                        set -> {
                            StoredRow row = new StoredRow(set, "ports", "uuid");
                            return new PortRecord(
                                    row.value("uuid", UUID::fromString),
                                    row.value("node_uuid", UUID::fromString),
                                    row.text("mac"),
                                    row.number("position"));
                        },
                        node.toString()));
    }

    @Override
    public BmcCredentials credentials(UUID node) {
        return database.read(
                "read for the BMC password of node " + node,
                connection -> Sql.first(
                                connection,
                                "SELECT bmc_username, bmc_password, bmc_key FROM nodes WHERE uuid = ?",
                                row -> new BmcCredentials(
                                        row.getString("bmc_username"),
                                        cipher.open(node, PASSWORD, row.getBytes(PASSWORD))
                                                .reveal(),
                                        Optional.ofNullable(row.getBytes(KEY))
                                                .map(bytes -> cipher.open(node, KEY, bytes)
                                                        .reveal())),
                                node.toString())
                        .orElseThrow(() -> unknown(node)));
    }

    @Override
    public void recordPower(UUID node, PowerState power) {
        String name = StoredValues.nameOf(power);
        database.write("written for the power of node " + node, connection -> {
            int changed = Sql.update(
                    connection,
                    "UPDATE nodes SET power_state = ?, updated_at = ? WHERE uuid = ? AND power_state <> ?",
                    name,
                    clock.instant().toString(),
                    node.toString(),
                    name);
            return changed == 0 ? stored(connection, node) : changed;
        });
    }

    @Override
    public void recordPower(UUID node, PowerState power, WantedPower wanted) {
        String name = StoredValues.nameOf(power);
        String wantedName = StoredValues.nameOf(wanted.state());
        database.write("written for the power of node " + node, connection -> {
            int changed = Sql.update(
                    connection,
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
            return changed == 0 ? stored(connection, node) : changed;
        });
    }

    @Override
    public void wantPower(UUID node, WantedPower wanted) {
        database.write("written for the wanted power of node " + node, connection -> {
            int changed = Sql.update(
                    connection,
                    "UPDATE nodes SET wanted_power = ?, power_tries = ?, updated_at = ? WHERE uuid = ?",
                    StoredValues.nameOf(wanted.state()),
                    wanted.tries(),
                    clock.instant().toString(),
                    node.toString());
            if (changed == 0) {
                throw unknown(node);
            }
            return changed;
        });
    }

    @Override
    public void setMaintenance(UUID node, Optional<String> reason) {
        database.write("written for the maintenance of node " + node, connection -> {
            int changed = Sql.update(
                    connection,
                    "UPDATE nodes SET maintenance = ?, updated_at = ? WHERE uuid = ?",
                    reason.orElse(null),
                    clock.instant().toString(),
                    node.toString());
            if (changed == 0) {
                throw unknown(node);
            }
            return changed;
        });
    }

    // ---- claims

    @Override
    public boolean claim(UUID node, InstanceOnNode instance) {
        String id = instance.id().toString();
        return database.write("written to claim node " + node + " for instance " + id, connection -> {
            try {
                return 1
                        == Sql.update(
                                connection,
                                "UPDATE nodes SET instance_uuid = ?, instance_name = ?, updated_at = ? WHERE uuid = ?"
                                        + " AND (instance_uuid = ? OR (instance_uuid IS NULL AND provision_state = ?"
                                        + " AND maintenance IS NULL AND " + NodeRows.NO_OPERATION + "))",
                                id,
                                instance.name(),
                                clock.instant().toString(),
                                node.toString(),
                                id,
                                NodeRows.FREE_STATE);
            } catch (SQLiteException e) {
                if (!NodeRows.isUniqueness(e)) {
                    throw e;
                }
                String other = Sql.first(
                                connection,
                                "SELECT name FROM nodes WHERE instance_uuid = ?",
                                row -> row.getString("name"),
                                id)
                        .orElse("another");
                throw new DriverException(
                        ErrorCode.NODE_INVALID,
                        "instance " + instance.name() + " (" + id + ") cannot have node " + node + ": it holds node "
                                + other + " already; destroy it there first",
                        e);
            }
        });
    }

    @Override
    public boolean unclaim(UUID node, InstanceId instance) {
        return database.write(
                "written to take node " + node + " from instance " + instance,
                connection -> 1
                        == Sql.update(
                                connection,
                                "UPDATE nodes SET instance_uuid = NULL, instance_name = NULL, updated_at = ?"
                                        + " WHERE uuid = ? AND instance_uuid = ? AND provision_state = ? AND "
                                        + NodeRows.NO_OPERATION,
                                clock.instant().toString(),
                                node.toString(),
                                instance.toString(),
                                NodeRows.FREE_STATE));
    }

    // ---- operations

    @Override
    public NodeRecord begin(OperationRecord operation, Map<String, Secret> secrets, ProvisionEvent event) {
        byte @Nullable [] sealed =
                secrets.isEmpty() ? null : cipher.seal(operation.id(), SECRETS, StoredValues.secrets(secrets));
        return database.write("written to begin operation " + operation.id(), connection -> {
            NodeRecord node = stored(connection, operation.node());
            advance(connection, node, event);
            OperationRows.insert(connection, operation, sealed, node);
            wantNone(connection, node.uuid());
            return stored(connection, node.uuid());
        });
    }

    @Override
    public OperationRecord change(UUID operation, UnaryOperator<OperationRecord> change) {
        return database.write("written to change operation " + operation, connection -> {
            OperationRecord next = OperationRows.changed(
                    OperationRows.unfinished(connection, operation), change, OperationStatus.Phase.UNFINISHED);
            OperationRows.update(connection, next);
            return next;
        });
    }

    @Override
    public NodeRecord change(UUID operation, ProvisionEvent event, UnaryOperator<OperationRecord> change) {
        return database.write("written to change operation " + operation, connection -> {
            OperationRecord next = OperationRows.changed(
                    OperationRows.unfinished(connection, operation), change, OperationStatus.Phase.UNFINISHED);
            OperationRows.update(connection, next);
            advance(connection, stored(connection, next.node()), event);
            return stored(connection, next.node());
        });
    }

    @Override
    public NodeRecord end(UUID operation, Function<OperationRecord, OperationEnd> end) {
        return database.write("written to end operation " + operation, connection -> {
            OperationRecord before = OperationRows.unfinished(connection, operation);
            OperationEnd ended = end.apply(before);
            OperationRecord next =
                    OperationRows.changed(before, _ -> ended.operation(), OperationStatus.Phase.FINISHED);
            OperationRows.update(connection, next);
            NodeEnd nodeEnd = ended.node();
            for (ProvisionEvent event : nodeEnd.events()) {
                advance(connection, stored(connection, next.node()), event);
            }
            NodeRecord node = stored(connection, next.node());
            String freed = switch (nodeEnd.instance()) {
                case STAYS -> "";
                case LEAVES -> "instance_uuid = NULL, instance_name = NULL, ";
            };
            Sql.update(
                    connection,
                    "UPDATE nodes SET " + freed
                            + "last_error = ?, wanted_power = power_state, power_tries = 0, updated_at = ? WHERE uuid = ?",
                    nodeEnd.lastError().orElse(null),
                    clock.instant().toString(),
                    node.uuid().toString());
            if (nodeEnd.next().isPresent()) {
                OperationRows.insert(connection, nodeEnd.next().get(), null, stored(connection, node.uuid()));
                wantNone(connection, node.uuid());
            }
            return stored(connection, node.uuid());
        });
    }

    @Override
    public Optional<OperationRecord> operation(UUID id) {
        return database.read("read for operation " + id, connection -> OperationRows.find(connection, id));
    }

    @Override
    public Map<String, Secret> operationSecrets(UUID operation) {
        return database.read(
                "read for the secrets of operation " + operation,
                connection -> Sql.first(
                                connection,
                                "SELECT secrets FROM operations WHERE id = ? AND secrets IS NOT NULL",
                                row -> StoredValues.secrets(cipher.open(operation, SECRETS, row.getBytes(SECRETS))),
                                operation.toString())
                        .orElse(Map.of()));
    }

    @Override
    public Optional<OperationRecord> newestOperation(InstanceId instance, OperationKind kind) {
        return database.read(
                "read for the operations of instance " + instance,
                connection -> OperationRows.newest(connection, instance, kind));
    }

    @Override
    public List<OperationRecord> unfinishedOperations() {
        return database.read("read for the unfinished operations", OperationRows::unfinished);
    }

    private static void wantNone(Connection connection, UUID node) throws SQLException {
        Sql.update(
                connection,
                "UPDATE nodes SET wanted_power = ?, power_tries = ? WHERE uuid = ?",
                StoredValues.nameOf(WantedPower.NONE.state()),
                WantedPower.NONE.tries(),
                node.toString());
    }

    private void advance(Connection connection, NodeRecord node, ProvisionEvent event) throws SQLException {
        ProvisionState next = ProvisionTable.next(node.state(), event)
                .orElseThrow(() -> OperationRows.unavailable("node " + node.name() + " is "
                        + node.state().persistedName() + ", where " + event + " is not possible"));
        Sql.update(
                connection,
                "UPDATE nodes SET provision_state = ?, updated_at = ? WHERE uuid = ?",
                next.persistedName(),
                clock.instant().toString(),
                node.uuid().toString());
    }

    // ---- the deploy ramdisk

    @Override
    public Optional<AgentRecord> agent(UUID node) {
        return database.read(
                "read for the agent of node " + node,
                connection -> Sql.first(
                        connection,
                        "SELECT * FROM agents WHERE node_uuid = ?",
                        set -> {
                            StoredRow row = new StoredRow(set, "agents", "node_uuid");
                            return new AgentRecord(
                                    node,
                                    cipher.open(node, TOKEN, row.bytes(TOKEN)),
                                    row.optionalValue("callback_url", URI::create),
                                    row.optionalText("certificate"),
                                    row.optionalText("agent_version"),
                                    row.optionalValue("heartbeat_at", Instant::parse));
                        },
                        node.toString()));
    }

    @Override
    public void saveAgent(AgentRecord agent) {
        database.write("written for the agent of node " + agent.node(), connection -> {
            NodeRecord node = stored(connection, agent.node());
            return Sql.update(
                    connection,
                    "INSERT OR REPLACE INTO agents (node_uuid, token, callback_url, certificate, agent_version,"
                            + " heartbeat_at) VALUES (?, ?, ?, ?, ?, ?)",
                    node.uuid().toString(),
                    cipher.seal(agent.node(), TOKEN, agent.token()),
                    agent.callbackUrl().map(URI::toString).orElse(null),
                    agent.certificate().orElse(null),
                    agent.agentVersion().orElse(null),
                    agent.heartbeatAt().map(Instant::toString).orElse(null));
        });
    }

    @Override
    public void forgetAgent(UUID node) {
        database.write(
                "written to forget the agent of node " + node,
                connection -> Sql.update(connection, "DELETE FROM agents WHERE node_uuid = ?", node.toString()));
    }

    // ---- settings

    @Override
    public Optional<String> setting(String name) {
        return database.read(
                "read for the setting " + name,
                connection -> Sql.first(
                        connection, "SELECT value FROM settings WHERE name = ?", row -> row.getString("value"), name));
    }

    @Override
    public void saveSetting(String name, String value) {
        Objects.requireNonNull(value, "value");
        database.write(
                "written for the setting " + name,
                connection -> Sql.update(
                        connection, "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", name, value));
    }

    // ---- rows and errors

    private Optional<NodeRecord> find(Connection connection, UUID uuid) throws SQLException {
        return Sql.first(connection, NodeRows.SELECT + " WHERE nodes.uuid = ?", NodeRows::map, uuid.toString());
    }

    private NodeRecord stored(Connection connection, UUID uuid) throws SQLException {
        return find(connection, uuid).orElseThrow(() -> unknown(uuid));
    }

    private static DriverException unknown(UUID node) {
        return new DriverException(
                ErrorCode.NODE_NOT_FOUND, "there is no node " + node + "; it was deleted or never enrolled");
    }

    private static DriverException invalid(String message) {
        return new DriverException(ErrorCode.NODE_INVALID, message);
    }
}

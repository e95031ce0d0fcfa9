package org.novametal.baremetal.store.sql;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.ReadableRows;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.baremetal.operation.AdoptInput;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.operation.Plan;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.state.ProvisionTable;
import org.novametal.baremetal.store.OperationStore;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.Secret;
import org.novametal.text.ForeignText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store of operations and of their changes to nodes. */
record SqlOperations(
        SqlAccess database,
        Dialect dialect,
        SecretCipher cipher,
        SqlNodes nodes,
        SqlHistory history,
        InstantSource clock)
        implements OperationStore {
    private static final Logger LOG = LoggerFactory.getLogger(SqlOperations.class);
    private static final String SECRETS = "secrets";

    /** The events that lead to the loss of what is on the disk of a protected node's instance. */
    private static final Set<ProvisionEvent> DESTROYING =
            Set.of(ProvisionEvent.DELETE, ProvisionEvent.REBUILD, ProvisionEvent.DEPLOY);

    @Override
    public NodeRecord begin(
            OperationRecord operation, Map<String, Secret> secrets, ProvisionEvent event, Set<ProvisionState> from) {
        byte @Nullable [] sealed = sealed(operation, secrets);
        return database.write("written to begin operation " + operation.id(), session -> {
            NodeRecord node = NodeRows.require(session, operation.node());
            requireBeginnable(node, operation, event, from);
            advance(session, node, event);
            OperationRows.insert(session, operation, sealed, takenBy(session, operation, node));
            NodeRecord after = begun(session, node);
            history.addBegin(session, operation, node, after);
            return after;
        });
    }

    private byte @Nullable [] sealed(OperationRecord operation, Map<String, Secret> secrets) {
        return secrets.isEmpty() ? null : cipher.seal(operation.id(), SECRETS, StoredValues.secrets(secrets));
    }

    private static NodeRecord begun(SqlSession session, NodeRecord node) throws SQLException {
        wantNone(session, node.uuid());
        session.update(
                "UPDATE nodes SET last_error = NULL WHERE uuid = ?", node.uuid().toString());
        return NodeRows.require(session, node.uuid());
    }

    @Override
    public void request(OperationRecord requested, Map<String, Secret> secrets) {
        byte @Nullable [] sealed = sealed(requested, secrets);
        database.write("written to request operation " + requested.id(), session -> {
            request(session, requested, sealed);
            return requested;
        });
    }

    @Override
    public void request(OperationRecord requested, Map<String, Secret> secrets, InstanceOnNode reservedFor) {
        byte @Nullable [] sealed = sealed(requested, secrets);
        database.write("written to request operation " + requested.id(), session -> {
            NodeRecord node = NodeRows.require(session, requested.node());
            if (!nodes.claim(session, requested.node(), reservedFor)) {
                throw OperationRows.unavailable(
                        "node " + node.name() + " cannot take an instance now; another one may have got it");
            }
            request(session, requested, sealed);
            return requested;
        });
    }

    private void request(SqlSession session, OperationRecord requested, byte @Nullable [] sealed) throws SQLException {
        NodeRows.require(session, requested.node());
        OperationRows.request(session, requested, sealed);
        history.addRequest(session, requested);
    }

    @Override
    public List<OperationRecord> requested() {
        return database.read("read for the requested operations", OperationRows::requested);
    }

    @Override
    public List<OperationRecord> toCancel() {
        return database.read("read for the operations to cancel", OperationRows::toCancel);
    }

    @Override
    public OptionalLong requestMark() {
        return dialect.requestMark(database);
    }

    @Override
    public NodeRecord take(UUID request, Plan plan, ProvisionEvent event, Set<ProvisionState> from) {
        return database.write("written to begin operation " + request, session -> {
            OperationRecord operation =
                    OperationRows.requested(session, request).begun(plan, clock.instant());
            NodeRecord node = NodeRows.require(session, operation.node());
            requireBeginnable(node, operation, event, from);
            advance(session, node, event);
            OperationRows.begin(session, operation, takenBy(session, operation, node));
            NodeRecord after = begun(session, node);
            history.addBegin(session, operation, node, after);
            return after;
        });
    }

    @Override
    public boolean endRequest(UUID request, OperationStatus status, OperationFailure why) {
        return endRequest(request, status, Optional.of(why));
    }

    @Override
    public boolean completeRequest(UUID request) {
        return endRequest(request, OperationStatus.SUCCEEDED, Optional.empty());
    }

    private boolean endRequest(UUID request, OperationStatus status, Optional<OperationFailure> why) {
        return database.write("written to end operation " + request, session -> {
            Optional<OperationRecord> operation = OperationRows.find(session, request)
                    .filter(found -> found.status().phase() == OperationStatus.Phase.REQUESTED);
            if (operation.isPresent()) {
                OperationRecord ended = operation.get().ended(status, why, clock.instant());
                OperationRows.update(session, ended);
                history.addRequestEnd(session, ended);
                Optional<InstanceId> reservedFor = ended.requestedFor();
                if (ended.kind().equals(OperationKind.DEPLOY) && reservedFor.isPresent()) {
                    nodes.unclaim(session, ended.node(), reservedFor.get());
                }
            }
            return operation.isPresent();
        });
    }

    @Override
    public void recordWorked(Map<UUID, Duration> totals) {
        database.write("written to record the time of " + totals.size() + " operations", session -> {
            for (Map.Entry<UUID, Duration> total : totals.entrySet()) {
                OperationRows.worked(session, total.getKey(), total.getValue());
            }
            return totals.size();
        });
    }

    @Override
    public OperationRecord change(UUID operation, UnaryOperator<OperationRecord> change) {
        return database.write("written to change operation " + operation, session -> {
            OperationRecord before = OperationRows.unfinished(session, operation);
            OperationRecord next = OperationRows.changed(before, change, OperationStatus.Phase.UNFINISHED);
            OperationRows.update(session, next);
            history.addProgress(session, before, next);
            return next;
        });
    }

    @Override
    public NodeRecord change(UUID operation, ProvisionEvent event, UnaryOperator<OperationRecord> change) {
        return database.write("written to change operation " + operation, session -> {
            OperationRecord before = OperationRows.unfinished(session, operation);
            OperationRecord next = OperationRows.changed(before, change, OperationStatus.Phase.UNFINISHED);
            OperationRows.update(session, next);
            history.addProgress(session, before, next);
            NodeRecord node = NodeRows.require(session, next.node());
            history.addState(session, next, node.state(), advance(session, node, event));
            if (next.failure().isPresent()) {
                session.update(
                        "UPDATE nodes SET last_error = ? WHERE uuid = ?",
                        next.failure().get().message(),
                        next.node().toString());
            }
            return NodeRows.require(session, next.node());
        });
    }

    @Override
    public NodeRecord end(UUID operation, Function<OperationRecord, OperationEnd> end) {
        return database.write("written to end operation " + operation, session -> {
            OperationRecord before = OperationRows.unfinished(session, operation);
            OperationEnd ended = end.apply(before);
            OperationRecord next =
                    OperationRows.changed(before, _ -> ended.operation(), OperationStatus.Phase.FINISHED);
            OperationRows.update(session, next);
            SqlAgents.forget(session, next.node().toString());
            NodeRecord asFound = NodeRows.require(session, next.node());
            NodeEnd nodeEnd = ended.node();
            for (ProvisionEvent event : nodeEnd.events()) {
                advance(session, NodeRows.require(session, next.node()), event);
            }
            NodeRecord node = NodeRows.require(session, next.node());
            String freed = switch (nodeEnd.instance()) {
                case STAYS -> "";
                case LEAVES -> "instance_uuid = NULL, instance_name = NULL, protection = NULL, ";
            };
            session.update(
                    "UPDATE nodes SET " + freed
                            + "last_error = ?, wanted_power = power_state, power_tries = 0, updated_at = ? WHERE uuid = ?",
                    nodeEnd.lastError().orElse(null),
                    clock.instant().toString(),
                    node.uuid().toString());
            Optional<NodeFault> present = node.marks().fault();
            Optional<NodeFault> after = nodeEnd.fault()
                    .or(() -> present.filter(fault -> !nodeEnd.repaired().equals(Optional.of(fault))));
            if (!after.equals(present)) {
                session.update(
                        "UPDATE nodes SET fault = ? WHERE uuid = ?",
                        after.map(NodeFault::persistedName).orElse(null),
                        node.uuid().toString());
            }
            NodeRecord changed = NodeRows.require(session, node.uuid());
            history.addEnd(session, next, asFound, changed);
            if (nodeEnd.next().isEmpty()) {
                return changed;
            }
            OperationRows.insert(session, nodeEnd.next().get().following(next), null, changed);
            wantNone(session, node.uuid());
            return NodeRows.require(session, node.uuid());
        });
    }

    @Override
    public Optional<OperationRecord> find(UUID id) {
        return database.read("read for operation " + id, session -> OperationRows.find(session, id));
    }

    @Override
    public Map<String, Secret> secrets(UUID operation) {
        return database.read(
                "read for the secrets of operation " + operation,
                session -> session.first(
                                "SELECT secrets FROM operations WHERE id = ? AND secrets IS NOT NULL",
                                row -> StoredValues.secrets(cipher.open(operation, SECRETS, row.getBytes(SECRETS))),
                                operation.toString())
                        .orElse(Map.of()));
    }

    @Override
    public Optional<OperationRecord> newest(InstanceId instance) {
        return database.read(
                "read for the operations of instance " + instance, session -> OperationRows.newest(session, instance));
    }

    @Override
    public Optional<OperationRecord> newest(InstanceId instance, Set<OperationKind> kinds) {
        return database.read(
                "read for the operations of instance " + instance,
                session -> OperationRows.newest(session, instance, kinds));
    }

    @Override
    public List<OperationRecord> ofNode(UUID node, int most) {
        return database.read(
                "read for the operations of node " + node, session -> OperationRows.ofNode(session, node, most));
    }

    @Override
    public ReadableRows<OperationRecord> readableOfNode(UUID node, int most) {
        return database.read(
                "read for the operations of node " + node,
                session -> OperationRows.readableOfNode(session, node, most));
    }

    @Override
    public ReadableRows<OperationRecord> readableOpen() {
        return database.read("read for the open operations", OperationRows::readableOpen);
    }

    @Override
    public int markRestored(Instant now) {
        return database.write("written to mark the operations of a backup", session -> {
            List<OperationRecord> open = OperationRows.readableOpen(session).rows();
            for (OperationRecord operation : open) {
                OperationRows.update(session, operation.restored(now));
            }
            return open.size();
        });
    }

    @Override
    public List<OperationRecord> unfinished() {
        return database.read("read for the unfinished operations", OperationRows::unfinished);
    }

    @Override
    public List<String> endDamaged() {
        return database.write("written to end damaged operations", session -> {
            List<String> ended = new ArrayList<>();
            for (OperationRows.Damaged damaged : OperationRows.damaged(session)) {
                OperationFailure failure = new OperationFailure(
                        FailureCause.OTHER,
                        ErrorCode.DRIVER_NOT_READY,
                        "the operation ended, because its stored record cannot be used: "
                                + damaged.failure().getMessage());
                OperationRows.endDamaged(session, damaged, failure, clock.instant());
                SqlAgents.forget(session, damaged.node());
                failNode(session, damaged.node(), failure.message());
                history.addDamage(session, damaged.node(), failure.message());
                ended.add("operation " + ForeignText.line(damaged.id()) + " of node " + ForeignText.line(damaged.node())
                        + ": " + failure.message());
            }
            return List.copyOf(ended);
        });
    }

    /** Applies the event {@code fail} to a node, where it is legal, without reading the rest of its row. */
    private void failNode(SqlSession session, String node, String error) throws SQLException {
        Optional<String> state = session.first(
                        "SELECT provision_state FROM nodes WHERE uuid = ?",
                        row -> row.getString("provision_state"),
                        node)
                .flatMap(ProvisionState::ofPersistedName)
                .flatMap(present -> ProvisionTable.next(present, ProvisionEvent.FAIL))
                .map(ProvisionState::persistedName);
        session.update(
                "UPDATE nodes SET provision_state = coalesce(?, provision_state), last_error = ?,"
                        + " wanted_power = power_state, power_tries = 0, updated_at = ? WHERE uuid = ?",
                state.orElse(null),
                error,
                clock.instant().toString(),
                node);
    }

    @Override
    public int prune(Instant endedBefore, int most) {
        return database.write(
                "written to prune operations",
                session -> session.update(
                        """
                        DELETE FROM operations
                        WHERE NOT %1$s AND NOT %2$s
                            AND (updated_at < ? OR sequence <= (SELECT sequence FROM operations WHERE NOT %1$s AND NOT %2$s
                                ORDER BY sequence DESC LIMIT 1 OFFSET ?))
                            AND sequence NOT IN (SELECT max(o.sequence) FROM operations o
                                JOIN nodes ON nodes.instance_uuid = o.instance_uuid GROUP BY o.instance_uuid, o.kind)""".formatted(OperationRows.UNFINISHED, OperationRows.REQUESTED),
                        endedBefore.toString(),
                        most));
    }

    /** The ids of all operations. */
    List<UUID> ids() {
        return database.read(
                "read for the ids of operations",
                session -> session.list(
                        "SELECT id FROM operations ORDER BY id",
                        set -> StoredRow.of(set, "operations", "id", row -> row.value("id", UUID::fromString))));
    }

    /**
     * Encrypts the secrets that earlier versions of this program left in the inputs of operations; those of finished operations
     * are deleted. A damaged row stays as it is: its operation fails and names it.
     */
    void sealInputs() {
        int sealed = database.write("written to encrypt secrets of operations", session -> {
            int rows = 0;
            for (OperationRows.Input row : OperationRows.inputsWithMark(session)) {
                rows += sealInput(session, row);
            }
            return rows;
        });
        if (sealed > 0) {
            LOG.info("encrypted or deleted the secrets in the inputs of {} operations of an earlier version", sealed);
        }
    }

    private int sealInput(SqlSession session, OperationRows.Input row) throws SQLException {
        OperationInput input;
        Map<String, Secret> secrets = new TreeMap<>();
        try {
            input = StoredValues.input(row.json());
            if (input.secrets().isEmpty()) {
                return 0;
            }
            if (row.isUnfinished() && row.secrets() != null) {
                secrets.putAll(StoredValues.secrets(cipher.open(row.id(), SECRETS, row.secrets())));
            }
        } catch (IllegalArgumentException | DriverException e) {
            LOG.warn("operation {}: its input or its secrets are damaged", row.id(), e);
            return 0;
        }
        secrets.putAll(input.secrets());
        byte[] sealed = row.isUnfinished() ? cipher.seal(row.id(), SECRETS, StoredValues.secrets(secrets)) : null;
        return session.update(
                "UPDATE operations SET input = ?, secrets = ? WHERE id = ?",
                StoredValues.input(input.withoutSecrets()),
                sealed,
                row.id().toString());
    }

    private static void wantNone(SqlSession session, UUID node) throws SQLException {
        session.update(
                "UPDATE nodes SET wanted_power = ?, power_tries = ? WHERE uuid = ?",
                StoredValues.nameOf(WantedPower.NONE.state()),
                WantedPower.NONE.tries(),
                node.toString());
    }

    /** Applies an event to a node, and returns the state that it reaches. */
    private ProvisionState advance(SqlSession session, NodeRecord node, ProvisionEvent event) throws SQLException {
        ProvisionState next =
                ProvisionTable.next(node.state(), event).orElseThrow(() -> notAllowed(node, "the event " + event));
        ProvisionState reached = node.marks().after(next);
        session.update(
                "UPDATE nodes SET provision_state = ?, updated_at = ? WHERE uuid = ?",
                reached.persistedName(),
                clock.instant().toString(),
                node.uuid().toString());
        return reached;
    }

    /** The node, taken by the instance of an adoption unless an instance holds it already. */
    private static NodeRecord takenBy(SqlSession session, OperationRecord operation, NodeRecord node)
            throws SQLException {
        if (!(operation.input() instanceof AdoptInput adoption)
                || operation.instance().isEmpty()
                || node.instance().isPresent()) {
            return node;
        }
        String instance = operation.instance().get().toString();
        Optional<String> other =
                session.first("SELECT name FROM nodes WHERE instance_uuid = ?", row -> row.getString("name"), instance);
        if (other.isPresent()) {
            throw OperationRows.unavailable("node " + node.name() + " cannot be adopted as instance " + instance
                    + ", which holds node " + other.get() + " already");
        }
        session.update(
                "UPDATE nodes SET instance_uuid = ?, instance_name = ? WHERE uuid = ?",
                instance,
                adoption.instanceName(),
                node.uuid().toString());
        return NodeRows.require(session, node.uuid());
    }

    /** Refuses an operation in a wrong state, and one that would destroy the instance of a protected node. */
    private static void requireBeginnable(
            NodeRecord node, OperationRecord operation, ProvisionEvent event, Set<ProvisionState> from) {
        if (!from.contains(node.state())) {
            throw notAllowed(node, "the operation " + operation.kind());
        }
        Optional<String> protection = node.marks().protection();
        if (protection.isPresent() && DESTROYING.contains(event)) {
            throw OperationRows.unavailable("node " + node.name() + " is protected (" + protection.get()
                    + "), so its instance can be neither deleted nor rebuilt; end its protection first");
        }
    }

    private static DriverException notAllowed(NodeRecord node, String what) {
        return OperationRows.unavailable("node " + node.name() + " is "
                + node.state().persistedName() + ", a state in which " + what + " is not allowed");
    }
}

package org.novametal.baremetal.store.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.ReadableRows;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationProgress;
import org.novametal.baremetal.operation.OperationProgress.Worked;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.operation.Plan;
import org.novametal.baremetal.store.StoreDamage;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;

/** Reads and writes the table of operations, and refuses illegal changes. */
final class OperationRows {
    private static final String TABLE = "operations";

    /** The SQL condition of an unfinished operation; the unique index in the schema has the same condition. */
    static final String UNFINISHED = "status IN ('running', 'undoing', 'cancelling')";

    /** The SQL condition of a requested operation; an index in the schema has the same condition. */
    static final String REQUESTED = "status = 'requested'";

    private static final String SELECT = """
            SELECT id, node_uuid, instance_uuid, kind, input, plan, status, position, memory, step_since, worked_ms,
                step_begun_ms, error_cause, error_code, error_message, created_at, updated_at
            FROM operations""";

    private OperationRows() {}

    /** The input of an operation as it is stored, with the operation's encrypted secrets. */
    @SuppressWarnings("ArrayRecordComponent") // as JDBC gives them; read once
    record Input(UUID id, boolean isUnfinished, String json, byte @Nullable [] secrets) {}

    /** The inputs that can have an image URL with a user, password or query. */
    static List<Input> inputsWithMark(SqlSession session) throws SQLException {
        return session.list(
                "SELECT id, input, secrets, " + UNFINISHED + " AS unfinished FROM operations"
                        + " WHERE input LIKE ? AND (input LIKE ? OR input LIKE ?)",
                row -> new Input(
                        UUID.fromString(row.getString("id")),
                        row.getBoolean("unfinished"),
                        row.getString("input"),
                        row.getBytes("secrets")),
                "%image_source%",
                "%@%",
                "%?%");
    }

    /** The operation with this id; empty if there is none. */
    static Optional<OperationRecord> find(SqlSession session, UUID id) throws SQLException {
        return session.first(SELECT + " WHERE id = ?", OperationRows::map, id.toString());
    }

    /** The newest operation for an instance. */
    static Optional<OperationRecord> newest(SqlSession session, InstanceId instance) throws SQLException {
        return session.first(
                SELECT + " WHERE instance_uuid = ? ORDER BY sequence DESC LIMIT 1",
                OperationRows::map,
                instance.toString());
    }

    /** The newest operation of one of these kinds for an instance. */
    static Optional<OperationRecord> newest(SqlSession session, InstanceId instance, Set<OperationKind> kinds)
            throws SQLException {
        List<Object> values = new ArrayList<>(List.of(instance.toString()));
        kinds.stream().map(OperationKind::persistedName).sorted().forEach(values::add);
        String marks = String.join(", ", Collections.nCopies(kinds.size(), "?"));
        return session.first(
                SELECT + " WHERE instance_uuid = ? AND kind IN (" + marks + ") ORDER BY sequence DESC LIMIT 1",
                OperationRows::map,
                values.toArray());
    }

    /** The newest operations of a node, the newest first. */
    static List<OperationRecord> ofNode(SqlSession session, UUID node, int most) throws SQLException {
        return session.list(
                SELECT + " WHERE node_uuid = ? ORDER BY sequence DESC LIMIT ?",
                OperationRows::map,
                node.toString(),
                most);
    }

    /** The newest operations of a node that can be read, and what is wrong with the others. */
    static ReadableRows<OperationRecord> readableOfNode(SqlSession session, UUID node, int most) throws SQLException {
        return StoredRow.readable(
                session,
                SELECT + " WHERE node_uuid = ? ORDER BY sequence DESC LIMIT ?",
                OperationRows::map,
                "operation",
                "id",
                node.toString(),
                most);
    }

    /** The requested and unfinished operations that can be read, oldest first, and what is wrong with the others. */
    static ReadableRows<OperationRecord> readableOpen(SqlSession session) throws SQLException {
        return StoredRow.readable(
                session,
                SELECT + " WHERE " + UNFINISHED + " OR " + REQUESTED + " ORDER BY sequence",
                OperationRows::map,
                "operation",
                "id");
    }

    /** All unfinished operations whose rows can be read, oldest first. */
    static List<OperationRecord> unfinished(SqlSession session) throws SQLException {
        return unfinishedRows(session).stream()
                .flatMap(row -> row.operation().stream())
                .toList();
    }

    /** All requested operations, oldest first. */
    static List<OperationRecord> requested(SqlSession session) throws SQLException {
        return session.list(SELECT + " WHERE " + REQUESTED + " ORDER BY sequence", OperationRows::map);
    }

    /** All operations whose memory has a request to cancel, delete or release that nothing has followed, oldest first. */
    static List<OperationRecord> toCancel(SqlSession session) throws SQLException {
        return session
                .list(
                        SELECT + " WHERE " + UNFINISHED + " AND memory LIKE ? ORDER BY sequence",
                        OperationRows::map,
                        "%\"operation.%")
                .stream()
                .filter(operation -> operation.releaseWantedBy().isPresent()
                        || (operation.isCancelWanted() && operation.status() != OperationStatus.CANCELLING))
                .toList();
    }

    /** The unfinished operation with this id; throws if it is unknown, has not begun, or is finished. */
    static OperationRecord unfinished(SqlSession session, UUID id) throws SQLException {
        return inPhase(session, id, OperationStatus.Phase.UNFINISHED);
    }

    /** The requested operation with this id; throws if it is unknown, or has begun. */
    static OperationRecord requested(SqlSession session, UUID id) throws SQLException {
        return inPhase(session, id, OperationStatus.Phase.REQUESTED);
    }

    private static OperationRecord inPhase(SqlSession session, UUID id, OperationStatus.Phase wanted)
            throws SQLException {
        OperationRecord operation = find(session, id).orElseThrow(() -> unavailable("operation " + id + " is unknown"));
        OperationStatus.Phase phase = operation.status().phase();
        if (phase != wanted) {
            String is = switch (phase) {
                case REQUESTED -> " has not begun";
                case UNFINISHED -> " has begun";
                case FINISHED -> " is finished: it " + operation.status().persistedName();
            };
            throw unavailable("operation " + id + is);
        }
        return operation;
    }

    /**
     * Applies a change to an operation; throws if the change alters fixed parts of the operation, such as its node, or results
     * in the wrong phase.
     */
    static OperationRecord changed(
            OperationRecord before, UnaryOperator<OperationRecord> change, OperationStatus.Phase wanted) {
        OperationRecord after = change.apply(before);
        if (!after.id().equals(before.id())
                || !after.node().equals(before.node())
                || !after.instance().equals(before.instance())
                || !after.plan().equals(before.plan())
                || !after.kind().equals(before.kind())) {
            throw new IllegalArgumentException(
                    "a change to operation " + before.id() + " must not alter its id, node, instance, kind or plan");
        }
        if (after.status().phase() != wanted) {
            throw new IllegalArgumentException("a change to operation " + before.id() + " results in the status "
                    + after.status().persistedName() + ", whose phase is not " + wanted
                    + "; change() must leave an operation unfinished, and end() must finish it");
        }
        return after;
    }

    /** Stores a new operation; throws if another operation or another instance holds the node. */
    static void insert(SqlSession session, OperationRecord operation, byte @Nullable [] secrets, NodeRecord node)
            throws SQLException {
        if (operation.status().phase() != OperationStatus.Phase.UNFINISHED) {
            throw new IllegalArgumentException("operation " + operation.id() + " has the status "
                    + operation.status().persistedName() + "; only an unfinished operation can begin");
        }
        requireFree(operation, node);
        insert(session, operation, secrets);
    }

    /** Throws if another operation or another instance holds the node. */
    private static void requireFree(OperationRecord operation, NodeRecord node) {
        if (!operation.node().equals(node.uuid())) {
            throw new IllegalArgumentException("operation " + operation.id() + " is for node " + operation.node()
                    + ", not for node " + node.uuid());
        }
        String what = operation.kind().persistedName() + " of node " + node.name() + " cannot begin: ";
        if (node.operation().isPresent()) {
            throw unavailable(what + "operation " + node.operation().get() + " on the node is unfinished");
        }
        if (!node.instance().map(InstanceOnNode::id).equals(operation.instance())) {
            throw unavailable(what + "the operation is for "
                    + operation.instance().map(id -> "instance " + id).orElse("no instance")
                    + ", but the node is held by "
                    + node.instance().map(holder -> "instance " + holder.id()).orElse("no instance"));
        }
    }

    /** Stores a requested operation, which holds no node. */
    static void request(SqlSession session, OperationRecord operation, byte @Nullable [] secrets) throws SQLException {
        if (operation.status().phase() != OperationStatus.Phase.REQUESTED) {
            throw new IllegalArgumentException("operation " + operation.id() + " has the status "
                    + operation.status().persistedName() + "; it is no request");
        }
        insert(session, operation, secrets);
    }

    /** Stores that a requested operation has begun; throws if another operation or another instance holds the node. */
    static void begin(SqlSession session, OperationRecord operation, NodeRecord node) throws SQLException {
        requireFree(operation, node);
        session.update(
                "UPDATE operations SET plan = ?, instance_uuid = ? WHERE id = ?",
                StoredValues.names(operation.plan().steps()),
                operation.instance().map(InstanceId::toString).orElse(null),
                operation.id().toString());
        update(session, operation);
    }

    private static void insert(SqlSession session, OperationRecord operation, byte @Nullable [] secrets)
            throws SQLException {
        OperationProgress progress = operation.progress();
        session.update(
                """
                INSERT INTO operations (id, node_uuid, instance_uuid, kind, input, plan, secrets, status, position,
                    memory, step_since, worked_ms, step_begun_ms, created_at, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                operation.id().toString(),
                operation.node().toString(),
                operation.instance().map(InstanceId::toString).orElse(null),
                operation.kind().persistedName(),
                StoredValues.input(operation.input()),
                StoredValues.names(operation.plan().steps()),
                secrets,
                progress.status().persistedName(),
                progress.step().orElse(null),
                StoredValues.memory(progress.memory()),
                progress.stepSince().toString(),
                progress.worked().total().toMillis(),
                progress.worked().atStepBegin().toMillis(),
                operation.createdAt().toString(),
                operation.updatedAt().toString());
    }

    /** Stores a changed operation; deletes its secrets if it has ended. */
    static void update(SqlSession session, OperationRecord operation) throws SQLException {
        OperationProgress progress = operation.progress();
        String secrets = progress.status().phase() == OperationStatus.Phase.FINISHED ? ", secrets = NULL" : "";
        Optional<OperationFailure> failure = progress.failure();
        session.update(
                "UPDATE operations SET status = ?, position = ?, memory = ?, step_since = ?, worked_ms = ?,"
                        + " step_begun_ms = ?, error_cause = ?, error_code = ?, error_message = ?, updated_at = ?"
                        + secrets + " WHERE id = ?",
                progress.status().persistedName(),
                progress.step().orElse(null),
                StoredValues.memory(progress.memory()),
                progress.stepSince().toString(),
                progress.worked().total().toMillis(),
                progress.worked().atStepBegin().toMillis(),
                failure.map(why -> why.cause().persistedName()).orElse(null),
                failure.map(why -> why.code().persistedName()).orElse(null),
                failure.map(OperationFailure::message).orElse(null),
                operation.updatedAt().toString(),
                operation.id().toString());
    }

    /** Stores for how long an unfinished operation was worked on, if that is longer than stored. */
    static void worked(SqlSession session, UUID operation, Duration total) throws SQLException {
        session.update(
                "UPDATE operations SET worked_ms = ? WHERE id = ? AND worked_ms < ? AND " + UNFINISHED,
                total.toMillis(),
                operation.toString(),
                total.toMillis());
    }

    private static OperationRecord map(ResultSet set) throws SQLException {
        try {
            return StoredRow.of(set, TABLE, "id", OperationRows::whole);
        } catch (DriverException e) {
            if (StoreDamage.isCauseOf(e)
                    && OperationStatus.FAILED.persistedName().equals(set.getString("status"))) {
                return StoredRow.of(set, TABLE, "id", OperationRows::outline);
            }
            throw e;
        }
    }

    private static OperationRecord whole(StoredRow row) throws SQLException {
        return new OperationRecord(
                row.value("id", UUID::fromString),
                row.value("node_uuid", UUID::fromString),
                row.optionalValue("instance_uuid", InstanceId::of),
                row.value("kind", OperationKind::new),
                row.value("input", StoredValues::input),
                row.value("plan", json -> new Plan(StoredValues.names(json))),
                new OperationProgress(
                        row.named("status", OperationStatus::ofPersistedName),
                        row.optionalText("position"),
                        row.time("step_since"),
                        new Worked(
                                Duration.ofMillis(row.count("worked_ms")),
                                Duration.ofMillis(row.count("step_begun_ms"))),
                        row.value("memory", StoredValues::memory),
                        failure(row)),
                row.time("created_at"),
                row.time("updated_at"));
    }

    private static Optional<OperationFailure> failure(StoredRow row) throws SQLException {
        return row.optionalText("error_code").isEmpty()
                ? Optional.empty()
                : Optional.of(new OperationFailure(
                        row.named("error_cause", FailureCause::ofPersistedName),
                        row.named("error_code", ErrorCode::ofPersistedName),
                        row.text("error_message")));
    }

    /**
     * A failed operation without its input, plan and memory, some of which cannot be read: it can still be found, shown and
     * followed by another operation of its instance.
     */
    private static OperationRecord outline(StoredRow row) throws SQLException {
        Instant ended = row.time("updated_at");
        return new OperationRecord(
                row.value("id", UUID::fromString),
                row.value("node_uuid", UUID::fromString),
                row.optionalValue("instance_uuid", InstanceId::of),
                row.value("kind", OperationKind::new),
                OperationInput.NOTHING,
                Plan.EMPTY,
                new OperationProgress(
                        OperationStatus.FAILED, Optional.empty(), ended, Worked.NONE, Map.of(), failure(row)),
                ended,
                ended);
    }

    /**
     * An unfinished operation whose row cannot be read.
     *
     * @param id its id as stored, which may itself be damaged
     * @param node its node's UUID as stored
     * @param failure the exception that names the row and the column
     */
    record Damaged(String id, String node, DriverException failure) {}

    /** The unfinished operations whose rows cannot be read, oldest first. */
    static List<Damaged> damaged(SqlSession session) throws SQLException {
        return unfinishedRows(session).stream()
                .flatMap(row -> row.damaged().stream())
                .toList();
    }

    /** An unfinished operation, or why its row cannot be read. */
    private record Row(Optional<OperationRecord> operation, Optional<Damaged> damaged) {}

    private static List<Row> unfinishedRows(SqlSession session) throws SQLException {
        return session.list(SELECT + " WHERE " + UNFINISHED + " ORDER BY sequence", set -> {
            try {
                return new Row(Optional.of(map(set)), Optional.empty());
            } catch (DriverException e) {
                if (!StoreDamage.isCauseOf(e)) {
                    throw e;
                }
                return new Row(
                        Optional.empty(), Optional.of(new Damaged(set.getString("id"), set.getString("node_uuid"), e)));
            }
        });
    }

    /** Stores that an operation whose row cannot be read has failed; the rest of its row stays as it is. */
    static void endDamaged(SqlSession session, Damaged operation, OperationFailure failure, Instant now)
            throws SQLException {
        session.update(
                "UPDATE operations SET status = ?, error_cause = ?, error_code = ?, error_message = ?, updated_at = ?,"
                        + " secrets = NULL WHERE id = ?",
                OperationStatus.FAILED.persistedName(),
                failure.cause().persistedName(),
                failure.code().persistedName(),
                failure.message(),
                now.toString(),
                operation.id());
    }

    /** The exception for a request that the node or operation does not allow now. */
    static DriverException unavailable(String message) {
        return new DriverException(ErrorCode.RESOURCES_UNAVAILABLE, message);
    }
}

package org.novametal.baremetal.inventory;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;

/** The table of operations: read, written, and what may not be written. */
final class OperationRows {
    /** The condition of an unfinished one; the unique index in the schema says the same. */
    static final String UNFINISHED = "status IN ('running', 'undoing', 'cancelling')";

    private OperationRows() {}

    /** The operation of that id. */
    static Optional<OperationRecord> find(Connection connection, UUID id) throws SQLException {
        return Sql.first(connection, "SELECT * FROM operations WHERE id = ?", OperationRows::map, id.toString());
    }

    /** The newest operation of that kind for an instance. */
    static Optional<OperationRecord> newest(Connection connection, InstanceId instance, OperationKind kind)
            throws SQLException {
        return Sql.first(
                connection,
                "SELECT * FROM operations WHERE instance_uuid = ? AND kind = ? ORDER BY sequence DESC LIMIT 1",
                OperationRows::map,
                instance.toString(),
                kind.persistedName());
    }

    /** All unfinished ones, oldest first. */
    static List<OperationRecord> unfinished(Connection connection) throws SQLException {
        return Sql.list(
                connection, "SELECT * FROM operations WHERE " + UNFINISHED + " ORDER BY sequence", OperationRows::map);
    }

    /** The operation of that id, refused when it is unknown or finished. */
    static OperationRecord unfinished(Connection connection, UUID id) throws SQLException {
        OperationRecord operation =
                find(connection, id).orElseThrow(() -> unavailable("operation " + id + " is unknown"));
        if (operation.status().phase() == OperationStatus.Phase.FINISHED) {
            throw unavailable(
                    "operation " + id + " is finished: it " + operation.status().persistedName());
        }
        return operation;
    }

    /** An operation after a change, refused when it is another one then or in the wrong phase. */
    static OperationRecord changed(
            OperationRecord before, UnaryOperator<OperationRecord> change, OperationStatus.Phase wanted) {
        OperationRecord after = change.apply(before);
        if (!after.id().equals(before.id())
                || !after.node().equals(before.node())
                || !after.instance().equals(before.instance())
                || after.kind() != before.kind()) {
            throw new IllegalArgumentException("a change of operation " + before.id()
                    + " may not make it another one, nor of another node, instance or kind");
        }
        if (after.status().phase() != wanted) {
            throw new IllegalArgumentException("operation " + before.id() + " would be "
                    + after.status().persistedName() + ", which is not " + wanted
                    + "; change() leaves an operation unfinished, end() finishes it");
        }
        return after;
    }

    /** Stores a new operation, refused when another one or another instance has the node. */
    static void insert(Connection connection, OperationRecord operation, NodeRecord node) throws SQLException {
        if (operation.status().phase() != OperationStatus.Phase.UNFINISHED) {
            throw new IllegalArgumentException("operation " + operation.id() + " is "
                    + operation.status().persistedName() + "; only an unfinished one can begin");
        }
        if (!operation.node().equals(node.uuid())) {
            throw new IllegalArgumentException("operation " + operation.id() + " is for node " + operation.node()
                    + ", not for node " + node.uuid());
        }
        String what = operation.kind().persistedName() + " of node " + node.name() + " cannot begin: ";
        if (node.operation().isPresent()) {
            throw unavailable(what + "operation " + node.operation().get() + " on it is unfinished");
        }
        if (!node.instance().map(InstanceOnNode::id).equals(operation.instance())) {
            throw unavailable(what + "it is for "
                    + operation.instance().map(id -> "instance " + id).orElse("no instance") + ", the node is held by "
                    + node.instance().map(holder -> "instance " + holder.id()).orElse("none"));
        }
        Sql.update(
                connection,
                """
                INSERT INTO operations (id, node_uuid, instance_uuid, kind, status, step, spec, memory, step_since,
                    error_code, error_message, created_at, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                operation.id().toString(),
                operation.node().toString(),
                operation.instance().map(InstanceId::toString).orElse(null),
                operation.kind().persistedName(),
                operation.status().persistedName(),
                operation.step(),
                operation.spec().map(StoredValues::spec).orElse(null),
                StoredValues.memory(operation.memory()),
                operation.stepSince().toString(),
                operation
                        .error()
                        .map(error -> StoredValues.nameOf(error.code()))
                        .orElse(null),
                operation.error().map(OperationRecord.Failure::message).orElse(null),
                operation.createdAt().toString(),
                operation.updatedAt().toString());
    }

    /** Stores a changed operation. */
    static void update(Connection connection, OperationRecord operation) throws SQLException {
        Sql.update(
                connection,
                "UPDATE operations SET status = ?, step = ?, spec = ?, memory = ?, step_since = ?, error_code = ?,"
                        + " error_message = ?, updated_at = ? WHERE id = ?",
                operation.status().persistedName(),
                operation.step(),
                operation.spec().map(StoredValues::spec).orElse(null),
                StoredValues.memory(operation.memory()),
                operation.stepSince().toString(),
                operation
                        .error()
                        .map(error -> StoredValues.nameOf(error.code()))
                        .orElse(null),
                operation.error().map(OperationRecord.Failure::message).orElse(null),
                operation.updatedAt().toString(),
                operation.id().toString());
    }

    private static OperationRecord map(ResultSet set) throws SQLException {
        StoredRow row = new StoredRow(set, "operations", "id");
        Optional<OperationRecord.Failure> error = Optional.empty();
        if (row.optionalText("error_code").isPresent()) {
            error = Optional.of(new OperationRecord.Failure(
                    row.named("error_code", StoredValues::errorCode), row.text("error_message")));
        }
        return new OperationRecord(
                row.value("id", UUID::fromString),
                row.value("node_uuid", UUID::fromString),
                row.optionalValue("instance_uuid", InstanceId::of),
                row.named("kind", OperationKind::ofPersistedName),
                row.named("status", OperationStatus::ofPersistedName),
                row.number("step"),
                row.optionalValue("spec", StoredValues::spec),
                row.value("memory", StoredValues::memory),
                row.value("step_since", Instant::parse),
                error,
                row.value("created_at", Instant::parse),
                row.value("updated_at", Instant::parse));
    }

    /** The refusal of what the node or operation does not allow now. */
    static DriverException unavailable(String message) {
        return new DriverException(ErrorCode.RESOURCES_UNAVAILABLE, message);
    }
}

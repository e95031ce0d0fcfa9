package org.novametal.baremetal.store.sql;

import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationProgress;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.HistoryEntry;
import org.novametal.baremetal.store.HistoryStore;
import org.novametal.driver.model.PowerState;

/**
 * Reads and writes the table of histories. The methods that add entries are called inside the transaction of the change.
 *
 * @param who who makes the changes of this process
 * @param keep how many entries a node has at most
 */
record SqlHistory(SqlAccess database, String who, int keep, InstantSource clock) implements HistoryStore {
    @Override
    public List<HistoryEntry> newest(UUID node, int most) {
        return database.read(
                "read for the history of node " + node,
                session -> session.list(
                        "SELECT sequence, at, who, what, was, became, took_ms, error FROM node_history"
                                + " WHERE node_uuid = ? ORDER BY sequence DESC LIMIT ?",
                        set -> StoredRow.of(
                                set,
                                "node_history",
                                "sequence",
                                row -> new HistoryEntry(
                                        row.time("at"),
                                        row.text("who"),
                                        row.text("what"),
                                        row.text("was"),
                                        row.text("became"),
                                        row.optionalValue("took_ms", Long::valueOf)
                                                .map(Duration::ofMillis),
                                        row.optionalText("error"))),
                        node.toString(),
                        most));
    }

    /** Adds that a node was enrolled or updated. */
    void addNode(SqlSession session, UUID node, String how) throws SQLException {
        insert(session, node.toString(), who, "node", "", how, null, null);
    }

    /** Adds the differences between two records of a node in state, power, marks and instance. */
    void addChanges(SqlSession session, NodeRecord before, NodeRecord after) throws SQLException {
        add(
                session,
                before,
                who,
                "state",
                before.state().persistedName(),
                after.state().persistedName());
        addOthers(session, who, before, after);
    }

    /** Adds the differences between two records of a node, but for its state, of which the caller knows the cause. */
    private void addOthers(SqlSession session, String by, NodeRecord before, NodeRecord after) throws SQLException {
        NodeMarks was = before.marks();
        NodeMarks became = after.marks();
        add(
                session,
                before,
                by,
                "power",
                power(before.power().seen()),
                power(after.power().seen()));
        add(session, before, by, "maintenance", maintenance(was), maintenance(became));
        add(session, before, by, "fault", fault(was), fault(became));
        add(
                session,
                before,
                by,
                "retired",
                was.retired().orElse(""),
                became.retired().orElse(""));
        add(
                session,
                before,
                by,
                "protected",
                was.protection().orElse(""),
                became.protection().orElse(""));
        add(session, before, by, "instance", instance(before), instance(after));
    }

    /** Adds the wanted power of a node, if it has changed and any is wanted. */
    void addWantedPower(SqlSession session, NodeRecord before, NodeRecord after) throws SQLException {
        PowerState wanted = after.power().wanted().state();
        if (wanted != PowerState.NOSTATE) {
            add(
                    session,
                    before,
                    who,
                    "wanted power",
                    power(before.power().wanted().state()),
                    power(wanted));
        }
    }

    private void add(SqlSession session, NodeRecord node, String by, String what, String from, String to)
            throws SQLException {
        if (!from.equals(to)) {
            insert(session, node.uuid().toString(), by, what, from, to, null, null);
        }
    }

    private static String power(PowerState state) {
        return state == PowerState.NOSTATE ? "unknown" : StoredValues.nameOf(state);
    }

    private static String maintenance(NodeMarks marks) {
        return marks.maintenance()
                .map(maintenance -> maintenance.reason() + " (by " + maintenance.by() + ")")
                .orElse("");
    }

    private static String fault(NodeMarks marks) {
        return marks.fault().map(NodeFault::persistedName).orElse("");
    }

    private static String instance(NodeRecord node) {
        return node.instance().map(InstanceOnNode::id).map(Object::toString).orElse("");
    }

    /** Adds that an operation was requested. */
    void addRequest(SqlSession session, OperationRecord operation) throws SQLException {
        insert(
                session,
                operation.node().toString(),
                asker(operation),
                operation.kind().persistedName(),
                "",
                OperationStatus.REQUESTED.persistedName(),
                null,
                null);
    }

    /** Adds that a request ended without having begun. */
    void addRequestEnd(SqlSession session, OperationRecord ended) throws SQLException {
        insert(
                session,
                ended.node().toString(),
                ended.status() == OperationStatus.CANCELLED ? who : asker(ended),
                ended.kind().persistedName(),
                OperationStatus.REQUESTED.persistedName(),
                ended.status().persistedName(),
                null,
                error(ended));
    }

    /** Adds that an operation began. */
    void addBegin(SqlSession session, OperationRecord operation, NodeRecord before, NodeRecord after)
            throws SQLException {
        insert(
                session,
                before.uuid().toString(),
                asker(operation),
                operation.kind().persistedName(),
                before.state().persistedName(),
                after.state().persistedName(),
                null,
                null);
        addOthers(session, asker(operation), before, after);
    }

    /** Adds what changed in the progress of an operation: its step, its status, or a request to cancel it. */
    void addProgress(SqlSession session, OperationRecord before, OperationRecord after) throws SQLException {
        if (!before.isCancelWanted() && after.isCancelWanted()) {
            addWish(session, after, who, "cancellation requested");
        }
        if (before.releaseWantedBy().isEmpty() && after.releaseWantedBy().isPresent()) {
            addWish(session, after, after.releaseWantedBy().get(), "forced release requested");
        }
        boolean isMoved = !before.step().equals(after.step()) || before.status() != after.status();
        if (isMoved && before.step().isPresent()) {
            insert(
                    session,
                    after.node().toString(),
                    asker(after),
                    after.kind() + ": " + before.step().get(),
                    before.status().persistedName(),
                    how(before, after),
                    took(before, after),
                    before.status() == after.status() ? null : error(after));
        }
    }

    private void addWish(SqlSession session, OperationRecord operation, String by, String wish) throws SQLException {
        insert(
                session,
                operation.node().toString(),
                by,
                operation.kind().persistedName(),
                operation.status().persistedName(),
                wish,
                null,
                null);
    }

    private static String how(OperationRecord before, OperationRecord after) {
        if (before.status() != after.status()) {
            return after.status().persistedName();
        }
        if (before.status() != OperationStatus.RUNNING) {
            return "undone";
        }
        Optional<String> next = before.step().flatMap(before.plan()::after);
        return next.equals(after.step()) ? "done" : "back to " + after.step().orElse("the end");
    }

    /** Adds that the state of a node changed while an operation works on it. */
    void addState(SqlSession session, OperationRecord operation, ProvisionState from, ProvisionState to)
            throws SQLException {
        if (from != to) {
            insert(
                    session,
                    operation.node().toString(),
                    asker(operation),
                    operation.kind().persistedName(),
                    from.persistedName(),
                    to.persistedName(),
                    null,
                    null);
        }
    }

    /** Adds the end of an operation, and what else it changed. */
    void addEnd(SqlSession session, OperationRecord ended, NodeRecord before, NodeRecord after) throws SQLException {
        insert(
                session,
                before.uuid().toString(),
                asker(ended),
                ended.kind().persistedName(),
                before.state().persistedName(),
                after.state().persistedName(),
                ended.progress().worked().total(),
                error(ended));
        addOthers(session, asker(ended), before, after);
    }

    /** Adds the end of an operation whose record is damaged, if its node is known. */
    void addDamage(SqlSession session, String node, String error) throws SQLException {
        Optional<String> known =
                session.first("SELECT uuid FROM nodes WHERE uuid = ?", row -> row.getString("uuid"), node);
        if (known.isPresent()) {
            insert(session, node, who, "operation", "", OperationStatus.FAILED.persistedName(), null, error);
        }
    }

    /** Who asked for an operation; for one that nobody asked for, who stores its change. */
    private String asker(OperationRecord operation) {
        return operation.requestedBy().orElse(who);
    }

    private static @Nullable String error(OperationRecord operation) {
        return operation.failure().map(OperationFailure::message).orElse(null);
    }

    private static Duration took(OperationRecord before, OperationRecord after) {
        OperationProgress.Worked begun = before.progress().worked();
        return after.progress().worked().total().minus(begun.atStepBegin());
    }

    private void insert(
            SqlSession session,
            String node,
            String by,
            String what,
            String from,
            String to,
            @Nullable Duration took,
            @Nullable String error)
            throws SQLException {
        session.update(
                "INSERT INTO node_history (node_uuid, at, who, what, was, became, took_ms, error)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                node,
                clock.instant().toString(),
                by,
                what,
                from,
                to,
                took == null ? null : took.toMillis(),
                error);
        session.update(
                "DELETE FROM node_history WHERE node_uuid = ? AND sequence <= (SELECT sequence FROM node_history"
                        + " WHERE node_uuid = ? ORDER BY sequence DESC LIMIT 1 OFFSET ?)",
                node,
                node,
                keep);
    }
}

package org.novametal.examples.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.novametal.baremetal.NodeHolder;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.driver.model.NodeName;
import org.novametal.examples.cli.RowOutput.Column;
import org.novametal.queue.AdmissionQueue.Place;

/**
 * The columns of operations.
 *
 * @param node the name of the operation's node
 * @param operation the operation
 * @param holder the operation as what works on its node; empty if it does not, or is not known
 * @param place its place in the queue of the host; empty if it does not wait, or is not known
 */
record OperationColumns(NodeName node, OperationRecord operation, Optional<NodeHolder> holder, Optional<Place> place) {
    /** How many of the columns a table of operations has. */
    static final int USUAL = 6;

    static final List<Column<OperationColumns>> ALL = List.of(
            always("node", row -> row.node().value()),
            always("operation", row -> row.operation().id().toString()),
            always("kind", row -> row.operation().kind().persistedName()),
            always("status", row -> row.operation().status().persistedName()),
            maybe("step", row -> row.operation().step()),
            maybe("error", row -> row.operation().failure().map(failure -> failure.message())),
            maybe(
                    "error_code",
                    row -> row.operation()
                            .failure()
                            .map(failure -> failure.code().persistedName())),
            maybe("instance", row -> row.operation().instance().map(Object::toString)),
            maybe("requested_by", row -> row.operation().requestedBy()),
            always("steps", row -> row.operation().plan().steps()),
            always("fraction", row -> fraction(row.operation())),
            always("created_at", row -> row.operation().createdAt().toString()),
            always("updated_at", row -> row.operation().updatedAt().toString()));

    /** The columns of one operation: also where it runs and what it waits for. */
    static final List<Column<OperationColumns>> OF_ONE = Stream.concat(
                    ALL.stream(),
                    Stream.concat(
                            Stream.of(maybe("waits_for", row -> row.place().map(Place::toString))),
                            NodeColumns.OF_HOLDER.stream()
                                    .map(column -> new Column<OperationColumns>(
                                            column.name(),
                                            row -> row.holder()
                                                    .flatMap(holder ->
                                                            column.value().apply(holder))))))
            .toList();

    /** An operation in a list, without its holder and place. */
    OperationColumns(NodeName node, OperationRecord operation) {
        this(node, operation, Optional.empty(), Optional.empty());
    }

    /** How much of the operation's plan is done, from 0.0 to 1.0. */
    static double fraction(OperationRecord operation) {
        return switch (operation.status()) {
            case SUCCEEDED -> 1.0;
            case REQUESTED -> 0.0;
            case RUNNING, UNDOING, CANCELLING, FAILED, CANCELLED ->
                operation
                        .step()
                        .map(step -> operation.plan().fraction(step, 0.0))
                        .orElse(0.0);
        };
    }

    private static Column<OperationColumns> always(String name, Function<OperationColumns, Object> value) {
        return new Column<>(name, row -> Optional.of(value.apply(row)));
    }

    private static Column<OperationColumns> maybe(String name, Function<OperationColumns, Optional<?>> value) {
        return new Column<>(name, value);
    }
}

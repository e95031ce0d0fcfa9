package org.novametal.examples.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.novametal.baremetal.NodeHolder;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.driver.model.NodeName;
import org.novametal.examples.cli.RowOutput.Column;
import org.novametal.queue.AdmissionQueue.Place;
import org.novametal.text.ForeignText;

/**
 * The columns of operations.
 *
 * @param node the name of the operation's node
 * @param operation the operation
 * @param holder the operation as what works on its node; empty if it does not, or is not known
 * @param place its place in the queue of the host; empty if it does not wait, or is not known
 * @param life whether a host lives that works on it; empty if it has ended, or that is not known
 */
record OperationColumns(
        NodeName node,
        OperationRecord operation,
        Optional<NodeHolder> holder,
        Optional<Place> place,
        Optional<NodeHolder.Life> life) {
    /** How many of the columns a table of operations has. */
    static final int USUAL = 7;

    private static final String HOST_LIVES = "host_lives";

    static final List<Column<OperationColumns>> ALL = List.of(
            always("node", row -> row.node().value()),
            always("operation", row -> row.operation().id().toString()),
            always("kind", row -> row.operation().kind().persistedName()),
            always("status", row -> row.operation().status().persistedName()),
            maybe(HOST_LIVES, row -> row.life().map(life -> life == NodeHolder.Life.ALIVE)),
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
            always("progress", row -> "%.0f %%".formatted(100 * fraction(row.operation()))),
            always("age", row -> age(Duration.between(row.operation().createdAt(), Instant.now()))),
            always("created_at", row -> row.operation().createdAt().toString()),
            always("updated_at", row -> row.operation().updatedAt().toString()));

    /** The columns of open operations, of which a table has {@link #USUAL}. */
    static final List<Column<OperationColumns>> OPEN =
            sortedBy(List.of("node", "operation", "kind", "status", "step", "progress", "age"));

    private static List<Column<OperationColumns>> sortedBy(List<String> first) {
        return Stream.concat(
                        first.stream()
                                .flatMap(name -> ALL.stream()
                                        .filter(column -> column.name().equals(name))),
                        ALL.stream().filter(column -> !first.contains(column.name())))
                .toList();
    }

    /** The columns of one operation: also where it runs and what it waits for. */
    static final List<Column<OperationColumns>> OF_ONE = Stream.concat(
                    ALL.stream(),
                    Stream.concat(
                            Stream.of(
                                    maybe(
                                            "waits_for",
                                            row -> row.place()
                                                    .map(Place::toString)
                                                    .or(row.operation()::waitsFor)),
                                    maybe(
                                            "restored_at",
                                            row -> row.operation().restoredAt().map(Instant::toString))),
                            NodeColumns.OF_HOLDER.stream()
                                    .filter(column -> !column.name().equals(HOST_LIVES))
                                    .map(column -> new Column<OperationColumns>(
                                            column.name(),
                                            row -> row.holder()
                                                    .flatMap(holder ->
                                                            column.value().apply(holder))))))
            .toList();

    /** An operation that this program follows, without its holder, place and host. */
    OperationColumns(NodeName node, OperationRecord operation) {
        this(node, operation, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** An operation without its holder and place, and whether a host lives. */
    OperationColumns(NodeName node, OperationRecord operation, NodeHolder.Life host) {
        this(node, operation, Optional.empty(), Optional.empty(), life(operation, host));
    }

    /** Whether a host works on an operation; empty if it has ended. */
    static Optional<NodeHolder.Life> life(OperationRecord operation, NodeHolder.Life host) {
        return operation.status().phase() == OperationStatus.Phase.FINISHED ? Optional.empty() : Optional.of(host);
    }

    /** Prints which operations no host works on, if there are any, and what an operator can do. */
    static void reportWithoutHost(List<OperationColumns> rows, PrintWriter err) {
        List<OperationColumns> left = rows.stream()
                .filter(row -> row.life().equals(Optional.of(NodeHolder.Life.GONE)))
                .toList();
        if (left.isEmpty()) {
            return;
        }
        String operations = left.stream()
                .map(row -> "the " + row.operation().kind() + " of node " + row.node())
                .collect(Collectors.joining(", "));
        OperationColumns first = left.getFirst();
        boolean isUndone = left.stream().allMatch(row -> row.operation().isCancelWanted());
        err.println(ForeignText.line("no host works on " + operations
                + ". The next compute host " + (isUndone ? "undoes it" : "goes on with it")
                + ", and so does: nova-metal operation show "
                + first.operation().id() + " --local. To end it as it is: nova-metal operation "
                + (first.operation().status().phase() == OperationStatus.Phase.REQUESTED
                        ? "cancel " + first.operation().id()
                        : "release " + first.node())));
        err.flush();
    }

    /** A time that has passed, in its largest unit. */
    private static String age(Duration passed) {
        long seconds = Math.max(0, passed.toSeconds());
        return seconds < 60
                ? seconds + " s"
                : seconds < 3600
                        ? seconds / 60 + " min"
                        : seconds < 86_400 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
    }

    /** What an operator has to know of an open operation that comes from a backup; empty for other operations. */
    static Optional<String> fromBackup(NodeName node, OperationRecord operation) {
        if (operation.status().phase() == OperationStatus.Phase.FINISHED) {
            return Optional.empty();
        }
        return operation
                .restoredAt()
                .map(at ->
                        "the " + operation.kind() + " of node " + node + " comes from the backup that was restored at "
                                + at
                                + operation
                                        .waitsFor()
                                        .map(what -> "; it waits in step "
                                                + operation.step().orElse("-") + " for " + what)
                                        .orElseGet(() -> "; it goes on at step "
                                                + operation.step().orElse("-") + " when a host runs it")
                                + ". Its machine has gone on since the backup: look at it, and if it does not do that: nova-metal"
                                + " operation cancel " + operation.id());
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

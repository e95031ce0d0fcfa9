package org.novametal.examples.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.NodeOperations;
import org.novametal.baremetal.NodeOperations.Request;
import org.novametal.baremetal.NodeOperations.WithoutHost;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.NodeName;
import org.novametal.text.ForeignText;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nova-metal node VERB}: requests one operation on each of some nodes, and can wait for their ends. */
final class VerbCommand implements Callable<Integer> {
    private static final Duration LOOK_AFTER = Duration.ofMillis(250);

    private final OperationKind kind;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "NODE", arity = "0..*", description = "the nodes' names")
    private List<String> names = List.of();

    @Option(names = "--all", description = "all nodes")
    private boolean all;

    @Option(names = "--dry-run", description = "prints the selected nodes and requests nothing")
    private boolean dryRun;

    @Option(
            names = "--wait",
            paramLabel = "S",
            description = "waits for the ends, for at most that many seconds, and reports the progress")
    private @Nullable Integer waitSeconds;

    @Option(
            names = "--local",
            description =
                    "runs the operations in this program, which is the inventory's host meanwhile; waits for their"
                            + " ends, for at most --wait seconds, else an hour")
    private boolean local;

    @Option(names = "--queue", description = "leaves the requests for the host's next start, if no host runs")
    private boolean queue;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private InventoryLogin login;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private NodeSelection selection;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private RowOutput output;

    VerbCommand(OperationKind kind) {
        this.kind = kind;
    }

    /** Who runs this program, as an operation's record names them. */
    static String user() {
        return "user " + System.getProperty("user.name", "unknown") + " by nova-metal";
    }

    @Override
    public Integer call() {
        if (local && queue) {
            throw new WrongUsage("--local runs the operations now, --queue leaves them for later; give one of them");
        }
        try (BareMetalInventory inventory = local ? login.host() : login.open(Missing.REFUSE)) {
            List<NodeRecord> nodes = selection.select(inventory.enrolment(), names, all);
            if (dryRun) {
                output.print(out(), nodes, NodeColumns.OF_NODE, NodeColumns.USUAL);
                return 0;
            }
            return request(inventory.operations(), nodes);
        }
    }

    private int request(NodeOperations operations, List<NodeRecord> nodes) {
        Map<UUID, NodeName> requested = new LinkedHashMap<>();
        Optional<DriverException> refused = Optional.empty();
        try {
            for (NodeRecord node : nodes) {
                Request request = new Request(
                        node.name(),
                        kind,
                        OperationInput.NOTHING,
                        Map.of(),
                        user(),
                        queue ? WithoutHost.QUEUE : WithoutHost.REFUSE);
                requested.put(operations.request(request).id(), node.name());
            }
        } catch (DriverException e) {
            refused = Optional.of(e);
        }
        List<OperationColumns> rows = follow(operations, requested);
        output.print(out(), rows, OperationColumns.ALL, OperationColumns.USUAL);
        if (refused.isPresent()) {
            throw refused.get().code() == ErrorCode.HOST_UNAVAILABLE
                    ? new DriverException(
                            ErrorCode.HOST_UNAVAILABLE, refused.get().getMessage() + " (--local, --queue)")
                    : refused.get();
        }
        boolean failed = rows.stream().map(row -> row.operation().status()).anyMatch(VerbCommand::isFailed);
        return failed ? 1 : 0;
    }

    private static boolean isFailed(OperationStatus status) {
        return status == OperationStatus.FAILED || status == OperationStatus.CANCELLED;
    }

    /** Follows the operations to their ends, for as long as the options say; returns them as they are then. */
    private List<OperationColumns> follow(NodeOperations operations, Map<UUID, NodeName> requested) {
        Duration limit =
                waitSeconds != null ? Duration.ofSeconds(waitSeconds) : local ? Duration.ofHours(1) : Duration.ZERO;
        long end = System.nanoTime() + limit.toNanos();
        Map<UUID, String> shown = new LinkedHashMap<>();
        while (true) {
            List<OperationColumns> now = new ArrayList<>();
            requested.forEach((id, node) ->
                    operations.find(id).ifPresent(operation -> now.add(new OperationColumns(node, operation))));
            boolean ended =
                    now.stream().allMatch(row -> row.operation().status().phase() == OperationStatus.Phase.FINISHED);
            if (!limit.isZero()) {
                now.forEach(row -> show(row, shown));
            }
            long left = end - System.nanoTime();
            if (ended || left <= 0) {
                return now;
            }
            // Waits at once for the first that has not ended.
            now.stream()
                    .map(OperationColumns::operation)
                    .filter(operation -> operation.status().phase() != OperationStatus.Phase.FINISHED)
                    .findFirst()
                    .ifPresent(operation ->
                            operations.await(operation.id(), Duration.ofNanos(Math.min(left, LOOK_AFTER.toNanos()))));
        }
    }

    private void show(OperationColumns row, Map<UUID, String> shown) {
        OperationRecord operation = row.operation();
        String text = row.node() + ": " + operation.kind() + " "
                + operation.status().persistedName()
                + operation
                        .step()
                        .map(step -> " %s (%.0f %%)".formatted(step, 100 * OperationColumns.fraction(operation)))
                        .orElse("");
        if (!text.equals(shown.put(operation.id(), text))) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(ForeignText.line(text));
            err.flush();
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

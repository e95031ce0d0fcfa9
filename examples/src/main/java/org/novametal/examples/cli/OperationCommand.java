package org.novametal.examples.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.NodeHolder;
import org.novametal.baremetal.NodeOperations;
import org.novametal.baremetal.NodeOperations.Release;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeSummary;
import org.novametal.baremetal.inventory.ReadableRows;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.NodeName;
import org.novametal.examples.ProgramVersion;
import org.novametal.text.ForeignText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nova-metal operation}: the commands for operations on nodes. */
@Command(
        name = "operation",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = "Lists, follows, cancels and releases operations on the nodes of an inventory.")
final class OperationCommand {
    private static final Duration LOOK_AFTER = Duration.ofMillis(500);

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {
                "Lists the newest operations of a node, the newest first; finished ones are kept for a while. Without a node,"
                        + " lists the open operations of all nodes, the oldest first: those that are requested or running.",
                "Example: nova-metal operation list node-7 --config-file nova.conf"
            })
    int list(
            @Mixin InventoryLogin login,
            @Mixin RowOutput output,
            @Parameters(
                            paramLabel = "NODE",
                            arity = "0..1",
                            description = NodeCommand.NODE + "; without one, all nodes")
                    @Nullable
                    String name,
            @Option(
                            names = "--most",
                            paramLabel = "N",
                            defaultValue = "20",
                            description =
                                    "how many operations of a node to show (${DEFAULT-VALUE}); open ones are all shown")
                    int most) {
        if (most < 1 || most == Integer.MAX_VALUE) {
            throw new WrongUsage("--most is " + most + "; give 1 or more");
        }
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            return name == null ? listOpen(inventory, output) : list(inventory, output, name, most);
        }
    }

    private int list(BareMetalInventory inventory, RowOutput output, String name, int most) {
        NodeName node = NodeCommand.nodeName(inventory, name);
        NodeHolder.Life life = life(inventory.operations());
        // One more than wanted shows whether there are more.
        ReadableRows<OperationRecord> found = inventory.operations().readableOfNode(node, most + 1);
        List<OperationColumns> rows = found.rows().stream()
                .limit(most)
                .map(operation -> new OperationColumns(node, operation, life))
                .toList();
        int code = output.printReadable(
                spec, new ReadableRows<>(rows, found.damaged()), OperationColumns.ALL, OperationColumns.USUAL);
        RowOutput.reportMore(spec, found.rows().size(), most, "operations", "--most");
        OperationColumns.reportWithoutHost(rows, spec.commandLine().getErr());
        return code;
    }

    private int listOpen(BareMetalInventory inventory, RowOutput output) {
        NodeHolder.Life life = life(inventory.operations());
        Map<UUID, NodeName> names = inventory.enrolment().readableSummaries().rows().stream()
                .collect(Collectors.toMap(NodeSummary::uuid, NodeSummary::name));
        ReadableRows<OperationRecord> found = inventory.operations().readableOpen();
        List<OperationColumns> rows = found.rows().stream()
                .map(operation -> new OperationColumns(
                        // A node whose record is damaged has no name here.
                        names.getOrDefault(
                                operation.node(), new NodeName(operation.node().toString())),
                        operation,
                        life))
                .toList();
        int code = output.printReadable(
                spec, new ReadableRows<>(rows, found.damaged()), OperationColumns.OPEN, OperationColumns.USUAL);
        rows.forEach(
                row -> OperationColumns.fromBackup(row.node(), row.operation()).ifPresent(this::report));
        OperationColumns.reportWithoutHost(rows, spec.commandLine().getErr());
        return code;
    }

    private static NodeHolder.Life life(NodeOperations operations) {
        return operations.livingHosts().isEmpty() ? NodeHolder.Life.GONE : NodeHolder.Life.ALIVE;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = {
                "Shows one operation; with --wait, when it has ended, and exits with 1 if it has not. While it works on its node, also its host, how long it and"
                        + " its step have been worked on, as stored each minute, and its place if it waits in a queue. With"
                        + " --local this program goes on with the inventory's operations meanwhile, if no host does.",
                "Example: nova-metal operation show 6f1fd2a4-2c0b-4b5e-9a66-1f6f0c1c7d10 --config-file nova.conf --wait 600"
            })
    int show(
            @Mixin InventoryLogin login,
            @Mixin RowOutput output,
            @Parameters(paramLabel = "OPERATION", description = "the operation's id") UUID id,
            @Option(
                            names = "--wait",
                            paramLabel = "S",
                            description = "seconds to wait for its end (0; with --local an hour)")
                    @Nullable
                    Integer waitSeconds,
            @Option(
                            names = "--local",
                            description =
                                    "runs the inventory's operations in this program, which is its host meanwhile, until"
                                            + " this one has ended")
                    boolean local) {
        Duration limit = NodeRequests.waitLimit(waitSeconds, local);
        try (BareMetalInventory inventory = local ? login.host() : login.open(Missing.REFUSE)) {
            OperationRecord operation = followed(inventory, id, limit);
            OperationColumns row = row(inventory, operation);
            output.printOne(out(), row, OperationColumns.OF_ONE);
            OperationColumns.reportWithoutHost(List.of(row), spec.commandLine().getErr());
            boolean late = !limit.isZero()
                    && NodeRequests.reportLate(
                            List.of(row), limit, spec.commandLine().getErr());
            return late ? 1 : 0;
        }
    }

    /** Waits for an operation's end; says before and meanwhile if it comes from a backup, and what it waits for. */
    private OperationRecord followed(BareMetalInventory inventory, UUID id, Duration limit) {
        NodeOperations operations = inventory.operations();
        long end = System.nanoTime() + limit.toNanos();
        Optional<String> reported = Optional.empty();
        while (true) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            OperationRecord now = operations.await(id, left.compareTo(LOOK_AFTER) < 0 ? left : LOOK_AFTER);
            Optional<String> text = OperationColumns.fromBackup(nodeOf(inventory, now), now);
            if (!text.equals(reported)) {
                text.ifPresent(this::report);
            }
            reported = text;
            if (now.status().phase() == OperationStatus.Phase.FINISHED
                    || now.isKept()
                    || left.compareTo(LOOK_AFTER) <= 0) {
                return now;
            }
        }
    }

    @Command(
            name = "cancel",
            mixinStandardHelpOptions = true,
            description = {
                "Cancels an operation: one that has not begun is withdrawn, one that runs is undone by the host. A power or"
                        + " boot-device command that the host has begun is withdrawn too, but the host finishes it: what a BMC"
                        + " was sent cannot be taken back, so check the machine. Without a living host the next one undoes it;"
                        + " the command says so, and what else can be done.",
                "Example: nova-metal operation cancel 6f1fd2a4-2c0b-4b5e-9a66-1f6f0c1c7d10 --config-file nova.conf"
            })
    int cancel(
            @Mixin InventoryLogin login,
            @Mixin RowOutput output,
            @Parameters(paramLabel = "OPERATION", description = "the operation's id") UUID id) {
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            OperationColumns row = row(inventory, inventory.operations().cancel(id, NodeRequests.user()));
            output.printOne(out(), row, OperationColumns.ALL);
            OperationColumns.reportWithoutHost(List.of(row), spec.commandLine().getErr());
        }
        return 0;
    }

    @Command(
            name = "release",
            mixinStandardHelpOptions = true,
            description = {
                "Ends the operation on a node as it is, so that the node can be worked on again: the operation fails, the node"
                        + " keeps its instance, and nothing is undone. For an operation whose host is gone or hangs; to undo an"
                        + " operation, cancel it. Check the machine afterwards.",
                "Example: nova-metal operation release node-7 --config-file nova.conf"
            })
    int release(
            @Mixin InventoryLogin login,
            @Mixin RowOutput output,
            @Parameters(paramLabel = "NODE", description = NodeCommand.NODE) String name,
            @Option(
                            names = "--force",
                            description =
                                    "also while the host lives: it abandons the operation in the middle of its step, within a"
                                            + " second")
                    boolean force,
            @Option(
                            names = "--wait",
                            paramLabel = "S",
                            defaultValue = "10",
                            description = "seconds to wait for a living host to do that (${DEFAULT-VALUE})")
                    int waitSeconds) {
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            NodeOperations operations = inventory.operations();
            OperationRecord released = operations.release(
                    NodeCommand.nodeName(inventory, name),
                    NodeRequests.user(),
                    force ? Release.FORCED : Release.HOST_GONE);
            OperationRecord end = operations.await(released.id(), Duration.ofSeconds(waitSeconds));
            output.printOne(out(), row(inventory, end), OperationColumns.OF_ONE);
            return end.status().phase() == OperationStatus.Phase.FINISHED ? 0 : 1;
        }
    }

    private static NodeName nodeOf(BareMetalInventory inventory, OperationRecord operation) {
        return inventory
                .enrolment()
                .find(operation.node())
                .map(NodeRecord::name)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.NODE_NOT_FOUND, "the node of operation " + operation.id() + " was deleted"));
    }

    private static OperationColumns row(BareMetalInventory inventory, OperationRecord operation) {
        NodeName node = nodeOf(inventory, operation);
        NodeOperations operations = inventory.operations();
        Optional<NodeHolder> holder =
                operations.holder(node).filter(found -> found.operation().id().equals(operation.id()));
        return new OperationColumns(
                node,
                operation,
                holder,
                holder.flatMap(_ -> Optional.ofNullable(operations.queuePlaces().get(operation.id()))),
                OperationColumns.life(operation, life(operations)));
    }

    private void report(String text) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(ForeignText.lines(text));
        err.flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

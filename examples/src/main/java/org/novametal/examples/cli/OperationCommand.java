package org.novametal.examples.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.NodeHolder;
import org.novametal.baremetal.NodeOperations;
import org.novametal.baremetal.NodeOperations.Release;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.ReadableRows;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.NodeName;
import org.novametal.examples.ProgramVersion;
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
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {
                "Lists the newest operations of a node, the newest first; finished ones are kept for a while.",
                "Example: nova-metal operation list node-7 --config-file nova.conf"
            })
    int list(
            @Mixin InventoryLogin login,
            @Mixin RowOutput output,
            @Parameters(paramLabel = "NODE", description = "the node's name") String name,
            @Option(
                            names = "--most",
                            paramLabel = "N",
                            defaultValue = "20",
                            description = "how many to show (${DEFAULT-VALUE})")
                    int most) {
        if (most < 1) {
            throw new WrongUsage("--most is " + most + "; give 1 or more");
        }
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            NodeName node = NodeCommand.nodeName(name);
            NodeHolder.Life life = life(inventory.operations());
            ReadableRows<OperationRecord> found = inventory.operations().readableOfNode(node, most);
            List<OperationColumns> rows = found.rows().stream()
                    .map(operation -> new OperationColumns(node, operation, life))
                    .toList();
            int code = output.printReadable(
                    spec, new ReadableRows<>(rows, found.damaged()), OperationColumns.ALL, OperationColumns.USUAL);
            OperationColumns.reportWithoutHost(rows, spec.commandLine().getErr());
            return code;
        }
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
            OperationRecord operation = inventory.operations().await(id, limit);
            OperationColumns row = row(inventory, operation);
            output.printOne(out(), row, OperationColumns.OF_ONE);
            OperationColumns.reportWithoutHost(List.of(row), spec.commandLine().getErr());
            boolean late = !limit.isZero()
                    && NodeRequests.reportLate(
                            List.of(row), limit, spec.commandLine().getErr());
            return late ? 1 : 0;
        }
    }

    @Command(
            name = "cancel",
            mixinStandardHelpOptions = true,
            description = {
                "Cancels an operation: one that has not begun is withdrawn, one that runs is undone by the host. A power or"
                        + " boot-device command that the host has begun is withdrawn too, but the host finishes it: what a BMC"
                        + " was sent cannot be taken back, so check the machine.",
                "Example: nova-metal operation cancel 6f1fd2a4-2c0b-4b5e-9a66-1f6f0c1c7d10 --config-file nova.conf"
            })
    int cancel(
            @Mixin InventoryLogin login,
            @Mixin RowOutput output,
            @Parameters(paramLabel = "OPERATION", description = "the operation's id") UUID id) {
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            output.printOne(
                    out(),
                    row(inventory, inventory.operations().cancel(id, NodeRequests.user())),
                    OperationColumns.ALL);
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
            @Parameters(paramLabel = "NODE", description = "the node's name") String name,
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
                    NodeCommand.nodeName(name), NodeRequests.user(), force ? Release.FORCED : Release.HOST_GONE);
            OperationRecord end = operations.await(released.id(), Duration.ofSeconds(waitSeconds));
            output.printOne(out(), row(inventory, end), OperationColumns.OF_ONE);
            return end.status().phase() == OperationStatus.Phase.FINISHED ? 0 : 1;
        }
    }

    private static OperationColumns row(BareMetalInventory inventory, OperationRecord operation) {
        NodeName node = inventory
                .enrolment()
                .find(operation.node())
                .map(NodeRecord::name)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.NODE_NOT_FOUND, "the node of operation " + operation.id() + " was deleted"));
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

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

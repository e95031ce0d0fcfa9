package org.novametal.examples.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationRecord;
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
        description = "Lists, follows and cancels operations on the nodes of an inventory.")
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
            List<OperationColumns> rows = inventory.operations().ofNode(node, most).stream()
                    .map(operation -> new OperationColumns(node, operation))
                    .toList();
            output.print(out(), rows, OperationColumns.ALL, OperationColumns.USUAL);
        }
        return 0;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = {
                "Shows one operation; with --wait, when it has ended.",
                "Example: nova-metal operation show 6f1fd2a4-2c0b-4b5e-9a66-1f6f0c1c7d10 --config-file nova.conf --wait 600"
            })
    int show(
            @Mixin InventoryLogin login,
            @Mixin RowOutput output,
            @Parameters(paramLabel = "OPERATION", description = "the operation's id") UUID id,
            @Option(
                            names = "--wait",
                            paramLabel = "S",
                            defaultValue = "0",
                            description = "seconds to wait for its end (${DEFAULT-VALUE})")
                    int waitSeconds) {
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            OperationRecord operation = inventory.operations().await(id, Duration.ofSeconds(waitSeconds));
            output.printOne(out(), row(inventory, operation), OperationColumns.ALL);
        }
        return 0;
    }

    @Command(
            name = "cancel",
            mixinStandardHelpOptions = true,
            description = {
                "Cancels an operation: one that has not begun is withdrawn, one that runs is undone by the host.",
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

    private static OperationColumns row(BareMetalInventory inventory, OperationRecord operation) {
        NodeName node = inventory.enrolment().list().stream()
                .filter(record -> record.uuid().equals(operation.node()))
                .map(NodeRecord::name)
                .findFirst()
                .orElseThrow(() -> new DriverException(
                        ErrorCode.NODE_NOT_FOUND, "the node of operation " + operation.id() + " was deleted"));
        return new OperationColumns(node, operation);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

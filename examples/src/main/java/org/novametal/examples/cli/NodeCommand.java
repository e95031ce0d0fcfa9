package org.novametal.examples.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.NodeHolder;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.Enrolment.NodeWithPorts;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.store.HistoryEntry;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.NodeName;
import org.novametal.examples.ProgramVersion;
import org.novametal.examples.cli.RowOutput.Column;
import org.novametal.text.ForeignText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nova-metal node}: the commands for the nodes of an inventory. */
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = "Lists, changes and works on the nodes of an inventory, also while its compute host runs.",
        addMethodSubcommands = false) // NovaMetal adds those that are needed
final class NodeCommand {
    /** The description of an argument that names a node. */
    static final String NODE = "the node's name or UUID";

    /** The description of arguments that name nodes. */
    static final String NODES = "the nodes' names or UUIDs";

    private static final List<Column<HistoryEntry>> HISTORY = List.of(
            new Column<>("at", entry -> Optional.of(entry.at().toString())),
            new Column<>("who", entry -> Optional.of(entry.who())),
            new Column<>("what", entry -> Optional.of(entry.what())),
            new Column<>("from", entry -> Optional.of(entry.from())),
            new Column<>("to", entry -> Optional.of(entry.to())),
            new Column<>("seconds", entry -> entry.took().map(took -> took.toMillis() / 1000.0)),
            new Column<>("error", HistoryEntry::error));

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {
                "Lists nodes, sorted by name. A node whose stored record is damaged is named on standard error with what to"
                        + " do; the others are listed, and the exit code is 1.",
                "Example: nova-metal node list --config-file nova.conf --state available -f json"
            })
    int list(@Mixin InventoryLogin login, @Mixin NodeSelection selection, @Mixin RowOutput output) {
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            Enrolment nodes = inventory.enrolment();
            if (selection.isBySummary() && output.needsOnly(NodeColumns.OF_SUMMARY)) {
                return output.printReadable(
                        spec, selection.summaries(nodes), NodeColumns.OF_SUMMARY, NodeColumns.USUAL);
            }
            return output.printReadable(spec, selection.readable(nodes), NodeColumns.OF_NODE, NodeColumns.USUAL);
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = {
                "Shows one node with its ports and, while an operation works on it, the host of the operation, since when, and"
                        + " how long it and its step have been worked on, as stored each minute.",
                "Example: nova-metal node show node-7 --config-file nova.conf"
            })
    int show(
            @Mixin InventoryLogin login,
            @Mixin RowOutput output,
            @Parameters(paramLabel = "NODE", description = NODE) String name) {
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            NodeWithPorts node = inventory.enrolment().show(nodeName(inventory, name));
            List<Column<NodeRecord>> columns = new ArrayList<>(NodeColumns.OF_NODE);
            columns.add(new Column<>("ports", _ -> Optional.of(NodeColumns.macs(node.ports()))));
            Optional<NodeHolder> holder =
                    inventory.operations().holder(node.node().name());
            columns.add(new Column<>(
                    "operation_kind",
                    _ -> holder.map(found -> found.operation().kind().persistedName())));
            columns.add(new Column<>(
                    "step", _ -> holder.flatMap(found -> found.operation().step())));
            for (Column<NodeHolder> column : NodeColumns.OF_HOLDER) {
                columns.add(new Column<>(
                        column.name(),
                        _ -> holder.flatMap(found -> column.value().apply(found))));
            }
            output.printOne(out(), node.node(), columns);
        }
        return 0;
    }

    @Command(
            name = "history",
            mixinStandardHelpOptions = true,
            description = {
                "Shows what happened to a node, the newest first: operations and their steps, changes of power, marks and"
                        + " instance; by whom, and how long it took. The option node_history_count limits what is kept.",
                "Example: nova-metal node history node-7 --config-file nova.conf --most 50"
            })
    int history(
            @Mixin InventoryLogin login,
            @Mixin RowOutput output,
            @Parameters(paramLabel = "NODE", description = NODE) String name,
            @Option(
                            names = "--most",
                            paramLabel = "N",
                            defaultValue = "20",
                            description = "how many entries to show (${DEFAULT-VALUE})")
                    int most) {
        if (most < 1 || most == Integer.MAX_VALUE) {
            throw new WrongUsage("--most is " + most + "; give 1 or more");
        }
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            // One more than wanted shows whether there are more.
            List<HistoryEntry> newest = inventory.history(nodeName(inventory, name), most + 1);
            output.print(out(), newest.subList(0, Math.min(most, newest.size())), HISTORY, HISTORY.size());
            RowOutput.reportMore(spec, newest.size(), most, "entries", "--most");
        }
        return 0;
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = {
                "Deletes nodes from the inventory; their machines are left as they are. A node that an instance or an"
                        + " operation holds is refused; the others are deleted.",
                "Example: nova-metal node delete node-7 --config-file nova.conf"
            })
    int delete(
            @Mixin InventoryLogin login,
            @Mixin ChosenNodes chosen,
            @Mixin RowOutput output,
            @Option(
                            names = "--dry-run",
                            description = "prints the selected nodes and which of them would refuse; deletes none")
                    boolean dryRun) {
        int refused = 0;
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            List<NodeRecord> nodes = chosen.of(inventory.enrolment());
            if (dryRun) {
                return output.printDryRun(spec, nodes, NodeRecord::whyNotDeleted);
            }
            for (NodeRecord node : nodes) {
                try {
                    inventory.enrolment().delete(node.name());
                    output.printChange(out(), node, "deleted from the inventory");
                } catch (DriverException e) {
                    refused++;
                    PrintWriter err = spec.commandLine().getErr();
                    err.println(ForeignText.lines(String.valueOf(e.getMessage())));
                    err.flush();
                }
            }
        }
        return refused == 0 ? 0 : 1;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** The node that an argument names. */
    static NodeName nodeName(BareMetalInventory inventory, String nameOrUuid) {
        try {
            return inventory.enrolment().nameOf(nameOrUuid);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(String.valueOf(e.getMessage()));
        }
    }
}

package org.novametal.examples.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.NodeValidation.Interface;
import org.novametal.baremetal.NodeValidation.Verdict;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.examples.ProgramVersion;
import org.novametal.examples.cli.RowOutput.Column;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nova-metal node validate}: says what the interfaces of nodes lack. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = {
            "Says for each interface of nodes - power, boot, deploy, network, console - what it lacks, in the description and"
                    + " in the configuration. Asks no BMC; the verb manage verifies the BMC. The exit code is 1 when an"
                    + " interface other than console lacks something.",
            "Example: nova-metal node validate node-7 --config-file nova.conf"
        })
final class NodeValidateCommand implements Callable<Integer> {
    private record Row(NodeRecord node, Verdict verdict) {}

    private static final List<Column<Row>> COLUMNS = List.of(
            new Column<>("node", row -> Optional.of(row.node().name().value())),
            new Column<>("interface", row -> Optional.of(row.verdict().checked().text())),
            new Column<>("complete", row -> Optional.of(row.verdict().isComplete())),
            new Column<>("missing", row -> Optional.of(row.verdict().missing())));

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private InventoryLogin login;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private ChosenNodes nodes;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private RowOutput output;

    @Override
    public Integer call() {
        List<Row> rows = new ArrayList<>();
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            for (NodeRecord node : nodes.of(inventory.enrolment())) {
                inventory.validate(node.name()).forEach(verdict -> rows.add(new Row(node, verdict)));
            }
        }
        output.print(spec.commandLine().getOut(), rows, COLUMNS, COLUMNS.size());
        return rows.stream()
                        .map(Row::verdict)
                        .allMatch(verdict -> verdict.isComplete() || verdict.checked() == Interface.CONSOLE)
                ? 0
                : 1;
    }
}

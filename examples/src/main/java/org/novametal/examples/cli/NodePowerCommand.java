package org.novametal.examples.cli;

import java.util.List;
import java.util.Set;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.examples.ProgramVersion;
import org.novametal.examples.cli.RowOutput.Column;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nova-metal node power}: the power of machines, by way of the host of the inventory. */
@Command(
        name = "power",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = "Shows and changes the power of machines; the host of the inventory changes it.")
final class NodePowerCommand {
    private static final Set<String> SHOWN =
            Set.of("name", "state", "power", "wanted_power", "fault", "maintenance", "updated_at");

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description = {
                "Shows the power that the host read last, and the wanted power. The command bmc power status asks the BMCs.",
                "Example: nova-metal node power status node-7 --config-file nova.conf"
            })
    int status(@Mixin InventoryLogin login, @Mixin ChosenNodes nodes, @Mixin RowOutput output) {
        List<Column<NodeRecord>> columns = NodeColumns.OF_NODE.stream()
                .filter(column -> SHOWN.contains(column.name()))
                .toList();
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            output.print(spec.commandLine().getOut(), nodes.of(inventory.enrolment()), columns, columns.size());
        }
        return 0;
    }
}

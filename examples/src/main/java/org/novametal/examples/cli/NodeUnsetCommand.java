package org.novametal.examples.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.inventory.NodeChange.Mode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.examples.ProgramVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nova-metal node unset}: removes fields from the descriptions of nodes, all or none. */
@Command(
        name = "unset",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = {
            "Removes fields from the descriptions of nodes: of all the chosen nodes, or of none.",
            "Example: nova-metal node unset node-7 --config-file nova.conf --field rack --field traits.CUSTOM_GPU"
        })
final class NodeUnsetCommand implements Callable<Integer> {
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

    @Option(
            names = "--field",
            paramLabel = "FIELD",
            required = true,
            description = "the field, such as power_group, bmc.privilege, capabilities.gpu or traits.CUSTOM_GPU; can be"
                    + " repeated")
    private List<String> fields = List.of();

    @Option(names = "--dry-run", description = "checks the change and makes none")
    private boolean dryRun;

    @Override
    public Integer call() {
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            List<NodeRecord> after = NodeEdit.make(
                    inventory.enrolment(),
                    nodes.of(inventory.enrolment()),
                    List.of(),
                    dryRun ? Mode.DRY_RUN : Mode.WRITE,
                    (known, object, faults) ->
                            fields.forEach(field -> NodeEdit.unset("--field", object, known, field, faults)));
            output.print(spec.commandLine().getOut(), after, NodeColumns.OF_NODE, NodeColumns.USUAL);
        }
        return 0;
    }
}

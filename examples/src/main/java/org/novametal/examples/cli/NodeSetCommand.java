package org.novametal.examples.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.NodeChange.Mode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.examples.ProgramVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nova-metal node set}: changes the descriptions of nodes, all or none. */
@Command(
        name = "set",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = {
            "Changes the descriptions of nodes: of all the chosen nodes, or of none. --capability and --root-device join those"
                    + " that a node has; --trait and --mac replace them.",
            "Example: nova-metal node set node-7 --config-file nova.conf --memory-mb 131072 --unset resource_class"
        })
final class NodeSetCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private InventoryLogin login;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private RowOutput output;

    @Option(names = "--name", paramLabel = "NAME", description = "a new name")
    private @Nullable String newName;

    @Option(
            names = "--unset",
            paramLabel = "FIELD",
            description =
                    "removes a field, such as power_group, bmc.privilege, capabilities.gpu or traits.CUSTOM_GPU; can"
                            + " be repeated")
    private List<String> unset = List.of();

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private ChosenNodes nodes;

    @Option(names = "--dry-run", description = "checks the change and makes none")
    private boolean dryRun;

    @Override
    public Integer call() {
        NodeFields fields = new NodeFields(spec.commandLine().getParseResult(), Secrets.warningOn(spec));
        if (!fields.isGiven() && newName == null && unset.isEmpty()) {
            throw new WrongUsage("no field is given; --help lists the options");
        }
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            Enrolment enrolment = inventory.enrolment();
            List<NodeRecord> after = NodeEdit.make(
                    enrolment,
                    nodes.of(enrolment),
                    List.of(),
                    dryRun ? Mode.DRY_RUN : Mode.WRITE,
                    (known, object, faults) -> {
                        if (newName != null) {
                            object.put("name", newName);
                        }
                        unset.forEach(field -> NodeEdit.unset("--unset", object, known, field, faults));
                        fields.putInto(object, known);
                        faults.addAll(fields.faults());
                    });
            output.print(spec.commandLine().getOut(), after, NodeColumns.OF_NODE, NodeColumns.USUAL);
        }
        return 0;
    }
}

package org.novametal.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.exchange.ImportPlan;
import org.novametal.baremetal.exchange.ImportPlan.Action;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.examples.ProgramVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nova-metal node create}: enrols one node. */
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = {
            "Enrols a node. It stays in its initial state until a verb such as manage is given; with --verify the host"
                    + " verifies and cleans it until it is available. Creates the inventory if there is none.",
            "Example: nova-metal node create node-8 --config-file nova.conf --bmc ipmi://10.0.0.8 --user admin"
                    + " --password @bmc-password --mac 52:54:00:12:34:08 --cpus 8 --memory-mb 65536 --local-gb 480"
        })
final class NodeCreateCommand implements Callable<Integer> {
    private static final String ENROLL = "enroll";

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private InventoryLogin login;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private RowOutput output;

    @Parameters(paramLabel = "NAME", description = "the node's name")
    private String name = "";

    @Option(names = "--uuid", paramLabel = "UUID", description = "the node's UUID (a random one)")
    private @Nullable String uuid;

    @Option(
            names = "--initial-state",
            paramLabel = "enroll|manageable|available",
            description = "the state in which the node is enrolled (enroll)")
    private @Nullable String initialState;

    @Option(names = "--verify", description = "lets the host verify and clean the node, which is then available")
    private boolean verify;

    @Override
    public Integer call() {
        if (verify && initialState != null) {
            throw new WrongUsage("--verify begins in the state enroll; give --verify or --initial-state");
        }
        NodeFields fields = new NodeFields(spec.commandLine().getParseResult(), Secrets.warningOn(spec));
        ObjectNode node = NodeDocument.object();
        node.put("name", name);
        if (uuid != null) {
            node.put("uuid", uuid);
        }
        node.put(
                "initial_state",
                verify ? "verify" : Optional.ofNullable(initialState).orElse(ENROLL));
        fields.putInto(node, NodeDocument.object());
        try (BareMetalInventory inventory = login.open(Missing.CREATE)) {
            ImportPlan plan = NodeDocument.plan(inventory.enrolment(), List.of(node));
            if (plan.steps().stream().anyMatch(step -> step.action() != Action.CREATE)) {
                throw new DriverException(
                        ErrorCode.NODE_INVALID,
                        "there is a node of this name or UUID already; change it by node set, or use another name");
            }
            NodeDocument.requireApplicable(plan, fields.faults());
            NodeRecord created = plan.apply().getFirst();
            output.printOne(spec.commandLine().getOut(), created, NodeColumns.OF_NODE);
            if (verify && inventory.operations().livingHosts().isEmpty()) {
                spec.commandLine()
                        .getErr()
                        .println("the verification begins at the next start of the compute host; none runs now");
                spec.commandLine().getErr().flush();
            }
        }
        return 0;
    }
}

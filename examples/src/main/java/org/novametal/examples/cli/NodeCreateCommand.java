package org.novametal.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
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
import org.novametal.examples.cli.RowOutput.Column;
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
        boolean isNew = login.isNew();
        if (isNew) {
            try (BareMetalInventory empty = login.rehearse()) {
                plan(empty, node, fields).check();
            }
        }
        try (BareMetalInventory inventory = login.open(isNew ? Missing.CREATE : Missing.REFUSE)) {
            NodeRecord created = plan(inventory, node, fields).apply().getFirst();
            String next = next(created, inventory);
            List<Column<NodeRecord>> columns = new ArrayList<>(List.of(
                    new Column<>("name", record -> Optional.of(record.name().value())),
                    new Column<>("uuid", record -> Optional.of(record.uuid().toString())),
                    new Column<>("state", record -> Optional.of(record.state().persistedName())),
                    new Column<>("next", _ -> Optional.of(next))));
            int usual = columns.size();
            NodeColumns.OF_NODE.stream()
                    .filter(column ->
                            columns.stream().noneMatch(known -> known.name().equals(column.name())))
                    .toList()
                    .forEach(columns::add);
            output.printOne(spec.commandLine().getOut(), created, columns, usual);
        }
        return 0;
    }

    private static ImportPlan plan(BareMetalInventory inventory, ObjectNode node, NodeFields fields) {
        ImportPlan plan = NodeDocument.plan(inventory.enrolment(), List.of(node));
        if (plan.steps().stream().anyMatch(step -> step.action() != Action.CREATE)) {
            throw new DriverException(
                    ErrorCode.NODE_INVALID,
                    "there is a node of this name or UUID already; change it by node set, or use another name");
        }
        NodeDocument.requireApplicable(plan, fields.faults());
        return plan;
    }

    /** What happens next with a new node, or what the operator does next. */
    private String next(NodeRecord created, BareMetalInventory inventory) {
        if (verify) {
            return inventory.operations().livingHosts().isEmpty()
                    ? "the verification begins at the next start of the compute host; none runs now"
                    : "the host verifies and cleans it until it is available";
        }
        return switch (created.state()) {
            case ENROLL -> "verify its BMC: nova-metal node manage " + created.name();
            case MANAGEABLE -> "clean it, so that it is available: nova-metal node provide " + created.name();
            default -> "instances can be deployed on it";
        };
    }
}

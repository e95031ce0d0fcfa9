package org.novametal.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.exchange.ImportPlan;
import org.novametal.baremetal.inventory.Enrolment;
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

/** {@code nova-metal node set}: changes the descriptions of nodes, all or none. */
@Command(
        name = "set",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = {
            "Changes the descriptions of nodes: of all the given nodes, or of none. --capability and --root-device join those"
                    + " that a node has; --trait and --mac replace them.",
            "Example: nova-metal node set node-7 --config-file nova.conf --memory-mb 131072 --unset resource_class"
        })
final class NodeSetCommand implements Callable<Integer> {
    private static final String BMC = "bmc";
    private static final String TRAITS = "traits";
    private static final Set<String> ENTRIES = Set.of("capabilities", "root_device");

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private InventoryLogin login;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private RowOutput output;

    @Parameters(paramLabel = "NODE", arity = "1..*", description = "the nodes' names")
    private List<String> names = List.of();

    @Option(names = "--name", paramLabel = "NAME", description = "a new name")
    private @Nullable String newName;

    @Option(
            names = "--unset",
            paramLabel = "FIELD",
            description =
                    "removes a field, such as power_group, bmc.privilege, capabilities.gpu or traits.CUSTOM_GPU; can"
                            + " be repeated")
    private List<String> unset = List.of();

    @Option(names = "--dry-run", description = "checks the change and makes none")
    private boolean dryRun;

    @Override
    public Integer call() {
        Secrets secrets = Secrets.warningOn(spec);
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            Enrolment enrolment = inventory.enrolment();
            Map<UUID, NodeRecord> nodes = named(enrolment);
            Map<UUID, ObjectNode> current = NodeDocument.read(enrolment, nodes.keySet());
            NodeFields fields = new NodeFields(spec.commandLine().getParseResult(), secrets);
            if (!fields.isGiven() && newName == null && unset.isEmpty()) {
                throw new WrongUsage("no field is given; --help lists the options");
            }
            List<String> faults = new ArrayList<>();
            List<ObjectNode> wanted = new ArrayList<>();
            for (NodeRecord node : nodes.values()) {
                ObjectNode known = current.getOrDefault(node.uuid(), NodeDocument.object());
                ObjectNode object =
                        NodeDocument.object().put("uuid", node.uuid().toString());
                object.put("name", newName == null ? node.name().value() : newName);
                unset.forEach(field -> unset(object, known, field, faults));
                fields.putInto(object, known);
                wanted.add(object);
            }
            ImportPlan plan = NodeDocument.plan(enrolment, wanted);
            faults.addAll(fields.faults());
            NodeDocument.requireApplicable(plan, faults.stream().distinct().toList());
            requireUnchanged(enrolment, nodes);
            if (dryRun) {
                plan.check();
            } else {
                plan.apply();
            }
            List<NodeRecord> after = enrolment.list().stream()
                    .filter(node -> nodes.containsKey(node.uuid()))
                    .toList();
            output.print(spec.commandLine().getOut(), after, NodeColumns.OF_NODE, NodeColumns.USUAL);
        }
        return 0;
    }

    private Map<UUID, NodeRecord> named(Enrolment enrolment) {
        Map<UUID, NodeRecord> nodes = new LinkedHashMap<>();
        for (String name : names) {
            NodeRecord node = enrolment.show(NodeCommand.nodeName(name)).node();
            nodes.put(node.uuid(), node);
        }
        return nodes;
    }

    /** The plan was made of what was read before; it holds only if nobody wrote the nodes in between. */
    private static void requireUnchanged(Enrolment enrolment, Map<UUID, NodeRecord> before) {
        for (NodeRecord node : before.values()) {
            if (enrolment.show(node.name()).node().version() != node.version()) {
                throw new DriverException(
                        ErrorCode.NODE_INVALID,
                        "node " + node.name() + " was changed by another request at the same time; try again");
            }
        }
    }

    private static void unset(ObjectNode object, ObjectNode known, String field, List<String> faults) {
        String[] path = field.split("\\.", 2);
        String head = path[0];
        boolean isKnown;
        if (path.length == 1) {
            isKnown = known.has(head);
            object.putNull(head);
            if (ENTRIES.contains(head)) {
                known.putNull(head);
            }
        } else if (head.equals(BMC)) {
            // An export has neither the password nor the key.
            isKnown = known.path(BMC).has(path[1]) || path[1].equals("key");
            object.withObjectProperty(BMC).putNull(path[1]);
        } else if (ENTRIES.contains(head)) {
            isKnown = true;
            known.withObjectProperty(head).remove(path[1]);
            object.set(head, known.path(head));
        } else {
            isKnown = head.equals(TRAITS);
            ArrayNode others = known.arrayNode();
            known.path(TRAITS).forEach(trait -> {
                if (!trait.asText().equals(path[1])) {
                    others.add(trait);
                }
            });
            known.set(TRAITS, others);
            object.set(TRAITS, others);
        }
        if (!isKnown) {
            List<String> all = new ArrayList<>();
            known.fieldNames().forEachRemaining(all::add);
            faults.add("--unset " + field + " is not a field; the fields are " + String.join(", ", all));
        }
    }
}

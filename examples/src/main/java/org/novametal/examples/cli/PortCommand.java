package org.novametal.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.NodeChange.Mode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.driver.model.NodeName;
import org.novametal.examples.ProgramVersion;
import org.novametal.text.ForeignText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nova-metal port}: the commands for the network ports of nodes. A port is named by its MAC address or UUID. */
@Command(
        name = "port",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = "Lists and changes the network ports of nodes, also while the compute host runs.")
final class PortCommand {
    private static final String PORTS = "ports";

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {
                "Lists ports, sorted by node.",
                "Example: nova-metal port list --node node-7 --config-file nova.conf"
            })
    int list(
            @Mixin InventoryLogin login,
            @Mixin RowOutput output,
            @Option(
                            names = "--node",
                            paramLabel = "NODE",
                            description = "only the ports of the node of this name or UUID")
                    @Nullable
                    String node,
            @Option(
                            names = "--physical-network",
                            paramLabel = "NAME",
                            description = "only the ports in this physical network")
                    @Nullable
                    String network) {
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            Optional<NodeName> owner = Optional.ofNullable(node).map(word -> NodeCommand.nodeName(inventory, word));
            List<PortColumns> rows = PortColumns.of(inventory.enrolment()).stream()
                    .filter(row ->
                            owner.isEmpty() || owner.get().equals(row.node().name()))
                    .filter(row -> network == null
                            || row.port()
                                    .physicalNetwork()
                                    .filter(network::equals)
                                    .isPresent())
                    .toList();
            output.print(out(), rows, PortColumns.ALL, PortColumns.USUAL);
        }
        return 0;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = {"Shows one port.", "Example: nova-metal port show 52:54:00:00:00:07 --config-file nova.conf"
            })
    int show(
            @Mixin InventoryLogin login,
            @Mixin RowOutput output,
            @Parameters(paramLabel = "PORT", description = "the port's MAC address or UUID") String port) {
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            output.printOne(out(), ports(inventory.enrolment(), List.of(port)).getFirst(), PortColumns.ALL);
        }
        return 0;
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = {
                "Adds a port to a node.",
                "Example: nova-metal port create node-7 --config-file nova.conf --mac 52:54:00:12:34:99 --pxe off"
                        + " --physical-network storage --vlan-id 40"
            })
    int create(
            @Mixin InventoryLogin login,
            @Mixin RowOutput output,
            @Mixin PortFields fields,
            @Parameters(paramLabel = "NODE", description = NodeCommand.NODE) String name,
            @Option(names = "--dry-run", description = "checks the change and makes none") boolean dryRun) {
        String mac = fields.requireMac();
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            Enrolment enrolment = inventory.enrolment();
            NodeRecord node =
                    enrolment.show(NodeCommand.nodeName(inventory, name)).node();
            NodeEdit.make(enrolment, List.of(node), List.of(), mode(dryRun), (known, object, faults) -> {
                ArrayNode all = copyOfPorts(known);
                fields.putInto(all.addObject(), faults);
                object.set(PORTS, all);
            });
            if (!dryRun) {
                output.printOne(out(), ports(enrolment, List.of(mac)).getFirst(), PortColumns.ALL);
            }
        }
        return 0;
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = {
                "Changes ports: all of them, or none.",
                "Example: nova-metal port set 52:54:00:00:00:07 --config-file nova.conf --vlan-id 40"
                        + " --switch 00:1c:73:00:00:01 --switch-port Ethernet1/1"
            })
    int set(
            @Mixin InventoryLogin login,
            @Mixin RowOutput output,
            @Mixin PortFields fields,
            @Parameters(paramLabel = "PORT", arity = "1..*", description = "the ports' MAC addresses or UUIDs")
                    List<String> names,
            @Option(
                            names = "--unset",
                            paramLabel = "FIELD",
                            description = "removes a field, such as vlan_id, link or group; can be repeated")
                    @Nullable
                    List<String> unset,
            @Option(names = "--dry-run", description = "checks the change and makes none") boolean dryRun) {
        List<String> removed = unset == null ? List.of() : unset;
        if (!fields.isGiven() && removed.isEmpty()) {
            throw new WrongUsage("no field is given; --help lists the options");
        }
        if (fields.isMacGiven() && names.size() > 1) {
            throw new WrongUsage("--mac changes one port; name one port");
        }
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            Enrolment enrolment = inventory.enrolment();
            List<PortColumns> chosen = ports(enrolment, names);
            Set<UUID> uuids = uuids(chosen);
            NodeEdit.make(enrolment, nodes(chosen), List.of(), mode(dryRun), (known, object, faults) -> {
                ArrayNode all = copyOfPorts(known);
                for (JsonNode port : all) {
                    if (port instanceof ObjectNode entry && isAmong(uuids, entry)) {
                        removed.forEach(field -> PortFields.unset(entry, field, faults));
                        fields.putInto(entry, faults);
                    }
                }
                object.set(PORTS, all);
            });
            List<PortColumns> after = PortColumns.of(enrolment).stream()
                    .filter(row -> row.port().uuid().filter(uuids::contains).isPresent())
                    .toList();
            output.print(out(), after, PortColumns.ALL, PortColumns.USUAL);
        }
        return 0;
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = {
                "Removes ports: all of them, or none. A node keeps at least one port that it boots from.",
                "Example: nova-metal port delete 52:54:00:00:70:07 --config-file nova.conf"
            })
    int delete(
            @Mixin InventoryLogin login,
            @Parameters(paramLabel = "PORT", arity = "1..*", description = "the ports' MAC addresses or UUIDs")
                    List<String> names,
            @Option(names = "--dry-run", description = "checks the change and makes none") boolean dryRun) {
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            Enrolment enrolment = inventory.enrolment();
            List<PortColumns> chosen = ports(enrolment, names);
            Set<UUID> uuids = uuids(chosen);
            NodeEdit.make(enrolment, nodes(chosen), List.of(), mode(dryRun), (known, object, _) -> {
                ArrayNode left = known.arrayNode();
                for (JsonNode port : known.path(PORTS)) {
                    if (!isAmong(uuids, port)) {
                        left.add(port);
                    }
                }
                object.set(PORTS, left);
            });
            chosen.forEach(row -> out().println((dryRun ? "would remove port " : "removed port ")
                    + row.port().mac() + " of node "
                    + ForeignText.line(row.node().name().value())));
        }
        return 0;
    }

    private static Mode mode(boolean dryRun) {
        return dryRun ? Mode.DRY_RUN : Mode.WRITE;
    }

    private static ArrayNode copyOfPorts(ObjectNode known) {
        ArrayNode all = known.arrayNode();
        known.path(PORTS).forEach(port -> all.add(port.deepCopy()));
        return all;
    }

    private static boolean isAmong(Set<UUID> uuids, JsonNode port) {
        return uuids.contains(UUID.fromString(port.path("uuid").asText()));
    }

    private static Set<UUID> uuids(List<PortColumns> ports) {
        Set<UUID> uuids = new HashSet<>();
        ports.forEach(row -> row.port().uuid().ifPresent(uuids::add));
        return uuids;
    }

    private static List<NodeRecord> nodes(List<PortColumns> ports) {
        return ports.stream().map(PortColumns::node).distinct().toList();
    }

    /** The ports with these MACs or UUIDs, in the order given. */
    private static List<PortColumns> ports(Enrolment enrolment, List<String> names) {
        List<PortColumns> all = PortColumns.of(enrolment);
        List<PortColumns> found = new ArrayList<>();
        for (String name : names) {
            String text = name.toLowerCase(Locale.ROOT);
            found.add(all.stream()
                    .filter(row -> row.port().mac().equals(text)
                            || row.port()
                                    .uuid()
                                    .map(UUID::toString)
                                    .filter(text::equals)
                                    .isPresent())
                    .findFirst()
                    .orElseThrow(() -> new WrongUsage("there is no port '" + name
                            + "'; give a MAC address or a port's UUID, as port list has them")));
        }
        return found;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

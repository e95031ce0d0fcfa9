package org.novametal.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that describe a port. Each is a field of a port in an inventory document; the library checks the values. */
final class PortFields {
    private static final Set<String> REMOVABLE =
            Set.of("name", "physical_network", "vlan_id", "link", "link.switch_info", "group");

    @Option(names = "--mac", paramLabel = "MAC", description = "the port's MAC address")
    private @Nullable String mac;

    @Option(names = "--name", paramLabel = "NAME", description = "the port's name")
    private @Nullable String name;

    @Option(
            names = "--pxe",
            paramLabel = "on|off",
            description = "whether the machine boots the deploy ramdisk from it (on)")
    private @Nullable String pxe;

    @Option(names = "--physical-network", paramLabel = "NAME", description = "the physical network that it is in")
    private @Nullable String physicalNetwork;

    @Option(names = "--vlan-id", paramLabel = "N", description = "its VLAN, 1 to 4094")
    private @Nullable Integer vlanId;

    @Option(names = "--switch", paramLabel = "ID", description = "the MAC address or datapath id of its switch")
    private @Nullable String switchId;

    @Option(names = "--switch-port", paramLabel = "NAME", description = "the port of the switch, such as Ethernet1/1")
    private @Nullable String switchPort;

    @Option(names = "--switch-info", paramLabel = "NAME", description = "the name of the switch")
    private @Nullable String switchInfo;

    @Option(names = "--group", paramLabel = "NAME", description = "the port group of the node that it belongs to")
    private @Nullable String group;

    /** Whether an option is given. */
    boolean isGiven() {
        return Stream.of(mac, name, pxe, physicalNetwork, vlanId, switchId, switchPort, switchInfo, group)
                .anyMatch(Objects::nonNull);
    }

    boolean isMacGiven() {
        return mac != null;
    }

    /** The MAC address of a new port. */
    String requireMac() {
        if (mac == null) {
            throw new WrongUsage("--mac is missing; a port has a MAC address");
        }
        return mac;
    }

    /** Puts the given fields into a port. */
    void putInto(ObjectNode port, List<String> faults) {
        put(port, "mac", mac);
        put(port, "name", name);
        if (pxe != null) {
            switch (pxe) {
                case "on" -> port.put("pxe_enabled", true);
                case "off" -> port.put("pxe_enabled", false);
                default -> faults.add("--pxe '" + pxe + "' is neither on nor off");
            }
        }
        put(port, "physical_network", physicalNetwork);
        if (vlanId != null) {
            port.put("vlan_id", vlanId);
        }
        if (switchId != null || switchPort != null || switchInfo != null) {
            ObjectNode link = port.withObjectProperty("link");
            put(link, "switch_id", switchId);
            put(link, "port_id", switchPort);
            put(link, "switch_info", switchInfo);
            if (!link.hasNonNull("switch_id") || !link.hasNonNull("port_id")) {
                faults.add("a link has a switch and a port; give --switch and --switch-port");
            }
        }
        put(port, "group", group);
    }

    private static void put(ObjectNode object, String field, @Nullable String value) {
        if (value != null) {
            object.put(field, value);
        }
    }

    /** Removes a field from a port. */
    static void unset(ObjectNode port, String field, List<String> faults) {
        if (!REMOVABLE.contains(field)) {
            faults.add("--unset '" + field + "' is not one of "
                    + String.join(", ", REMOVABLE.stream().sorted().toList()));
        } else if (field.startsWith("link.")) {
            if (port.path("link") instanceof ObjectNode link) {
                link.remove(field.substring("link.".length()));
            }
        } else {
            port.remove(field);
        }
    }
}

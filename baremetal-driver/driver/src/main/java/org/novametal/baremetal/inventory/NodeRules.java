package org.novametal.baremetal.inventory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;

/** The rules for the description of one node; those that concern several nodes are held by the store. */
public final class NodeRules {
    /** The longest text of one line, in characters. */
    public static final int MAX_TEXT = TextRule.MAX_LINE;

    /** The longest description, in characters. */
    public static final int MAX_DESCRIPTION = 4096;

    /** The largest {@code extra}, in characters of compact JSON. */
    public static final int MAX_EXTRA = 65_536;

    /** The largest hardware document, in characters of compact JSON. */
    public static final int MAX_DOCUMENT = 1_048_576;

    /** How many hardware documents a node may have. */
    public static final int MAX_DOCUMENTS = 16;

    private static final int MAX_PORTS = 64;
    private static final int MAX_NAMES = 256;
    private static final int MAX_VLAN = 4094;

    /** A longer password than any BMC accepts. */
    private static final int MAX_SECRET = 1024;

    private static final Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Set<String> FIELDS_OF_CAPABILITIES = Set.of("boot_mode", "secure_boot");

    private final NodeSpec spec;
    private final List<InventoryFault> faults = new ArrayList<>();

    private NodeRules(NodeSpec spec) {
        this.spec = spec;
    }

    /** All faults of the description; empty when it has none. */
    public static List<InventoryFault> faults(NodeSpec spec) {
        NodeRules rules = new NodeRules(spec);
        rules.identity();
        rules.bmc();
        rules.hardware();
        rules.groups();
        rules.ports();
        rules.notes();
        return List.copyOf(rules.faults);
    }

    /** What is wrong with the name of a hardware document, or with its size; the message follows the name of a field. */
    public static Optional<String> documentFault(String name, JsonDocument document) {
        if (!KEY.matcher(name).matches()) {
            return Optional.of("is not a name of 1 to 64 letters, digits, dots, hyphens and underscores");
        }
        int length = document.text().length();
        return length > MAX_DOCUMENT
                ? Optional.of("is too long, " + length + " characters; the maximum is " + MAX_DOCUMENT)
                : Optional.empty();
    }

    private void add(String field, String message) {
        faults.add(new InventoryFault(spec.name().value(), field, message));
    }

    private void line(String field, String text) {
        TextRule.line(text, MAX_TEXT).ifPresent(message -> add(field, message));
    }

    private void line(String field, Optional<String> text) {
        text.ifPresent(value -> line(field, value));
    }

    private void atLeastOne(String field, int value) {
        if (value < 1) {
            add(field, "is " + value + "; it must be 1 or more");
        }
    }

    private void identity() {
        line("name", spec.name().value());
    }

    private void bmc() {
        if (spec.bmc().toString().length() > MAX_TEXT) {
            add("bmc.address", "is too long; the maximum is " + MAX_TEXT + " characters");
        }
        line("bmc.username", spec.credentials().username());
        secret("bmc.password", spec.credentials().password());
        spec.credentials().key().ifPresent(key -> secret("bmc.key", key));
        BmcSettings settings = spec.settings();
        if (settings.privilege().equals(Optional.of(Privilege.USER))) {
            add(
                    "bmc.privilege",
                    "is user, which can only read; leave it out, or set administrator if operator is not enough");
        }
        settings.certificate()
                .ifPresent(text -> accepted("bmc.certificate", text, BmcOptions.DEFAULTS::withCertificateFingerprint));
        line("power_group", settings.powerGroup());
        if (settings.secureBoot() == SecureBoot.ON && settings.bootMode() != BootFirmware.UEFI) {
            add("secure_boot", "is true, which needs boot_mode uefi");
        }
        spec.consoleLog().ifPresent(text -> accepted("console_log", text, ConsoleSource::parse));
    }

    /** The message never repeats the secret. */
    private void secret(String field, String secret) {
        if (secret.length() > MAX_SECRET) {
            add(field, "is too long; the maximum is " + MAX_SECRET + " characters");
        } else if (TextRule.hasHalfCharacters(secret) || secret.indexOf(0) >= 0) {
            add(field, "contains characters that cannot be part of it");
        }
    }

    private void accepted(String field, String text, Consumer<String> parser) {
        try {
            parser.accept(text);
        } catch (IllegalArgumentException e) {
            add(field, "cannot be used: " + e.getMessage());
        }
    }

    private void hardware() {
        atLeastOne("cpus", spec.vcpus());
        atLeastOne("memory_mb", spec.memoryMb());
        atLeastOne("local_gb", spec.localGb());
        line("cpu_arch", spec.cpuArch());
        spec.resourceClass().ifPresent(name -> {
            if (name.isBlank()) {
                line("resource_class", name);
            } else {
                accepted("resource_class", name, ResourceClass::custom);
            }
        });
        atMost("traits", spec.traits().size(), MAX_NAMES);
        spec.traits().stream().sorted().forEach(this::trait);
        atMost("capabilities", spec.capabilities().size(), MAX_NAMES);
        spec.capabilities().forEach(this::capability);
        spec.rootDevice().faults().forEach((hint, message) -> add("root_device." + hint, message));
    }

    private void trait(String name) {
        accepted("traits", name, Trait::new);
        if (!name.startsWith("CUSTOM_") && !name.startsWith("HW_")) {
            add("traits", "'" + name + "' begins with neither CUSTOM_ nor HW_, so it does not describe a machine");
        }
    }

    private void capability(String key, String value) {
        if (!KEY.matcher(key).matches()) {
            add(
                    "capabilities",
                    "'" + key + "' is not a name of 1 to 64 letters, digits, dots, hyphens and underscores");
        } else if (FIELDS_OF_CAPABILITIES.contains(key)) {
            add("capabilities." + key, "is a field of the node; set " + key);
        }
        line("capabilities." + key, value);
        if (value.contains(",")) {
            add("capabilities." + key, "'" + value + "' contains a comma");
        }
    }

    private void atMost(String field, int number, int maximum) {
        if (number > maximum) {
            add(field, "is too long, " + number + " entries; the maximum is " + maximum);
        }
    }

    private void groups() {
        atMost("port_groups", spec.portGroups().size(), MAX_PORTS);
        Set<String> names = new HashSet<>();
        Set<UUID> uuids = new HashSet<>();
        for (int i = 0; i < spec.portGroups().size(); i++) {
            PortGroup group = spec.portGroups().get(i);
            String field = "port_groups[" + i + "]";
            line(field + ".name", group.name());
            if (!names.add(group.name())) {
                add(field + ".name", "'" + group.name() + "' is the name of another group of the node");
            }
            group.uuid().ifPresent(uuid -> unique(uuids, field, uuid));
            group.mac().ifPresent(mac -> mac(field + ".mac", mac));
            if (!PortGroup.MODES.contains(group.mode())) {
                add(
                        field + ".mode",
                        "'" + group.mode() + "' is not one of "
                                + PortGroup.MODES.stream().sorted().toList());
            }
            atMost(field + ".properties", group.properties().text().length(), MAX_EXTRA);
        }
    }

    private void ports() {
        if (spec.ports().isEmpty()) {
            add("ports", "is too short; give at least the MAC address of the port that the machine boots from");
            return;
        }
        atMost("ports", spec.ports().size(), MAX_PORTS);
        Set<String> macs = new HashSet<>();
        Set<String> groups = new HashSet<>();
        Set<UUID> uuids = new HashSet<>();
        spec.portGroups().forEach(group -> groups.add(group.name()));
        for (int i = 0; i < spec.ports().size(); i++) {
            PortSpec port = spec.ports().get(i);
            String field = "ports[" + i + "]";
            mac(field + ".mac", port.mac());
            if (!macs.add(port.mac())) {
                add(field + ".mac", port.mac() + " is the MAC address of another port of the node");
            }
            port.uuid().ifPresent(uuid -> unique(uuids, field, uuid));
            line(field + ".name", port.name());
            line(field + ".physical_network", port.physicalNetwork());
            port.vlanId().ifPresent(vlan -> {
                if (vlan < 1 || vlan > MAX_VLAN) {
                    add(field + ".vlan_id", "is " + vlan + "; it must be 1 to " + MAX_VLAN);
                }
            });
            port.link().ifPresent(link -> {
                line(field + ".link.switch_id", link.switchId());
                line(field + ".link.port_id", link.portId());
                line(field + ".link.switch_info", link.switchInfo());
            });
            port.group()
                    .filter(name -> !groups.contains(name))
                    .ifPresent(name -> add(field + ".group", "'" + name + "' is not a port group of the node"));
        }
        if (spec.ports().stream().allMatch(port -> port.pxe() == PortSpec.Pxe.DISABLED)) {
            add("ports", "has no port with pxe_enabled true; the machine could not boot the deploy ramdisk");
        }
    }

    private void unique(Set<UUID> others, String field, UUID uuid) {
        if (!others.add(uuid)) {
            add(field + ".uuid", uuid + " is given twice");
        }
    }

    private void mac(String field, String mac) {
        if (!MAC.matcher(mac).matches()) {
            add(field, "'" + mac + "' is not a MAC address such as 52:54:00:12:34:56");
        }
    }

    private void notes() {
        NodeNotes notes = spec.notes();
        line("owner", notes.ownership().owner());
        line("lessee", notes.ownership().lessee());
        line("shard", notes.shard());
        line("rack", notes.location().rack());
        line("position", notes.location().position());
        notes.description()
                .flatMap(text -> TextRule.lines(text, MAX_DESCRIPTION))
                .ifPresent(message -> add("description", message));
        int length = notes.extra().text().length();
        if (length > MAX_EXTRA) {
            add("extra", "is too long, " + length + " characters; the maximum is " + MAX_EXTRA);
        }
    }
}

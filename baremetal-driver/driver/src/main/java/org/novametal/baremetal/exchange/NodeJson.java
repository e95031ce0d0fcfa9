package org.novametal.baremetal.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.novametal.baremetal.inventory.BmcSettings;
import org.novametal.baremetal.inventory.InventoryFault;
import org.novametal.baremetal.inventory.JsonDocument;
import org.novametal.baremetal.inventory.LocalLink;
import org.novametal.baremetal.inventory.Location;
import org.novametal.baremetal.inventory.NodeNotes;
import org.novametal.baremetal.inventory.NodeRules;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.inventory.Ownership;
import org.novametal.baremetal.inventory.PortGroup;
import org.novametal.baremetal.inventory.PortGroup.StandalonePorts;
import org.novametal.baremetal.inventory.PortSpec;
import org.novametal.baremetal.inventory.RootDevice;
import org.novametal.baremetal.inventory.RootDevice.Hint;
import org.novametal.baremetal.inventory.SecureBoot;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcOptions.KeyExchange;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.driver.model.NodeName;
import org.novametal.text.ForeignText;

/** The description of a node as an object, as documents of this project have it. */
final class NodeJson {
    static final String BMC = "bmc";
    static final String PASSWORD = "password";
    static final String KEY = "key";
    static final String DOCUMENTS = "documents";
    static final String MAINTENANCE = "maintenance";
    static final String RETIRED = "retired";
    static final String PROTECTED = "protected";
    static final String INITIAL_STATE = "initial_state";

    /** The value of the initial state with which the driver verifies and cleans a new node. */
    private static final String VERIFY = "verify";

    private static final Map<String, SessionPolicy> SESSION_POLICIES =
            Map.of("keep", SessionPolicy.KEEP, "close", SessionPolicy.CLOSE);
    private static final Map<String, Privilege> PRIVILEGES =
            Map.of("user", Privilege.USER, "operator", Privilege.OPERATOR, "administrator", Privilege.ADMINISTRATOR);
    private static final Map<String, KeyExchange> KEY_EXCHANGES =
            Map.of("forward-secret", KeyExchange.FORWARD_SECRET, "rsa-allowed", KeyExchange.RSA_ALLOWED);
    private static final Map<String, BootFirmware> BOOT_MODES =
            Map.of("bios", BootFirmware.BIOS, "uefi", BootFirmware.UEFI);

    private static final BmcAddress NO_ADDRESS = BmcAddress.parse("none://none");

    private NodeJson() {}

    /**
     * What was read of an object.
     *
     * @param described the description; other values stand in for those that are faulty
     * @param isWhole whether neither the object nor the description has faults
     * @param documents the hardware documents
     * @param maintenance why the node is out of use
     * @param retired why the node is to be removed
     * @param protection why the node's instance must not be deleted or rebuilt
     */
    record Read(
            NodeSpec described,
            boolean isWhole,
            Map<String, JsonDocument> documents,
            Optional<String> maintenance,
            Optional<String> retired,
            Optional<String> protection) {
        /** The description without faults; empty if it has any. */
        Optional<NodeSpec> spec() {
            return isWhole ? Optional.of(described) : Optional.empty();
        }
    }

    /** The object of a description, with the BMC's password and key; an absent value is null. */
    static ObjectNode write(NodeSpec spec) {
        ObjectNode node = ExchangeJson.object();
        node.put("uuid", spec.uuid().toString());
        node.put("name", spec.name().value());
        BmcSettings settings = spec.settings();
        ObjectNode bmc = node.putObject(BMC);
        bmc.put("address", spec.bmc().toString());
        bmc.put("username", spec.credentials().username());
        bmc.put(PASSWORD, spec.credentials().password());
        put(bmc, KEY, spec.credentials().key());
        put(bmc, "session_policy", settings.sessionPolicy().map(value -> name(SESSION_POLICIES, value)));
        put(bmc, "privilege", settings.privilege().map(value -> name(PRIVILEGES, value)));
        put(bmc, "certificate", settings.certificate());
        bmc.put("key_exchange", name(KEY_EXCHANGES, settings.keyExchange()));
        node.put("cpus", spec.vcpus());
        node.put("memory_mb", spec.memoryMb());
        node.put("local_gb", spec.localGb());
        node.put("cpu_arch", spec.cpuArch());
        put(node, "resource_class", spec.resourceClass());
        ArrayNode traits = node.putArray("traits");
        new TreeSet<>(spec.traits()).forEach(traits::add);
        ObjectNode capabilities = node.putObject("capabilities");
        new TreeMap<>(spec.capabilities()).forEach(capabilities::put);
        put(
                node,
                "boot_mode",
                settings.bootMode() == BootFirmware.UNSPECIFIED
                        ? Optional.empty()
                        : Optional.of(name(BOOT_MODES, settings.bootMode())));
        switch (settings.secureBoot()) {
            case ON -> node.put("secure_boot", true);
            case OFF -> node.put("secure_boot", false);
            case UNSPECIFIED -> node.putNull("secure_boot");
        }
        ObjectNode hints = node.putObject("root_device");
        spec.rootDevice().hints().forEach((hint, text) -> hints.put(hint.key(), text));
        put(node, "power_group", settings.powerGroup());
        put(node, "console_log", spec.consoleLog());
        NodeNotes notes = spec.notes();
        put(node, "owner", notes.ownership().owner());
        put(node, "lessee", notes.ownership().lessee());
        put(node, "shard", notes.shard());
        put(node, "rack", notes.location().rack());
        put(node, "position", notes.location().position());
        put(node, "description", notes.description());
        node.set("extra", tree(notes.extra()));
        ArrayNode ports = node.putArray("ports");
        spec.ports().forEach(port -> ports.add(write(port)));
        ArrayNode groups = node.putArray("port_groups");
        spec.portGroups().forEach(group -> groups.add(write(group)));
        return node;
    }

    private static ObjectNode write(PortSpec port) {
        ObjectNode node = ExchangeJson.object();
        node.put("mac", port.mac());
        port.uuid().ifPresent(uuid -> node.put("uuid", uuid.toString()));
        port.name().ifPresent(name -> node.put("name", name));
        node.put("pxe_enabled", port.pxe() == PortSpec.Pxe.ENABLED);
        port.physicalNetwork().ifPresent(name -> node.put("physical_network", name));
        port.vlanId().ifPresent(vlan -> node.put("vlan_id", vlan));
        port.link().ifPresent(link -> {
            ObjectNode object = node.putObject("link");
            object.put("switch_id", link.switchId());
            object.put("port_id", link.portId());
            link.switchInfo().ifPresent(info -> object.put("switch_info", info));
        });
        port.group().ifPresent(name -> node.put("group", name));
        return node;
    }

    private static ObjectNode write(PortGroup group) {
        ObjectNode node = ExchangeJson.object();
        node.put("name", group.name());
        group.uuid().ifPresent(uuid -> node.put("uuid", uuid.toString()));
        group.mac().ifPresent(mac -> node.put("mac", mac));
        node.put("mode", group.mode());
        node.set("properties", tree(group.properties()));
        node.put("standalone_ports", group.standalone() == StandalonePorts.SUPPORTED);
        return node;
    }

    static JsonNode tree(JsonDocument document) {
        try {
            return ExchangeJson.JSON.readTree(document.text());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a document is not JSON", e);
        }
    }

    private static void put(ObjectNode node, String field, Optional<String> value) {
        node.put(field, value.orElse(null));
    }

    private static <E> String name(Map<String, E> names, E value) {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().equals(value))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    /** Reads an object. All faults of its fields, and of the description, are added to the list. */
    static Read read(String label, JsonNode object, List<InventoryFault> faults) {
        int before = faults.size();
        FieldReader node = new FieldReader(label, "", object, faults);
        String shown = ForeignText.line(label);
        NodeName name = node.value("name", NodeName::new).orElseGet(() -> new NodeName(shown.isBlank() ? "?" : shown));
        node.requireField("name");
        node.requireField(BMC);
        Optional<FieldReader> bmc = node.object(BMC);
        NodeSpec.Builder spec = NodeSpec.builder(
                name,
                bmc.flatMap(NodeJson::address).orElse(NO_ADDRESS),
                bmc.map(NodeJson::credentials).orElse(new BmcCredentials("?", "")));
        node.value("uuid", NodeJson::uuid).ifPresent(spec::uuid);
        spec.vcpus(node.requiredInteger("cpus"))
                .memoryMb(node.requiredInteger("memory_mb"))
                .localGb(node.requiredInteger("local_gb"));
        node.text("cpu_arch").ifPresent(spec::cpuArch);
        node.text("resource_class").ifPresent(spec::resourceClass);
        spec.traits(Set.copyOf(node.texts("traits"))).capabilities(node.map("capabilities"));
        node.text("console_log").ifPresent(spec::consoleLog);
        spec.rootDevice(rootDevice(node)).settings(settings(node, bmc)).notes(notes(node));
        spec.ports(node.objects("ports").stream().map(NodeJson::port).toList());
        spec.portGroups(
                node.objects("port_groups").stream().map(NodeJson::group).toList());
        Map<String, JsonDocument> documents = node.documents(DOCUMENTS);
        documents.forEach((key, document) -> NodeRules.documentFault(key, document)
                .ifPresent(message -> node.fault(DOCUMENTS + "." + key, message)));
        Optional<String> maintenance = node.text(MAINTENANCE);
        Optional<String> retired = node.text(RETIRED);
        Optional<String> protection = node.text(PROTECTED);
        node.value(INITIAL_STATE, NodeJson::initialState)
                .orElse(Optional.of(ProvisionState.ENROLL))
                .ifPresentOrElse(spec::initialState, spec::verifyFirst);
        node.refuseOthers();
        NodeSpec described = spec.build();
        addOthers(faults, before, NodeRules.faults(described));
        return new Read(described, faults.size() == before, documents, maintenance, retired, protection);
    }

    /** Adds the faults of fields that have none yet: a value that stands in for a faulty one is not worth a second message. */
    private static void addOthers(List<InventoryFault> faults, int before, List<InventoryFault> more) {
        Set<String> faulty = new TreeSet<>();
        faults.subList(before, faults.size()).forEach(fault -> faulty.add(fault.field()));
        faults.addAll(more.stream()
                .filter(fault -> !faulty.contains(fault.field()))
                .filter(fault -> !(faulty.contains(BMC) && fault.field().startsWith(BMC)))
                .toList());
    }

    /** The state in which a new node is enrolled; empty if the driver verifies and cleans it. */
    private static Optional<ProvisionState> initialState(String text) {
        return text.equals(VERIFY)
                ? Optional.empty()
                : Optional.of(ProvisionState.ofPersistedName(text)
                        .filter(ProvisionState::isInitial)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "'" + text + "' is not one of available, enroll, manageable, " + VERIFY)));
    }

    private static Optional<BmcAddress> address(FieldReader bmc) {
        bmc.requireField("address");
        return bmc.value("address", BmcAddress::parse);
    }

    private static BmcCredentials credentials(FieldReader bmc) {
        return new BmcCredentials(bmc.text("username", "?"), bmc.text(PASSWORD, ""), bmc.text(KEY));
    }

    static UUID uuid(String text) {
        if (text.length() != 36) { // a shorter text is filled up with zeros
            throw new IllegalArgumentException("'" + text + "' is not a UUID");
        }
        return UUID.fromString(text);
    }

    private static BmcSettings settings(FieldReader node, Optional<FieldReader> bmc) {
        BmcSettings settings = BmcSettings.NONE;
        if (bmc.isPresent()) {
            settings = new BmcSettings(
                    bmc.get().name("session_policy", SESSION_POLICIES),
                    bmc.get().name("privilege", PRIVILEGES),
                    bmc.get().text("certificate"),
                    Optional.empty(),
                    BootFirmware.UNSPECIFIED,
                    bmc.get().name("key_exchange", KEY_EXCHANGES).orElse(KeyExchange.FORWARD_SECRET),
                    SecureBoot.UNSPECIFIED);
            bmc.get().refuseOthers();
        }
        Optional<String> group = node.text("power_group");
        settings = group.isPresent() ? settings.withPowerGroup(group.get()) : settings;
        Optional<Boolean> secure = node.flag("secure_boot");
        return settings.withBootMode(node.name("boot_mode", BOOT_MODES).orElse(BootFirmware.UNSPECIFIED))
                .withSecureBoot(
                        secure.map(on -> on ? SecureBoot.ON : SecureBoot.OFF).orElse(SecureBoot.UNSPECIFIED));
    }

    private static RootDevice rootDevice(FieldReader node) {
        RootDevice device = RootDevice.ANY;
        for (Map.Entry<String, String> entry : node.map("root_device").entrySet()) {
            Optional<Hint> hint = Hint.of(entry.getKey());
            if (hint.isEmpty()) {
                node.fault("root_device." + entry.getKey(), "is not a hint; the hints are " + Hint.keys());
            } else {
                device = device.with(hint.get(), entry.getValue());
            }
        }
        return device;
    }

    private static NodeNotes notes(FieldReader node) {
        return new NodeNotes(
                new Ownership(node.text("owner"), node.text("lessee")),
                new Location(node.text("rack"), node.text("position")),
                node.text("shard"),
                node.text("description"),
                node.document("extra"));
    }

    private static PortSpec port(FieldReader port) {
        PortSpec spec = new PortSpec(
                port.text("mac", ""),
                port.value("uuid", NodeJson::uuid),
                port.text("name"),
                port.flag("pxe_enabled").orElse(true) ? PortSpec.Pxe.ENABLED : PortSpec.Pxe.DISABLED,
                port.text("physical_network"),
                port.integer("vlan_id"),
                port.object("link").map(NodeJson::link),
                port.text("group"));
        port.refuseOthers();
        return spec;
    }

    private static LocalLink link(FieldReader link) {
        LocalLink spec =
                new LocalLink(link.text("switch_id", "?"), link.text("port_id", "?"), link.text("switch_info"));
        link.refuseOthers();
        return spec;
    }

    private static PortGroup group(FieldReader group) {
        PortGroup spec = new PortGroup(
                group.text("name", ""),
                group.value("uuid", NodeJson::uuid),
                group.text("mac"),
                group.text("mode").orElse(PortGroup.DEFAULT_MODE),
                group.document("properties"),
                group.flag("standalone_ports").orElse(true) ? StandalonePorts.SUPPORTED : StandalonePorts.UNSUPPORTED);
        group.refuseOthers();
        return spec;
    }
}

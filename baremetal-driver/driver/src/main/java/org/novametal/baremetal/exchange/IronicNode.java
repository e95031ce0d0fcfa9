package org.novametal.baremetal.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Splitter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.novametal.baremetal.exchange.DraftInstance.Life;
import org.novametal.baremetal.exchange.Finding.Kind;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.JsonDocument;
import org.novametal.driver.model.InstanceId;

/**
 * Converts a node of Ironic, its ports and port groups to a draft. What has no place in this inventory is a finding, and is kept
 * in the document {@value #DOCUMENT}, without secrets.
 */
final class IronicNode {
    /** The name of the document with the fields of Ironic that have no place here. */
    static final String DOCUMENT = "ironic";

    private static final String MASK = "******";

    /** Fields of a node that say how it was at the time of the export, or repeat other fields. */
    private static final Set<String> STATE = Set.of(
            "links",
            "ports",
            "portgroups",
            "states",
            "volume",
            "bios",
            "firmware",
            "created_at",
            "updated_at",
            "provision_updated_at",
            "inspection_started_at",
            "inspection_finished_at",
            "conductor",
            "reservation",
            "power_state",
            "target_power_state",
            "target_provision_state",
            "driver_internal_info",
            "clean_step",
            "deploy_step",
            "service_step",
            "health",
            "last_error",
            "boot_mode",
            "secure_boot",
            "allocation_uuid",
            "raid_config");

    /** States in which nothing runs on the machine and nobody works on it. */
    private static final Set<String> IDLE = Set.of("", "available", "manageable", "enroll");

    /** The state in which an instance runs on the machine. */
    private static final String RUNNING = "active";

    /** States in which an instance is on the machine. */
    private static final Set<String> OCCUPIED = Set.of(RUNNING, "rescue");

    private static final Set<String> FALSE_BY_DEFAULT =
            Set.of("console_enabled", "disable_power_off", "is_smartnic", "dynamic_portgroup");

    private static final Pattern SECRET = Pattern.compile(
            ".*(password|secret|token|credential|private_key|passphrase|configdrive|hex_kg|auth_key|priv_key|image_url).*",
            Pattern.CASE_INSENSITIVE);

    private final ObjectNode node;
    private final List<ObjectNode> ports;
    private final List<ObjectNode> groups;
    private final List<Finding> findings;
    private final String label;
    private final ObjectNode fields = ExchangeJson.object();
    private final ObjectNode kept = ExchangeJson.object();

    /** Whether the export has a list of ports. */
    private final boolean havePorts;

    IronicNode(
            ObjectNode node,
            List<ObjectNode> ports,
            List<ObjectNode> groups,
            boolean havePorts,
            List<Finding> findings) {
        this.node = node.deepCopy();
        this.havePorts = havePorts;
        this.ports = ports;
        this.groups = groups;
        this.findings = findings;
        this.label =
                IronicReader.text(node.path("name")).orElse(node.path("uuid").asText());
    }

    DraftNode draft() {
        fields.put("uuid", take(node, "uuid").orElse(""));
        if (take(node, "name").isEmpty()) {
            find(Kind.NOTE, "name", "is not set; the UUID becomes the name");
        }
        fields.put("name", label);
        IronicBmc.convert(label, node, fields.putObject(NodeJson.BMC), findings);
        properties();
        for (String field : List.of("resource_class", "owner", "lessee", "shard", "description")) {
            take(node, field).ifPresent(text -> fields.put(field, text));
        }
        JsonNode traits = node.remove("traits");
        if (traits != null && traits.isArray()) {
            fields.set("traits", traits);
        }
        JsonNode extra = node.remove("extra");
        if (extra instanceof ObjectNode && !extra.isEmpty()) {
            fields.set("extra", extra);
        }
        portGroups();
        ports();
        Optional<DraftInstance> instance = life();
        keepTheRest();
        return new DraftNode(label, fields, instance);
    }

    private void find(Kind kind, String field, String message) {
        findings.add(new Finding(kind, label, field, message));
    }

    /** Takes a field out of an object, as text. */
    private static Optional<String> take(ObjectNode object, String field) {
        JsonNode value = object.remove(field);
        return value == null ? Optional.empty() : IronicReader.text(value);
    }

    private void properties() {
        JsonNode given = node.remove("properties");
        if (!(given instanceof ObjectNode properties)) {
            return;
        }
        for (String field : List.of("cpus", "memory_mb", "local_gb", "cpu_arch")) {
            take(properties, field).ifPresent(text -> fields.put(field, text));
        }
        JsonNode hints = properties.remove("root_device");
        if (hints instanceof ObjectNode && !hints.isEmpty()) {
            fields.set("root_device", hints);
        }
        JsonNode capabilities = properties.remove("capabilities");
        if (capabilities != null) {
            capabilities(capabilities);
        }
        keep("properties", properties);
    }

    /** Capabilities are a text of pairs, {@code boot_mode:uefi,cpu_vt:true}, or an object. */
    private void capabilities(JsonNode given) {
        Map<String, String> all = new HashMap<>();
        if (given instanceof ObjectNode object) {
            object.properties()
                    .forEach(entry ->
                            IronicReader.text(entry.getValue()).ifPresent(text -> all.put(entry.getKey(), text)));
        } else {
            for (String pair : Splitter.on(',').split(given.asText())) {
                int colon = pair.indexOf(':');
                if (colon > 0) {
                    all.put(
                            pair.substring(0, colon).strip(),
                            pair.substring(colon + 1).strip());
                } else if (!pair.isBlank()) {
                    find(Kind.UNUSED, "properties.capabilities", "has '" + pair + "', which is not NAME:VALUE");
                }
            }
        }
        Optional.ofNullable(all.remove("boot_mode"))
                .ifPresent(mode -> fields.put("boot_mode", mode.toLowerCase(Locale.ROOT)));
        Optional.ofNullable(all.remove("secure_boot")).ifPresent(value -> {
            switch (value.toLowerCase(Locale.ROOT)) {
                case "true" -> fields.put("secure_boot", true);
                case "false" -> fields.put("secure_boot", false);
                default -> fields.put("secure_boot", value);
            }
        });
        if (!all.isEmpty()) {
            ObjectNode object = fields.putObject("capabilities");
            all.forEach(object::put);
        }
    }

    private static String groupName(ObjectNode group) {
        return IronicReader.text(group.path("name")).orElse(group.path("uuid").asText());
    }

    private void portGroups() {
        if (groups.isEmpty()) {
            return;
        }
        ArrayNode all = fields.putArray("port_groups");
        for (ObjectNode given : groups) {
            ObjectNode rest = given.deepCopy();
            ObjectNode group = all.addObject();
            group.put("name", groupName(given));
            rest.remove(List.of("name", "node_uuid"));
            take(rest, "uuid").ifPresent(uuid -> group.put("uuid", uuid));
            take(rest, "address").ifPresent(mac -> group.put("mac", mac));
            take(rest, "mode").ifPresent(mode -> group.put("mode", mode));
            copy(rest, "properties", group, "properties");
            copy(rest, "standalone_ports_supported", group, "standalone_ports");
            keepPart("port_groups", group.path("name").asText(), rest);
        }
    }

    private void ports() {
        if (ports.isEmpty()) {
            find(
                    Kind.MISSING,
                    "ports",
                    havePorts
                            ? "are not in the port list that was given, which has none of this node; look for them with"
                                    + " `port list --node "
                                    + fields.path("uuid").asText() + "`, or give them with the passwords"
                            : "are not in the export; add `port list --long`");
            return;
        }
        Map<String, String> groupNames = new HashMap<>();
        groups.forEach(group -> groupNames.put(group.path("uuid").asText(), groupName(group)));
        ArrayNode all = fields.putArray("ports");
        for (ObjectNode given : ports) {
            ObjectNode rest = given.deepCopy();
            ObjectNode port = all.addObject();
            rest.remove("node_uuid");
            take(rest, "address").ifPresent(mac -> port.put("mac", mac));
            take(rest, "uuid").ifPresent(uuid -> port.put("uuid", uuid));
            take(rest, "name").ifPresent(name -> port.put("name", name));
            copy(rest, "pxe_enabled", port, "pxe_enabled");
            take(rest, "physical_network").ifPresent(name -> port.put("physical_network", name));
            JsonNode link = rest.path("local_link_connection");
            if (link.path("switch_id").isTextual() && link.path("port_id").isTextual()) {
                rest.remove("local_link_connection");
                ObjectNode object = port.putObject("link");
                for (String field : List.of("switch_id", "port_id", "switch_info")) {
                    IronicReader.text(link.path(field)).ifPresent(text -> object.put(field, text));
                }
            }
            take(rest, "portgroup_uuid").ifPresent(uuid -> port.put("group", groupNames.getOrDefault(uuid, uuid)));
            keepPart("ports", port.path("mac").asText(), rest);
        }
    }

    private static void copy(ObjectNode from, String field, ObjectNode to, String name) {
        JsonNode value = from.remove(field);
        if (value != null && !value.isNull()) {
            to.set(name, value);
        }
    }

    /** Takes the node's state and marks, and returns the instance that runs on it. */
    private Optional<DraftInstance> life() {
        String lastError = IronicReader.text(node.path("last_error")).orElse("no reason is recorded");
        String state = take(node, "provision_state").orElse("");
        boolean maintenance =
                take(node, "maintenance").filter("true"::equalsIgnoreCase).isPresent();
        Optional<String> reason = take(node, "maintenance_reason");
        Optional<String> fault = take(node, "fault");
        boolean retired = take(node, "retired").filter("true"::equalsIgnoreCase).isPresent();
        Optional<String> retiredReason = take(node, "retired_reason");
        if (retired) {
            fields.put(NodeJson.RETIRED, retiredReason.orElse("retired in Ironic, no reason is recorded"));
        }
        boolean isProtected =
                take(node, "protected").filter("true"::equalsIgnoreCase).isPresent();
        Optional<String> protectedReason = take(node, "protected_reason");
        if (isProtected) {
            fields.put(NodeJson.PROTECTED, protectedReason.orElse("protected in Ironic, no reason is recorded"));
        }
        if (maintenance && fault.filter("power failure"::equals).isPresent()) {
            find(Kind.NOTE, "maintenance", "is not taken over: Ironic set it because the BMC did not answer");
        } else if (maintenance) {
            maintenance(reason.orElse("maintenance in Ironic, no reason is recorded"));
        }
        Optional<DraftInstance> instance = instance(state);
        // Only what Ironic verified and cleaned is available.
        String initial = state.equals("available") || state.equals("enroll") ? state : "manageable";
        fields.put(NodeJson.INITIAL_STATE, initial);
        if (instance.isPresent() || IDLE.contains(state)) {
            return instance;
        }
        if (state.endsWith(" failed") || state.equals("error")) {
            find(Kind.NOTE, "provision_state", "is '" + state + "': the node is enrolled out of use");
            maintenance("'" + state + "' in Ironic: " + lastError);
        } else if (OCCUPIED.contains(state)) {
            find(Kind.FAULT, "instance_uuid", "is missing, and the node is '" + state + "'");
        } else {
            find(Kind.FAULT, "provision_state", "is '" + state + "'; wait for its end and export again");
        }
        return Optional.empty();
    }

    /** Sets the reason to be out of use, unless there is one. */
    private void maintenance(String reason) {
        if (!fields.has(NodeJson.MAINTENANCE)) {
            fields.put(NodeJson.MAINTENANCE, reason);
        }
    }

    private Optional<DraftInstance> instance(String state) {
        Optional<String> uuid = IronicReader.text(node.path("instance_uuid"));
        if (uuid.isEmpty()) {
            return Optional.empty();
        }
        if (IDLE.contains(state)) {
            find(
                    Kind.UNUSED,
                    "instance_uuid",
                    "is that of an allocation, which has no place here: allocate the node again");
            node.remove("instance_uuid");
            return Optional.empty();
        }
        boolean ends = state.endsWith("failed") || OCCUPIED.contains(state) || state.equals("error");
        if (!ends) {
            return Optional.empty(); // a state that passes, which is a fault
        }
        try {
            String name = IronicReader.text(node.path("instance_name"))
                    .or(() -> IronicReader.text(node.path("instance_info").path("display_name")))
                    .orElse(uuid.get());
            InstanceOnNode instance = new InstanceOnNode(new InstanceId(NodeJson.uuid(uuid.get())), name);
            node.remove(List.of("instance_uuid", "instance_name"));
            return Optional.of(new DraftInstance(
                    instance,
                    state.equals(RUNNING) ? Life.RUNS : Life.UNCERTAIN,
                    IronicReader.text(node.path("instance_info").path("image_source"))));
        } catch (IllegalArgumentException e) {
            find(Kind.FAULT, "instance_uuid", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    // ---- what has no place here

    private static boolean isEmpty(String field, JsonNode value) {
        return value.isNull()
                || (value.isTextual() && value.asText().isBlank())
                || (value.isContainerNode() && value.isEmpty())
                || (value.isBoolean() && !value.booleanValue() && FALSE_BY_DEFAULT.contains(field));
    }

    /** Keeps the fields of an object that are left, and says which. */
    private void keep(String name, ObjectNode rest) {
        ObjectNode object = withoutSecrets(rest);
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            find(Kind.UNUSED, name + "." + field.getKey(), "has no place here; it is kept in the document " + DOCUMENT);
        }
        if (!object.isEmpty()) {
            kept.set(name, object);
        }
    }

    private void keepPart(String list, String key, ObjectNode rest) {
        rest.remove(List.of("created_at", "updated_at", "links", "internal_info", "ports"));
        rest.remove("available_for_dynamic_portgroup");
        ObjectNode object = withoutSecrets(rest);
        if (!object.isEmpty()) {
            object.fieldNames()
                    .forEachRemaining(field -> find(
                            Kind.UNUSED,
                            list + "." + field,
                            "of " + key + " has no place here; it is kept in the document " + DOCUMENT));
            kept.withObject("/" + list).set(key, object);
        }
    }

    private void keepTheRest() {
        JsonNode driverInfo = node.remove("driver_info");
        if (driverInfo instanceof ObjectNode rest) {
            keep("driver_info", rest);
        }
        StringBuilder interfaces = new StringBuilder();
        for (Map.Entry<String, JsonNode> field : withoutSecrets(node).properties()) {
            String name = field.getKey();
            if (name.endsWith("_interface")) {
                interfaces
                        .append(interfaces.isEmpty() ? "" : ", ")
                        .append(name.replace("_interface", ""))
                        .append(' ')
                        .append(field.getValue().asText());
            } else if (!STATE.contains(name)) {
                find(Kind.UNUSED, name, "has no place here; it is kept in the document " + DOCUMENT);
            }
            if (!name.equals("links") && !name.equals("driver_internal_info")) {
                kept.set(name, field.getValue());
            }
        }
        if (!interfaces.isEmpty()) {
            find(Kind.UNUSED, "interfaces", "are chosen by the driver itself; Ironic's were " + interfaces);
        }
        try {
            JsonDocument document = new JsonDocument(kept.toString());
            fields.putObject(NodeJson.DOCUMENTS).set(DOCUMENT, NodeJson.tree(document));
        } catch (IllegalArgumentException e) {
            find(Kind.UNUSED, DOCUMENT, "cannot be kept, because it " + e.getMessage());
        }
    }

    /** A copy without empty fields, and without fields whose name or value is that of a secret. */
    private static ObjectNode withoutSecrets(ObjectNode object) {
        ObjectNode copy = ExchangeJson.object();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            JsonNode value = field.getValue();
            if (SECRET.matcher(field.getKey()).matches()
                    || value.asText().equals(MASK)
                    || isEmpty(field.getKey(), value)) {
                continue;
            }
            copy.set(field.getKey(), value instanceof ObjectNode inner ? withoutSecrets(inner) : value);
        }
        return copy;
    }
}

package org.novametal.baremetal.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ListMultimap;
import com.google.common.collect.Multimaps;
import com.google.common.io.CharStreams;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.novametal.baremetal.exchange.Finding.Kind;
import org.novametal.text.ForeignText;

/**
 * Reads what Ironic's REST API and the OpenStack client print: lists and single nodes, ports and port groups, in any number and
 * order. A node that comes more than once, from a list and from {@code node show}, is put together from all of them.
 */
final class IronicReader {
    /** Names of the client's versions up to 5, in lower case and with underscores, and the API's names for the same. */
    private static final Map<String, String> FORMER_NAMES = Map.of(
            "provisioning_state", "provision_state",
            "current_raid_configuration", "raid_config",
            "target_raid_configuration", "target_raid_config",
            "network_configuration", "network_data",
            "id", "uuid");

    private static final String NODES = "nodes";

    /** Fields that only nodes have, and of which each list and each view of nodes shows one or more. */
    private static final List<String> FIELDS_OF_NODES = List.of(
            "provision_state", "driver_info", "instance_info", "parent_node", "power_interface", "target_raid_config");

    private final Map<String, ObjectNode> nodes = new LinkedHashMap<>();
    private final Map<String, ObjectNode> ports = new LinkedHashMap<>();
    private final Map<String, ObjectNode> groups = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Set<Finding> said = new HashSet<>();

    /** Whether a page of the REST API with ports was read, which may be empty. */
    private boolean hasPortList;

    ImportDraft read(List<ImportSource> sources) throws IOException {
        for (ImportSource source : sources) {
            try {
                read(source);
            } catch (JsonProcessingException e) {
                findings.add(new Finding(
                        Kind.FAULT,
                        source.name(),
                        "",
                        DocumentReader.unreadable(e)
                                + "; export with -f json, because the client's CSV loses the types"));
            }
        }
        ListMultimap<String, ObjectNode> portsByNode = byNode(ports);
        ListMultimap<String, ObjectNode> groupsByNode = byNode(groups);
        List<DraftNode> drafts = new ArrayList<>();
        boolean havePorts = hasPortList || !ports.isEmpty();
        nodes.forEach((uuid, node) -> drafts.add(
                new IronicNode(node, portsByNode.get(uuid), groupsByNode.get(uuid), havePorts, findings).draft()));
        orphans("port", ports);
        orphans("port group", groups);
        return new ImportDraft(drafts, findings);
    }

    private static ListMultimap<String, ObjectNode> byNode(Map<String, ObjectNode> resources) {
        return Multimaps.index(
                resources.values(), resource -> resource.path("node_uuid").asText());
    }

    private void orphans(String kind, Map<String, ObjectNode> resources) {
        resources.forEach((uuid, resource) -> {
            String node = resource.path("node_uuid").asText();
            if (!nodes.containsKey(node)) {
                findings.add(new Finding(
                        Kind.UNUSED,
                        kind + " " + uuid,
                        "",
                        "belongs to node " + ForeignText.line(node) + ", which is not in the export"));
            }
        });
    }

    private void read(ImportSource source) throws IOException {
        String text = CharStreams.toString(source.text());
        String begin = text.stripLeading();
        ObjectMapper mapper = begin.startsWith("{") || begin.startsWith("[") ? ExchangeJson.JSON : ExchangeJson.YAML;
        JsonNode tree = mapper.readTree(text);
        switch (tree) {
            case ObjectNode object -> page(source.name(), object);
            case null, default -> {
                if (tree != null && tree.isArray()) {
                    tree.forEach(element -> resource(source.name(), element, false));
                } else {
                    findings.add(new Finding(
                            Kind.FAULT,
                            source.name(),
                            "",
                            "is neither a list nor an object; export with -f json, because the client's CSV loses the"
                                    + " types"));
                }
            }
        }
    }

    /** An answer of the REST API with a list, or a single resource. */
    private void page(String source, ObjectNode object) {
        boolean isPage = false;
        for (String list : List.of(NODES, "ports", "portgroups")) {
            JsonNode elements = object.path(list);
            if (elements.isArray() && !object.has("uuid") && !object.has("UUID")) {
                isPage = true;
                hasPortList |= list.equals("ports");
                elements.forEach(element -> resource(source, element, list.equals(NODES)));
            }
        }
        if (!isPage) {
            resource(source, object, false);
        } else if (object.path("next").isTextual()) {
            findings.add(new Finding(
                    Kind.FAULT,
                    source,
                    "next",
                    "shows that this is one page of several; fetch the others too, or export with the client, and take"
                            + " this field out"));
        }
    }

    private void resource(String source, JsonNode element, boolean isNode) {
        if (!(element instanceof ObjectNode given)) {
            findings.add(new Finding(Kind.UNUSED, source, "", "has an element that is not an object"));
            return;
        }
        ObjectNode resource = withApiNames(given);
        boolean hasUuid = resource.path("uuid").isTextual();
        if (hasUuid
                && resource.has("node_uuid")
                && (resource.has("mode") || resource.has("standalone_ports_supported"))) {
            merge(groups, resource);
        } else if (hasUuid && resource.has("address") && (resource.has("node_uuid") || resource.has("pxe_enabled"))) {
            merge(ports, resource);
        } else if (hasUuid && resource.has("address")) {
            unused(source, "a port or port group without its node; list with --long");
        } else if (hasUuid && (isNode || hasFieldsOfNodes(resource))) {
            merge(nodes, resource);
        } else if (hasFieldsOfNodes(resource)) {
            unused(source, "fields of a node without its UUID; show them with the field uuid");
        } else {
            List<String> names = new ArrayList<>();
            resource.fieldNames().forEachRemaining(names::add);
            unused(
                    source,
                    "what is neither a node nor a port nor a port group: an object with the fields "
                            + String.join(", ", names));
        }
    }

    private static boolean hasFieldsOfNodes(ObjectNode resource) {
        return FIELDS_OF_NODES.stream().anyMatch(resource::has);
    }

    private void unused(String source, String what) {
        Finding finding = new Finding(Kind.UNUSED, source, "", "has " + what);
        if (said.add(finding)) {
            findings.add(finding);
        }
    }

    private static ObjectNode withApiNames(ObjectNode given) {
        ObjectNode resource = ExchangeJson.object();
        for (Map.Entry<String, JsonNode> field : given.properties()) {
            String name = field.getKey().toLowerCase(Locale.ROOT).replace(' ', '_');
            resource.set(given.has("uuid") ? field.getKey() : FORMER_NAMES.getOrDefault(name, name), field.getValue());
        }
        return resource;
    }

    private static void merge(Map<String, ObjectNode> into, ObjectNode resource) {
        ObjectNode before = into.putIfAbsent(resource.path("uuid").asText(), resource);
        if (before != null) {
            for (Map.Entry<String, JsonNode> field : resource.properties()) {
                if (!field.getValue().isNull() || !before.has(field.getKey())) {
                    before.set(field.getKey(), field.getValue());
                }
            }
        }
    }

    /** The text of a value that the client may have turned into a number or a boolean; empty if there is none. */
    static Optional<String> text(JsonNode value) {
        return value.isValueNode() && !value.isNull() && !value.asText().isBlank()
                ? Optional.of(value.asText())
                : Optional.empty();
    }
}

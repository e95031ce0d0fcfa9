package org.novametal.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.novametal.baremetal.exchange.Finding;
import org.novametal.baremetal.exchange.ImportPlan;
import org.novametal.baremetal.exchange.ImportSource;
import org.novametal.baremetal.exchange.InventoryExport;
import org.novametal.baremetal.exchange.InventoryFormat;
import org.novametal.baremetal.exchange.InventoryImport;
import org.novametal.baremetal.inventory.Enrolment;

/** Nodes as an inventory document, the form in which the library reads and writes descriptions of nodes. */
final class NodeDocument {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private NodeDocument() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** The fields of some nodes by UUID, without the BMCs' passwords and keys. */
    static Map<UUID, ObjectNode> read(Enrolment inventory, Set<UUID> nodes) {
        StringWriter text = new StringWriter();
        try {
            new InventoryExport(inventory, Optional.empty())
                    .write(InventoryFormat.JSON, node -> nodes.contains(node.uuid()), text);
            Map<UUID, ObjectNode> objects = new HashMap<>();
            for (JsonNode node : JSON.readTree(text.toString()).path("nodes")) {
                objects.put(UUID.fromString(node.path("uuid").asText()), (ObjectNode) node);
            }
            return objects;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the inventory would do with nodes that have these fields. */
    static ImportPlan plan(Enrolment inventory, List<ObjectNode> nodes) {
        ObjectNode document =
                JSON.createObjectNode().put("format", InventoryExport.FORMAT).put("version", InventoryExport.VERSION);
        ArrayNode list = document.putArray("nodes");
        nodes.forEach(list::add);
        try {
            ImportSource source =
                    new ImportSource("the command line", new StringReader(JSON.writeValueAsString(document)));
            return new ImportPlan(
                    InventoryImport.read(InventoryFormat.JSON, List.of(source), Optional.empty()), inventory);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the fields cannot be written as JSON", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Refuses a plan with faults.
     *
     * @param faults further faults
     * @throws WrongUsage with all faults, one a line
     */
    static void requireApplicable(ImportPlan plan, List<String> faults) {
        List<String> all = Stream.concat(
                        faults.stream(),
                        plan.findings().stream()
                                .filter(finding -> finding.kind() == Finding.Kind.FAULT)
                                .map(Finding::toString))
                .toList();
        if (!all.isEmpty()) {
            throw new WrongUsage("nothing was changed:\n" + String.join("\n", all));
        }
    }
}

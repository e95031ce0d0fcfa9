package org.novametal.baremetal.exchange;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Throwables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.novametal.baremetal.exchange.DraftInstance.Life;
import org.novametal.baremetal.exchange.Finding.Kind;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.driver.model.InstanceId;
import org.novametal.text.ForeignText;
import org.novametal.text.IoFailure;

/** Reads documents of this project, node by node. */
final class DocumentReader {
    private static final String WRITTEN_BY_A_NEWER_PROGRAM =
            "is not a version that this program reads; the newest is " + InventoryExport.VERSION;

    private final ObjectMapper mapper;
    private final Optional<SecretSeal> seal;
    private final List<DraftNode> nodes = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    DocumentReader(ObjectMapper mapper, Optional<SecretCipher> key) {
        this.mapper = mapper;
        this.seal = key.map(SecretSeal::new);
    }

    ImportDraft read(List<ImportSource> sources) throws IOException {
        for (ImportSource source : sources) {
            try (JsonParser parser = mapper.getFactory().createParser(source.text())) {
                parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
                read(source.name(), parser);
            } catch (JsonProcessingException e) {
                fault(source.name(), "", unreadable(e));
            }
        }
        return new ImportDraft(nodes, findings);
    }

    /** What is wrong with a text, and where. */
    static String unreadable(JsonProcessingException e) {
        return "cannot be read"
                + (e.getLocation() == null
                        ? ""
                        : " at line " + e.getLocation().getLineNr() + ", column "
                                + e.getLocation().getColumnNr())
                + ": "
                + Throwables.getCausalChain(e).stream()
                        .filter(cause -> cause instanceof IOException && !(cause instanceof JsonProcessingException))
                        .findFirst()
                        .map(cause -> IoFailure.reason((IOException) cause))
                        .orElseGet(() -> ForeignText.line(e.getOriginalMessage()));
    }

    private void fault(String subject, String field, String message) {
        findings.add(new Finding(Kind.FAULT, subject, field, message));
    }

    private void read(String source, JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            fault(source, "", "is not an object with the fields format, version and nodes");
            return;
        }
        boolean recognised = false;
        boolean hasNodes = false;
        boolean isOtherKey = false;
        List<Finding> notOpened = new ArrayList<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken token = parser.nextToken();
            if (field.equals(InventoryExport.NODES) && token == JsonToken.START_ARRAY) {
                hasNodes = true;
                for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                    node(source + ", node " + (i + 1), mapper.readTree(parser), notOpened);
                }
                continue;
            }
            JsonNode value = mapper.readTree(parser);
            switch (field) {
                case "format" -> recognised = value.asText().equals(InventoryExport.FORMAT);
                case "version" -> {
                    if (!value.isInt() || value.intValue() < 1 || value.intValue() > InventoryExport.VERSION) {
                        fault(source, field, "'" + value.asText() + "' " + WRITTEN_BY_A_NEWER_PROGRAM);
                    }
                }
                case InventoryExport.SECRETS -> {}
                case InventoryExport.KEY_CHECK -> {
                    if (seal.isPresent() && !seal.get().accepts(value.asText())) {
                        isOtherKey = true;
                        fault(source, field, "shows that its secrets were sealed with another key");
                    }
                }
                case InventoryExport.NODES -> fault(source, field, "is not a list");
                default -> fault(source, field, "is not known here");
            }
        }
        if (!isOtherKey) {
            // With another key nothing can be opened, which is one fault and not one a node.
            findings.addAll(notOpened);
        }
        if (!recognised) {
            fault(source, "format", "is not " + InventoryExport.FORMAT);
        }
        if (!hasNodes) {
            fault(source, InventoryExport.NODES, "is missing");
        }
        if (parser.nextToken() != null) {
            fault(source, "", "goes on after its end");
        }
    }

    private void node(String place, JsonNode value, List<Finding> notOpened) {
        if (!(value instanceof ObjectNode fields)) {
            fault(place, "", "is not an object");
            return;
        }
        String label = Optional.ofNullable(fields.path("name").textValue())
                .filter(text -> !text.isBlank())
                .or(() -> Optional.ofNullable(fields.path("uuid").textValue()))
                .orElse(place);
        if (!fields.has("name") && !fields.has("uuid")) {
            fault(label, "", "has neither a uuid nor a name");
        }
        if (fields.path(NodeJson.BMC) instanceof ObjectNode bmc && SecretSeal.isSealed(bmc)) {
            open(label, fields, bmc, notOpened);
        }
        nodes.add(new DraftNode(label, fields, instance(label, fields)));
    }

    private void open(String label, ObjectNode fields, ObjectNode bmc, List<Finding> notOpened) {
        if (seal.isEmpty()) {
            SecretSeal.drop(bmc);
            findings.add(new Finding(
                    Kind.MISSING, label, "bmc.password", "is sealed; give the key with which it was exported"));
            return;
        }
        try {
            if (!seal.get().open(NodeJson.uuid(fields.path("uuid").asText()), bmc)) {
                notOpened.add(new Finding(
                        Kind.FAULT,
                        label,
                        "bmc.password",
                        "cannot be decrypted: it was sealed with another key or for another node"));
                // Stands in for it: that it is missing too is not a second fault.
                bmc.put(NodeJson.PASSWORD, "?");
            }
        } catch (IllegalArgumentException e) {
            SecretSeal.drop(bmc);
            fault(label, "bmc.password", "is sealed for a node with a UUID, and this one has none");
        }
    }

    private Optional<DraftInstance> instance(String label, ObjectNode fields) {
        JsonNode instance = fields.path(InventoryExport.INSTANCE);
        fields.remove(InventoryExport.INSTANCE);
        if (instance.isMissingNode() || instance.isNull()) {
            return Optional.empty();
        }
        try {
            UUID uuid = NodeJson.uuid(instance.path("uuid").asText());
            String name = instance.path("name").asText(uuid.toString());
            boolean runs = ProvisionState.ofPersistedName(
                            instance.path(InventoryExport.STATE).asText())
                    .filter(ProvisionState::instanceRuns)
                    .isPresent();
            return Optional.of(new DraftInstance(
                    new InstanceOnNode(new InstanceId(uuid), name.isBlank() ? uuid.toString() : name),
                    runs ? Life.RUNS : Life.UNCERTAIN,
                    Optional.empty()));
        } catch (IllegalArgumentException e) {
            fault(label, "instance.uuid", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}

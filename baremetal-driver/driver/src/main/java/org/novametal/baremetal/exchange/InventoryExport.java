package org.novametal.baremetal.exchange;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.novametal.baremetal.inventory.EnrolledNodes.DescribedNode;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.JsonDocument;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.SecretCipher;

/**
 * Writes an inventory as one document: a header, and the nodes with their ports, port groups and hardware documents. Nodes are
 * written one after another, so that memory does not grow with their documents.
 */
public final class InventoryExport {
    /** The name of the document's format, in its field {@code format}. */
    public static final String FORMAT = "nova-metal-inventory";

    /** The newest version of the format, in its field {@code version}. */
    public static final int VERSION = 1;

    static final String SECRETS = "secrets";
    static final String KEY_CHECK = "key_check";
    static final String NODES = "nodes";
    static final String INSTANCE = "instance";

    /** The provision state of the node, in the object of its instance. */
    static final String STATE = "state";

    private final Enrolment inventory;
    private final Optional<SecretSeal> seal;

    /**
     * Creates an export.
     *
     * @param key encrypts the BMCs' passwords and keys; without it they are left out
     */
    public InventoryExport(Enrolment inventory, Optional<SecretCipher> key) {
        this.inventory = inventory;
        this.seal = key.map(SecretSeal::new);
    }

    /**
     * Writes the document, and flushes the writer without closing it.
     *
     * @param format {@link InventoryFormat#YAML} or {@link InventoryFormat#JSON}
     * @param chosen which nodes are written, sorted by name
     * @return how many nodes were written
     * @throws IllegalArgumentException for a format that is only read
     * @throws org.novametal.driver.error.DriverException {@code DRIVER_NOT_READY}
     * @throws IOException when the writer fails
     */
    public int write(InventoryFormat format, Predicate<NodeRecord> chosen, Writer writer) throws IOException {
        ObjectMapper mapper = switch (format) {
            case YAML -> ExchangeJson.YAML;
            case JSON -> ExchangeJson.JSON;
            case IRONIC, GRIZZLY ->
                throw new IllegalArgumentException("an inventory is written as yaml or json, not as " + format.text());
        };
        int written = 0;
        try (JsonGenerator out = mapper.getFactory().createGenerator(writer)) {
            out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            out.setCodec(mapper);
            if (format == InventoryFormat.JSON) {
                out.useDefaultPrettyPrinter();
            }
            out.writeStartObject();
            out.writeStringField("format", FORMAT);
            out.writeNumberField("version", VERSION);
            out.writeStringField(SECRETS, seal.isPresent() ? "sealed" : "left-out");
            if (seal.isPresent()) {
                out.writeStringField(KEY_CHECK, seal.get().check());
            }
            out.writeArrayFieldStart(NODES);
            for (DescribedNode node : inventory.described()) {
                if (chosen.test(node.node())) {
                    out.writeTree(object(node));
                    written++;
                }
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        writer.flush();
        return written;
    }

    private ObjectNode object(DescribedNode described) {
        NodeRecord node = described.node();
        ObjectNode object = NodeJson.write(described.spec());
        ObjectNode bmc = (ObjectNode) object.path(NodeJson.BMC);
        if (seal.isPresent()) {
            seal.get().seal(node.uuid(), bmc);
        } else {
            bmc.remove(NodeJson.PASSWORD);
            bmc.remove(NodeJson.KEY);
        }
        object.put(NodeJson.INITIAL_STATE, initialState(node.state()).persistedName());
        object.put(NodeJson.MAINTENANCE, node.maintenance().orElse(null));
        object.put(NodeJson.RETIRED, node.marks().retired().orElse(null));
        object.put(NodeJson.PROTECTED, node.marks().protection().orElse(null));
        node.instance()
                .ifPresent(instance -> object.set(
                        INSTANCE, instance(instance).put(STATE, node.state().persistedName())));
        SortedMap<String, JsonDocument> documents = inventory.documents(node.uuid());
        if (!documents.isEmpty()) {
            ObjectNode all = object.putObject(NodeJson.DOCUMENTS);
            documents.forEach((name, document) -> all.set(name, NodeJson.tree(document)));
        }
        return object;
    }

    /** The state from which a node like this one can go on: only one that is verified and clean is available. */
    private static ProvisionState initialState(ProvisionState state) {
        return switch (state) {
            case AVAILABLE, ENROLL -> state;
            case VERIFYING -> ProvisionState.ENROLL;
            default -> ProvisionState.MANAGEABLE;
        };
    }

    static ObjectNode instance(InstanceOnNode instance) {
        return ExchangeJson.object().put("uuid", instance.id().toString()).put("name", instance.name());
    }
}

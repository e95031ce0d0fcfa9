package org.novametal.baremetal.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a source says about one node. A field that it does not mention stays as it is in the inventory, or gets its default; a
 * field that is null is removed. {@link #toString} omits the fields, which contain secrets.
 */
public final class DraftNode {
    private final String label;
    private final ObjectNode fields;
    private final Optional<DraftInstance> instance;

    /**
     * Creates a draft.
     *
     * @param label the node's name, UUID or place in its source, for messages
     * @param fields the fields as in {@link NodeJson}
     * @param instance the instance that runs on the machine
     */
    DraftNode(String label, ObjectNode fields, Optional<DraftInstance> instance) {
        this.label = label;
        this.fields = fields;
        this.instance = instance;
    }

    /** The node's name, or its UUID, or its place in its source. */
    public String label() {
        return label;
    }

    /** The node's UUID as the source has it, in lower case, not checked. */
    public Optional<String> uuid() {
        return text("uuid").map(uuid -> uuid.toLowerCase(Locale.ROOT));
    }

    /** The node's name as the source has it, not checked. */
    public Optional<String> name() {
        return text("name");
    }

    /** The instance on the machine: the node is adopted, or enrolled out of use and must be adopted. */
    public Optional<DraftInstance> instance() {
        return instance;
    }

    private Optional<String> text(String field) {
        JsonNode value = fields.path(field);
        return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }

    ObjectNode fields() {
        return fields;
    }

    /** Whether both drafts are about the same node: by UUID or, where one has none, by name. */
    boolean isSameNodeAs(DraftNode other) {
        if (uuid().isPresent() && other.uuid().isPresent()) {
            return uuid().equals(other.uuid());
        }
        return name().isPresent() && name().equals(other.name());
    }

    /** This draft with the fields of another one in place of its fields of the same names. */
    DraftNode with(DraftNode other) {
        ObjectNode all = fields.deepCopy();
        merge(all, other.fields);
        return new DraftNode(label, all, instance.or(() -> other.instance));
    }

    /** Puts fields into an object: {@code bmc} field by field, others whole; null removes one. */
    static void merge(ObjectNode into, ObjectNode fields) {
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            JsonNode before = into.path(field.getKey());
            if (field.getKey().equals(NodeJson.BMC)
                    && before instanceof ObjectNode inner
                    && field.getValue() instanceof ObjectNode more) {
                merge(inner, more);
            } else if (field.getValue().isNull()) {
                into.remove(field.getKey());
            } else {
                into.set(field.getKey(), field.getValue());
            }
        }
    }

    @Override
    public String toString() {
        return "DraftNode[" + label + "]";
    }
}

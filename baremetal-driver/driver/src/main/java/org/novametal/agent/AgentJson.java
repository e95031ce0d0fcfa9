package org.novametal.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.regex.Pattern;

/** The package's only JSON mapper, and the text that Ironic writes instead of a secret. */
final class AgentJson {
    static final String MASK = "******";

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Pattern SECRET_KEY =
            Pattern.compile(".*(password|secret|token|credential|private_key|configdrive).*", Pattern.CASE_INSENSITIVE);

    private AgentJson() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    static JsonNode parse(String text) throws JsonProcessingException {
        JsonNode node = MAPPER.readTree(text);
        return node == null ? MAPPER.missingNode() : node;
    }

    static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** A map as JSON; a value whose key names a secret is masked, at any depth. */
    static ObjectNode masked(Map<String, Object> values) {
        ObjectNode object = MAPPER.valueToTree(values);
        mask(object);
        return object;
    }

    private static void mask(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> property : object.properties()) {
                if (SECRET_KEY.matcher(property.getKey()).matches()
                        && !property.getValue().isNull()) {
                    property.setValue(object.textNode(MASK));
                } else {
                    mask(property.getValue());
                }
            }
        } else {
            node.forEach(AgentJson::mask);
        }
    }
}

package org.novametal.baremetal.inventory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.novametal.text.ForeignText;

/**
 * A JSON object of any content, such as what an inspection found. Two documents are equal when they have the same content,
 * whatever its order and spacing.
 *
 * @param text the object as compact JSON, the keys of all objects sorted
 */
public record JsonDocument(String text) {
    /** The deepest nesting of objects and arrays. */
    public static final int MAX_DEPTH = 32;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final String NO_CONTENT = "{}";

    /** The object without content. */
    public static final JsonDocument EMPTY = new JsonDocument(NO_CONTENT);

    /**
     * Reads an object.
     *
     * @throws IllegalArgumentException when the text is not one JSON object, has the same key twice, is nested deeper than
     *     {@value #MAX_DEPTH}, or contains half of a character; the message follows the name of a field
     */
    public JsonDocument {
        Objects.requireNonNull(text, "text");
        text = text.equals(NO_CONTENT) ? text : normalised(text);
    }

    private static String normalised(String text) {
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("is not JSON: " + ForeignText.line(e.getOriginalMessage()), e);
        }
        if (!(node instanceof ObjectNode)) {
            throw new IllegalArgumentException("is not a JSON object");
        }
        return sorted(node, 0).toString();
    }

    private static JsonNode sorted(JsonNode node, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("is nested too deeply; the maximum is " + MAX_DEPTH + " levels");
        }
        return switch (node) {
            case ObjectNode object -> {
                Map<String, JsonNode> fields = new TreeMap<>();
                for (Map.Entry<String, JsonNode> field : object.properties()) {
                    fields.put(whole(field.getKey()), sorted(field.getValue(), depth + 1));
                }
                ObjectNode sorted = JSON.createObjectNode();
                sorted.setAll(fields);
                yield sorted;
            }
            case ArrayNode array -> {
                ArrayNode sorted = JSON.createArrayNode();
                array.forEach(element -> sorted.add(sorted(element, depth + 1)));
                yield sorted;
            }
            default -> {
                if (node.isTextual()) {
                    whole(node.textValue());
                }
                yield node;
            }
        };
    }

    private static String whole(String text) {
        if (TextRule.hasHalfCharacters(text)) {
            throw new IllegalArgumentException("contains half of a character, '" + ForeignText.line(text) + "'");
        }
        return text;
    }

    /** Whether the object has no content. */
    public boolean isEmpty() {
        return text.equals(NO_CONTENT);
    }

    @Override
    public String toString() {
        return text;
    }
}

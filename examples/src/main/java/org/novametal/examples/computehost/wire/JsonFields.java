package org.novametal.examples.computehost.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;

/**
 * Reads the fields of one JSON object and knows its path, so that errors name the field. Unknown fields are ignored.
 *
 * <p>Immutable, as long as the JSON is not changed.
 */
public final class JsonFields {
    private final JsonNode object;
    private final String path;

    private JsonFields(JsonNode object, String path) {
        this.object = object;
        this.path = path;
        if (!object.isObject()) {
            throw new WireFormatException((path.isEmpty() ? "the body" : path) + " must be a JSON object");
        }
    }

    /**
     * The fields of a request's body.
     *
     * @throws WireFormatException when it is not an object
     */
    public static JsonFields of(JsonNode body) {
        return new JsonFields(body, "");
    }

    /** The path of a field, for messages. */
    String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private Optional<JsonNode> find(String name) {
        JsonNode value = object.path(name);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    private WireFormatException wrong(String name, String kind) {
        return new WireFormatException(path(name) + " must be " + kind);
    }

    private WireFormatException missing(String name) {
        return new WireFormatException(path(name) + " is missing");
    }

    /** A text, if there is one. */
    public Optional<String> text(String name) {
        return find(name).map(value -> {
            if (!value.isTextual()) {
                throw wrong(name, "a text");
            }
            return value.textValue();
        });
    }

    /** A text that must be there. */
    public String requiredText(String name) {
        return text(name).orElseThrow(() -> missing(name));
    }

    /** A truth value; false if absent. */
    public boolean flag(String name) {
        return find(name)
                .map(value -> {
                    if (!value.isBoolean()) {
                        throw wrong(name, "true or false");
                    }
                    return value.booleanValue();
                })
                .orElse(false);
    }

    /** A whole number of 32 bits, if there is one. */
    public OptionalInt number(String name) {
        Optional<JsonNode> value = find(name);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!value.get().isIntegralNumber() || !value.get().canConvertToInt()) {
            throw wrong(name, "a whole number of 32 bits");
        }
        return OptionalInt.of(value.get().intValue());
    }

    /** A whole number of 64 bits, if there is one. */
    OptionalLong longNumber(String name) {
        Optional<JsonNode> value = find(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!value.get().isIntegralNumber() || !value.get().canConvertToLong()) {
            throw wrong(name, "a whole number of 64 bits");
        }
        return OptionalLong.of(value.get().longValue());
    }

    /** A number with or without a fraction, if there is one. */
    Optional<Double> decimal(String name) {
        return find(name).map(value -> {
            if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
                throw wrong(name, "a number");
            }
            return value.doubleValue();
        });
    }

    /** A UUID that must be there. */
    public UUID uuid(String name) {
        return uuid(requiredText(name), path(name));
    }

    /**
     * A UUID in its usual form.
     *
     * @param name where the text stands, for the message
     * @throws WireFormatException when the text has another form
     */
    public static UUID uuid(String text, String name) {
        try {
            UUID uuid = UUID.fromString(text);
            if (uuid.toString().equals(text.toLowerCase(Locale.ROOT))) {
                return uuid;
            }
        } catch (IllegalArgumentException e) {
            throw new WireFormatException(name + " must be a UUID");
        }
        throw new WireFormatException(name + " must be a UUID");
    }

    /** One of the given values by its name in JSON, or the other value if absent. */
    public <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
        return text(name).map(text -> WireNames.parse(type, text, path(name))).orElse(otherwise);
    }

    /** An object, if there is one. */
    public Optional<JsonFields> object(String name) {
        return find(name).map(value -> new JsonFields(value, path(name)));
    }

    /** An object that must be there. */
    public JsonFields requiredObject(String name) {
        return object(name).orElseThrow(() -> missing(name));
    }

    private List<JsonNode> items(String name) {
        return find(name)
                .map(value -> {
                    if (!value.isArray()) {
                        throw wrong(name, "a list");
                    }
                    List<JsonNode> items = new ArrayList<>();
                    value.forEach(items::add);
                    return items;
                })
                .orElse(List.of());
    }

    /** The objects of a list; empty if absent. */
    public List<JsonFields> objects(String name) {
        List<JsonFields> objects = new ArrayList<>();
        for (JsonNode item : items(name)) {
            objects.add(new JsonFields(item, path(name) + "[" + objects.size() + "]"));
        }
        return objects;
    }

    /** The texts of a list; empty if absent. */
    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : items(name)) {
            if (!item.isTextual()) {
                throw wrong(name, "a list of texts");
            }
            texts.add(item.textValue());
        }
        return texts;
    }

    /**
     * An object whose values are texts; empty if absent. A number or truth value is read as its text, an object or a list as its
     * JSON, and {@code null} is left out.
     */
    public Map<String, String> textMap(String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        find(name).ifPresent(value -> {
            if (!value.isObject()) {
                throw wrong(name, "an object");
            }
            value.properties().forEach(entry -> {
                JsonNode item = entry.getValue();
                if (!item.isNull()) {
                    texts.put(entry.getKey(), item.isValueNode() ? item.asText() : item.toString());
                }
            });
        });
        return texts;
    }

    /** The objects of an object, by their names; empty if absent. */
    Map<String, JsonFields> objectMap(String name) {
        Map<String, JsonFields> objects = new LinkedHashMap<>();
        find(name).ifPresent(value -> {
            if (!value.isObject()) {
                throw wrong(name, "an object");
            }
            value.properties()
                    .forEach(entry -> objects.put(
                            entry.getKey(), new JsonFields(entry.getValue(), path(name) + "." + entry.getKey())));
        });
        return objects;
    }

    /**
     * Converts these fields to an object of the model. What the model refuses is reported with the path of the object.
     *
     * @throws WireFormatException when the model refuses a value
     */
    <T> T convert(Function<JsonFields, T> conversion) {
        try {
            return conversion.apply(this);
        } catch (IllegalArgumentException e) {
            throw new WireFormatException((path.isEmpty() ? "the body" : path) + ": " + e.getMessage());
        }
    }
}

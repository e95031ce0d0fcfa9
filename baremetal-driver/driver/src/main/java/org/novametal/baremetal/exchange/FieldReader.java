package org.novametal.baremetal.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.novametal.baremetal.inventory.InventoryFault;
import org.novametal.baremetal.inventory.JsonDocument;
import org.novametal.text.ForeignText;

/**
 * Reads the fields of an object and collects the faults of all of them. A faulty field counts as absent. Not thread-safe.
 */
final class FieldReader {
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,10}");

    private final String node;
    private final String path;
    private final JsonNode object;
    private final List<InventoryFault> faults;
    private final Set<String> known = new HashSet<>();

    FieldReader(String node, String path, JsonNode object, List<InventoryFault> faults) {
        this.node = node;
        this.path = path;
        this.object = object;
        this.faults = faults;
        if (!(object instanceof ObjectNode)) {
            faults.add(new InventoryFault(node, path.isEmpty() ? "node" : path, "is not an object"));
        }
    }

    void fault(String field, String message) {
        faults.add(new InventoryFault(node, path(field), message));
    }

    private String path(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    private JsonNode value(String field) {
        known.add(field);
        return object.path(field);
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    /** Makes it a fault when the field is absent. */
    void requireField(String field) {
        if (isAbsent(value(field))) {
            fault(field, "is missing");
        }
    }

    Optional<String> text(String field) {
        JsonNode value = value(field);
        if (isAbsent(value)) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            fault(field, "is not a text" + (value.isValueNode() ? "; put it in quotes" : ""));
            return Optional.empty();
        }
        return Optional.of(value.textValue());
    }

    /** A text that must be there; the default stands in for it when it is not. */
    String text(String field, String standIn) {
        requireField(field);
        return text(field).orElse(standIn);
    }

    /** A text that is converted; the message of an {@link IllegalArgumentException} is the fault. */
    <T> Optional<T> value(String field, Function<String, T> conversion) {
        return text(field).flatMap(text -> {
            try {
                return Optional.of(conversion.apply(text));
            } catch (IllegalArgumentException e) {
                fault(field, "cannot be used: " + e.getMessage());
                return Optional.empty();
            }
        });
    }

    /** A value of an enum by its name in lower case. */
    <E extends Enum<E>> Optional<E> name(String field, Map<String, E> names) {
        return text(field).flatMap(text -> {
            Optional<E> named = Optional.ofNullable(names.get(text));
            if (named.isEmpty()) {
                fault(field, "'" + text + "' is not one of " + String.join(", ", new TreeSet<>(names.keySet())));
            }
            return named;
        });
    }

    OptionalInt integer(String field) {
        JsonNode value = value(field);
        if (isAbsent(value)) {
            return OptionalInt.empty();
        }
        String text =
                value.isIntegralNumber() || value.isTextual() ? value.asText().strip() : value.toString();
        if (!INTEGER.matcher(text).matches()) {
            fault(field, "'" + ForeignText.line(text) + "' is not an integer");
            return OptionalInt.empty();
        }
        long number = Long.parseLong(text);
        if (number != (int) number) {
            fault(field, "'" + text + "' is too large; the maximum is " + Integer.MAX_VALUE);
            return OptionalInt.empty();
        }
        return OptionalInt.of((int) number);
    }

    /** An integer that must be there; 1 stands in for it when it is not. */
    int requiredInteger(String field) {
        requireField(field);
        return integer(field).orElse(1);
    }

    Optional<Boolean> flag(String field) {
        JsonNode value = value(field);
        if (isAbsent(value)) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            fault(field, "'" + ForeignText.line(value.asText()) + "' is neither true nor false");
            return Optional.empty();
        }
        return Optional.of(value.booleanValue());
    }

    List<String> texts(String field) {
        JsonNode value = value(field);
        List<String> texts = new ArrayList<>();
        if (isAbsent(value)) {
            return texts;
        }
        if (!value.isArray()) {
            fault(field, "is not a list");
            return texts;
        }
        for (JsonNode element : value) {
            if (element.isTextual()) {
                texts.add(element.textValue());
            } else {
                fault(field, "has an element that is not a text");
            }
        }
        return texts;
    }

    /** An object of texts; numbers and booleans count as texts. */
    Map<String, String> map(String field) {
        JsonNode value = value(field);
        Map<String, String> texts = new TreeMap<>();
        if (isAbsent(value)) {
            return texts;
        }
        if (!value.isObject()) {
            fault(field, "is not an object");
            return texts;
        }
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            if (entry.getValue().isValueNode() && !entry.getValue().isNull()) {
                texts.put(entry.getKey(), entry.getValue().asText());
            } else {
                fault(field + "." + entry.getKey(), "is not a text");
            }
        }
        return texts;
    }

    JsonDocument document(String field) {
        JsonNode value = value(field);
        if (isAbsent(value)) {
            return JsonDocument.EMPTY;
        }
        try {
            return new JsonDocument(value.toString());
        } catch (IllegalArgumentException e) {
            fault(field, String.valueOf(e.getMessage()));
            return JsonDocument.EMPTY;
        }
    }

    Map<String, JsonDocument> documents(String field) {
        Map<String, JsonDocument> documents = new TreeMap<>();
        object(field).ifPresent(all -> {
            for (Map.Entry<String, JsonNode> document : all.object.properties()) {
                documents.put(document.getKey(), all.document(document.getKey()));
            }
        });
        return documents;
    }

    Optional<FieldReader> object(String field) {
        JsonNode value = value(field);
        return isAbsent(value) ? Optional.empty() : Optional.of(new FieldReader(node, path(field), value, faults));
    }

    List<FieldReader> objects(String field) {
        JsonNode value = value(field);
        List<FieldReader> readers = new ArrayList<>();
        if (!isAbsent(value) && !value.isArray()) {
            fault(field, "is not a list");
            return readers;
        }
        for (int i = 0; i < value.size(); i++) {
            readers.add(new FieldReader(node, path(field) + "[" + i + "]", value.get(i), faults));
        }
        return readers;
    }

    /** Makes fields that were not read faults. */
    void refuseOthers() {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!known.contains(field.getKey())) {
                fault(field.getKey(), "is not known here; the fields are " + String.join(", ", new TreeSet<>(known)));
            }
        }
    }
}

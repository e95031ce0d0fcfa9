package org.novametal.fake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Formats values as Python prints them, for the real agent's error texts. */
final class PythonText {
    private PythonText() {}

    static String repr(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT ->
                value.properties().stream()
                        .map(property -> quoted(property.getKey()) + ": " + repr(property.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            case ARRAY ->
                StreamSupport.stream(value.spliterator(), false)
                        .map(PythonText::repr)
                        .collect(Collectors.joining(", ", "[", "]"));
            case STRING -> quoted(value.textValue());
            case BOOLEAN -> value.booleanValue() ? "True" : "False";
            case NUMBER -> value.asText();
            case NULL, MISSING, BINARY, POJO -> "None";
        };
    }

    private static String quoted(String text) {
        String quote = text.contains("'") && !text.contains("\"") ? "\"" : "'";
        String escaped = text.replace("\\", "\\\\").replace("\n", "\\n");
        return quote + (quote.equals("'") ? escaped.replace("'", "\\'") : escaped) + quote;
    }
}

package org.novametal.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Traffic recorded between Ironic Python Agent 13.0.0, Ironic 39.0.0 and a stub that the agent accepted. */
public final class RecordedWire {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private RecordedWire() {}

    /** One exchange, by its file's name without {@code .json}. */
    public static JsonNode exchange(String name) {
        return read(name);
    }

    /** The body of an exchange's answer. */
    public static JsonNode answer(String name) {
        return read(name).path("response").path("body");
    }

    /** The body of an exchange's request. */
    public static JsonNode request(String name) {
        return read(name).path("request").path("body");
    }

    /** The exchanges of a run of Ironic, in order. */
    public static List<JsonNode> run(String name) {
        List<JsonNode> exchanges = new ArrayList<>();
        read(name).forEach(exchanges::add);
        return exchanges;
    }

    /** The first request body of a run that gives this command. */
    public static ObjectNode command(String run, String command) {
        return run(run).stream()
                .map(exchange -> exchange.path("request").path("body"))
                .filter(body -> body.path("name").asText().equals(command))
                .map(body -> (ObjectNode) body.deepCopy())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(run + " holds no " + command));
    }

    /** Parses a text. */
    public static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A document's shape: keys and types, without values; a list by its first element. */
    public static String shape(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT ->
                new TreeSet<>(node.properties().stream()
                                .map(property -> property.getKey() + ":" + shape(property.getValue()))
                                .collect(Collectors.toSet()))
                        .toString();
            case ARRAY ->
                "list of "
                        + Optional.ofNullable(node.get(0))
                                .map(RecordedWire::shape)
                                .orElse("nothing");
            case STRING, NUMBER, BOOLEAN, NULL, MISSING, BINARY, POJO ->
                node.getNodeType().name();
        };
    }

    /** The query of an exchange's request. */
    public static Map<String, String> query(JsonNode exchange) {
        return exchange.path("request").path("query").properties().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().asText()));
    }

    private static JsonNode read(String name) {
        try (InputStream in = RecordedWire.class.getResourceAsStream("/ipa-wire/" + name + ".json")) {
            if (in == null) {
                throw new IllegalStateException("no recording " + name);
            }
            return MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

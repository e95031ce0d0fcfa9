package org.novametal.examples.computehost.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of a request's body, by which a repeated request is recognised. The order of fields and the origin of the request
 * ({@code context}) do not count. Prints as stars, because a body may contain a short secret.
 *
 * @param sha256 in hexadecimal
 */
record Fingerprint(String sha256) {
    private static final JsonMapper SORTED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    static Fingerprint of(JsonNode body) {
        ObjectNode copy = body.isObject() ? ((ObjectNode) body).objectNode() : SORTED.createObjectNode();
        body.properties().forEach(field -> {
            if (!field.getKey().equals("context")) {
                copy.set(field.getKey(), field.getValue());
            }
        });
        try {
            byte[] sorted = SORTED.writeValueAsBytes(SORTED.treeToValue(copy, Object.class));
            return new Fingerprint(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(sorted)));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("JSON that was parsed can be written, and every JVM has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}

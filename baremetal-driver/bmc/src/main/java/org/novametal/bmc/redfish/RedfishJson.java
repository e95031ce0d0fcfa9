package org.novametal.bmc.redfish;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the JSON of BMCs. A string with bytes that are not UTF-8, with control characters or with wrong escapes, such as the
 * serial number of a part whose memory is empty, does not make the rest of the document unreadable. Nor do bytes of value zero
 * at the end, and a byte order mark at the beginning.
 */
final class RedfishJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(
                    JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS,
                    JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER,
                    JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS,
                    JsonReadFeature.ALLOW_LEADING_ZEROS_FOR_NUMBERS,
                    JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Pattern WRONG_UNICODE_ESCAPE =
            Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u(?![0-9A-Fa-f]{4})");

    private RedfishJson() {}

    /** The document; empty where the bytes are not JSON. */
    static Optional<JsonNode> parse(byte[] bytes) {
        return document(() -> JSON.readTree(bytes)).or(() -> parseOdd(bytes));
    }

    /** Reads what is no JSON in the strict sense. */
    private static Optional<JsonNode> parseOdd(byte[] bytes) {
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == 0) {
            length--;
        }
        String decoded = new String(bytes, 0, length, StandardCharsets.UTF_8);
        String text = decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded;
        return document(() -> JSON.readTree(text))
                .or(() -> document(
                        () -> JSON.readTree(WRONG_UNICODE_ESCAPE.matcher(text).replaceAll("$1\\\\\\\\u"))));
    }

    private interface Reading {
        JsonNode make() throws IOException;
    }

    private static Optional<JsonNode> document(Reading reading) {
        try {
            return Optional.of(reading.make()).filter(document -> !document.isMissingNode());
        } catch (IOException e) {
            // The exception repeats the content, which may be a token; callers name the request instead.
            return Optional.empty();
        }
    }
}

package org.novametal.bmc.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import okhttp3.Headers;

/**
 * A service's answer.
 *
 * @param status the HTTP status
 * @param headers the header fields
 * @param body the body, a missing node where it is empty or not JSON
 * @param isJson whether the body is JSON
 */
record RedfishAnswer(int status, Headers headers, JsonNode body, boolean isJson) {
    boolean isSuccess() {
        return status >= 200 && status <= 299;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The text of a node; empty where it is missing or blank. */
    static Optional<String> text(JsonNode node) {
        return node.isTextual() && !node.textValue().isBlank() ? Optional.of(node.textValue()) : Optional.empty();
    }

    /** The target of a link. */
    static Optional<String> link(JsonNode node) {
        return text(node.path("@odata.id"));
    }

    /** Omits headers and body, which may contain a token. */
    @Override
    public String toString() {
        return "RedfishAnswer[" + status + "]";
    }
}

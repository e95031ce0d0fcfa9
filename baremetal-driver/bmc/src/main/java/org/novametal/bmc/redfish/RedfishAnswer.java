package org.novametal.bmc.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import okhttp3.Headers;

/**
 * What a service answered.
 *
 * @param status the HTTP status
 * @param headers the header fields
 * @param body the body, a missing node for an empty body, or for an error status without JSON
 */
record RedfishAnswer(int status, Headers headers, JsonNode body) {
    boolean isSuccess() {
        return status >= 200 && status <= 299;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** What {@code If-Match} takes, where the service has versions of a resource. DSP0266 §6.5. */
    Optional<String> etag() {
        return header("ETag").or(() -> text(body.path("@odata.etag")));
    }

    /** A text that is there and not empty. */
    static Optional<String> text(JsonNode node) {
        return node.isTextual() && !node.textValue().isBlank() ? Optional.of(node.textValue()) : Optional.empty();
    }

    /** Where a link leads. */
    static Optional<String> link(JsonNode node) {
        return text(node.path("@odata.id"));
    }

    /** It may hold a token. */
    @Override
    public String toString() {
        return "RedfishAnswer[" + status + "]";
    }
}

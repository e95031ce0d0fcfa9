package org.novametal.examples.computehost.wire;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The key of an operation, which makes repeated requests join one operation: {@code req-…:spawn}.
 *
 * @param requestId the id of the request, Nova's {@code req-…}: letters, digits and {@code . _ - :}, 200 at most
 * @param kind the operation's kind
 */
public record OperationKey(String requestId, OperationKind kind) {
    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._:-]{1,200}");

    /** Checks the request id. */
    public OperationKey {
        if (!REQUEST_ID.matcher(requestId).matches()) {
            throw new WireFormatException(
                    "context.request_id must be 1 to 200 letters, digits, dots, colons, underscores or hyphens");
        }
    }

    /** The key with that request id; empty when the request id cannot be part of a key. */
    public static Optional<OperationKey> find(String requestId, OperationKind kind) {
        return REQUEST_ID.matcher(requestId).matches()
                ? Optional.of(new OperationKey(requestId, kind))
                : Optional.empty();
    }

    /**
     * Parses a key.
     *
     * @throws WireFormatException when the text is not a key
     */
    public static OperationKey parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new WireFormatException("an operation's key must be the request id, a colon and the kind");
        }
        return new OperationKey(
                text.substring(0, colon),
                WireNames.parse(OperationKind.class, text.substring(colon + 1), "the kind in an operation's key"));
    }

    @Override
    public String toString() {
        return requestId + ":" + kind.wireName();
    }
}

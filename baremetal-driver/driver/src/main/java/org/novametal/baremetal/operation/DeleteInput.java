package org.novametal.baremetal.operation;

import java.util.Objects;

/**
 * What a deletion is given.
 *
 * @param requestId the request that asked for it
 */
public record DeleteInput(String requestId) implements OperationInput {
    /** Checks that it is there. */
    public DeleteInput {
        Objects.requireNonNull(requestId, "requestId");
    }
}

package org.novametal.baremetal.operation;

import java.util.Objects;

/**
 * The input of a deletion.
 *
 * @param requestId the id of the request
 */
public record DeleteInput(String requestId) implements OperationInput {
    /** Checks that the id is not null. */
    public DeleteInput {
        Objects.requireNonNull(requestId, "requestId");
    }
}

package org.novametal.baremetal.operation;

import java.util.Map;
import java.util.Objects;
import org.novametal.driver.model.Secret;

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

    @Override
    public OperationInput withoutSecrets() {
        return this;
    }

    @Override
    public Map<String, Secret> secrets() {
        return Map.of();
    }
}

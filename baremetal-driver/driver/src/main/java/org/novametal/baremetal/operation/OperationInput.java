package org.novametal.baremetal.operation;

import java.util.Map;
import org.novametal.driver.model.Secret;

/**
 * The input of an operation. It is stored {@linkplain #withoutSecrets without secrets}; its {@linkplain #secrets secrets} are
 * encrypted in the store, and erased at the end of the operation.
 */
public sealed interface OperationInput
        permits DeploySpec, DeleteInput, OperationInput.Nothing, OperationInput.Parameters {
    /** No input. */
    OperationInput NOTHING = new Nothing();

    /** This input without its secrets, as it is stored in plain text. */
    default OperationInput withoutSecrets() {
        return this;
    }

    /** The secrets of this input, by name; empty for an input that has none, or was stored without them. */
    default Map<String, Secret> secrets() {
        return Map.of();
    }

    /** No input. */
    record Nothing() implements OperationInput {}

    /**
     * Named texts, for kinds of operation that need no separate type of input.
     *
     * @param values the texts
     */
    record Parameters(Map<String, String> values) implements OperationInput {
        /** Copies the texts. */
        public Parameters {
            values = Map.copyOf(values);
        }
    }
}

package org.novametal.baremetal.operation;

import java.util.Map;
import org.novametal.driver.model.Secret;

/**
 * The input of an operation. It is stored {@linkplain #withoutSecrets without secrets}; its {@linkplain #secrets secrets} are
 * encrypted in the store, and erased at the end of the operation.
 */
public sealed interface OperationInput
        permits NetworkedInput, DeleteInput, OperationInput.Nothing, OperationInput.Parameters {
    /** No input. */
    OperationInput NOTHING = new Nothing();

    /** This input without its secrets, as it is stored in plain text. */
    OperationInput withoutSecrets();

    /** The secrets of this input, by name; empty for an input that has none, or was stored without them. */
    Map<String, Secret> secrets();

    /** The id of the compute service's request; empty for an operation that others requested. */
    String requestId();

    /** No input. */
    record Nothing() implements OperationInput {
        @Override
        public String requestId() {
            return "";
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

        @Override
        public String requestId() {
            return "";
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
}

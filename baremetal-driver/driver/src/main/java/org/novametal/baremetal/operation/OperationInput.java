package org.novametal.baremetal.operation;

import java.util.Map;

/**
 * The input of an operation. It is stored, so it contains no secret: secrets are passed separately and are encrypted in the
 * store.
 */
public sealed interface OperationInput
        permits NetworkedInput, DeleteInput, OperationInput.Nothing, OperationInput.Parameters {
    /** No input. */
    OperationInput NOTHING = new Nothing();

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

package org.novametal.baremetal.operation;

import java.util.Map;

/**
 * What an operation is given when it begins. It outlives the process, so it holds no secret: secrets are given beside it and
 * are encrypted in the store.
 */
public sealed interface OperationInput
        permits DeploySpec, DeleteInput, OperationInput.Nothing, OperationInput.Parameters {
    /** No input. */
    OperationInput NOTHING = new Nothing();

    /** No input. */
    record Nothing() implements OperationInput {}

    /**
     * A few texts by name, for kinds that need no type for their input.
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

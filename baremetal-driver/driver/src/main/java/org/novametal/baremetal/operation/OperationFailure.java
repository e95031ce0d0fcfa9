package org.novametal.baremetal.operation;

import java.util.Objects;
import org.novametal.driver.error.ErrorCode;

/**
 * Why an operation failed.
 *
 * @param cause what it failed by
 * @param code the caller's error code, from the kind's row of rules
 * @param message the same for people
 */
public record OperationFailure(FailureCause cause, ErrorCode code, String message) {
    /** Checks the parts. */
    public OperationFailure {
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    /** The same failure with more to say. */
    public OperationFailure withMore(String more) {
        return new OperationFailure(cause, code, message + more);
    }
}

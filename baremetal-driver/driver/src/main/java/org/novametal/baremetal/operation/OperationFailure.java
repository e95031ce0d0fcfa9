package org.novametal.baremetal.operation;

import java.util.Objects;
import org.novametal.driver.error.ErrorCode;

/**
 * Why an operation failed.
 *
 * @param cause the kind of cause
 * @param code the caller's error code, from the kind's row of rules
 * @param message the description of the failure, for people
 */
public record OperationFailure(FailureCause cause, ErrorCode code, String message) {
    /** Checks the parts. */
    public OperationFailure {
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }

    /** This failure with text added to its message. */
    public OperationFailure withMore(String more) {
        return new OperationFailure(cause, code, message + more);
    }
}

package org.novametal.baremetal.operation;

import java.util.Objects;
import org.novametal.driver.error.ErrorCode;

/**
 * Why an operation failed.
 *
 * @param cause why the step failed
 * @param code the error code for the caller, from the rules of the operation's kind
 * @param message the description of the failure, for people
 */
public record OperationFailure(FailureCause cause, ErrorCode code, String message) {
    /** Checks that no part is null. */
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

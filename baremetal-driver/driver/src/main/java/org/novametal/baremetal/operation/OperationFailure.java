package org.novametal.baremetal.operation;

import java.util.Objects;
import org.novametal.driver.error.ErrorCode;
import org.novametal.text.ForeignText;

/**
 * Why an operation failed. The message is one line of at most {@value ForeignText#MAX_MESSAGE_LENGTH} characters without
 * control characters.
 *
 * @param cause why the step failed
 * @param code the error code for the caller, from the rules of the operation's kind
 * @param message the description of the failure, for people
 */
public record OperationFailure(FailureCause cause, ErrorCode code, String message) {
    /** Checks the parts, and makes the message safe to log and to store. */
    public OperationFailure {
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(code, "code");
        message = ForeignText.message(Objects.requireNonNull(message, "message"));
    }

    /** This failure with text added to its message. */
    public OperationFailure withMore(String more) {
        return new OperationFailure(cause, code, message + more);
    }
}

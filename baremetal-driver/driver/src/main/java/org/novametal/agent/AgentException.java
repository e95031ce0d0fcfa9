package org.novametal.agent;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.novametal.text.ForeignText;

/**
 * An agent could not be reached, or did not accept a command. Callers decide by the {@linkplain #reason() reason}; the
 * message names the agent, the request and the answer, and contains no token. The constructor makes the message and the
 * cause safe to log, because an agent chooses parts of them.
 */
public final class AgentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why an agent did not accept a command. */
    public enum Reason {
        /** No answer within the limit. Whether a command arrived is not known. */
        UNREACHABLE,
        /** The agent runs another command. */
        BUSY,
        /** The token is not this agent's: the ramdisk has booted again. */
        TOKEN_REFUSED,
        /** The server that answered does not hold the key of the certificate that the agent sent. */
        CERTIFICATE,
        /** The agent understood the command and refused it. */
        REFUSED,
        /** The answer violates the protocol. */
        PROTOCOL
    }

    private final Reason reason;

    /** A failure without a deeper cause. */
    public AgentException(Reason reason, String message) {
        this(reason, message, null);
    }

    /** A failure with its cause. */
    public AgentException(Reason reason, String message, @Nullable Throwable cause) {
        super(
                ForeignText.message(AgentToken.blanked(Objects.requireNonNull(message, "message"))),
                ForeignText.cause(cause));
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** Names the agent, the request and the answer. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "every constructor requires a message");
    }

    /** Why the agent did not accept the command. */
    public Reason reason() {
        return reason;
    }
}

package org.novametal.agent;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An agent that could not be talked to, or that did not take a command. The {@linkplain #reason() reason} decides what a
 * caller does; the message names the agent, what was tried and what came back, and holds no token.
 */
public final class AgentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why an agent did not take a command. */
    public enum Reason {
        /** No answer within the limit. Whether a command arrived is not known. */
        UNREACHABLE,
        /** It runs another command. */
        BUSY,
        /** The token is not this agent's: the ramdisk has booted again. */
        TOKEN_REFUSED,
        /** The server that answered does not hold the key of the certificate that the agent sent. */
        CERTIFICATE,
        /** The agent understood and refused. */
        REFUSED,
        /** What came back is not what the protocol allows. */
        PROTOCOL
    }

    private final Reason reason;

    /** A failure without a deeper cause. */
    public AgentException(Reason reason, String message) {
        this(reason, message, null);
    }

    /** A failure with its cause. */
    public AgentException(Reason reason, String message, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** What was tried with which agent, and what came back. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "every constructor takes one");
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}

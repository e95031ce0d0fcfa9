package org.novametal.openstack;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.novametal.text.ForeignText;

/**
 * A call to an OpenStack service failed. Callers decide by the {@linkplain #kind() kind}; the message names the URL, the
 * answer and what to do, and contains no secret. The constructor makes the message and the cause safe to log.
 */
public final class OpenStackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a call failed. */
    public enum Kind {
        /** The service does not answer, or says that it is not ready; another try later may succeed. */
        UNREACHABLE,
        /** The service does not accept the credentials. */
        UNAUTHORIZED,
        /** The catalog has no fitting endpoint, or an answer is not what the API promises. */
        UNUSABLE
    }

    private final Kind kind;

    /** A failure without a deeper cause. */
    public OpenStackException(Kind kind, String message) {
        this(kind, message, null);
    }

    /** A failure with its cause. */
    public OpenStackException(Kind kind, String message, @Nullable Throwable cause) {
        super(ForeignText.message(Objects.requireNonNull(message, "message")), ForeignText.cause(cause));
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /** Names the URL, the answer and what to do. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "every constructor requires a message");
    }

    /** Why the call failed. */
    public Kind kind() {
        return kind;
    }
}

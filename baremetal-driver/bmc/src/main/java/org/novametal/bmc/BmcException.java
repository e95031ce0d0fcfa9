package org.novametal.bmc;

import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.novametal.text.ForeignText;

/**
 * A call to a BMC that failed. The {@linkplain #reason() reason} decides what a caller should do; the message contains the BMC,
 * what was tried and the BMC's answer, and no secret. The constructor makes the message and the underlying exception safe to
 * log, see {@link ForeignText#message} and {@link ForeignText#cause}: a BMC chooses parts of them.
 */
public final class BmcException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a call failed. */
    public enum Reason {
        /** No answer within the limit, or the address does not resolve. */
        UNREACHABLE(Retry.LATER),
        /** The BMC does not know the user. */
        UNKNOWN_USER(Retry.NEVER),
        /** The password is wrong. */
        WRONG_PASSWORD(Retry.NEVER),
        /** The password is right, but the BMC's own key (IPMI: K_g) is wrong. */
        WRONG_KEY(Retry.NEVER),
        /** The user's privilege is too low for the command. */
        PRIVILEGE_TOO_LOW(Retry.NEVER),
        /** The BMC offers no cipher suite that we accept. */
        UNSUPPORTED_CIPHER(Retry.NEVER),
        /** The BMC's certificate is not trusted. */
        UNTRUSTED_CERTIFICATE(Retry.NEVER),
        /** All sessions of the BMC are in use. */
        NO_FREE_SESSION(Retry.LATER),
        /** The BMC is busy. */
        BUSY(Retry.LATER),
        /** The BMC understood the command and refused it. */
        REJECTED(Retry.NEVER),
        /**
         * The BMC accepted the command, but the machine did not reach the state within the limit. It may still reach the state
         * later.
         */
        NOT_DONE(Retry.LATER),
        /** The BMC does not support the command. */
        UNSUPPORTED(Retry.NEVER),
        /** The answer violates the protocol. */
        PROTOCOL(Retry.LATER),
        /** This handle is closed. */
        CLOSED(Retry.NEVER);

        private final Retry retry;

        Reason(Retry retry) {
            this.retry = retry;
        }

        /** Whether the same call may succeed later. */
        public Retry retry() {
            return retry;
        }

        /** Whether the BMC refused the request or does not support it, so that another request can be tried instead. */
        public boolean isRefusal() {
            return this == REJECTED || this == UNSUPPORTED;
        }
    }

    /** Whether the same call may succeed later. */
    public enum Retry {
        /** The same call may succeed later. */
        LATER,
        /** The same call fails until a person changes something. */
        NEVER
    }

    private final Reason reason;

    /** A failure without an underlying exception. */
    public BmcException(Reason reason, String message) {
        this(reason, message, null);
    }

    /** A failure with the underlying exception. */
    public BmcException(Reason reason, String message, @Nullable Throwable cause) {
        super(ForeignText.message(Objects.requireNonNull(message, "message")), ForeignText.cause(cause));
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * What a client threw, as a failure of its BMC: a plug-in may throw anything, also an {@link Error} such as {@link
     * NoSuchMethodError} when it was compiled against another version.
     *
     * @param bmc the BMC's name in messages, such as {@code BMC ipmi://10.0.0.7}
     * @return the exception itself if it is a {@code BmcException}, also inside a {@link CompletionException}; otherwise
     *     {@link Reason#PROTOCOL} with its class and message
     */
    public static BmcException unexpected(String bmc, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof BmcException known
                ? known
                : new BmcException(Reason.PROTOCOL, bmc + ": unexpected failure: " + cause, cause);
    }

    /** The message: it names the BMC, what was tried, and the BMC's answer. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "every constructor takes a message");
    }

    /** Why the call failed. */
    public Reason reason() {
        return reason;
    }
}

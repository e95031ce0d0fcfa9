package org.novametal.driver.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The only exception type that a driver throws.
 *
 * <p>The {@linkplain #code() code} decides what a caller does; the message is for people: what was tried, on which
 * node, the value seen, the value wanted, and what to do. It never contains a secret. It is a {@link MessageText#message}: of
 * limited length, with control and invisible characters, which may come from a request, a machine or a server, escaped; only
 * line breaks between several errors remain.
 */
public final class DriverException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** An error without a cause. */
    public DriverException(ErrorCode code, String message) {
        this(code, message, null);
    }

    /** An error with its cause. */
    public DriverException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(MessageText.message(Objects.requireNonNull(message, "message")), cause);
        this.code = Objects.requireNonNull(code, "code");
    }

    /** What was tried on which node, and what to do. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "every constructor takes one");
    }

    /** What went wrong. */
    public ErrorCode code() {
        return code;
    }

    /** What the compute service should do. */
    public Disposition disposition() {
        return code.disposition();
    }
}

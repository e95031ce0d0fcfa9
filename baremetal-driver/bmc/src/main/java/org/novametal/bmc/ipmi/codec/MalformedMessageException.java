package org.novametal.bmc.ipmi.codec;

import java.util.Objects;

/** Received bytes that are not a valid message. The only exception that decoders throw. */
public final class MalformedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The message says what was read and what is wrong with it. */
    public MalformedMessageException(String message) {
        super(Objects.requireNonNull(message, "message"));
    }

    /** What was read and what is wrong with it; contains no text of the sender, only numbers. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "the constructor takes a message");
    }
}

package org.novametal.bmc.ipmi.codec;

/** Received bytes that are not a valid message. The only exception that decoders throw. */
public final class MalformedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The message says what was read and what is wrong with it. */
    public MalformedMessageException(String message) {
        super(message);
    }
}

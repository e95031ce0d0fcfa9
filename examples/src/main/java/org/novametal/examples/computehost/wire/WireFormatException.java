package org.novametal.examples.computehost.wire;

/** A request's JSON cannot be understood; the message names the field and what it must be, never its value. */
public final class WireFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error with the path of the field and what it must be, such as {@code instance.flavor.vcpus must be …}. */
    public WireFormatException(String message) {
        super(message);
    }
}

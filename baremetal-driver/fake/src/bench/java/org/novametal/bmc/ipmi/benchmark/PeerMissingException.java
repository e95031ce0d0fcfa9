package org.novametal.bmc.ipmi.benchmark;

/** A peer cannot be measured here; it says why, in a line. */
final class PeerMissingException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String why;

    PeerMissingException(String why) {
        super(why);
        this.why = why;
    }

    String why() {
        return why;
    }
}

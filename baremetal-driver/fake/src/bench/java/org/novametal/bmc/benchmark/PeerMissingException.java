package org.novametal.bmc.benchmark;

/** A peer cannot be measured here; it says why, in a line. */
public final class PeerMissingException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String why;

    public PeerMissingException(String why) {
        super(why);
        this.why = why;
    }

    public String why() {
        return why;
    }
}

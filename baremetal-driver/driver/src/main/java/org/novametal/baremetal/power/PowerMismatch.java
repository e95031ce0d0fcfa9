package org.novametal.baremetal.power;

/** What is done when a machine's power differs from its wanted power. */
public enum PowerMismatch {
    /** The machine's present power is recorded as the wanted power. */
    FOLLOW("follow"),
    /** The machine is switched back to the wanted power. */
    FORCE("force");

    private final String configuredName;

    PowerMismatch(String configuredName) {
        this.configuredName = configuredName;
    }

    /** The text for this value in a configuration. */
    public String configuredName() {
        return configuredName;
    }
}

package org.novametal.baremetal.config;

/** Who is right when a machine's power is not what it is to be. */
public enum PowerMismatch {
    /** The machine. */
    FOLLOW("follow"),
    /** The record: the machine is switched back. */
    FORCE("force");

    private final String configuredName;

    PowerMismatch(String configuredName) {
        this.configuredName = configuredName;
    }

    /** How it is written in a configuration. */
    public String configuredName() {
        return configuredName;
    }
}

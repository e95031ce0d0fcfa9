package org.novametal.baremetal.config;

/** What becomes of a session with a BMC after a call. */
public enum SessionPolicy {
    /** It stays open for the next call. */
    KEEP("keep"),
    /** It is closed: for BMCs with too few sessions. */
    CLOSE("close");

    private final String configuredName;

    SessionPolicy(String configuredName) {
        this.configuredName = configuredName;
    }

    /** How it is written in a configuration. */
    public String configuredName() {
        return configuredName;
    }
}

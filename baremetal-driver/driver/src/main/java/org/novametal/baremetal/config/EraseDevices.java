package org.novametal.baremetal.config;

/** How much of a node's disks a cleaning erases. */
public enum EraseDevices {
    /** Partition tables and signatures. */
    METADATA("metadata"),
    /** Everything. */
    FULL("full");

    private final String configuredName;

    EraseDevices(String configuredName) {
        this.configuredName = configuredName;
    }

    /** The value in a configuration file. */
    public String configuredName() {
        return configuredName;
    }
}

package org.novametal.bmc;

/** Whether a machine is on, as reported by its BMC. Only {@link #ON} and {@link #OFF} prove a power change. */
public enum ChassisPower {
    /** On. */
    ON,
    /** Off. */
    OFF,
    /** Between on and off, in either direction: proves neither. Only services that report it, such as Redfish, return it. */
    CHANGING
}

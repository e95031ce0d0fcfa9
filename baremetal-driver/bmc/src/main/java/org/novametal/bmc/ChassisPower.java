package org.novametal.bmc;

/** Whether a machine is on, as reported by its BMC. */
public enum ChassisPower {
    /** On. */
    ON,
    /** Off. */
    OFF
}

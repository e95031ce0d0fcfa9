package org.novametal.bmc;

/** Whether a machine is on, as its BMC says. */
public enum ChassisPower {
    /** On. */
    ON,
    /** Off. */
    OFF
}

package org.novametal.bmc;

/** What can be asked of a machine's power. */
public enum PowerAction {
    /** Switch on. */
    ON,
    /** Cut the power. */
    OFF,
    /** Cut the power and switch on again, or just on where it is off; off, then on where the BMC has no such request. */
    CYCLE,
    /** Reset without cutting the power. */
    RESET,
    /** Ask the operating system to stop. */
    SOFT_OFF,
    /** Send a diagnostic interrupt. */
    DIAGNOSTIC_INTERRUPT
}

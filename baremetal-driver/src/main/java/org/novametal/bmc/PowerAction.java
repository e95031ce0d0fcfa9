package org.novametal.bmc;

/** What can be asked of a machine's power. */
public enum PowerAction {
    /** Switch on. */
    ON,
    /** Cut the power. */
    OFF,
    /** Cut the power and switch on again; where the BMC has no such request it is asked for off, then on. */
    CYCLE,
    /** Reset without cutting the power. */
    RESET,
    /** Ask the operating system to stop. */
    SOFT_OFF,
    /** Send a diagnostic interrupt. */
    DIAGNOSTIC_INTERRUPT
}

package org.novametal.bmc;

/**
 * A power command for a machine. If the BMC's answer is lost, the command may or may not have been performed; only a
 * {@linkplain #isRepeatable() repeatable} command can be sent again without first reading the machine's state.
 */
public enum PowerAction {
    /** Switch on. */
    ON,
    /** Cut the power. */
    OFF,
    /**
     * Cut the power and switch on again; only switch on if the machine is off. If the BMC has no such command: off, then on, as
     * two commands.
     */
    CYCLE,
    /** Reset without cutting the power. */
    RESET,
    /** Ask the operating system to stop. */
    SOFT_OFF,
    /** Send a diagnostic interrupt. */
    DIAGNOSTIC_INTERRUPT;

    /**
     * Whether performing the action twice has the same effect as performing it once. A second reset interrupts the boot that
     * the first reset began, and uses up a boot override for one boot.
     */
    public boolean isRepeatable() {
        return switch (this) {
            case ON, OFF, SOFT_OFF -> true;
            case CYCLE, RESET, DIAGNOSTIC_INTERRUPT -> false;
        };
    }
}

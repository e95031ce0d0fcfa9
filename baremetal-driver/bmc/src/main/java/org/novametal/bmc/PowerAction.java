package org.novametal.bmc;

/**
 * What can be asked of a machine's power. A request whose answer is lost may or may not have been done; only a
 * {@linkplain #isRepeatable() repeatable} one can be made again without a look at the machine.
 */
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
    DIAGNOSTIC_INTERRUPT;

    /**
     * Whether doing it twice has the same effect as doing it once. A second reset interrupts the boot that the first began,
     * and uses up a boot override that holds once.
     */
    public boolean isRepeatable() {
        return switch (this) {
            case ON, OFF, SOFT_OFF -> true;
            case CYCLE, RESET, DIAGNOSTIC_INTERRUPT -> false;
        };
    }
}

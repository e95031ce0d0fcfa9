package org.novametal.bmc;

/** Cause of a machine's last start. IPMI 2.0 §28.11. */
public enum RestartCause {
    /** The BMC does not know the cause. */
    UNKNOWN,
    /** A command to the BMC. */
    CHASSIS_CONTROL,
    /** The reset button. */
    RESET_BUTTON,
    /** The power button. */
    POWER_BUTTON,
    /** A watchdog timer expired. */
    WATCHDOG,
    /** A vendor-specific cause. */
    VENDOR,
    /** Mains power returned, and the power restore policy is to switch on. */
    POWER_RESTORED,
    /** Platform event filtering. */
    PLATFORM_EVENT,
    /** The operating system or a key combination at its keyboard. */
    SOFT_RESET,
    /** The real-time clock woke the machine. */
    CLOCK
}

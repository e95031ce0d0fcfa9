package org.novametal.bmc;

/** Why a machine started last. IPMI 2.0 §28.11. */
public enum RestartCause {
    /** The BMC does not know. */
    UNKNOWN,
    /** The BMC was asked to. */
    CHASSIS_CONTROL,
    /** The reset button. */
    RESET_BUTTON,
    /** The power button. */
    POWER_BUTTON,
    /** A watchdog timer expired. */
    WATCHDOG,
    /** A vendor-specific cause. */
    VENDOR,
    /** Mains power came back, and the policy is to switch on then. */
    POWER_RESTORED,
    /** Platform event filtering. */
    PLATFORM_EVENT,
    /** The operating system, or somebody at its keyboard. */
    SOFT_RESET,
    /** Its clock woke it. */
    CLOCK
}

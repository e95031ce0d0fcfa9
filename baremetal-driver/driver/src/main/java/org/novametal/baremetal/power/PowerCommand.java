package org.novametal.baremetal.power;

import org.novametal.bmc.PowerAction;

/** A power command for a machine, with Ironic's name. Source: Ironic {@code ironic/common/states.py}, power states. */
public enum PowerCommand {
    /** Switch it on. */
    ON("power on"),
    /** Switch it off hard. */
    OFF("power off"),
    /** Let its operating system shut down; switch it off hard if it does not. */
    SOFT_OFF("soft power off"),
    /** Switch it off hard, then on. */
    REBOOT("rebooting"),
    /** Let its operating system shut down, then switch it on. */
    SOFT_REBOOT("soft rebooting");

    private final String ironicName;

    /**
     * The command that an action of a BMC carries out.
     *
     * @throws IllegalArgumentException for an action that does not change the power
     */
    public static PowerCommand of(PowerAction action) {
        return switch (action) {
            case ON -> ON;
            case OFF -> OFF;
            case SOFT_OFF -> SOFT_OFF;
            case CYCLE, RESET -> REBOOT;
            case DIAGNOSTIC_INTERRUPT -> throw new IllegalArgumentException(action + " does not change the power");
        };
    }

    PowerCommand(String ironicName) {
        this.ironicName = ironicName;
    }

    /** Ironic's name of the command. */
    public String ironicName() {
        return ironicName;
    }
}

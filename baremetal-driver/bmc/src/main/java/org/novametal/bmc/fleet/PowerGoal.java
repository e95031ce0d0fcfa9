package org.novametal.bmc.fleet;

import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;

/** A power state that a machine must reach, and the action to request from its BMC. */
public enum PowerGoal {
    /** On. */
    ON(ChassisPower.ON, PowerAction.ON),
    /** Off, by cutting the power. */
    OFF(ChassisPower.OFF, PowerAction.OFF),
    /** Off, by asking the operating system to stop. */
    SOFT_OFF(ChassisPower.OFF, PowerAction.SOFT_OFF);

    private final ChassisPower power;
    private final PowerAction action;

    PowerGoal(ChassisPower power, PowerAction action) {
        this.power = power;
        this.action = action;
    }

    /** The state to reach. */
    public ChassisPower power() {
        return power;
    }

    /** The action to request from the BMC. */
    public PowerAction action() {
        return action;
    }
}

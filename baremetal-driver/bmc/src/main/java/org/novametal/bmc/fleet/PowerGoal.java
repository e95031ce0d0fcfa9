package org.novametal.bmc.fleet;

import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;

/** A power state that a machine is to reach, and what is asked of its BMC for that. */
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

    /** What is asked of the BMC. */
    public PowerAction action() {
        return action;
    }
}

package org.novametal.baremetal.inventory;

import java.util.Optional;
import org.novametal.bmc.ChassisPower;
import org.novametal.driver.model.PowerState;

/** Converts the power of a machine between the values of its BMC and the values of Nova. */
public final class MachinePower {
    private MachinePower() {}

    /** Converts a power reading of a BMC to Nova's power state; a machine between on and off has none. */
    public static PowerState state(ChassisPower power) {
        return switch (power) {
            case ON -> PowerState.RUNNING;
            case OFF -> PowerState.SHUTDOWN;
            case CHANGING -> PowerState.NOSTATE;
        };
    }

    /** Converts Nova's power state to on or off; empty for an unknown state and for states that only virtual machines have. */
    public static Optional<ChassisPower> chassis(PowerState state) {
        return switch (state) {
            case RUNNING -> Optional.of(ChassisPower.ON);
            case SHUTDOWN -> Optional.of(ChassisPower.OFF);
            case NOSTATE, PAUSED, CRASHED, SUSPENDED -> Optional.empty();
        };
    }
}

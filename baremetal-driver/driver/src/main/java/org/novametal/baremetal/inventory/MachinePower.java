package org.novametal.baremetal.inventory;

import java.util.Optional;
import org.novametal.bmc.ChassisPower;
import org.novametal.driver.model.PowerState;

/** Converts the power of a machine between the values of its BMC and those of Nova. */
public final class MachinePower {
    private MachinePower() {}

    /** Nova's power state for the value of a BMC. */
    public static PowerState state(ChassisPower power) {
        return switch (power) {
            case ON -> PowerState.RUNNING;
            case OFF -> PowerState.SHUTDOWN;
        };
    }

    /** The value of a BMC for Nova's power state; empty for an unknown state and those of virtual machines. */
    public static Optional<ChassisPower> chassis(PowerState state) {
        return switch (state) {
            case RUNNING -> Optional.of(ChassisPower.ON);
            case SHUTDOWN -> Optional.of(ChassisPower.OFF);
            case NOSTATE, PAUSED, CRASHED, SUSPENDED -> Optional.empty();
        };
    }
}

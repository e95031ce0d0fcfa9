package org.novametal.baremetal.inventory;

import java.util.Optional;
import org.novametal.bmc.ChassisPower;
import org.novametal.driver.model.PowerState;

/** The power of a machine in the words of its BMC and in Nova's. */
public final class MachinePower {
    private MachinePower() {}

    /** Nova's word for what a BMC says. */
    public static PowerState state(ChassisPower power) {
        return switch (power) {
            case ON -> PowerState.RUNNING;
            case OFF -> PowerState.SHUTDOWN;
        };
    }

    /** What a BMC says of a machine in that state; empty for an unknown state and those of virtual machines. */
    public static Optional<ChassisPower> chassis(PowerState state) {
        return switch (state) {
            case RUNNING -> Optional.of(ChassisPower.ON);
            case SHUTDOWN -> Optional.of(ChassisPower.OFF);
            case NOSTATE, PAUSED, CRASHED, SUSPENDED -> Optional.empty();
        };
    }
}

package org.novametal.bmc;

import java.util.Objects;

/**
 * A boot device that replaces a machine's boot order.
 *
 * @param device what it boots from
 * @param persistence for one boot or for all
 * @param firmware the firmware interface to boot by
 */
public record BootOverride(BootDevice device, BootPersistence persistence, BootFirmware firmware) {
    /** How long an override holds. */
    public enum BootPersistence {
        /** For the next boot. */
        ONCE,
        /** Until it is changed. */
        PERSISTENT
    }

    /** The firmware interface that the override asks for. */
    public enum BootFirmware {
        /** PC-compatible BIOS. */
        BIOS,
        /** UEFI. */
        UEFI
    }

    /** Checks that all parts are there. */
    public BootOverride {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(persistence, "persistence");
        Objects.requireNonNull(firmware, "firmware");
    }
}

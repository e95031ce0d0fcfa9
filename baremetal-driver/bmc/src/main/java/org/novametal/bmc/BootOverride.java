package org.novametal.bmc;

import java.util.Objects;

/**
 * A boot device that replaces a machine's boot order.
 *
 * @param device the device to boot from
 * @param persistence whether the override applies to one boot or to all boots
 * @param firmware the firmware interface to boot by
 */
public record BootOverride(BootDevice device, BootPersistence persistence, BootFirmware firmware) {
    /** How long an override applies. */
    public enum BootPersistence {
        /** For the next boot. */
        ONCE,
        /** Until it is changed. */
        PERSISTENT
    }

    /** The firmware interface that the override selects. */
    public enum BootFirmware {
        /** PC-compatible BIOS. */
        BIOS,
        /** UEFI. */
        UEFI,
        /** Set: the BMC's present mode is left as it is. Read: the BMC does not report the mode. */
        UNSPECIFIED
    }

    /** Checks that no part is null. */
    public BootOverride {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(persistence, "persistence");
        Objects.requireNonNull(firmware, "firmware");
    }
}

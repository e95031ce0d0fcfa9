package org.novametal.bmc;

import java.util.Objects;

/**
 * What a machine boots in place of its usual order.
 *
 * @param device from where
 * @param persistence how often
 * @param firmware by which firmware
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

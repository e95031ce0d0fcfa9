package org.novametal.bmc.ipmi.codec;

import java.util.Arrays;
import java.util.Optional;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;

/**
 * The boot flags: parameter 5 of the system boot options.
 *
 * <pre>
 *   0                        1                      2..4
 *  +------------------------+----------------------+---------------------------+
 *  | 7 valid                | 7 clear CMOS         | verbosity, locks, console |
 *  | 6 persistent           | 6 lock keyboard      | redirection, overrides:   |
 *  | 5 UEFI, else BIOS      | 5..2 device          | all 0 here                |
 *  +------------------------+----------------------+---------------------------+
 * </pre>
 *
 * <p>Source: IPMI 2.0 §28.13, table 28-14.
 */
public final class BootFlags {
    /** The value read where no override is set. */
    public static final BootOverride NO_OVERRIDE =
            new BootOverride(BootDevice.NONE, BootPersistence.ONCE, BootFirmware.BIOS);

    private static final int VALID = 0x80;
    private static final int PERSISTENT = 0x40;
    private static final int UEFI = 0x20;

    private BootFlags() {}

    /** The parameter as a console sets it: the valid bit is always set; device 0 removes the override. */
    public static Bytes encode(BootOverride override) {
        int flags = VALID;
        if (override.persistence() == BootPersistence.PERSISTENT) {
            flags |= PERSISTENT;
        }
        if (override.firmware() == BootFirmware.UEFI) {
            flags |= UEFI;
        }
        return Bytes.of(flags, code(override.device()) << 2, 0, 0, 0);
    }

    /** The parameter as a BMC reports it: the valid bit is clear where there is no override; the mode stands. */
    public static Bytes report(BootOverride override) {
        int mode = override.firmware() == BootFirmware.UEFI ? UEFI : 0;
        return override.device() == BootDevice.NONE ? Bytes.of(mode, 0, 0, 0, 0) : encode(override);
    }

    /**
     * The boot mode of the parameter, also where its valid bit is clear: the specification does not say that the mode is
     * cleared with it.
     */
    public static BootFirmware mode(Bytes parameter) {
        return (new ByteReader("boot flags", parameter).unsigned8() & UEFI) == 0
                ? BootFirmware.BIOS
                : BootFirmware.UEFI;
    }

    /**
     * Whether the parameter names the device, also where its valid bit is clear: ipmi_sim always reports 0 for that byte.
     *
     * @throws MalformedMessageException when it is shorter than the 2 bytes that are read
     */
    public static boolean names(BootDevice device, Bytes parameter) {
        ByteReader reader = new ByteReader("boot flags", parameter);
        reader.skip(1);
        return (reader.unsigned8() >> 2 & 0x0f) == code(device);
    }

    /**
     * Reads the parameter: {@link #NO_OVERRIDE} where the valid bit is clear or no device is set, empty for a device
     * without a {@link BootDevice} (floppy, safe mode, vendor-specific).
     *
     * @throws MalformedMessageException when it is shorter than the 2 bytes that are read
     */
    public static Optional<BootOverride> decode(Bytes parameter) {
        ByteReader reader = new ByteReader("boot flags", parameter);
        int flags = reader.unsigned8();
        int device = reader.unsigned8() >> 2 & 0x0f;
        if ((flags & VALID) == 0 || device == code(BootDevice.NONE)) {
            return Optional.of(NO_OVERRIDE);
        }
        BootPersistence persistence = (flags & PERSISTENT) == 0 ? BootPersistence.ONCE : BootPersistence.PERSISTENT;
        BootFirmware firmware = (flags & UEFI) == 0 ? BootFirmware.BIOS : BootFirmware.UEFI;
        return Arrays.stream(BootDevice.values())
                .filter(known -> code(known) == device)
                .findFirst()
                .map(known -> new BootOverride(known, persistence, firmware));
    }

    private static int code(BootDevice device) {
        return switch (device) {
            case NONE -> 0;
            case NETWORK -> 1;
            case DISK -> 2;
            case CDROM -> 5;
            case FIRMWARE_SETUP -> 6;
        };
    }
}

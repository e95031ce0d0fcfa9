package org.novametal.bmc.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;

/**
 * The {@code Boot} of a ComputerSystem as a {@link BootOverride}. DSP0268, ComputerSystem.Boot:
 *
 * <pre>{@code
 * BootSourceOverrideTarget   None | Pxe | UefiHttp | Hdd | Cd | BiosSetup | …
 * BootSourceOverrideEnabled  Disabled | Once | Continuous
 * BootSourceOverrideMode     Legacy | UEFI
 * }</pre>
 *
 * @param bmc the BMC's name in error messages
 * @param boot the present settings, with the values that the system allows
 */
record BootSettings(String bmc, JsonNode boot) {
    private static final String TARGET = "BootSourceOverrideTarget";
    private static final String ENABLED = "BootSourceOverrideEnabled";
    private static final String MODE = "BootSourceOverrideMode";

    /**
     * Reads the override that is set.
     *
     * @throws BmcException when the boot device is unsupported
     */
    BootOverride decode() {
        String target = boot.path(TARGET).asText("None");
        String enabled = boot.path(ENABLED).asText("Disabled");
        BootDevice device = enabled.equals("Disabled")
                ? BootDevice.NONE
                : switch (target) {
                    case "None" -> BootDevice.NONE;
                    case "Pxe", "UefiHttp" -> BootDevice.NETWORK;
                    case "Hdd" -> BootDevice.DISK;
                    case "Cd" -> BootDevice.CDROM;
                    case "BiosSetup" -> BootDevice.FIRMWARE_SETUP;
                    default ->
                        throw unsupported("its boot target " + target + " is an unsupported boot device; set another");
                };
        BootPersistence persistence = enabled.equals("Continuous") ? BootPersistence.PERSISTENT : BootPersistence.ONCE;
        // A service without this property supports only UEFI.
        BootFirmware firmware = boot.path(MODE).asText("UEFI").equals("Legacy") ? BootFirmware.BIOS : BootFirmware.UEFI;
        return new BootOverride(device, persistence, firmware);
    }

    /**
     * The changes that set an override.
     *
     * @return the body of a PATCH of the system
     * @throws BmcException when the system does not allow it
     */
    ObjectNode encode(BootOverride wanted) {
        ObjectNode changed = JsonNodeFactory.instance.objectNode();
        if (wanted.device() == BootDevice.NONE) {
            changed.put(TARGET, "None").put(ENABLED, "Disabled");
        } else {
            changed.put(TARGET, allowed(TARGET, targets(wanted)));
            String enabled = switch (wanted.persistence()) {
                case ONCE -> "Once";
                case PERSISTENT -> "Continuous";
            };
            changed.put(ENABLED, allowed(ENABLED, List.of(enabled)));
            mode(wanted.firmware()).ifPresent(mode -> changed.put(MODE, mode));
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("Boot", changed);
        return body;
    }

    private static List<String> targets(BootOverride wanted) {
        return switch (wanted.device()) {
            case NONE -> List.of("None");
            case NETWORK -> wanted.firmware() == BootFirmware.UEFI ? List.of("Pxe", "UefiHttp") : List.of("Pxe");
            case DISK -> List.of("Hdd");
            case CDROM -> List.of("Cd");
            case FIRMWARE_SETUP -> List.of("BiosSetup");
        };
    }

    /** The mode to send; empty where the wanted mode is already set, because many services refuse to write it. */
    private Optional<String> mode(BootFirmware firmware) {
        String wanted = switch (firmware) {
            case BIOS -> "Legacy";
            case UEFI -> "UEFI";
        };
        if (boot.path(MODE).asText("UEFI").equals(wanted)) {
            return Optional.empty();
        }
        if (!boot.has(MODE)) {
            throw unsupported("its boot mode cannot be changed to " + wanted);
        }
        return Optional.of(allowed(MODE, List.of(wanted)));
    }

    /** The first of the wanted values that the system allows; all are allowed where the system has no list. */
    private String allowed(String property, List<String> wanted) {
        JsonNode listed = boot.path(property + "@Redfish.AllowableValues");
        if (!listed.isArray() || listed.isEmpty()) {
            return wanted.getFirst();
        }
        List<String> values = new ArrayList<>();
        listed.forEach(value -> values.add(value.asText()));
        return wanted.stream()
                .filter(values::contains)
                .findFirst()
                .orElseThrow(() ->
                        unsupported("its " + property + " allows " + values + ", not " + String.join(" or ", wanted)));
    }

    private BmcException unsupported(String what) {
        return new BmcException(Reason.UNSUPPORTED, "BMC " + bmc + ": " + what);
    }
}

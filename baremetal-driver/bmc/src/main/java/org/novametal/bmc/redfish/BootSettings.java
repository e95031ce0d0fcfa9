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
 * @param bmc what errors call the BMC
 * @param boot what is set now, with what the system allows
 */
record BootSettings(String bmc, JsonNode boot) {
    private static final String TARGET = "BootSourceOverrideTarget";
    private static final String ENABLED = "BootSourceOverrideEnabled";
    private static final String MODE = "BootSourceOverrideMode";

    /**
     * Reads what is set.
     *
     * @throws BmcException when it is an unsupported boot device
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
        // A service that names no mode has one only, and that is UEFI.
        BootFirmware firmware = boot.path(MODE).asText("UEFI").equals("Legacy") ? BootFirmware.BIOS : BootFirmware.UEFI;
        return new BootOverride(device, persistence, firmware);
    }

    /**
     * What to change so that an override is set.
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

    /** The mode to send; none where it is as wanted already, because many services refuse to have it written. */
    private Optional<String> mode(BootFirmware firmware) {
        String wanted = switch (firmware) {
            case BIOS -> "Legacy";
            case UEFI -> "UEFI";
        };
        if (boot.path(MODE).asText("UEFI").equals(wanted)) {
            return Optional.empty();
        }
        if (!boot.has(MODE)) {
            throw unsupported("it does not let the boot mode be chosen, " + wanted + " was wanted");
        }
        return Optional.of(allowed(MODE, List.of(wanted)));
    }

    /** The first of the wanted values that the system allows; all are allowed where it does not say. */
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
                .orElseThrow(() -> unsupported(
                        "its " + property + " allows " + values + ", wanted was " + String.join(" or ", wanted)));
    }

    private BmcException unsupported(String what) {
        return new BmcException(Reason.UNSUPPORTED, "BMC " + bmc + ": " + what);
    }
}

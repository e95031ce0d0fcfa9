package org.novametal.bmc.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.text.ForeignText;

/**
 * The {@code Boot} of a ComputerSystem, or of its settings resource, as a {@link BootOverride}. DSP0268,
 * ComputerSystem.Boot:
 *
 * <pre>{@code
 * BootSourceOverrideTarget   None | Pxe | UefiHttp | Hdd | Cd | BiosSetup | …
 * BootSourceOverrideEnabled  Disabled | Once | Continuous
 * BootSourceOverrideMode     Legacy | UEFI
 * }</pre>
 *
 * <p>Services differ in what they accept together; {@link #encode} gives the bodies to try, in order.
 *
 * @param bmc the BMC's name in error messages
 * @param boot the settings of the resource
 * @param other those of the resource beside it, for values and lists that this one lacks; an empty object where there is none
 */
record BootSettings(String bmc, JsonNode boot, JsonNode other) {
    private static final String TARGET = "BootSourceOverrideTarget";
    private static final String ENABLED = "BootSourceOverrideEnabled";
    private static final String MODE = "BootSourceOverrideMode";
    private static final String ALLOWED = "@Redfish.AllowableValues";
    private static final String LEGACY = "Legacy";
    private static final String UEFI = "UEFI";

    /** Which properties of the boot override (target, enabled, mode) the body of a request contains. */
    enum Variant {
        /** What must change, without a mode that stays. */
        USUAL,
        /** All three, for services that reset or demand the mode. */
        WITH_MODE,
        /** Without the mode, for services where it is read-only. */
        WITHOUT_MODE,
        /** Without {@code Enabled} where it stays. */
        TARGET_ALONE,
        /** Once instead of always. */
        ONCE
    }

    /** Whether the resource has a boot override at all: a value, or a list of values. */
    static boolean isIn(JsonNode boot) {
        return boot.has(TARGET) || boot.has(ENABLED) || boot.has(TARGET + ALLOWED) || boot.has(ENABLED + ALLOWED);
    }

    /** Whether the override can be read: a resource without its target cannot prove that it was set. */
    boolean isReported() {
        return value(TARGET).isPresent() || value(ENABLED).isPresent();
    }

    /**
     * Reads the override that is set.
     *
     * @param aliases the devices that other values of the target were seen to mean
     * @throws BmcException when the boot device is unsupported
     */
    BootOverride decode(Map<String, BootDevice> aliases) {
        String enabled = value(ENABLED).orElse("Disabled");
        String target = value(TARGET).orElse("None");
        BootDevice device = enabled.equalsIgnoreCase("Disabled")
                ? BootDevice.NONE
                : device(target, aliases)
                        .orElseThrow(() -> unsupported("its boot target " + ForeignText.line(target)
                                + " is an unsupported boot device; set another"));
        return new BootOverride(device, persistence(enabled), firmware());
    }

    private static Optional<BootDevice> device(String target, Map<String, BootDevice> aliases) {
        return switch (target.toLowerCase(Locale.ROOT)) {
            case "none" -> Optional.of(BootDevice.NONE);
            case "pxe", "uefihttp" -> Optional.of(BootDevice.NETWORK);
            case "hdd" -> Optional.of(BootDevice.DISK);
            case "cd", "cd/dvd", "usbcd" -> Optional.of(BootDevice.CDROM);
            case "biossetup" -> Optional.of(BootDevice.FIRMWARE_SETUP);
            default -> Optional.ofNullable(aliases.get(target));
        };
    }

    private static BootPersistence persistence(String enabled) {
        return enabled.equalsIgnoreCase("Continuous") ? BootPersistence.PERSISTENT : BootPersistence.ONCE;
    }

    /** The boot mode that is set. */
    BootFirmware firmware() {
        return value(MODE)
                .map(mode -> mode.equalsIgnoreCase(LEGACY) ? BootFirmware.BIOS : BootFirmware.UEFI)
                .orElse(BootFirmware.UNSPECIFIED);
    }

    /** The boot target that is set, whatever it means. */
    Optional<String> target() {
        return value(TARGET);
    }

    /** Whether the override's device is the wanted one. */
    boolean has(BootDevice wanted, Map<String, BootDevice> aliases) {
        boolean isDisabled = value(ENABLED).filter("Disabled"::equalsIgnoreCase).isPresent();
        Optional<BootDevice> device =
                isDisabled ? Optional.of(BootDevice.NONE) : device(value(TARGET).orElse("None"), aliases);
        return device.filter(wanted::equals).isPresent();
    }

    /**
     * The bodies of a PATCH that set an override, to be tried in order.
     *
     * @throws BmcException {@link Reason#UNSUPPORTED} when the system does not allow it
     */
    Map<Variant, ObjectNode> encode(BootOverride wanted) {
        Map<Variant, ObjectNode> bodies = new LinkedHashMap<>();
        List<String> modes = allowed(MODE);
        Optional<String> present =
                value(MODE).or(() -> modes.size() == 1 ? Optional.of(modes.getFirst()) : Optional.empty());
        if (wanted.device() == BootDevice.NONE) {
            bodies.put(Variant.USUAL, body(Optional.of("None"), Optional.of("Disabled"), Optional.empty()));
            bodies.put(Variant.WITHOUT_MODE, body(Optional.empty(), Optional.of("Disabled"), Optional.empty()));
            bodies.put(Variant.WITH_MODE, body(Optional.of("None"), Optional.of("Disabled"), present));
            bodies.put(Variant.TARGET_ALONE, body(Optional.of("None"), Optional.empty(), Optional.empty()));
            return distinct(bodies);
        }
        Optional<String> target = Optional.of(chosen(TARGET, targets(wanted)));
        Optional<String> enabled = Optional.of(enabled(wanted.persistence()));
        Optional<String> mode = mode(wanted.firmware());
        Optional<String> changed =
                mode.filter(text -> present.filter(text::equalsIgnoreCase).isEmpty());
        bodies.put(Variant.USUAL, body(target, enabled, changed));
        bodies.put(Variant.WITH_MODE, body(target, enabled, mode.or(() -> present)));
        bodies.put(Variant.WITHOUT_MODE, body(target, enabled, Optional.empty()));
        if (value(ENABLED).equals(enabled)) {
            bodies.put(Variant.TARGET_ALONE, body(target, Optional.empty(), Optional.empty()));
        }
        if (wanted.persistence() == BootPersistence.PERSISTENT) {
            bodies.put(Variant.ONCE, body(target, Optional.of("Once"), changed));
        }
        return distinct(bodies);
    }

    private static Map<Variant, ObjectNode> distinct(Map<Variant, ObjectNode> bodies) {
        Map<Variant, ObjectNode> distinct = new LinkedHashMap<>();
        bodies.forEach((variant, body) -> {
            if (!distinct.containsValue(body)) {
                distinct.put(variant, body);
            }
        });
        return distinct;
    }

    private static ObjectNode body(Optional<String> target, Optional<String> enabled, Optional<String> mode) {
        ObjectNode changed = JsonNodeFactory.instance.objectNode();
        target.ifPresent(value -> changed.put(TARGET, value));
        enabled.ifPresent(value -> changed.put(ENABLED, value));
        mode.ifPresent(value -> changed.put(MODE, value));
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("Boot", changed);
        return body;
    }

    private static List<String> targets(BootOverride wanted) {
        return switch (wanted.device()) {
            case NONE -> List.of("None");
            case NETWORK -> wanted.firmware() == BootFirmware.BIOS ? List.of("Pxe") : List.of("Pxe", "UefiHttp");
            case DISK -> List.of("Hdd");
            case CDROM -> List.of("Cd", "CD/DVD", "UsbCd");
            case FIRMWARE_SETUP -> List.of("BiosSetup");
        };
    }

    /** {@code Once} where the service lists it and no {@code Continuous}: the caller sets the device before each boot. */
    private String enabled(BootPersistence persistence) {
        return switch (persistence) {
            case ONCE -> chosen(ENABLED, List.of("Once"));
            case PERSISTENT -> chosen(ENABLED, List.of("Continuous", "Once"));
        };
    }

    /** The mode to send; empty where none is wanted, or where the service has no mode to choose. */
    private Optional<String> mode(BootFirmware firmware) {
        boolean hasMode = value(MODE).isPresent() || !allowed(MODE).isEmpty();
        return switch (firmware) {
            case BIOS -> hasMode ? Optional.of(chosenMode(LEGACY)) : Optional.empty();
            case UEFI -> hasMode ? Optional.of(chosenMode(UEFI)) : Optional.empty();
            case UNSPECIFIED -> Optional.empty();
        };
    }

    /** A mode that is set already need not be in the list of those that can be chosen. */
    private String chosenMode(String wanted) {
        return value(MODE).filter(wanted::equalsIgnoreCase).orElseGet(() -> chosen(MODE, List.of(wanted)));
    }

    /** The first of the wanted values that the system allows; all are allowed where the system has no list. */
    private String chosen(String property, List<String> wanted) {
        List<String> values = allowed(property);
        if (values.isEmpty()) {
            return wanted.getFirst();
        }
        return wanted.stream()
                .flatMap(text -> values.stream().filter(text::equalsIgnoreCase))
                .findFirst()
                .orElseThrow(() -> unsupported("its " + property + " allows " + ForeignText.line(values.toString())
                        + ", not " + String.join(" or ", wanted)));
    }

    /** The values that the service lists; empty where it has no list, or an empty one. */
    private List<String> allowed(String property) {
        for (JsonNode place : List.of(boot, other)) {
            List<String> values = new ArrayList<>();
            place.path(property + ALLOWED)
                    .forEach(value -> RedfishAnswer.text(value).ifPresent(values::add));
            if (!values.isEmpty()) {
                return values;
            }
        }
        return List.of();
    }

    private Optional<String> value(String property) {
        return RedfishAnswer.text(boot.path(property)).or(() -> RedfishAnswer.text(other.path(property)));
    }

    private BmcException unsupported(String what) {
        return new BmcException(Reason.UNSUPPORTED, "BMC " + bmc + ": " + what);
    }
}

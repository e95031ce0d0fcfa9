package org.novametal.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.ipmi.codec.IdentifyInterval;
import org.novametal.fake.FakeRedfishProfile.Quirk;

/**
 * The only system of a fake service: its resource, and the requests that change it. The machine holds power and boot
 * override; boot mode and identification light outlive an override, and are held here. Guarded by itself.
 *
 * <p>Source: DSP0268, ComputerSystem 1.13; shapes as recorded from sushy-tools' emulator.
 */
final class FakeRedfishSystem {
    /** A refused request, with the service's message. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final String messageId;

        Refusal(int status, String messageId, String message) {
            super(message);
            this.status = status;
            this.messageId = messageId;
        }

        int status() {
            return status;
        }

        String messageId() {
            return messageId;
        }
    }

    private final FakeChassis chassis;
    private final FakeRedfishProfile profile;
    private final String host;
    private BootFirmware mode = BootFirmware.UEFI;
    private boolean isLit;

    /** A system whose links begin with {@code host}, empty for links without one. */
    FakeRedfishSystem(FakeChassis chassis, FakeRedfishProfile profile, String host) {
        this.chassis = chassis;
        this.profile = profile;
        this.host = host;
    }

    String path() {
        String id = profile.systemId();
        return "/redfish/v1/Systems/" + (id.isEmpty() ? chassis.systemUuid().toString() : id);
    }

    String settingsPath() {
        return path() + "/Settings";
    }

    boolean hasSettings() {
        return profile.has(Quirk.BOOT_IN_SETTINGS) || profile.has(Quirk.SETTINGS_WITHOUT_OVERRIDE);
    }

    /** The settings resource: the override that a change sets, or other settings. */
    synchronized ObjectNode settings() {
        ObjectNode settings = object();
        settings.put("@odata.id", settingsPath()).put("Id", "Settings").put("Name", "Settings");
        if (profile.has(Quirk.BOOT_IN_SETTINGS)) {
            settings.set("Boot", boot(true));
        } else {
            settings.putObject("Boot").putArray("BootOrder").add("Boot0000");
        }
        return settings;
    }

    String managerPath() {
        return "/redfish/v1/Managers/1";
    }

    String resetPath() {
        return path() + "/Actions/ComputerSystem.Reset";
    }

    String actionInfoPath() {
        return path() + "/ResetActionInfo";
    }

    synchronized ObjectNode resource() {
        ObjectNode system = object();
        system.put("@odata.id", path());
        system.put("@odata.type", "#ComputerSystem.v1_13_0.ComputerSystem");
        system.put("Id", chassis.systemUuid().toString());
        system.put("Name", "fake");
        system.put("UUID", chassis.systemUuid().toString());
        if (!profile.has(Quirk.NO_FIRMWARE_TEXTS)) {
            system.put("Manufacturer", "nova-metal");
        }
        system.put("PowerState", spelled(chassis.isOn() ? "On" : "Off"));
        system.set("Boot", boot(!profile.has(Quirk.BOOT_IN_SETTINGS)));
        if (hasSettings()) {
            ObjectNode settings = system.putObject("@Redfish.Settings");
            settings.putObject("SettingsObject").put("@odata.id", host + settingsPath());
        }
        if (profile.has(Quirk.ONLY_INDICATOR_LED)) {
            system.put("IndicatorLED", isLit ? "Blinking" : "Off");
        } else {
            system.put("LocationIndicatorActive", isLit);
        }
        system.putObject("Links")
                .putArray(profile.has(Quirk.MANAGERS_LINK) ? "Managers" : "ManagedBy")
                .addObject()
                .put("@odata.id", host + managerPath());
        ObjectNode reset = system.putObject("Actions").putObject("#ComputerSystem.Reset");
        reset.put("target", host + resetPath());
        if (profile.has(Quirk.RESET_TYPES_IN_ACTION_INFO)) {
            reset.put("@Redfish.ActionInfo", host + actionInfoPath());
        }
        if (profile.has(Quirk.RESET_TYPES_BROKEN)) {
            reset.putArray("ResetType@Redfish.AllowableValues")
                    .add("On")
                    .add("ForceOff")
                    .add("GracefulShutdownGracefulRestart")
                    .add("ForceRestart");
        } else if (profile.has(Quirk.RESET_TYPES_EMPTY)) {
            reset.putArray("ResetType@Redfish.AllowableValues");
        } else if (!profile.has(Quirk.RESET_TYPES_IN_ACTION_INFO) && !profile.has(Quirk.RESET_TYPES_UNSAID)) {
            ArrayNode types = reset.putArray("ResetType@Redfish.AllowableValues");
            profile.resetTypes().forEach(type -> types.add(spelled(type)));
        }
        return system;
    }

    private String spelled(String value) {
        return profile.has(Quirk.SMALL_LETTERS) ? value.toLowerCase(Locale.ROOT) : value;
    }

    private ObjectNode boot(boolean withLists) {
        BootOverride override = chassis.bootOverride();
        boolean isSet = override.device() != BootDevice.NONE;
        BootFirmware present = isSet ? override.firmware() : mode;
        ObjectNode boot = object();
        boot.put(
                "BootSourceOverrideEnabled",
                !isSet ? "Disabled" : override.persistence() == BootPersistence.ONCE ? "Once" : "Continuous");
        boolean isNextEntry = profile.has(Quirk.PXE_IS_NEXT_ENTRY)
                && override.device() == BootDevice.NETWORK
                && present == BootFirmware.UEFI;
        boot.put("BootSourceOverrideTarget", isNextEntry ? "UefiBootNext" : target(override.device()));
        if (!profile.has(Quirk.NO_MODE)) {
            boot.put("BootSourceOverrideMode", present == BootFirmware.UEFI ? "UEFI" : "Legacy");
        }
        if (withLists) {
            ArrayNode targets = boot.putArray("BootSourceOverrideTarget@Redfish.AllowableValues");
            profile.bootTargets().forEach(targets::add);
            if (profile.has(Quirk.ONLY_ONCE)) {
                boot.putArray("BootSourceOverrideEnabled@Redfish.AllowableValues")
                        .add("Once")
                        .add("Disabled");
            }
        }
        return boot;
    }

    ObjectNode actionInfo() {
        ObjectNode info = object();
        info.put("@odata.type", "#ActionInfo.v1_1_2.ActionInfo");
        info.put("Id", "ResetActionInfo");
        ObjectNode parameter = info.putArray("Parameters").addObject();
        parameter.put("Name", "ResetType").put("Required", true).put("DataType", "String");
        profile.resetTypes().forEach(parameter.putArray("AllowableValues")::add);
        return info;
    }

    /** The resource's entity tag, which changes with the resource, as the service sends it. */
    Optional<String> sentEtag(ObjectNode resource) {
        String version = version(resource);
        return profile.has(Quirk.NO_ETAG)
                ? Optional.empty()
                : Optional.of(
                        profile.has(Quirk.ETAG_QUOTED_TWICE)
                                ? "\"W/'" + version + "'\""
                                : "W/\"" + version + (profile.has(Quirk.ETAG_WITH_SUFFIX) ? "-gzip" : "") + '"');
    }

    /** Whether a request's {@code If-Match} names the resource's version as the service takes it. */
    boolean takes(String ifMatch, ObjectNode resource) {
        String strong = '"' + version(resource) + '"';
        return profile.has(Quirk.NO_ETAG)
                || (!profile.has(Quirk.ETAG_NEVER_MATCHES)
                        && ifMatch.equals((profile.has(Quirk.ETAG_TAKEN_AS_STRONG) ? "" : "W/") + strong));
    }

    private static String version(ObjectNode resource) {
        return Hashing.sha256()
                .hashString(resource.toString(), StandardCharsets.UTF_8)
                .toString()
                .substring(0, 16);
    }

    /** Executes a reset request. */
    synchronized void reset(JsonNode body) throws Refusal {
        String wanted = body.path("ResetType").asText();
        String type = profile.resetTypes().stream()
                .filter(known -> spelled(known).equals(wanted))
                .findFirst()
                .orElse(wanted);
        if (!profile.resetTypes().contains(type)) {
            throw new Refusal(
                    400,
                    "Base.1.8.ActionParameterValueNotInList",
                    "The value '" + type + "' for the parameter ResetType is not in the list of acceptable values.");
        }
        PowerAction action = switch (type) {
            case "On", "ForceOn" -> PowerAction.ON;
            case "ForceOff" -> PowerAction.OFF;
            case "GracefulShutdown" -> PowerAction.SOFT_OFF;
            case "PushPowerButton" -> chassis.isOn() ? PowerAction.SOFT_OFF : PowerAction.ON;
            case "GracefulRestart", "ForceRestart" -> PowerAction.RESET;
            case "PowerCycle" -> PowerAction.CYCLE;
            case "Nmi" -> PowerAction.DIAGNOSTIC_INTERRUPT;
            default -> throw new IllegalStateException("no fake of the reset type " + type);
        };
        if (chassis.isOn() == (action == PowerAction.ON)) {
            throw new Refusal(
                    409,
                    "Base.1.8.ResourceCannotBeReset",
                    type + " is not possible, the system is " + (chassis.isOn() ? "On" : "Off") + ".");
        }
        chassis.control(action);
    }

    /** Executes a PATCH request of the settings resource. */
    synchronized void patchSettings(JsonNode body) throws Refusal {
        if (!profile.has(Quirk.BOOT_IN_SETTINGS)) {
            throw readOnly("Boot");
        }
        BootOverride wanted = override(body.path("Boot"));
        mode = wanted.firmware();
        setOverride(wanted);
    }

    private void setOverride(BootOverride wanted) {
        if (!profile.has(Quirk.BOOT_IGNORED)) {
            chassis.setBootOverride(wanted);
        }
    }

    private static Refusal readOnly(String property) {
        return new Refusal(
                400,
                "Base.1.18.PropertyNotWritable",
                "The property " + property + " is a read-only property and cannot be assigned a value.");
    }

    /** Executes a PATCH request; changes nothing when a part of it is refused. */
    synchronized void patch(JsonNode body) throws Refusal {
        JsonNode boot = body.path("Boot");
        if (boot.isObject() && profile.has(Quirk.BOOT_IN_SETTINGS)) {
            throw readOnly("Boot");
        }
        Optional<BootOverride> override = boot.isObject() ? Optional.of(override(boot)) : Optional.empty();
        String light = profile.has(Quirk.ONLY_INDICATOR_LED) ? "IndicatorLED" : "LocationIndicatorActive";
        for (String name :
                body.properties().stream().map(property -> property.getKey()).toList()) {
            if (!List.of("Boot", light).contains(name)) {
                throw new Refusal(
                        400, "Base.1.8.PropertyUnknown", "The property " + name + " is not in the list of valid ones.");
            }
        }
        override.ifPresent(wanted -> {
            mode = wanted.firmware();
            setOverride(wanted);
        });
        if (body.has(light)) {
            JsonNode wanted = body.path(light);
            isLit = wanted.asBoolean()
                    || wanted.asText().equals("Blinking")
                    || wanted.asText().equals("Lit");
            chassis.identify(isLit ? IdentifyInterval.UNTIL_STOPPED : Duration.ZERO);
        }
    }

    private BootOverride override(JsonNode wanted) throws Refusal {
        ObjectNode boot = boot(true);
        boolean hasMode = wanted.has("BootSourceOverrideMode");
        if (hasMode && (profile.has(Quirk.MODE_READ_ONLY) || profile.has(Quirk.NO_MODE))) {
            throw readOnly("BootSourceOverrideMode");
        }
        if (profile.has(Quirk.FULL_BOOT_REQUEST) && wanted.size() < 3) {
            throw new Refusal(400, "Base.1.8.PropertyMissing", "The properties of Boot must be set together.");
        }
        if (profile.has(Quirk.NONE_WITH_DISABLED_REFUSED)
                && wanted.path("BootSourceOverrideTarget").asText().equals("None")) {
            throw new Refusal(400, "iLO.2.30.UnsupportedOperation", "The operation is not supported.");
        }
        if (profile.has(Quirk.ONLY_ONCE)
                && wanted.path("BootSourceOverrideEnabled").asText().equals("Continuous")) {
            throw notInList("BootSourceOverrideEnabled", "Continuous");
        }
        if (profile.has(Quirk.MODE_FORGOTTEN) && !hasMode) {
            boot.put("BootSourceOverrideMode", "Legacy");
        }
        wanted.properties().forEach(property -> boot.set(property.getKey(), property.getValue()));
        String target = boot.path("BootSourceOverrideTarget").asText();
        if (!profile.bootTargets().contains(target)) {
            throw notInList("BootSourceOverrideTarget", target);
        }
        BootDevice device = switch (target) {
            case "UefiBootNext" -> chassis.bootOverride().device();
            case "None" -> BootDevice.NONE;
            case "Pxe", "UefiHttp" -> BootDevice.NETWORK;
            case "Hdd" -> BootDevice.DISK;
            case "Cd" -> BootDevice.CDROM;
            case "BiosSetup" -> BootDevice.FIRMWARE_SETUP;
            default -> throw notInList("BootSourceOverrideTarget", target);
        };
        String enabled = boot.path("BootSourceOverrideEnabled").asText();
        BootPersistence persistence = switch (enabled) {
            case "Once" -> BootPersistence.ONCE;
            case "Continuous" -> BootPersistence.PERSISTENT;
            case "Disabled" -> {
                device = BootDevice.NONE;
                yield BootPersistence.ONCE;
            }
            default -> throw notInList("BootSourceOverrideEnabled", enabled);
        };
        String wantedMode = boot.path("BootSourceOverrideMode").asText("UEFI");
        BootFirmware firmware = switch (wantedMode) {
            case "UEFI" -> BootFirmware.UEFI;
            case "Legacy" -> BootFirmware.BIOS;
            default -> throw notInList("BootSourceOverrideMode", wantedMode);
        };
        return new BootOverride(device, persistence, firmware);
    }

    private static Refusal notInList(String property, String value) {
        return new Refusal(
                400,
                "Base.1.8.PropertyValueNotInList",
                "The value '" + value + "' for the property " + property + " is not in the list of acceptable values.");
    }

    private static String target(BootDevice device) {
        return switch (device) {
            case NONE -> "None";
            case NETWORK -> "Pxe";
            case DISK -> "Hdd";
            case CDROM -> "Cd";
            case FIRMWARE_SETUP -> "BiosSetup";
        };
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}

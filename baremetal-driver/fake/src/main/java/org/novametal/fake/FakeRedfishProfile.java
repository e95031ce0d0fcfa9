package org.novametal.fake;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The features and quirks of a fake Redfish service.
 *
 * @param systemId the last part of the system's path; empty to use the machine's UUID
 * @param maximumSessions the maximum number of sessions
 * @param resetTypes the values of {@code ResetType} that it supports
 * @param bootTargets the values of {@code BootSourceOverrideTarget} that it supports
 * @param quirks its other deviations from the usual behaviour
 */
public record FakeRedfishProfile(
        String systemId, int maximumSessions, List<String> resetTypes, List<String> bootTargets, Set<Quirk> quirks) {
    /** Eight sessions, the usual reset types and boot targets, no quirks. */
    public static final FakeRedfishProfile DEFAULTS = new FakeRedfishProfile(
            "",
            8,
            List.of("On", "ForceOff", "GracefulShutdown", "GracefulRestart", "ForceRestart", "PowerCycle", "Nmi"),
            List.of("None", "Pxe", "UefiHttp", "Hdd", "Cd", "BiosSetup"),
            Set.of());

    /**
     * Dell iDRAC9, firmware 6 and 7: no entity tags on the system, no list of modes, a settings resource that has no boot
     * override, refuses to switch on what is on.
     */
    public static final FakeRedfishProfile DELL_IDRAC9 = DEFAULTS.withSystemId("System.Embedded.1")
            .withResetTypes(
                    "On",
                    "ForceOff",
                    "ForceRestart",
                    "GracefulRestart",
                    "GracefulShutdown",
                    "PushPowerButton",
                    "Nmi",
                    "PowerCycle")
            .withBootTargets(
                    "None", "Pxe", "Floppy", "Cd", "Hdd", "BiosSetup", "Utilities", "UefiTarget", "SDCard", "UefiHttp")
            .withQuirks(Quirk.NO_ETAG, Quirk.SETTINGS_WITHOUT_OVERRIDE, Quirk.LOGIN_WITH_MESSAGES);

    /** Dell iDRAC10: boot override in the settings resource alone, entity tags with two pairs of quotes. */
    public static final FakeRedfishProfile DELL_IDRAC10 =
            DELL_IDRAC9.withQuirks(Quirk.BOOT_IN_SETTINGS, Quirk.ETAG_QUOTED_TWICE, Quirk.LOGIN_WITH_MESSAGES);

    /** HPE iLO 5: a boot mode that cannot be written, success within an error, links with host, redirects to a slash. */
    public static final FakeRedfishProfile HPE_ILO5 = DEFAULTS.withSystemId("1")
            .withResetTypes(
                    "On", "ForceOff", "GracefulShutdown", "ForceRestart", "Nmi", "PushPowerButton", "GracefulRestart")
            .withBootTargets(
                    "None",
                    "Cd",
                    "Hdd",
                    "Usb",
                    "SDCard",
                    "Utilities",
                    "Diags",
                    "BiosSetup",
                    "Pxe",
                    "UefiShell",
                    "UefiHttp",
                    "UefiTarget")
            .withQuirks(
                    Quirk.MODE_READ_ONLY,
                    Quirk.NONE_WITH_DISABLED_REFUSED,
                    Quirk.SUCCESS_IN_ERROR,
                    Quirk.FOREIGN_LINKS,
                    Quirk.SLASH_REDIRECT,
                    Quirk.ONLY_INDICATOR_LED);

    /**
     * Supermicro X12: a broken entry in the list of reset types beside an ActionInfo, a boot mode that falls back unless it is
     * sent, and network boot of a UEFI system reported as the next boot entry.
     */
    public static final FakeRedfishProfile SUPERMICRO_X12 = DEFAULTS.withSystemId("1")
            .withResetTypes(
                    "On",
                    "ForceOff",
                    "GracefulShutdown",
                    "GracefulRestart",
                    "ForceRestart",
                    "Nmi",
                    "ForceOn",
                    "PowerCycle")
            .withBootTargets(
                    "None", "Pxe", "Floppy", "Cd", "Usb", "Hdd", "BiosSetup", "UsbCd", "UefiBootNext", "UefiHttp")
            .withQuirks(
                    Quirk.RESET_TYPES_BROKEN,
                    Quirk.RESET_TYPES_IN_ACTION_INFO,
                    Quirk.MODE_FORGOTTEN,
                    Quirk.PXE_IS_NEXT_ENTRY,
                    Quirk.ONLY_INDICATOR_LED);

    /** Supermicro X13: as X12, with an ActionInfo alone. */
    public static final FakeRedfishProfile SUPERMICRO_X13 = SUPERMICRO_X12.withQuirks(
            Quirk.RESET_TYPES_IN_ACTION_INFO, Quirk.MODE_FORGOTTEN, Quirk.PXE_IS_NEXT_ENTRY, Quirk.ONLY_INDICATOR_LED);

    /** Lenovo XCC: no persistent override, entity tags demanded, a settings resource that has no boot override. */
    public static final FakeRedfishProfile LENOVO_XCC = DEFAULTS.withSystemId("1")
            .withResetTypes("On", "Nmi", "GracefulShutdown", "GracefulRestart", "ForceOn", "ForceOff", "ForceRestart")
            .withBootTargets("None", "Pxe", "Cd", "Usb", "Hdd", "BiosSetup", "Diags", "UefiTarget")
            .withQuirks(Quirk.ONLY_ONCE, Quirk.ETAG_REQUIRED, Quirk.SETTINGS_WITHOUT_OVERRIDE);

    /** OpenBMC of NVIDIA GB200: a board without power is the first of two systems; no boot mode. */
    public static final FakeRedfishProfile OPENBMC_GB200 = DEFAULTS.withSystemId("System_0")
            .withResetTypes(
                    "ForceOff",
                    "PowerCycle",
                    "Nmi",
                    "GracefulShutdown",
                    "On",
                    "ForceOn",
                    "GracefulRestart",
                    "ForceRestart")
            .withQuirks(
                    Quirk.BOARD_IS_FIRST_SYSTEM,
                    Quirk.BOOT_IN_SETTINGS,
                    Quirk.NO_MODE,
                    Quirk.NO_ETAG,
                    Quirk.RESET_TYPES_IN_ACTION_INFO,
                    Quirk.NO_FIRMWARE_TEXTS);

    /** AMI MegaRAC: boot override in the settings resource, all its properties at once, {@code If-Match} demanded. */
    public static final FakeRedfishProfile AMI_MEGARAC = DEFAULTS.withSystemId("Self")
            .withResetTypes("On", "ForceOff", "GracefulShutdown", "ForceRestart")
            .withQuirks(
                    Quirk.BOOT_IN_SETTINGS,
                    Quirk.FULL_BOOT_REQUEST,
                    Quirk.ETAG_REQUIRED,
                    Quirk.RESET_TYPES_IN_ACTION_INFO);

    /** Cisco CIMC of UCS-X: no boot mode, no diagnostic interrupt, no entity tags. */
    public static final FakeRedfishProfile CISCO_CIMC = DEFAULTS.withSystemId("FCH00000000")
            .withResetTypes("On", "ForceOff", "GracefulShutdown", "ForceRestart", "PowerCycle", "GracefulRestart")
            .withBootTargets("None", "Pxe", "Floppy", "Cd", "Hdd", "BiosSetup", "Diags")
            .withQuirks(Quirk.NO_MODE, Quirk.NO_ETAG, Quirk.EMPTY_SUCCESS);

    /** Huawei iBMC: no links in its root, {@code If-Match} demanded with 412, no address of its session. */
    public static final FakeRedfishProfile HUAWEI_IBMC = DEFAULTS.withSystemId("1")
            .withBootTargets("None", "Pxe", "Floppy", "Cd", "Hdd", "BiosSetup")
            .withQuirks(
                    Quirk.ROOT_WITHOUT_LINKS,
                    Quirk.ETAG_REQUIRED,
                    Quirk.ETAG_REQUIRED_BY_412,
                    Quirk.SUCCESS_IN_ERROR,
                    Quirk.MANAGERS_LINK,
                    Quirk.RESET_TYPES_IN_ACTION_INFO);

    /** A deviation from the usual behaviour that real services have. */
    public enum Quirk {
        /** It has no sessions: each request comes with user and password. */
        NO_SESSIONS,
        /** It accepts user and password for a login only. */
        NO_BASIC,
        /** It says with 403 and the message {@code NoValidSession} that a session has ended. */
        SESSION_OVER_IS_403,
        /** Its root has a session service and no links. */
        ROOT_WITHOUT_LINKS,
        /** It answers a login with messages beside the session. */
        LOGIN_WITH_MESSAGES,
        /** It runs changes as tasks, each with a monitor that answers 202 until the task is done. */
        TASK_MONITORS,
        /** It runs changes as tasks, and returns the task itself as the monitor. */
        TASKS_AS_MONITORS,
        /** Its tasks do nothing, and end with an exception. */
        TASKS_FAIL,
        /** It lists its reset types in an ActionInfo. */
        RESET_TYPES_IN_ACTION_INFO,
        /** It lists two reset types as one word beside the action. */
        RESET_TYPES_BROKEN,
        /** It does not list its reset types. */
        RESET_TYPES_UNSAID,
        /** Its list of reset types is empty. */
        RESET_TYPES_EMPTY,
        /** It refuses changes without {@code If-Match}. */
        ETAG_REQUIRED,
        /** It refuses changes without {@code If-Match} as if the version did not match. */
        ETAG_REQUIRED_BY_412,
        /** It has no entity tags, and ignores {@code If-Match}. */
        NO_ETAG,
        /** It sends an entity tag with two pairs of quotes, and takes it with one. */
        ETAG_QUOTED_TWICE,
        /** A proxy before it appends a suffix to entity tags, which the service does not take back. */
        ETAG_WITH_SUFFIX,
        /** It sends a weak entity tag, and takes a strong one. */
        ETAG_TAKEN_AS_STRONG,
        /** It refuses every {@code If-Match}. */
        ETAG_NEVER_MATCHES,
        /** Its links name a host that does not exist. */
        FOREIGN_LINKS,
        /** It redirects from a system's path to the same path with a slash at its end. */
        SLASH_REDIRECT,
        /** It redirects every request whose path has no slash at its end. */
        SLASH_REDIRECT_OF_ALL,
        /** It has an {@code IndicatorLED} and no {@code LocationIndicatorActive}. */
        ONLY_INDICATOR_LED,
        /** Another system without power and actions is listed before the machine. */
        BOARD_IS_FIRST_SYSTEM,
        /** Its system names no manufacturer. */
        NO_FIRMWARE_TEXTS,
        /** Its system links its managers by another name. */
        MANAGERS_LINK,
        /** It takes the boot override in the settings resource alone, which also has the lists. */
        BOOT_IN_SETTINGS,
        /** It has a settings resource with a boot order and no boot override. */
        SETTINGS_WITHOUT_OVERRIDE,
        /** It demands all properties of an override at once. */
        FULL_BOOT_REQUEST,
        /** It lists {@code Once} and no {@code Continuous}. */
        ONLY_ONCE,
        /** It has no boot mode. */
        NO_MODE,
        /** It refuses to write the boot mode. */
        MODE_READ_ONLY,
        /** It resets the boot mode with each change that does not repeat it. */
        MODE_FORGOTTEN,
        /** It reports network boot of a UEFI system as the next boot entry. */
        PXE_IS_NEXT_ENTRY,
        /** It refuses to disable an override and to clear its target at once. */
        NONE_WITH_DISABLED_REFUSED,
        /** It accepts boot overrides without effect. */
        BOOT_IGNORED,
        /** It answers a successful change with an error object that contains a success. */
        SUCCESS_IN_ERROR,
        /** It answers a successful change with 200 and a body that is not JSON. */
        EMPTY_SUCCESS,
        /** It writes power states and reset types in small letters. */
        SMALL_LETTERS
    }

    /** Checks the number of sessions, and copies the collections. */
    public FakeRedfishProfile {
        resetTypes = List.copyOf(resetTypes);
        bootTargets = List.copyOf(bootTargets);
        quirks = Set.copyOf(quirks);
        if (maximumSessions < 1) {
            throw new IllegalArgumentException("a fake service needs at least one session, got " + maximumSessions);
        }
    }

    /** The same with another last part of the system's path. */
    public FakeRedfishProfile withSystemId(String id) {
        return new FakeRedfishProfile(id, maximumSessions, resetTypes, bootTargets, quirks);
    }

    /** The same with another maximum number of sessions. */
    public FakeRedfishProfile withMaximumSessions(int maximum) {
        return new FakeRedfishProfile(systemId, maximum, resetTypes, bootTargets, quirks);
    }

    /** The same with other reset types. */
    public FakeRedfishProfile withResetTypes(String... types) {
        return new FakeRedfishProfile(systemId, maximumSessions, List.of(types), bootTargets, quirks);
    }

    /** The same with other boot targets. */
    public FakeRedfishProfile withBootTargets(String... targets) {
        return new FakeRedfishProfile(systemId, maximumSessions, resetTypes, List.of(targets), quirks);
    }

    /** The same with only these quirks. */
    public FakeRedfishProfile withQuirks(Quirk... odd) {
        Set<Quirk> chosen = EnumSet.noneOf(Quirk.class);
        chosen.addAll(Arrays.asList(odd));
        return new FakeRedfishProfile(systemId, maximumSessions, resetTypes, bootTargets, chosen);
    }

    boolean has(Quirk quirk) {
        return quirks.contains(quirk);
    }
}

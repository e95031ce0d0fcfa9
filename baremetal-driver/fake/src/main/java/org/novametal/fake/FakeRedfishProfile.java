package org.novametal.fake;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The features and quirks of a fake Redfish service.
 *
 * @param maximumSessions the maximum number of sessions
 * @param resetTypes the values of {@code ResetType} that it supports
 * @param bootTargets the values of {@code BootSourceOverrideTarget} that it supports
 * @param quirks its other deviations from the usual behaviour
 */
public record FakeRedfishProfile(
        int maximumSessions, List<String> resetTypes, List<String> bootTargets, Set<Quirk> quirks) {
    /** Eight sessions, the usual reset types and boot targets, no quirks. */
    public static final FakeRedfishProfile DEFAULTS = new FakeRedfishProfile(
            8,
            List.of("On", "ForceOff", "GracefulShutdown", "GracefulRestart", "ForceRestart", "PowerCycle", "Nmi"),
            List.of("None", "Pxe", "UefiHttp", "Hdd", "Cd", "BiosSetup"),
            Set.of());

    /** A deviation from the usual behaviour that real services have. */
    public enum Quirk {
        /** It has no sessions: each request comes with user and password. */
        NO_SESSIONS,
        /** It runs changes as tasks, each with a monitor that answers 202 until the task is done. */
        TASK_MONITORS,
        /** It runs changes as tasks, and returns the task itself as the monitor. */
        TASKS_AS_MONITORS,
        /** Its tasks do nothing, and end with an exception. */
        TASKS_FAIL,
        /** It lists its reset types in an ActionInfo. */
        RESET_TYPES_IN_ACTION_INFO,
        /** It does not list its reset types. */
        RESET_TYPES_UNSAID,
        /** It refuses changes without {@code If-Match}. */
        ETAG_REQUIRED,
        /** Its links name a host that does not exist. */
        FOREIGN_LINKS,
        /** It redirects from a system's path to the same path with a slash at its end. */
        SLASH_REDIRECT,
        /** It has an {@code IndicatorLED} and no {@code LocationIndicatorActive}. */
        ONLY_INDICATOR_LED
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

    /** The same with another maximum number of sessions. */
    public FakeRedfishProfile withMaximumSessions(int maximum) {
        return new FakeRedfishProfile(maximum, resetTypes, bootTargets, quirks);
    }

    /** The same with other reset types. */
    public FakeRedfishProfile withResetTypes(String... types) {
        return new FakeRedfishProfile(maximumSessions, List.of(types), bootTargets, quirks);
    }

    /** The same with other boot targets. */
    public FakeRedfishProfile withBootTargets(String... targets) {
        return new FakeRedfishProfile(maximumSessions, resetTypes, List.of(targets), quirks);
    }

    /** The same with only these quirks. */
    public FakeRedfishProfile withQuirks(Quirk... odd) {
        Set<Quirk> chosen = EnumSet.noneOf(Quirk.class);
        chosen.addAll(Arrays.asList(odd));
        return new FakeRedfishProfile(maximumSessions, resetTypes, bootTargets, chosen);
    }

    boolean has(Quirk quirk) {
        return quirks.contains(quirk);
    }
}

package org.novametal.bmc.redfish;

import java.util.List;
import org.novametal.bmc.PowerAction;

/** The {@code ResetType}s for each power action. DSP0268, Resource.ResetType. */
final class ResetTypes {
    private ResetTypes() {}

    /** The types for an action, in order of preference. */
    static List<String> of(PowerAction action) {
        return switch (action) {
            case ON -> List.of("On", "ForceOn");
            case OFF -> List.of("ForceOff");
            case CYCLE -> List.of("PowerCycle");
            case RESET -> List.of("ForceRestart", "PowerCycle");
            // Some services have no other way to request a shutdown of the operating system.
            case SOFT_OFF -> List.of("GracefulShutdown", "PushPowerButton");
            case DIAGNOSTIC_INTERRUPT -> List.of("Nmi");
        };
    }

    /** The types for an action that a system allows, in order of preference, spelled as the system does. */
    static List<String> choose(PowerAction action, List<String> allowed) {
        return of(action).stream()
                .flatMap(type -> allowed.stream().filter(type::equalsIgnoreCase))
                .distinct()
                .toList();
    }
}

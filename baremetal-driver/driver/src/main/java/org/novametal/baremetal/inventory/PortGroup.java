package org.novametal.baremetal.inventory;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Several ports of a node that work as one, a bond.
 *
 * @param name the group's name, unique in the node
 * @param uuid the group's UUID; if absent, a group that the store knows by its name keeps its UUID, and a new one gets one
 * @param mac the group's MAC address, lower case with colons, unique among all groups of all nodes
 * @param mode the bond's mode as Linux names it
 * @param properties further settings of the bond, such as {@code miimon}
 * @param standalone whether each port also works alone
 */
public record PortGroup(
        String name,
        Optional<UUID> uuid,
        Optional<String> mac,
        String mode,
        JsonDocument properties,
        StandalonePorts standalone) {
    /** The mode of a group for which none is given. */
    public static final String DEFAULT_MODE = "active-backup";

    /** The modes of bonds. Source: Linux, {@code Documentation/networking/bonding.rst}. */
    public static final Set<String> MODES =
            Set.of("balance-rr", DEFAULT_MODE, "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb");

    /** Whether the ports of a group also work alone, as a machine needs that boots from one of them. */
    public enum StandalonePorts {
        /** Each port also works alone. */
        SUPPORTED,
        /** Only the group works. */
        UNSUPPORTED
    }

    /** Puts the MAC in lower case and checks that no part is null. */
    public PortGroup {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(uuid, "uuid");
        mac = mac.map(text -> text.toLowerCase(Locale.ROOT));
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(properties, "properties");
        Objects.requireNonNull(standalone, "standalone");
    }

    /** This group with a UUID. */
    public PortGroup withUuid(UUID other) {
        return new PortGroup(name, Optional.of(other), mac, mode, properties, standalone);
    }
}

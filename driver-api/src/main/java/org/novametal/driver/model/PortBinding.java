package org.novametal.driver.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The port of a node that carries one network interface of its instance.
 *
 * <p>A compute service writes the hardware address into the network port and into {@code network_data.json}.
 *
 * @param mac the hardware address in use, lower case with colons
 * @param bondMode the mode in which the members are bonded, such as {@code 802.3ad}; absent for a single port
 * @param bondMembers the hardware addresses of the members; empty for a single port
 */
public record PortBinding(String mac, Optional<String> bondMode, List<String> bondMembers) {
    /** Copies the members. */
    public PortBinding {
        Objects.requireNonNull(mac, "mac");
        Objects.requireNonNull(bondMode, "bondMode");
        bondMembers = List.copyOf(bondMembers);
    }

    /** A single port. */
    public static PortBinding single(String mac) {
        return new PortBinding(mac, Optional.empty(), List.of());
    }
}

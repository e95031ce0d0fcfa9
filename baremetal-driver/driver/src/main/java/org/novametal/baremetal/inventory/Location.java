package org.novametal.baremetal.inventory;

import java.util.Objects;
import java.util.Optional;

/**
 * Where a machine stands.
 *
 * @param rack the rack's name
 * @param position the machine's position in the rack, such as {@code U14}
 */
public record Location(Optional<String> rack, Optional<String> position) {
    /** An unknown location. */
    public static final Location UNKNOWN = new Location(Optional.empty(), Optional.empty());

    /** Checks that no part is null. */
    public Location {
        Objects.requireNonNull(rack, "rack");
        Objects.requireNonNull(position, "position");
    }
}

package org.novametal.driver.model;

import java.util.Objects;

/**
 * The name under which a driver reports a node: Nova's {@code nodename}, also its {@code hypervisor_hostname}.
 *
 * @param value the name, not blank, without control characters
 */
public record NodeName(String value) implements Comparable<NodeName> {
    /** Checks that the name is not blank and has no control characters. */
    public NodeName {
        Objects.requireNonNull(value, "value");
        if (value.isBlank()) {
            throw new IllegalArgumentException("a node name is blank; give the name that the driver reports");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a node name contains control characters");
        }
    }

    @Override
    public int compareTo(NodeName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

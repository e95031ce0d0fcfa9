package org.novametal.driver.model;

import java.util.Objects;

/**
 * The name of the compute host that embeds the driver: Nova's {@code [DEFAULT] host}.
 *
 * @param value the name, not blank, without control characters
 */
public record HostName(String value) {
    /** Checks that the name is not blank and has no control characters. */
    public HostName {
        Objects.requireNonNull(value, "value");
        if (value.isBlank()) {
            throw new IllegalArgumentException("a host name is blank; set [DEFAULT] host");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a host name contains control characters");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}

package org.novametal.driver.model;

import java.util.Objects;

/**
 * The name of the compute host that embeds the driver: Nova's {@code [DEFAULT] host}.
 *
 * @param value the name, not blank
 */
public record HostName(String value) {
    /** Checks that the name is not blank. */
    public HostName {
        Objects.requireNonNull(value, "value");
        if (value.isBlank()) {
            throw new IllegalArgumentException("a host name is blank; set [DEFAULT] host");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}

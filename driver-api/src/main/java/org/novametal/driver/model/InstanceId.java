package org.novametal.driver.model;

import java.util.Objects;
import java.util.UUID;

/**
 * The identity of an instance: Nova's {@code instance.uuid}.
 *
 * @param value the UUID
 */
public record InstanceId(UUID value) {
    /** Checks that the UUID is not null. */
    public InstanceId {
        Objects.requireNonNull(value, "value");
    }

    /**
     * Parses an instance id.
     *
     * @throws IllegalArgumentException when the text is not a UUID
     */
    public static InstanceId of(String text) {
        return new InstanceId(UUID.fromString(text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}

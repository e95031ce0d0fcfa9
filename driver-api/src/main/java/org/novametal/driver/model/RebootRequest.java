package org.novametal.driver.model;

import java.util.Objects;

/**
 * A request to reboot an instance.
 *
 * @param instance the instance
 * @param type how the instance is rebooted
 */
public record RebootRequest(Instance instance, RebootType type) {
    /** How an instance is rebooted. */
    public enum RebootType {
        /** The operating system is asked to stop first, then the power is cut. */
        SOFT,
        /** The power is cut. */
        HARD
    }

    /** Checks that neither is null. */
    public RebootRequest {
        Objects.requireNonNull(instance, "instance");
        Objects.requireNonNull(type, "type");
    }
}

package org.novametal.driver.model;

import java.util.Objects;

/**
 * A wish to start an instance again.
 *
 * @param instance the instance
 * @param type how
 */
public record RebootRequest(Instance instance, RebootType type) {
    /** How an instance is started again. */
    public enum RebootType {
        /** The operating system is asked to stop first, then the power is cut. */
        SOFT,
        /** The power is cut. */
        HARD
    }

    /** Checks that both are there. */
    public RebootRequest {
        Objects.requireNonNull(instance, "instance");
        Objects.requireNonNull(type, "type");
    }
}

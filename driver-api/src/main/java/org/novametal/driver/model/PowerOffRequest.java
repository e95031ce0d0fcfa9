package org.novametal.driver.model;

import java.time.Duration;
import java.util.Objects;

/**
 * A request to switch an instance off.
 *
 * @param instance the instance
 * @param softTimeout how long the operating system may take to stop by itself; zero cuts the power at once
 */
public record PowerOffRequest(Instance instance, Duration softTimeout) {
    /** Checks that the timeout is not negative. */
    public PowerOffRequest {
        Objects.requireNonNull(instance, "instance");
        Objects.requireNonNull(softTimeout, "softTimeout");
        if (softTimeout.isNegative()) {
            throw new IllegalArgumentException("softTimeout is " + softTimeout + "; it must be zero or more");
        }
    }

    /** A request that cuts the power at once. */
    public static PowerOffRequest hard(Instance instance) {
        return new PowerOffRequest(instance, Duration.ZERO);
    }
}

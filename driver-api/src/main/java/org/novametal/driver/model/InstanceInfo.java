package org.novametal.driver.model;

import java.util.Objects;
import java.util.Optional;

/**
 * The facts that a driver reports about an instance.
 *
 * <p>Source: Nova {@code nova/virt/hardware.py#InstanceInfo}.
 *
 * @param state the instance's power state; {@link PowerState#NOSTATE} when unknown
 * @param internalId the driver's own name for the instance, where it has one
 */
public record InstanceInfo(PowerState state, Optional<String> internalId) {
    /** Checks that neither is null. */
    public InstanceInfo {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(internalId, "internalId");
    }
}

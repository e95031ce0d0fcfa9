package org.novametal.driver.capability;

import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.trace.NovaMethod;

/** Records power changes that were made outside the driver. */
public non-sealed interface PowerUpdateEvents extends DriverCapability {
    /**
     * Records the power state without switching the machine. Blocks while the driver works on the machine, and while it
     * reads the machine's power state.
     *
     * @param target the machine's present power state, {@code RUNNING} or {@code SHUTDOWN}
     * @throws DriverException {@code INSTANCE_NOT_FOUND}; {@code RESOURCES_UNAVAILABLE} when the instance is not active, or
     *     other work on its machine takes too long; nothing is recorded then
     * @throws IllegalArgumentException for any other state
     */
    @NovaMethod("power_update_event")
    void powerUpdateEvent(Instance instance, PowerState target) throws InterruptedException;
}

package org.novametal.driver.capability;

import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.trace.NovaMethod;

/** Takes note of a power change that somebody else made. */
public non-sealed interface PowerUpdateEvents extends DriverCapability {
    /**
     * Records the state; the call switches no machine. Blocks while the driver works on the machine itself, and for a look at
     * it.
     *
     * @param target what the machine is now, {@code RUNNING} or {@code SHUTDOWN}
     * @throws DriverException {@code INSTANCE_NOT_FOUND}; {@code RESOURCES_UNAVAILABLE} when the instance is not active, or
     *     other work on its machine takes too long; nothing is recorded then
     * @throws IllegalArgumentException for another state
     */
    @NovaMethod("power_update_event")
    void powerUpdateEvent(Instance instance, PowerState target) throws InterruptedException;
}

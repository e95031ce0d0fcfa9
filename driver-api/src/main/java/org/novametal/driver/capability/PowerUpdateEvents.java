package org.novametal.driver.capability;

import org.novametal.driver.model.Instance;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.trace.NovaMethod;

/** Takes note of a power change that somebody else made. */
public non-sealed interface PowerUpdateEvents extends DriverCapability {
    /** Records the state; no machine is switched. */
    @NovaMethod("power_update_event")
    void powerUpdateEvent(Instance instance, PowerState target);
}

package org.novametal.driver.host;

import java.time.InstantSource;
import org.novametal.driver.model.HostName;
import org.novametal.driver.trace.NovaMethod;

/**
 * The services of the compute host that a driver gets when it is made: Nova's {@code virtapi} and event listener.
 *
 * <p>Every method may be called by any thread of the driver, also from inside a driver call. {@link #emit} must return
 * soon: the driver does not wait for the effects of an event. An implementation may call back into the driver from
 * {@link #emit}; the driver holds no lock while it emits.
 */
public interface DriverHost {
    /** The name of the compute host. */
    HostName host();

    /** The clock for all times that people read. */
    InstantSource clock();

    /** Reports an event to the compute service. */
    @NovaMethod({"emit_event", "register_event_listener"})
    void emit(DriverEvent event);
}

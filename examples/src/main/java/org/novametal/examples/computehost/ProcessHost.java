package org.novametal.examples.computehost;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.host.DriverEvent.HostAvailability;
import org.novametal.driver.host.DriverEvent.HostAvailability.State;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.HostName;
import org.novametal.examples.computehost.server.EventBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This process as the driver's host: it keeps events for readers, and knows whether the driver can work. Thread-safe. */
final class ProcessHost implements DriverHost {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessHost.class);

    private final HostName name;
    private final InstantSource clock;
    private final EventBuffer events;
    private final AtomicReference<State> state = new AtomicReference<>(State.UP);

    ProcessHost(HostName name, InstantSource clock, EventBuffer events) {
        this.name = name;
        this.clock = clock;
        this.events = events;
    }

    @Override
    public HostName host() {
        return name;
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public void emit(DriverEvent event) {
        if (event instanceof HostAvailability availability) {
            State before = state.getAndSet(availability.state());
            if (before != availability.state()) {
                LOG.info("the driver is {} (was {}): {}", availability.state(), before, availability.reason());
            }
        }
        events.add(event);
    }

    /** Whether the driver can work, by its last report; a driver that reports nothing can. */
    boolean isUp() {
        return state.get() == State.UP;
    }
}

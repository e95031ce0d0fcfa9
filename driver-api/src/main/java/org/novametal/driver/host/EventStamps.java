package org.novametal.driver.host;

import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Makes the stamps of one process, in order. Thread-safe. */
public final class EventStamps {
    private final UUID process;
    private final InstantSource clock;
    private final AtomicLong newest = new AtomicLong();

    /** Starts the stamps of the given process; the first stamp has the number 1. */
    public EventStamps(UUID process, InstantSource clock) {
        this.process = Objects.requireNonNull(process, "process");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /** The next stamp. */
    public EventStamp next() {
        return new EventStamp(process, newest.incrementAndGet(), clock.instant());
    }
}

package org.novametal.driver.host;

import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** The stamps of one process, in order. Safe for many threads. */
public final class EventStamps {
    private final UUID process;
    private final InstantSource clock;
    private final AtomicLong newest = new AtomicLong();

    /** The stamps of that process; the first has the number 1. */
    public EventStamps(UUID process, InstantSource clock) {
        this.process = Objects.requireNonNull(process, "process");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /** The next stamp. */
    public EventStamp next() {
        return new EventStamp(process, newest.incrementAndGet(), clock.instant());
    }
}

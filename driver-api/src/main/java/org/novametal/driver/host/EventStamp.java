package org.novametal.driver.host;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * When an event happened, and its place among all events of its process, so that a reader who comes back can go on where it
 * was.
 *
 * @param process the driver object that emitted it; another one means that the process was started again
 * @param sequence its number, from 1, each one more than the one before in the same process
 * @param at when, by {@link DriverHost#clock()}
 */
public record EventStamp(UUID process, long sequence, Instant at) {
    /** Checks that all parts are there. */
    public EventStamp {
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(at, "at");
    }
}

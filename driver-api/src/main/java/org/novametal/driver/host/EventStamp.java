package org.novametal.driver.host;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * The time of an event, and its number among all events of its process. With the number, a reader that reconnects can
 * continue where it stopped.
 *
 * @param process the id of the driver object that emitted the event; a different id means that the process was
 *     restarted
 * @param sequence the event's number within the process: 1, 2, 3 and so on
 * @param at when the event happened, by {@link DriverHost#clock()}
 */
public record EventStamp(UUID process, long sequence, Instant at) {
    /** Checks that no part is null. */
    public EventStamp {
        Objects.requireNonNull(process, "process");
        Objects.requireNonNull(at, "at");
    }
}

package org.novametal.examples.computehost.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.host.DriverEvent.HostAvailability;
import org.novametal.driver.host.DriverEvent.HostAvailability.State;
import org.novametal.examples.computehost.wire.ErrorJson;
import org.novametal.examples.computehost.wire.EventJson;
import org.novametal.examples.computehost.wire.WireNames;

/**
 * The newest events of the driver, numbered 1, 2, 3 and so on from the start of the process. A reader asks for the events after a
 * number and can wait for the next one; a reader that was away for too long gets a clear answer instead of a gap.
 *
 * <p>Thread-safe; guarded by one lock. Adding an event never waits for a reader.
 */
public final class EventBuffer {
    /** The largest number of events in one answer. */
    private static final int MAX_EVENTS = 1_000;

    private record Numbered(long sequence, DriverEvent event) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();
    private final Deque<Numbered> events = new ArrayDeque<>();
    private final UUID bootId;
    private final int capacity;
    private long newest;
    private Optional<HostAvailability> availability = Optional.empty();
    private boolean closed;

    /**
     * An empty buffer.
     *
     * @param bootId identifies this process
     * @param capacity how many events are kept, 1 or more
     */
    public EventBuffer(UUID bootId, int capacity) {
        this.bootId = bootId;
        this.capacity = capacity;
    }

    /** The id of this process: it changes with each start, and the numbers begin again. */
    public UUID bootId() {
        return bootId;
    }

    /** Adds an event and wakes the readers that wait. */
    public void add(DriverEvent event) {
        lock.lock();
        try {
            newest++;
            events.addLast(new Numbered(newest, event));
            if (event instanceof HostAvailability host) {
                availability = Optional.of(host);
            }
            if (events.size() > capacity) {
                events.removeFirst();
            }
            added.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes where a new reader begins: {@code newest_event}, the number of the newest event, and {@code availability}, the host's
     * state after it, {@code up} as long as the driver has reported none.
     */
    void describe(ObjectNode json) {
        lock.lock();
        try {
            json.put("newest_event", newest)
                    .putObject("availability")
                    .put(
                            "state",
                            WireNames.of(
                                    availability.map(HostAvailability::state).orElse(State.UP)))
                    .put("reason", availability.map(HostAvailability::reason).orElse(""));
        } finally {
            lock.unlock();
        }
    }

    /** Ends all waits; readers get what there is. */
    void close() {
        lock.lock();
        try {
            closed = true;
            added.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The events after a number, once there is one or the wait is over.
     *
     * @param boot the boot id that the reader got with its number; empty if it has none yet
     * @param after the number of the last event that the reader has; absent to begin with the oldest one
     * @throws RefusedCall with status 410 when events after that number were dropped or belong to another process
     */
    ObjectNode read(String boot, OptionalLong after, Duration wait) throws InterruptedException {
        lock.lock();
        try {
            long oldest = newest - events.size() + 1;
            long last = after.orElse(oldest - 1);
            if (!boot.isEmpty() && !boot.equals(bootId.toString())) {
                throw lost(
                        oldest,
                        "the compute host was restarted, and the events of the former process are gone; read the state"
                                + " of all instances again");
            }
            if (last > newest) {
                throw lost(
                        oldest,
                        "there is no event " + last
                                + " yet: the compute host was restarted; read the state of all instances again");
            }
            if (last < oldest - 1) {
                throw lost(
                        oldest,
                        "the events after " + last + " are no longer kept, the oldest one is " + oldest
                                + "; read the state of all instances again");
            }
            long rest = wait.toNanos();
            while (newest == last && !closed && rest > 0) {
                rest = added.awaitNanos(rest);
            }
            return json(last);
        } finally {
            lock.unlock();
        }
    }

    private ObjectNode json(long last) {
        List<Numbered> found = new ArrayList<>();
        for (Numbered numbered : events) {
            if (numbered.sequence() > last && found.size() < MAX_EVENTS) {
                found.add(numbered);
            }
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("boot_id", bootId.toString());
        ArrayNode list = json.putArray("events");
        found.forEach(numbered -> list.add(EventJson.event(numbered.sequence(), numbered.event())));
        return json.put("next", found.isEmpty() ? last : found.getLast().sequence());
    }

    private RefusedCall lost(long oldest, String message) {
        ObjectNode json = ErrorJson.error("events_lost", "retry", message);
        json.put("boot_id", bootId.toString()).put("oldest", oldest).put("newest", newest);
        return RefusedCall.eventsLost(json);
    }
}

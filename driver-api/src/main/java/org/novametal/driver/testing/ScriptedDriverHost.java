package org.novametal.driver.testing;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.HostName;

/**
 * A compute host that keeps every event that it receives, lets a caller wait for one, and passes each to a listener.
 *
 * <p>Thread-safe: one lock guards the kept events. The listener runs on the driver's thread that emits the event, with
 * no lock held, so that it may call the driver; exceptions that it throws reach the driver.
 */
public final class ScriptedDriverHost implements DriverHost {
    private final HostName host;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();
    private final List<DriverEvent> events = new ArrayList<>();
    private volatile Consumer<DriverEvent> listener = event -> {};

    /** Makes a host with the given name and clock; a {@link SteppedClock} changes only when a test advances it. */
    public ScriptedDriverHost(HostName host, InstantSource clock) {
        this.host = Objects.requireNonNull(host, "host");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    @Override
    public HostName host() {
        return host;
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public void emit(DriverEvent event) {
        Objects.requireNonNull(event, "event");
        lock.lock();
        try {
            events.add(event);
            added.signalAll();
        } finally {
            lock.unlock();
        }
        listener.accept(event);
    }

    /** Sets the listener for all later events; it replaces the former listener. */
    public void listen(Consumer<DriverEvent> next) {
        listener = Objects.requireNonNull(next, "listener");
    }

    /** All events so far, oldest first. */
    public List<DriverEvent> events() {
        lock.lock();
        try {
            return List.copyOf(events);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the first event that fits, among past and future events. Blocks until there is such an event.
     *
     * @param description a description of the event, for the message
     * @throws InterruptedException when the thread is interrupted
     * @throws IllegalStateException when no event fits within the limit; the message lists all events so far
     */
    public DriverEvent await(String description, Duration limit, Predicate<DriverEvent> fits)
            throws InterruptedException {
        long nanosLeft = limit.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                Optional<DriverEvent> found = events.stream().filter(fits).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                if (nanosLeft <= 0) {
                    throw new IllegalStateException(
                            "waited " + limit + " for " + description + "; the events so far are " + events);
                }
                nanosLeft = added.awaitNanos(nanosLeft);
            }
        } finally {
            lock.unlock();
        }
    }
}

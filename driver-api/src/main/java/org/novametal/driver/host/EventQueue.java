package org.novametal.driver.host;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/**
 * Stamps events and passes them to a host in the order of their stamps, on a separate thread that holds no lock, so
 * that no operation of the driver waits for the host's {@code emit}.
 *
 * <p>Thread-safe: the monitor of this object keeps the queue in the order of the stamps.
 */
public final class EventQueue {
    private final DriverHost host;
    private final EventStamps stamps;
    private final BlockingQueue<Optional<DriverEvent>> events = new LinkedBlockingQueue<>();
    private final Thread thread;

    /** A queue with a new process id; {@link #start} begins to deliver. */
    public EventQueue(DriverHost host) {
        this.host = host;
        this.stamps = new EventStamps(UUID.randomUUID(), host.clock());
        this.thread = Thread.ofVirtual().name("driver-events").unstarted(this::deliver);
    }

    /** Begins to deliver events. Called once. */
    public void start() {
        thread.start();
    }

    /** Makes an event with the next stamp and adds it to the queue. Never blocks. */
    public synchronized void put(Function<EventStamp, DriverEvent> event) {
        events.add(Optional.of(event.apply(stamps.next())));
    }

    /** Delivers the queued events, but for no longer than the limit, then ends. Does nothing before {@link #start}. */
    public void close(Duration limit) {
        events.add(Optional.empty());
        if (Thread.currentThread().equals(thread) || thread.getState() == Thread.State.NEW) {
            return;
        }
        try {
            if (!thread.join(limit)) {
                thread.interrupt();
            }
        } catch (InterruptedException interrupted) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void deliver() {
        try {
            for (Optional<DriverEvent> next = events.take(); next.isPresent(); next = events.take()) {
                deliver(next.get());
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(DriverEvent event) {
        try {
            host.emit(event);
        } catch (RuntimeException hostFailed) {
            // The host failed: its exception is handled as uncaught, and the next events are still delivered.
            thread.getUncaughtExceptionHandler().uncaughtException(thread, hostFailed);
        }
    }
}

package org.novametal.driver.testing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.host.DriverHost;

/**
 * Tells a host of events in their order, on one thread of its own, which holds no lock: whatever the host does in its
 * {@code emit}, no operation of the driver waits for it.
 */
final class EventQueue {
    private final DriverHost host;
    private final BlockingQueue<Optional<DriverEvent>> events = new LinkedBlockingQueue<>();
    private final Thread thread;

    EventQueue(DriverHost host) {
        this.host = host;
        this.thread = Thread.ofVirtual().name("in-memory-driver-events").unstarted(this::deliver);
    }

    void start() {
        thread.start();
    }

    void put(DriverEvent event) {
        events.add(Optional.of(event));
    }

    /** Delivers what is there, but for no longer than the limit, then ends. */
    void close(Duration limit) {
        events.add(Optional.empty());
        if (Thread.currentThread().equals(thread)) {
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
            // The host's own fault: it is shown as any thread's is, and the next events still come.
            thread.getUncaughtExceptionHandler().uncaughtException(thread, hostFailed);
        }
    }
}

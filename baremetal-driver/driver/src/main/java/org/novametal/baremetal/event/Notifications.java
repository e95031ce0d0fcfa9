package org.novametal.baremetal.event;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.novametal.baremetal.event.Notification.Payload;
import org.novametal.baremetal.event.Notification.Priority;

/**
 * Sends notifications to listeners: to each through a queue and on a thread, so that neither an operation nor another listener
 * waits for a slow one.
 *
 * <p>Thread-safe: the monitor of this object keeps the queues in one order.
 */
public final class Notifications implements AutoCloseable {
    /** How many notifications may wait for one listener. */
    static final int QUEUE = 10_000;

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final String publisher;
    private final InstantSource clock;
    private final List<ListenerQueue> queues;

    /**
     * Starts a thread for each listener.
     *
     * @param host the compute host's name
     * @param listeners the listeners, which this object closes
     */
    public Notifications(String host, InstantSource clock, List<? extends NotificationListener> listeners) {
        this.publisher = "nova-metal." + host;
        this.clock = clock;
        this.queues = listeners.stream()
                .map(listener -> new ListenerQueue(listener, QUEUE))
                .toList();
    }

    /** Whether anybody receives notifications. */
    public boolean isWanted() {
        return !queues.isEmpty();
    }

    /** How many notifications wait for the slowest listener. */
    public int waiting() {
        return queues.stream().mapToInt(ListenerQueue::waiting).max().orElse(0);
    }

    /** Sends a notification. Never blocks; the payload is made only if somebody receives it. */
    synchronized void send(String eventType, Priority priority, Supplier<Payload> payload) {
        if (!isWanted()) {
            return;
        }
        Notification notification =
                new Notification(UUID.randomUUID(), publisher, eventType, priority, payload.get(), clock.instant());
        queues.forEach(queue -> queue.put(notification));
    }

    /** Delivers the waiting notifications, for at most five seconds, then ends the threads and closes the listeners. */
    @Override
    public void close() {
        queues.forEach(ListenerQueue::end);
        long end = System.nanoTime() + CLOSE_LIMIT.toNanos();
        queues.forEach(queue -> queue.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime()))));
    }
}

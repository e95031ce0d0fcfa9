package org.novametal.baremetal.event;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.novametal.text.ForeignText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The notifications that wait for one listener, and the thread that delivers them. What is lost is logged at the first loss in
 * a row, and counted when the listener receives again.
 *
 * <p>{@link #put} and {@link #end} are called by one thread at a time; {@link #failing} belongs to the delivering thread.
 */
final class ListenerQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerQueue.class);
    private static final Duration INTERRUPTED_LIMIT = Duration.ofSeconds(1);

    private final NotificationListener listener;
    private final int capacity;
    private final BlockingQueue<Optional<Notification>> waiting = new LinkedBlockingQueue<>();
    private final AtomicLong lost = new AtomicLong();
    private final Thread thread;
    private boolean failing;

    ListenerQueue(NotificationListener listener, int capacity) {
        this.listener = listener;
        this.capacity = capacity;
        // Writing a file blocks the carrier of a virtual thread.
        this.thread = Thread.ofPlatform()
                .name("notifications-" + listener)
                .daemon(true)
                .start(this::deliver);
    }

    /** Adds a notification, or drops it when too many wait. Never blocks. */
    void put(Notification notification) {
        if (waiting.size() < capacity) {
            waiting.add(Optional.of(notification));
        } else if (lost.getAndIncrement() == 0) {
            LOG.warn(
                    "{} is too slow: {} notifications wait for it, further ones are dropped; operations go on",
                    listener,
                    capacity);
        }
    }

    /** How many notifications wait. */
    int waiting() {
        return waiting.size();
    }

    /** Lets the thread end after the waiting notifications. */
    void end() {
        waiting.add(Optional.empty());
    }

    /** Waits for the end of the thread, then interrupts it and waits for a second more. */
    void awaitEnd(Duration limit) {
        if (!limit.isZero()) {
            Uninterruptibles.joinUninterruptibly(thread, limit);
        }
        if (thread.isAlive()) {
            LOG.warn("{} has not received {} notifications, which are dropped at the end", listener, waiting.size());
            thread.interrupt();
            Uninterruptibles.joinUninterruptibly(thread, INTERRUPTED_LIMIT);
        }
    }

    private void deliver() {
        try {
            for (Optional<Notification> next = waiting.take(); next.isPresent(); next = waiting.take()) {
                deliver(next.get());
            }
        } catch (InterruptedException e) {
            LOG.debug("the delivery to {} was interrupted", listener, e);
        } finally {
            close();
        }
    }

    private void deliver(Notification notification) throws InterruptedException {
        try {
            listener.receive(notification);
            received();
        } catch (IOException | RuntimeException e) {
            lost.incrementAndGet();
            if (!failing) {
                failing = true;
                LOG.warn(
                        "{} does not receive notifications, which are dropped until it does; operations go on: {}",
                        listener,
                        ForeignText.line(e.toString()));
            }
        }
    }

    private void received() {
        failing = false;
        if (lost.get() > 0 && waiting.size() < capacity) {
            LOG.info("{} receives notifications again; {} were dropped", listener, lost.getAndSet(0));
        }
    }

    private void close() {
        try {
            listener.close();
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} could not be closed: {}", listener, ForeignText.line(e.toString()));
        }
    }
}

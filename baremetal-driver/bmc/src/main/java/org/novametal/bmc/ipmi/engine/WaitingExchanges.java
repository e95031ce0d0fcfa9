package org.novametal.bmc.ipmi.engine;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;

/** The requests that wait for a line's current request to end, each until its deadline. Owned by the engine's thread. */
final class WaitingExchanges {
    /** Maximum number of waiting requests. */
    static final int MOST = 16;

    private final String name;
    /** Null while no request waits, the usual case. */
    private @Nullable ArrayDeque<Exchange<?>> queue;

    /** Creates an empty queue. */
    WaitingExchanges(String name) {
        this.name = name;
    }

    boolean isEmpty() {
        return queue == null;
    }

    /** Adds a request, or fails it where too many wait. */
    void add(Exchange<?> exchange) {
        ArrayDeque<Exchange<?>> waiting = queue;
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
            queue = waiting;
        }
        if (waiting.size() >= MOST) {
            exchange.completeExceptionally(busy(MOST + " requests are waiting for it already; try again"));
        } else {
            waiting.add(exchange);
        }
    }

    /** Removes the next request and returns it; null for none. */
    @Nullable
    Exchange<?> poll() {
        ArrayDeque<Exchange<?>> waiting = queue;
        if (waiting == null) {
            return null;
        }
        Exchange<?> next = waiting.poll();
        if (waiting.isEmpty()) {
            queue = null;
        }
        return next;
    }

    /** Removes all requests and returns them. */
    List<Exchange<?>> takeAll() {
        ArrayDeque<Exchange<?>> waiting = queue;
        queue = null;
        return waiting == null ? List.of() : List.copyOf(waiting);
    }

    /** Fails the requests whose deadline has passed, and removes cancelled ones. */
    void expire(long now) {
        if (queue == null) {
            return;
        }
        for (Iterator<Exchange<?>> all = queue.iterator(); all.hasNext(); ) {
            Exchange<?> waiting = all.next();
            if (waiting.isDone()) {
                all.remove();
            } else if (now - waiting.deadlineNanos() >= 0) {
                all.remove();
                waiting.completeExceptionally(busy("timed out in the queue behind earlier requests; try again"));
            }
        }
        if (queue.isEmpty()) {
            queue = null;
        }
    }

    /** When {@link #expire} must be called next; {@link Long#MAX_VALUE} for never. */
    long earliestDeadlineNanos(long now) {
        long earliest = Long.MAX_VALUE;
        if (queue != null) {
            for (Exchange<?> waiting : queue) {
                earliest = TimingWheel.earlier(earliest, waiting.deadlineNanos(), now);
            }
        }
        return earliest;
    }

    private BmcException busy(String what) {
        return new BmcException(Reason.BUSY, "BMC " + name + ": " + what);
    }
}

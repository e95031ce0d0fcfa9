package org.novametal.bmc.ipmi.engine;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;

/** The requests behind the one that is under way on a line, each until its deadline. Owned by the engine's thread. */
final class WaitingExchanges {
    /** How many wait at most. */
    static final int MOST = 16;

    private final String name;
    /** Null while nobody waits, as is usual. */
    private @Nullable ArrayDeque<Exchange<?>> queue;

    /** None yet. */
    WaitingExchanges(String name) {
        this.name = name;
    }

    boolean isEmpty() {
        return queue == null;
    }

    /** Takes one in, or fails it where too many wait. */
    void add(Exchange<?> exchange) {
        ArrayDeque<Exchange<?>> waiting = queue;
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
            queue = waiting;
        }
        if (waiting.size() >= MOST) {
            exchange.completeExceptionally(busy(MOST + " requests wait for it already; ask again"));
        } else {
            waiting.add(exchange);
        }
    }

    /** The next one, which waits no more; null for none. */
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

    /** All of them, which wait no more. */
    List<Exchange<?>> takeAll() {
        ArrayDeque<Exchange<?>> waiting = queue;
        queue = null;
        return waiting == null ? List.of() : List.copyOf(waiting);
    }

    /** Fails those whose deadline has come, and forgets those that were cancelled. */
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
                waiting.completeExceptionally(busy("timed out in the queue behind earlier requests; ask again"));
            }
        }
        if (queue.isEmpty()) {
            queue = null;
        }
    }

    /** When {@link #expire} has something to do; {@link Long#MAX_VALUE} for never. */
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

package org.novametal.bmc.console;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.novametal.bmc.console.ConsoleEvent.Closed;
import org.novametal.bmc.console.ConsoleEvent.Missed;
import org.novametal.bmc.console.ConsoleEvent.Output;

/**
 * One reader of a {@link SharedConsole}, with a bounded queue: a slow reader loses output, gets an event with the number of
 * lost bytes, and does not delay the others. Safe for several threads. Must be closed.
 */
public final class ConsoleReader implements AutoCloseable {
    /** Memory overhead counted for each event, so that many small events are bounded too. */
    private static final int EVENT_COST = 64;

    private final SharedConsole console;
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    /** Guarded by {@link #lock}, like the fields below. */
    private final ArrayDeque<ConsoleEvent> queue = new ArrayDeque<>();

    private int queued;
    private long missed;
    private boolean closed;

    ConsoleReader(SharedConsole console, int limit) {
        this.console = console;
        this.limit = limit;
    }

    /** Waits for the next event, without limit; after {@link ConsoleEvent.Closed}, each call returns that event. */
    public ConsoleEvent take() throws InterruptedException {
        return poll(Duration.ofNanos(Long.MAX_VALUE)).orElseThrow();
    }

    /** Waits for the next event; empty where none arrives within the limit. */
    public Optional<ConsoleEvent> poll(Duration duration) throws InterruptedException {
        long left = duration.toNanos();
        lock.lockInterruptibly();
        try {
            while (queue.isEmpty() && missed == 0 && !closed && left > 0) {
                left = arrived.awaitNanos(left);
            }
            return next();
        } finally {
            lock.unlock();
        }
    }

    private Optional<ConsoleEvent> next() {
        ConsoleEvent event = queue.poll();
        if (event != null) {
            queued -= cost(event);
            return Optional.of(event);
        }
        if (missed > 0) {
            Missed notice = new Missed(missed);
            missed = 0;
            return Optional.of(notice);
        }
        return closed ? Optional.of(new Closed()) : Optional.empty();
    }

    /** Types bytes; see {@link SharedConsole#write}. */
    public void write(byte[] bytes) throws InterruptedException {
        console.write(bytes);
    }

    /** Sends a break; see {@link SharedConsole#sendBreak}. */
    public void sendBreak() throws InterruptedException {
        console.sendBreak();
    }

    /** Stops reading. A thread that waits in {@link #take} gets {@link ConsoleEvent.Closed}. Idempotent. */
    @Override
    public void close() {
        console.leave(this);
        end();
    }

    /** Queues an event; never waits. */
    void offer(ConsoleEvent event) {
        lock.lock();
        try {
            switch (event) {
                case Output output -> offer(output);
                case ConsoleEvent.Connected _, ConsoleEvent.Disconnected _, ConsoleEvent.Gap _, Missed _, Closed _ ->
                    offerOther(event);
            }
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void offer(Output output) {
        int noticeCost = missed > 0 ? EVENT_COST : 0;
        if (queued + noticeCost + cost(output) > limit) {
            missed += output.length();
            return;
        }
        offerMissed();
        enqueue(output);
    }

    /** Queues an event that is not output, even in a full queue, where it replaces the newest events of that kind. */
    private void offerOther(ConsoleEvent event) {
        ConsoleEvent last = queue.peekLast();
        while (queued + 2 * EVENT_COST > limit && last != null && !(last instanceof Output)) {
            queue.removeLast();
            queued -= cost(last);
            missed += last instanceof Missed notice ? notice.bytes() : 0;
            last = queue.peekLast();
        }
        offerMissed();
        enqueue(event);
    }

    private void offerMissed() {
        if (missed > 0) {
            enqueue(new Missed(missed));
            missed = 0;
        }
    }

    private void enqueue(ConsoleEvent event) {
        queue.add(event);
        queued += cost(event);
    }

    void end() {
        lock.lock();
        try {
            closed = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static int cost(ConsoleEvent event) {
        return EVENT_COST + (event instanceof Output output ? output.length() : 0);
    }
}

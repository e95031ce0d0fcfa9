package org.novametal.bmc.ipmi.engine;

import java.util.ArrayDeque;

/**
 * Thousands of timers: setting, moving and cancelling one takes constant time, however many there are.
 *
 * <p>A ring of slots, one for each 4 milliseconds; a timer is in the slot of its time, which also contains timers of later
 * rounds. It fires up to one slot late, never early. Times are nanoseconds of one monotonic clock. Owned by the engine's
 * thread.
 */
final class TimingWheel {
    /** A slot is 2^22 ns, 4.19 ms. */
    private static final int SLOT_SHIFT = 22;

    private static final int SLOTS = 1024;

    private final Timer[] slots = new Timer[SLOTS];
    /** Timers still to fire; not empty between two calls only if a timer's action failed. */
    private final ArrayDeque<Timer> due = new ArrayDeque<>();

    private long currentSlot;
    private int count;

    /** A wheel without timers. */
    TimingWheel(long nowNanos) {
        currentSlot = nowNanos >> SLOT_SHIFT;
        for (int i = 0; i < SLOTS; i++) {
            // Each ring begins with a sentinel, so that linking and unlinking have no special case.
            slots[i] = new Timer(_ -> {});
        }
    }

    /** A timer's action. */
    interface Action {
        /** Called at the timer's time; may set timers, including its own. */
        void due(long nowNanos);
    }

    /** One timer, set or not. */
    static final class Timer {
        private final Action action;
        private Timer previous = this;
        private Timer next = this;
        private long slot;
        private boolean isSet;
        private boolean isDue;

        Timer(Action action) {
            this.action = action;
        }
    }

    /** Sets a timer, or moves it. {@link Long#MAX_VALUE} cancels it. */
    void set(Timer timer, long dueNanos) {
        if (dueNanos == Long.MAX_VALUE) {
            cancel(timer);
            return;
        }
        long slot = Math.max(((dueNanos - 1) >> SLOT_SHIFT) + 1, currentSlot + 1);
        if (timer.isSet && timer.slot == slot) {
            return;
        }
        cancel(timer);
        timer.slot = slot;
        timer.isSet = true;
        count++;
        Timer head = slots[(int) (slot & SLOTS - 1)];
        timer.previous = head.previous;
        timer.next = head;
        head.previous.next = timer;
        head.previous = timer;
    }

    /** Cancels a timer if it is set. */
    void cancel(Timer timer) {
        timer.isDue = false;
        if (timer.isSet) {
            timer.isSet = false;
            count--;
            timer.previous.next = timer.next;
            timer.next.previous = timer.previous;
            timer.previous = timer;
            timer.next = timer;
        }
    }

    /** Fires all timers that are due. */
    void advance(long nowNanos) {
        fireDue(nowNanos);
        long until = nowNanos >> SLOT_SHIFT;
        // After a long sleep one round is enough: it passes every slot.
        long from = Math.max(currentSlot, until - SLOTS);
        while (from < until) {
            from++;
            currentSlot = from;
            fire(slots[(int) (from & SLOTS - 1)], until, nowNanos);
        }
    }

    private void fire(Timer head, long until, long nowNanos) {
        for (Timer timer = head.next; timer != head; timer = timer.next) {
            if (timer.slot <= until) {
                due.add(timer);
            }
        }
        due.forEach(this::cancel);
        due.forEach(timer -> timer.isDue = true);
        fireDue(nowNanos);
    }

    private void fireDue(long nowNanos) {
        for (Timer timer = due.poll(); timer != null; timer = due.poll()) {
            // A timer that fired before may have cancelled or moved this one.
            if (timer.isDue) {
                timer.isDue = false;
                timer.action.due(nowNanos);
            }
        }
    }

    /** When {@link #advance} should be called next, possibly too early; {@link Long#MAX_VALUE} without timers. */
    long nextNanos() {
        if (count == 0) {
            return Long.MAX_VALUE;
        }
        for (long slot = currentSlot + 1; slot <= currentSlot + SLOTS; slot++) {
            Timer head = slots[(int) (slot & SLOTS - 1)];
            for (Timer timer = head.next; timer != head; timer = timer.next) {
                if (timer.slot <= slot) {
                    return slot << SLOT_SHIFT;
                }
            }
        }
        return (currentSlot + SLOTS) << SLOT_SHIFT;
    }

    /** The earlier of two times; {@link Long#MAX_VALUE} means never. */
    static long earlier(long one, long other, long nowNanos) {
        if (one == Long.MAX_VALUE || other == Long.MAX_VALUE) {
            return Math.min(one, other);
        }
        return one - nowNanos < other - nowNanos ? one : other;
    }

    /** How many timers are set. */
    int size() {
        return count;
    }
}

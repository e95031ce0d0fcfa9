package org.novametal.baremetal.provision;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.novametal.baremetal.operation.OperationQueue;
import org.novametal.baremetal.operation.OperationQueue.Place;

/**
 * Admits operations in the order in which they enter, at most a number at once: none is overtaken by a later one. Operations
 * that were under way when the host stopped are admitted at once, even beyond that number, so that no machine stops half-way.
 *
 * <p>Thread-safe; one lock guards the queue, and nobody waits inside it.
 */
final class AdmissionQueue {
    private final OperationQueue queue;
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Ticket> waiting = new ArrayDeque<>();
    private int admitted;
    private boolean closed;

    /**
     * Makes an empty queue.
     *
     * @param limit how many operations are admitted at once; 0: any number
     */
    AdmissionQueue(OperationQueue queue, int limit) {
        this.queue = queue;
        this.limit = limit;
    }

    /** One operation's place in the queue, until it {@linkplain #leave leaves}. */
    final class Ticket {
        private final Runnable whenAdmitted;
        private volatile State state = State.WAITING;

        private Ticket(Runnable whenAdmitted) {
            this.whenAdmitted = whenAdmitted;
        }

        boolean isWaiting() {
            return state == State.WAITING;
        }

        /** The place among those that wait; empty once it is admitted or has left. */
        Optional<Place> place() {
            if (!isWaiting()) {
                return Optional.empty();
            }
            lock.lock();
            try {
                int place = 0;
                for (Ticket ticket : waiting) {
                    place++;
                    if (ticket == this) {
                        return Optional.of(new Place(queue, place, waiting.size()));
                    }
                }
                return Optional.empty();
            } finally {
                lock.unlock();
            }
        }

        /** Gives the place up; the next ones are admitted. Idempotent. */
        void leave() {
            List<Ticket> next;
            lock.lock();
            try {
                switch (state) {
                    case WAITING -> waiting.remove(this);
                    case ADMITTED -> admitted--;
                    case LEFT -> {}
                }
                state = State.LEFT;
                next = admit();
            } finally {
                lock.unlock();
            }
            next.forEach(ticket -> ticket.whenAdmitted.run());
        }
    }

    private enum State {
        WAITING,
        ADMITTED,
        LEFT
    }

    /**
     * Enters the queue at its end.
     *
     * @param whenAdmitted called once, by another thread, when an operation that had to wait is admitted; must return soon
     */
    Ticket enter(Runnable whenAdmitted) {
        Ticket ticket = new Ticket(whenAdmitted);
        lock.lock();
        try {
            waiting.add(ticket);
            admit();
        } finally {
            lock.unlock();
        }
        return ticket;
    }

    /** Enters with an operation that is under way, which is admitted at once. */
    Ticket resume() {
        Ticket ticket = new Ticket(() -> {});
        lock.lock();
        try {
            ticket.state = State.ADMITTED;
            admitted++;
        } finally {
            lock.unlock();
        }
        return ticket;
    }

    /** Admits none any more: what waits when the host stops keeps its place for the next start. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private List<Ticket> admit() {
        List<Ticket> next = new ArrayList<>();
        while (!closed && !waiting.isEmpty() && (limit == 0 || admitted < limit)) {
            Ticket ticket = waiting.remove();
            ticket.state = State.ADMITTED;
            admitted++;
            next.add(ticket);
        }
        return next;
    }
}

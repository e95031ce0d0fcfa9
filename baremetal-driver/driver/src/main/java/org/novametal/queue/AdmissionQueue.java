package org.novametal.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Admits work in the order in which it enters, at most a number at once: none is overtaken by a later one. Work that was under
 * way when the program stopped is admitted at once, even beyond that number, so that no machine stops half-way.
 *
 * <p>Thread-safe; one lock guards the queue, and nobody waits inside it.
 */
public final class AdmissionQueue {
    private final String name;
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Ticket> waiting = new ArrayDeque<>();
    private int admitted;
    private boolean closed;

    /**
     * Makes an empty queue.
     *
     * @param name what waits in it, for people: a plural noun
     * @param limit how many are admitted at once; 0: any number
     */
    public AdmissionQueue(String name, int limit) {
        this.name = name;
        this.limit = limit;
    }

    /**
     * A place in a queue.
     *
     * @param queue the name of the queue
     * @param number the place, from 1
     * @param length how many wait
     */
    public record Place(String queue, int number, int length) {
        /** The place for people, such as "place 12 of 40 in the queue of deployments". */
        @Override
        public String toString() {
            return "place " + number + " of " + length + " in the queue of " + queue;
        }
    }

    /** What waits in it, for people. */
    public String name() {
        return name;
    }

    /** How many wait. */
    public int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** A place in the queue, or among the admitted ones, until its holder {@linkplain #leave leaves}. */
    public final class Ticket {
        private final Runnable whenAdmitted;
        private volatile State state = State.WAITING;

        private Ticket(Runnable whenAdmitted) {
            this.whenAdmitted = whenAdmitted;
        }

        /** Whether it is neither admitted nor has left. */
        public boolean isWaiting() {
            return state == State.WAITING;
        }

        /** The place among those that wait; empty once it is admitted or has left. */
        public Optional<Place> place() {
            if (!isWaiting()) {
                return Optional.empty();
            }
            lock.lock();
            try {
                int place = 0;
                for (Ticket ticket : waiting) {
                    place++;
                    if (ticket == this) {
                        return Optional.of(new Place(name, place, waiting.size()));
                    }
                }
                return Optional.empty();
            } finally {
                lock.unlock();
            }
        }

        /** Gives the place up; the next ones are admitted. Idempotent. */
        public void leave() {
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
     * @param whenAdmitted called once, by another thread, when one that had to wait is admitted; must return soon
     */
    public Ticket enter(Runnable whenAdmitted) {
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

    /** Enters with work that is under way, which is admitted at once. */
    public Ticket resume() {
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

    /** Admits none any more. */
    public void close() {
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

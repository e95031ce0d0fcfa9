package org.novametal.baremetal.provision;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Whose turn it is to work on a node: one at a time. {@link #taken} counts the turns, so that one who looked at the machine
 * can tell that nobody worked on it since.
 */
final class NodeTurn {
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong taken = new AtomicLong();

    void take() {
        lock.lock();
        taken.incrementAndGet();
    }

    boolean take(Duration limit) throws InterruptedException {
        return counted(lock.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS));
    }

    boolean takeNow() {
        return counted(lock.tryLock());
    }

    /** Takes the turn for what changes nothing of the machine. */
    boolean takeUncounted() {
        return lock.tryLock();
    }

    private boolean counted(boolean got) {
        if (got) {
            taken.incrementAndGet();
        }
        return got;
    }

    void give() {
        lock.unlock();
    }

    boolean isTaken() {
        return lock.isLocked();
    }

    long taken() {
        return taken.get();
    }
}

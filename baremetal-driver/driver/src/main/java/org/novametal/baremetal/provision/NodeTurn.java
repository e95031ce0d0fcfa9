package org.novametal.baremetal.provision;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock for work on a node: one holder at a time. {@link #taken} counts how often it was taken, so that a reader of the
 * machine's state can check that nothing has worked on the machine since.
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

    /** Takes the lock, if it is free, for work that does not change the machine; {@link #taken} does not count it. */
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

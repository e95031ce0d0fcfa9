package org.novametal.baremetal.provision;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A wait that another thread can end early. A wake-up before the wait ends that wait at once. */
final class Pause {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private boolean wake;

    /** Waits for the given time, or until {@link #wake} is called. */
    void await(Duration duration) throws InterruptedException {
        long left = duration.toNanos();
        lock.lockInterruptibly();
        try {
            while (!wake && left > 0) {
                left = woken.awaitNanos(left);
            }
            wake = false;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the current wait or, if no thread waits, the next wait. */
    void wake() {
        lock.lock();
        try {
            wake = true;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

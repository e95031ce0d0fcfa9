package org.novametal.driver.testing;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.novametal.driver.model.InstanceId;

/** One fair lock for each instance, kept while a thread holds it or waits for it. */
final class InstanceLocks {
    /** A lock that is held; closing it releases the lock. */
    interface Held extends AutoCloseable {
        @Override
        void close();
    }

    private record Counted(ReentrantLock lock, int users) {}

    private final ConcurrentMap<InstanceId, Counted> locks = new ConcurrentHashMap<>();

    Held lock(InstanceId id) {
        ReentrantLock lock = join(id);
        lock.lock();
        return () -> release(id, lock);
    }

    Held lockInterruptibly(InstanceId id) throws InterruptedException {
        ReentrantLock lock = join(id);
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException interrupted) {
            leave(id);
            throw interrupted;
        }
        return () -> release(id, lock);
    }

    private void release(InstanceId id, ReentrantLock lock) {
        lock.unlock();
        leave(id);
    }

    private ReentrantLock join(InstanceId id) {
        return locks.merge(
                        id,
                        new Counted(new ReentrantLock(true), 1),
                        (present, _) -> new Counted(present.lock(), present.users() + 1))
                .lock();
    }

    private void leave(InstanceId id) {
        locks.computeIfPresent(
                id, (same, present) -> present.users() == 1 ? null : new Counted(present.lock(), present.users() - 1));
    }
}

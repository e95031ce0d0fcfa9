package org.novametal.driver.testing;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.NodeName;

/** The point in the middle of work on a node where a test may hold it or make it fail. One lock owns the state. */
final class WorkGate {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<NodeName> standing = new HashSet<>();
    private boolean held;
    private boolean failNext;

    void hold() {
        change(() -> held = true);
    }

    void release() {
        change(() -> held = false);
    }

    void failNext() {
        change(() -> failNext = true);
    }

    private void change(Runnable action) {
        lock.lock();
        try {
            action.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Goes through, at once or when released; fails with that code when it is to. */
    void pass(NodeName node, ErrorCode code) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            boolean fails = failNext;
            failNext = false;
            standing.add(node);
            changed.signalAll();
            try {
                while (held) {
                    changed.await();
                }
            } finally {
                standing.remove(node);
            }
            if (fails) {
                throw new DriverException(
                        code,
                        "the deployment on node '" + node + "' failed, as InMemoryNodes.failNextDeploy() planned it");
            }
        } finally {
            lock.unlock();
        }
    }

    void awaitStanding(NodeName node, Duration limit) throws InterruptedException {
        long nanosLeft = limit.toNanos();
        lock.lockInterruptibly();
        try {
            while (!held || !standing.contains(node)) {
                if (nanosLeft <= 0) {
                    throw new IllegalStateException("waited " + limit + " for work on node '" + node
                            + "' to stand at the hold; held is " + held + " and the nodes standing there are "
                            + standing);
                }
                nanosLeft = changed.awaitNanos(nanosLeft);
            }
        } finally {
            lock.unlock();
        }
    }
}

package org.novametal.driver.testing;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.NodeName;

/**
 * A point in the middle of the deployment or cleaning of nodes, where a test may hold the work or make it fail. One
 * lock guards the state.
 */
final class WorkGate {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<NodeName> waiting = new HashSet<>();
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

    /**
     * Returns at once, or when the gate is released if it is held; throws with the given code when a test has planned a
     * failure.
     */
    void pass(NodeName node, ErrorCode code) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            boolean fails = failNext;
            failNext = false;
            waiting.add(node);
            changed.signalAll();
            try {
                while (held) {
                    changed.await();
                }
            } finally {
                waiting.remove(node);
            }
            if (fails) {
                throw new DriverException(
                        code,
                        "the deployment on node '" + node + "' failed, as InMemoryNodes.failNextDeploy() has planned");
            }
        } finally {
            lock.unlock();
        }
    }

    void awaitHeldWork(NodeName node, Duration limit) throws InterruptedException {
        long nanosLeft = limit.toNanos();
        lock.lockInterruptibly();
        try {
            while (!held || !waiting.contains(node)) {
                if (nanosLeft <= 0) {
                    throw new IllegalStateException("waited " + limit + " for work on node '" + node
                            + "' to stop at the gate; held is " + held + " and the nodes waiting there are "
                            + waiting);
                }
                nanosLeft = changed.awaitNanos(nanosLeft);
            }
        } finally {
            lock.unlock();
        }
    }
}

package org.novametal.driver.testing;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.NodeName;

/**
 * Cleans nodes that lost their instance, each on its own thread. A cleaning that is interrupted, or whose store is
 * lost, leaves its node in the state {@code cleaning} and is begun again later.
 */
final class Cleaner {
    private final InMemoryNodes nodes;
    private final Provisioning provisioning;
    private final Map<NodeName, Thread> threads = new ConcurrentHashMap<>();

    Cleaner(InMemoryNodes nodes, Provisioning provisioning) {
        this.nodes = nodes;
        this.provisioning = provisioning;
    }

    /** Begins to clean the node, unless the node is being cleaned already. */
    void clean(NodeName node) {
        threads.computeIfAbsent(
                node, _ -> Thread.ofVirtual().name("in-memory-clean-" + node).start(() -> run(node)));
    }

    /** Interrupts the cleanings under way and waits for their end. */
    void close(Duration limit) {
        threads.values().forEach(Thread::interrupt);
        try {
            for (Thread thread : threads.values()) {
                if (!thread.join(limit)) {
                    throw new IllegalStateException(thread.getName() + " has not ended within " + limit);
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(NodeName node) {
        try {
            nodes.cleanGate().pass(node, ErrorCode.DEPLOY_FAILED);
            provisioning.cleaned(node);
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (DriverException storeIsGone) {
            // The node stays 'cleaning' in the store; the driver cleans it again when the store answers again.
        } finally {
            threads.remove(node);
        }
    }
}

package org.novametal.baremetal.provision;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.novametal.baremetal.operation.OperationQueue;
import org.novametal.queue.AdmissionQueue;

/**
 * How operations are run.
 *
 * @param most how many operations of each queue run at once; 0 or none: any number
 * @param stopTimeout how long running steps may take to end, before they are interrupted, when the host stops
 */
public record RunLimits(Map<OperationQueue, Integer> most, Duration stopTimeout) {
    /** Any number of operations; steps are interrupted at once. */
    public static final RunLimits NONE = new RunLimits(Map.of(), Duration.ZERO);

    /** Copies the numbers. */
    public RunLimits {
        most = Map.copyOf(most);
        if (most.values().stream().anyMatch(number -> number < 0)) {
            throw new IllegalArgumentException("a limit of a queue is negative: " + most);
        }
    }

    /** The queues with these limits. */
    Map<OperationQueue, AdmissionQueue> queues() {
        Map<OperationQueue, AdmissionQueue> queues = new EnumMap<>(OperationQueue.class);
        for (OperationQueue queue : OperationQueue.values()) {
            queues.put(queue, new AdmissionQueue(queue.shown(), most.getOrDefault(queue, 0)));
        }
        return queues;
    }
}

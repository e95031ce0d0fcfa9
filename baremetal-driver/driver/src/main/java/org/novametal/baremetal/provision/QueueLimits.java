package org.novametal.baremetal.provision;

import java.util.EnumMap;
import java.util.Map;
import org.novametal.baremetal.operation.OperationQueue;

/**
 * How many operations of each queue run at once.
 *
 * @param most the numbers; 0 or none: any number
 */
public record QueueLimits(Map<OperationQueue, Integer> most) {
    /** Any number of operations. */
    public static final QueueLimits NONE = new QueueLimits(Map.of());

    /** Copies the numbers. */
    public QueueLimits {
        most = Map.copyOf(most);
        if (most.values().stream().anyMatch(number -> number < 0)) {
            throw new IllegalArgumentException("a limit of a queue is negative: " + most);
        }
    }

    /** The queues with these limits. */
    Map<OperationQueue, AdmissionQueue> queues() {
        Map<OperationQueue, AdmissionQueue> queues = new EnumMap<>(OperationQueue.class);
        for (OperationQueue queue : OperationQueue.values()) {
            queues.put(queue, new AdmissionQueue(queue, most.getOrDefault(queue, 0)));
        }
        return queues;
    }
}

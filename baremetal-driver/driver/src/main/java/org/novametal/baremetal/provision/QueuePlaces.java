package org.novametal.baremetal.provision;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.novametal.baremetal.operation.OperationQueue;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationRule;
import org.novametal.baremetal.operation.OperationRules;
import org.novametal.queue.AdmissionQueue.Place;

/**
 * The places of operations in the queues of their host, computed from the stored operations by the order and the limits that
 * {@link org.novametal.queue.AdmissionQueue} has: a program beside the host shows them, and nothing is written for that. While the host admits an
 * operation, the result may be a moment behind.
 */
public final class QueuePlaces {
    private QueuePlaces() {}

    /**
     * The places of the operations that wait.
     *
     * @param unfinished all unfinished operations, oldest first
     * @param limits the limits of the host
     * @return by operation; an operation that does not wait in a queue is missing
     */
    public static Map<UUID, Place> of(List<OperationRecord> unfinished, OperationRules rules, RunLimits limits) {
        Map<OperationQueue, List<OperationRecord>> untouched = new EnumMap<>(OperationQueue.class);
        Map<OperationQueue, Integer> admitted = new EnumMap<>(OperationQueue.class);
        for (OperationRecord operation : unfinished) {
            Optional<OperationQueue> queue = rules.find(operation.kind()).flatMap(OperationRule::queue);
            if (queue.isEmpty() || operation.isKept()) {
                continue;
            }
            if (!operation.isUntouched()) {
                admitted.merge(queue.get(), 1, Integer::sum);
            } else if (!operation.isCancelWanted()) { // a cancelled one leaves the queue
                untouched.computeIfAbsent(queue.get(), _ -> new ArrayList<>()).add(operation);
            }
        }
        Map<UUID, Place> places = new HashMap<>();
        untouched.forEach((queue, operations) -> {
            int limit = limits.most().getOrDefault(queue, 0);
            int free = limit == 0 ? operations.size() : Math.max(0, limit - admitted.getOrDefault(queue, 0));
            // The first ones have been admitted, although no step of theirs is recorded yet.
            for (int i = free; i < operations.size(); i++) {
                places.put(operations.get(i).id(), new Place(queue.shown(), i - free + 1, operations.size() - free));
            }
        });
        return Map.copyOf(places);
    }
}

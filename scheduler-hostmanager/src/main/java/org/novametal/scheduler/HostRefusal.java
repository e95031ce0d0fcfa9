package org.novametal.scheduler;

import java.util.List;
import org.novametal.driver.model.NodeName;
import org.novametal.scheduler.filter.Verdict.Reject;

/**
 * The refusal of one node for an instance.
 *
 * @param node the node
 * @param rejects all reasons, at least one
 */
public record HostRefusal(NodeName node, List<Reject> rejects) {
    /** Copies the list and checks that it is not empty. */
    public HostRefusal {
        rejects = List.copyOf(rejects);
        if (rejects.isEmpty()) {
            throw new IllegalArgumentException("node " + node + " is refused without a reason");
        }
    }
}

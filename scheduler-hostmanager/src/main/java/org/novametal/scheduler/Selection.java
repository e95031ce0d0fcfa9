package org.novametal.scheduler;

import java.time.Instant;
import java.util.List;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.scheduler.host.HostState;
import org.novametal.scheduler.weigh.WeighedHost;

/**
 * The node that was chosen for an instance and claimed for it.
 *
 * @param instance the instance
 * @param host the node as it was when it was chosen
 * @param claimedUntil when the claim expires if the instance is not on the node by then
 * @param alternatives the other nodes that fit, the best first; none of them is claimed
 */
public record Selection(InstanceId instance, HostState host, Instant claimedUntil, List<WeighedHost> alternatives) {
    /** Copies the list. */
    public Selection {
        alternatives = List.copyOf(alternatives);
    }

    /** The node's name. */
    public NodeName node() {
        return host.node();
    }
}

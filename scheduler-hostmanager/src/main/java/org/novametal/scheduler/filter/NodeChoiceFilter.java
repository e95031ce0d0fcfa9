package org.novametal.scheduler.filter;

import org.novametal.driver.model.NodeName;
import org.novametal.scheduler.filter.Verdict.Mismatch;
import org.novametal.scheduler.filter.Verdict.Pass;
import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostState;

/**
 * Passes the nodes that the request allows by name. It compares nodes, not compute hosts: one host has many nodes, and
 * each of them may be chosen. Source: Nova {@code host_manager.py#get_filtered_hosts}, {@code filters/retry_filter.py}
 * of Grizzly.
 */
public final class NodeChoiceFilter implements HostFilter {
    @Override
    public Verdict filter(HostState host, HostDemand demand) {
        NodeName node = host.node();
        if (demand.forcedNode().isPresent() && !demand.forcedNode().get().equals(node)) {
            NodeName forced = demand.forcedNode().get();
            return new Mismatch(
                    Reason.NOT_FORCED,
                    node.value(),
                    forced.value(),
                    "is not " + forced + ", the only node that the request allows");
        }
        if (demand.ignoredNodes().contains(node)) {
            return new Mismatch(
                    Reason.IGNORED,
                    node.value(),
                    "another node",
                    "is one of the " + demand.ignoredNodes().size() + " nodes that the request excludes");
        }
        if (demand.triedNodes().contains(node)) {
            return new Mismatch(
                    Reason.ALREADY_TRIED,
                    node.value(),
                    "another node",
                    "is one of the " + demand.triedNodes().size() + " nodes on which the instance failed before");
        }
        return new Pass();
    }
}

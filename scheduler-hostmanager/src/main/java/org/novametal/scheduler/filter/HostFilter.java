package org.novametal.scheduler.filter;

import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostState;

/** Decides whether a node can take an instance. Filters have no state and may be used by many threads. */
@FunctionalInterface
public interface HostFilter {
    /** Decides on the node. The result depends only on the arguments. */
    Verdict filter(HostState host, HostDemand demand);
}

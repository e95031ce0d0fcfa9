package org.novametal.scheduler.filter;

import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostState;

/** One question to a node: can it take this instance? Filters hold no state and may be asked by many threads. */
@FunctionalInterface
public interface HostFilter {
    /** The answer; it depends on the arguments alone. */
    Verdict filter(HostState host, HostDemand demand);
}

package org.novametal.scheduler.weigh;

import org.novametal.scheduler.host.HostState;

/** One measure of a node; a larger value is better. Weighers have no state and may be used by many threads. */
@FunctionalInterface
public interface HostWeigher {
    /** The raw measure, in any finite unit; {@link HostRanking} scales it to 0…1 among the compared nodes. */
    double weigh(HostState host);
}

package org.novametal.scheduler.weigh;

import org.novametal.scheduler.host.HostState;

/** One measure of a node; larger is better. Weighers hold no state and may be asked by many threads. */
@FunctionalInterface
public interface HostWeigher {
    /** The raw measure, in any finite unit; {@link HostRanking} brings it to 0…1 among the nodes it is compared with. */
    double weigh(HostState host);
}

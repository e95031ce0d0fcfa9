package org.novametal.scheduler.filter;

import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostState;

/** Passes the nodes with enough free memory, in MiB. Source: Nova {@code filters/ram_filter.py}, with the ratio 1.0. */
public final class RamFilter implements HostFilter {
    @Override
    public Verdict filter(HostState host, HostDemand demand) {
        return Verdict.enough(Reason.RAM, host.free().memoryMb(), demand.memoryMb(), "MiB");
    }
}

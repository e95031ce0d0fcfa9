package org.novametal.scheduler.filter;

import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostState;

/** Passes the nodes with enough free processors. Source: Nova {@code filters/core_filter.py}. */
public final class VcpuFilter implements HostFilter {
    @Override
    public Verdict filter(HostState host, HostDemand demand) {
        return Verdict.enough(Reason.VCPUS, host.free().vcpus(), demand.vcpus(), "vcpus");
    }
}

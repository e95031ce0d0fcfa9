package org.novametal.scheduler.filter;

import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostState;

/** Passes the nodes with enough free disk, in GiB. Source: Nova {@code filters/disk_filter.py}, with the ratio 1.0. */
public final class DiskFilter implements HostFilter {
    @Override
    public Verdict filter(HostState host, HostDemand demand) {
        return Verdict.enough(Reason.DISK, host.free().localGb(), demand.localGb(), "GiB");
    }
}

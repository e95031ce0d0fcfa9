package org.novametal.scheduler.filter;

import java.util.ArrayList;
import java.util.List;
import org.novametal.scheduler.filter.Verdict.Pass;
import org.novametal.scheduler.filter.Verdict.Reject;
import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostState;

/**
 * The filters, in order. A node that a gate refuses is not checked further, because it has no free resources to
 * compare. For a node that passes all gates every other filter runs, so that a person sees all mismatches at once.
 *
 * @param gates the filters that check whether the node is free for this request
 * @param fits the filters that check whether the node is large enough and of the right kind
 */
public record FilterChain(List<HostFilter> gates, List<HostFilter> fits) {
    /** Copies the lists. */
    public FilterChain {
        gates = List.copyOf(gates);
        fits = List.copyOf(fits);
    }

    /** All filters of this package. */
    public static FilterChain standard() {
        return new FilterChain(
                List.of(new NodeChoiceFilter(), new AvailabilityFilter()),
                List.of(
                        new VcpuFilter(),
                        new RamFilter(),
                        new DiskFilter(),
                        new CpuArchFilter(),
                        new ResourceClassFilter(),
                        new TraitFilter()));
    }

    /** The reasons why the node does not fit; empty when it fits. */
    public List<Reject> refusals(HostState host, HostDemand demand) {
        for (HostFilter gate : gates) {
            List<Reject> closed = rejects(List.of(gate), host, demand);
            if (!closed.isEmpty()) {
                return closed;
            }
        }
        return rejects(fits, host, demand);
    }

    private static List<Reject> rejects(List<HostFilter> filters, HostState host, HostDemand demand) {
        List<Reject> rejects = new ArrayList<>();
        for (HostFilter filter : filters) {
            switch (filter.filter(host, demand)) {
                case Pass _ -> {}
                case Reject reject -> rejects.add(reject);
            }
        }
        return rejects;
    }
}

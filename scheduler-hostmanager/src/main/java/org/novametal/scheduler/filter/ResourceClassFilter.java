package org.novametal.scheduler.filter;

import java.util.Map;
import java.util.Optional;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.scheduler.filter.Verdict.Pass;
import org.novametal.scheduler.filter.Verdict.Shortage;
import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostDemand.Asker;
import org.novametal.scheduler.host.HostState;

/**
 * Passes the nodes that have enough of each demanded resource class. A free node has exactly one unit of its class and
 * none of any other, so a demand for more than one unit, or for two classes, fits no node.
 */
public final class ResourceClassFilter implements HostFilter {
    @Override
    public Verdict filter(HostState host, HostDemand demand) {
        for (Map.Entry<ResourceClass, Integer> wanted : demand.resourceClasses().entrySet()) {
            int available = available(host, wanted.getKey());
            if (available < wanted.getValue()) {
                return new Shortage(
                        Reason.RESOURCE_CLASS,
                        available,
                        wanted.getValue(),
                        wanted.getKey().name(),
                        Asker.FLAVOR);
            }
        }
        return new Pass();
    }

    private static int available(HostState host, ResourceClass wanted) {
        boolean own = host.resourceClass().equals(Optional.of(wanted));
        return own && host.availability() == Availability.FREE ? 1 : 0;
    }
}

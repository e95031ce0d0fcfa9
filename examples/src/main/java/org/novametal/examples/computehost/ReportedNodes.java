package org.novametal.examples.computehost;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.NodeName;
import org.novametal.scheduler.host.HostAttributeSource;

/**
 * The driver's present reports on all its nodes, for a host manager and the metrics.
 *
 * @param driver the driver
 */
record ReportedNodes(ComputeDriver driver) implements HostAttributeSource {
    @Override
    public List<AvailableResource> read() {
        List<AvailableResource> reports = new ArrayList<>();
        for (NodeName node : new TreeSet<>(driver.getAvailableNodes(Freshness.LIVE))) {
            try {
                reports.add(driver.getAvailableResource(node));
            } catch (DriverException e) {
                if (e.code() != ErrorCode.NODE_NOT_FOUND) {
                    throw e;
                }
                // The node was removed between the two calls.
            }
        }
        return List.copyOf(reports);
    }
}

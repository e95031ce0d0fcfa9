package org.novametal.examples.computehost;

import java.util.List;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.Freshness;
import org.novametal.examples.computehost.server.NodeReports;
import org.novametal.scheduler.host.HostAttributeSource;

/**
 * The driver's present reports on all its nodes, for a host manager and the metrics.
 *
 * @param driver the driver
 */
record ReportedNodes(ComputeDriver driver) implements HostAttributeSource {
    @Override
    public List<AvailableResource> read() {
        return NodeReports.read(driver, Freshness.LIVE);
    }
}

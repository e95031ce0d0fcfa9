package org.novametal.examples.computehost.server;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.NodeName;

/** A driver's reports on all its nodes. */
public final class NodeReports {
    private NodeReports() {}

    /**
     * Reads the resources of all nodes, sorted by the nodes' names.
     *
     * @throws DriverException what the driver throws, such as {@code DRIVER_NOT_READY}
     */
    public static List<AvailableResource> read(ComputeDriver driver, Freshness freshness) {
        List<AvailableResource> reports = new ArrayList<>();
        for (NodeName node : new TreeSet<>(driver.getAvailableNodes(freshness))) {
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

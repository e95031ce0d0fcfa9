package org.novametal.scheduler;

import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.scheduler.host.HostAttributeSource;

/** Nodes as a driver would report them, which a test changes. Safe for many threads; each report is whole. */
final class Fleet implements HostAttributeSource {
    private final ConcurrentSkipListMap<NodeName, AvailableResource> reports = new ConcurrentSkipListMap<>();

    Fleet add(AvailableResource.Builder... nodes) {
        for (AvailableResource.Builder node : nodes) {
            AvailableResource report = node.build();
            reports.put(report.node(), report);
        }
        return this;
    }

    /** As after the driver reserved the node for the instance. */
    void give(NodeName node, InstanceId instance) {
        reports.computeIfPresent(
                node,
                (name, report) -> sized(report)
                        .vcpus(report.vcpus(), report.vcpus())
                        .memoryMb(report.memoryMb(), report.memoryMb())
                        .localGb(report.localGb(), report.localGb())
                        .availability(Availability.IN_USE)
                        .instance(instance)
                        .build());
    }

    /** As after the instance was destroyed and the node cleaned. */
    void free(NodeName node) {
        reports.computeIfPresent(node, (name, report) -> sized(report).build());
    }

    private static AvailableResource.Builder sized(AvailableResource report) {
        return AvailableResource.builder(report.node(), report.uuid())
                .vcpus(report.vcpus(), 0)
                .memoryMb(report.memoryMb(), 0)
                .localGb(report.localGb(), 0)
                .cpuArch(report.cpuArch())
                .traits(report.traits());
    }

    @Override
    public List<AvailableResource> read() {
        return List.copyOf(reports.values());
    }

    static NovaConf conf(String content) {
        return NovaConf.builder().text("nova.conf", content).build();
    }
}

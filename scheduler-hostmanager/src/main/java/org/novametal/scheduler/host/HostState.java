package org.novametal.scheduler.host;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;

/**
 * One node as a scheduler sees it at one time. A node is taken as a whole or not at all: a node that has an instance,
 * or is not free, has no free resources.
 *
 * <p>The free resources of a free node are its total resources minus the used ones. Memory that {@code
 * reserved_host_memory_mb} reserves is part of the report's {@link AvailableResource#memoryMbUsed()} and is not
 * subtracted again here.
 *
 * <p>Source: Nova {@code nova/scheduler/baremetal_host_manager.py#BaremetalNodeState} of Grizzly.
 *
 * @param node the node's name
 * @param uuid the node's UUID
 * @param availability whether the node can take an instance
 * @param instance the instance on the node
 * @param total its total resources
 * @param free its free resources
 * @param cpuArch its processor architecture, such as {@code x86_64}; blank when unknown
 * @param resourceClass its resource class, of which it has exactly one unit
 * @param traits its traits
 * @param attributes further facts, such as {@code provision_state}
 */
public record HostState(
        NodeName node,
        UUID uuid,
        Availability availability,
        Optional<InstanceId> instance,
        Capacity total,
        Capacity free,
        String cpuArch,
        Optional<ResourceClass> resourceClass,
        Set<Trait> traits,
        Map<String, String> attributes) {

    /**
     * An amount of each resource.
     *
     * @param vcpus processors
     * @param memoryMb memory in MiB
     * @param localGb disk in GiB
     */
    public record Capacity(int vcpus, int memoryMb, int localGb) {
        /** No resources. */
        public static final Capacity NONE = new Capacity(0, 0, 0);
    }

    /** Copies the collections. */
    public HostState {
        traits = Set.copyOf(traits);
        attributes = Map.copyOf(attributes);
    }

    /** Makes the state from a driver's report. */
    public static HostState of(AvailableResource report) {
        Capacity total = new Capacity(report.vcpus(), report.memoryMb(), report.localGb());
        return new HostState(
                report.node(),
                report.uuid(),
                report.availability(),
                report.instance(),
                total,
                free(report),
                report.cpuArch(),
                report.resourceClass(),
                report.traits(),
                report.stats());
    }

    private static Capacity free(AvailableResource report) {
        boolean whole =
                report.availability() == Availability.FREE && report.instance().isEmpty();
        return whole
                ? new Capacity(
                        left(report.vcpus(), report.vcpusUsed()),
                        left(report.memoryMb(), report.memoryMbUsed()),
                        left(report.localGb(), report.localGbUsed()))
                : Capacity.NONE;
    }

    /** What is left of a total: never less than nothing and never more than the total, whatever a driver reports. */
    private static int left(int total, int used) {
        return Math.clamp((long) total - used, 0, Math.max(0, total));
    }
}

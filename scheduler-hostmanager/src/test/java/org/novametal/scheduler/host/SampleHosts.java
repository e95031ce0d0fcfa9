package org.novametal.scheduler.host;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.scheduler.host.HostDemand.Amount;
import org.novametal.scheduler.host.HostDemand.Asker;

/** Nodes, instances and amounts for tests. */
public final class SampleHosts {
    private SampleHosts() {}

    /** A report on a free node: 8 vcpus, 16384 MiB, 100 GiB, x86_64. */
    public static AvailableResource.Builder node(String name) {
        return AvailableResource.builder(new NodeName(name), uuid(name))
                .vcpus(8, 0)
                .memoryMb(16384, 0)
                .localGb(100, 0);
    }

    public static HostState state(AvailableResource.Builder report) {
        return HostState.of(report.build());
    }

    public static InstanceId instance(String name) {
        return new InstanceId(uuid(name));
    }

    public static Amount flavorAsks(int value) {
        return new Amount(value, Asker.FLAVOR);
    }

    private static UUID uuid(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}

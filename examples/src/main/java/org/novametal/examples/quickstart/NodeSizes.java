package org.novametal.examples.quickstart;

import java.util.List;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.NodeName;
import org.novametal.examples.quickstart.RackProcess.Machine;

/** The sizes with which the fake machines are enrolled, used in turn, and a flavor that fits on every machine. */
final class NodeSizes {
    /** The length of each fake disk, which is also the node's local disk size. */
    static final int DISK_GB = 10;

    private static final String RESOURCE_CLASS = "baremetal";
    private static final List<Size> SIZES =
            List.of(new Size(4, 8192), new Size(8, 16_384), new Size(16, 65_536), new Size(32, 131_072));

    private record Size(int vcpus, int memoryMb) {}

    private NodeSizes() {}

    /** The node to enrol for the n-th machine; n counts from 0. */
    static NodeSpec node(int n, Machine machine, BmcCredentials credentials) {
        Size size = SIZES.get(n % SIZES.size());
        return NodeSpec.builder(new NodeName(machine.name()), machine.bmc(), credentials)
                .uuid(machine.uuid())
                .vcpus(size.vcpus())
                .memoryMb(size.memoryMb())
                .localGb(DISK_GB)
                .resourceClass(RESOURCE_CLASS)
                .macs(machine.macs())
                .initialState(ProvisionState.AVAILABLE)
                .consoleLog(machine.serialLog().toString())
                .build();
    }

    /** The flavor of the instances. */
    static Flavor flavor() {
        return Flavor.builder("metal.small")
                .vcpus(SIZES.getFirst().vcpus())
                .memoryMb(SIZES.getFirst().memoryMb())
                .rootGb(DISK_GB)
                .extraSpec("resources:CUSTOM_BAREMETAL", "1")
                .extraSpec("cpu_arch", "x86_64")
                .build();
    }
}

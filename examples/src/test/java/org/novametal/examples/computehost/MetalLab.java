package org.novametal.examples.computehost;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.model.NodeName;
import org.novametal.fake.FakeGlance;
import org.novametal.fake.FakeRack;
import org.novametal.fake.FakeRackSettings;

/** Fake machines, enrolled for a compute host with the bare-metal driver, and an image for them. */
final class MetalLab implements AutoCloseable {
    /** The node whose resources Nova's contract tests ask for; it is the first one. */
    static final String NODE_OF_THE_SUITE = "myhostname";

    private static final BmcCredentials CREDENTIALS = new BmcCredentials("admin", "secret");
    private static final int DISK_GB = 2;

    private final Path folder;
    private final FakeRack rack;

    private MetalLab(Path folder, FakeRack rack) {
        this.folder = folder;
        this.rack = rack;
    }

    /** Starts machines and enrols them; the caller starts hosts with {@link #host}. */
    static MetalLab start(Path folder, int nodes) throws IOException {
        for (String name : new String[] {"dhcp", "rack", "serial", "images"}) {
            Files.createDirectories(folder.resolve(name));
        }
        for (String name : new String[] {"deploy.kernel", "deploy.ramdisk"}) {
            Files.writeString(folder.resolve(name), "boot");
        }
        Files.write(folder.resolve("images/disk.img"), FakeGlance.rawImage(2 << 20, 1));
        FakeRack rack = FakeRack.start(new FakeRackSettings(
                nodes,
                0,
                CREDENTIALS,
                folder.resolve("rack"),
                folder.resolve("dhcp"),
                folder.resolve("serial"),
                (long) DISK_GB << 30));
        MetalLab lab = new MetalLab(folder, rack);
        lab.enrol();
        return lab;
    }

    String imageUrl() {
        return folder.resolve("images/disk.img").toUri().toString();
    }

    private Path configuration() throws IOException {
        return Files.writeString(folder.resolve("nova.conf"), """
                [DEFAULT]
                host = metal-1
                [baremetal]
                compute_driver = nova.virt.baremetal.driver.BareMetalDriver
                state_path = %1$s/state
                dhcp_dir = %1$s/dhcp
                deploy_kernel = %1$s/deploy.kernel
                deploy_ramdisk = %1$s/deploy.ramdisk
                image_folders = %1$s/images
                console_folders = %1$s/serial
                http_listen = 127.0.0.1:0
                power_poll_interval = 0
                bmc_retry_interval = 0.2
                agent_poll_interval = 0.2
                agent_command_timeout = 10
                soft_power_off_timeout = 2
                [compute_host]
                socket = %1$s/compute.sock
                """.formatted(folder));
    }

    private void enrol() throws IOException {
        BareMetalOptions options =
                BareMetalOptions.from(NovaConf.builder().file(configuration()).build());
        try (BareMetalInventory inventory = BareMetalInventory.open(options, InstantSource.system(), Missing.CREATE)) {
            for (FakeRack.Slot slot : rack.slots()) {
                boolean first = slot.equals(rack.slots().getFirst());
                inventory
                        .enrolment()
                        .enrol(NodeSpec.builder(
                                        new NodeName(
                                                first
                                                        ? NODE_OF_THE_SUITE
                                                        : slot.machine()
                                                                .settings()
                                                                .name()),
                                        slot.bmc(),
                                        CREDENTIALS)
                                .uuid(slot.machine().settings().systemUuid())
                                .vcpus(4)
                                .memoryMb(8192)
                                .localGb(DISK_GB)
                                .resourceClass("baremetal")
                                .macs(slot.machine().settings().macs())
                                .consoleLog(
                                        slot.machine().settings().serialLog().toString())
                                .initialState(ProvisionState.AVAILABLE)
                                .build());
            }
        }
    }

    /** Starts a host with the driver and waits until it answers. */
    HostProcess host() throws Exception {
        HostProcess host = HostProcess.run(
                folder, Map.of(), "--config-file", folder.resolve("nova.conf").toString());
        host.awaitReady();
        return host;
    }

    @Override
    public void close() {
        rack.close();
    }
}

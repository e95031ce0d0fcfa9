package org.novametal.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.model.NodeName;

/** A configuration and an inventory in a folder. */
final class InventoryFixture {
    private InventoryFixture() {}

    /** Writes {@code nova.conf} and the files that it names. */
    static Path configuration(Path folder) throws IOException {
        for (String name : List.of("deploy.kernel", "deploy.ramdisk")) {
            Files.writeString(folder.resolve(name), "boot");
        }
        return Files.writeString(folder.resolve("nova.conf"), """
                [baremetal]
                state_path = %1$s/state
                dhcp_dir = %1$s/dhcp
                deploy_kernel = %1$s/deploy.kernel
                deploy_ramdisk = %1$s/deploy.ramdisk
                http_listen = 127.0.0.1:0
                power_poll_interval = 0
                """.formatted(folder));
    }

    static BareMetalOptions options(Path folder) {
        return BareMetalOptions.from(
                NovaConf.builder().file(folder.resolve("nova.conf")).build());
    }

    static void enrol(Path folder, List<NodeSpec> specs) {
        try (BareMetalInventory inventory =
                BareMetalInventory.open(options(folder), InstantSource.system(), Missing.CREATE)) {
            inventory.enrolment().enrolAll(specs);
        }
    }

    static NodeSpec spec(int number) {
        return NodeSpec.builder(
                        new NodeName("node-" + number),
                        BmcAddress.parse("ipmi://127.0.0.1:" + (20_000 + number)),
                        new BmcCredentials("admin", "secret-4711"))
                .vcpus(number)
                .memoryMb(1024 * number)
                .localGb(100)
                .resourceClass("gold")
                .macs(List.of("52:54:00:00:00:%02x".formatted(number)))
                .build();
    }
}

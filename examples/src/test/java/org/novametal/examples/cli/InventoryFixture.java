package org.novametal.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.Plan;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.HostStore.HostRecord;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.baremetal.store.sql.SqlStore;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.model.HostName;
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

    /** Begins cleanings of manageable nodes, whose host {@code rack-1} is gone since; returns their ids. */
    static List<String> beginCleanings(Path folder, List<NodeSpec> specs) {
        Path state = folder.resolve("state");
        List<String> begun = new ArrayList<>();
        try (Store store = SqlStore.sqlite(
                state.resolve("nova-metal.db"),
                SecretCipher.ofKeyFile(state.resolve("secret.key")),
                InstantSource.system(),
                StoreOptions.DEFAULTS)) {
            Instant past = Instant.now().minus(Duration.ofHours(1));
            store.hosts().announce(new HostRecord(new HostName("rack-1"), "boot-1", 1, past, past));
            for (NodeSpec spec : specs) {
                NodeRecord node = store.nodes()
                        .enrol(spec.toBuilder()
                                .initialState(ProvisionState.MANAGEABLE)
                                .build());
                OperationRecord cleaning = OperationRecord.begin(
                        node.uuid(),
                        OperationKind.MANUAL_CLEAN,
                        Optional.empty(),
                        OperationInput.NOTHING,
                        new Plan(List.of("clean.erase", "power.off")),
                        Instant.now());
                store.operations().begin(cleaning, Map.of(), ProvisionEvent.CLEAN);
                begun.add(cleaning.id().toString());
            }
        }
        return begun;
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

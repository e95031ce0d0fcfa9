package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.model.HostName;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;

/** A driver process is killed by SIGKILL while it cleans; the next one, told not to clean, ends that cleaning as it began. */
class KilledInMidCleanTest {
    private static final String INSTANCE = "0b4b54ce-5d5c-4c3f-9a4f-3c1c4a0f5a12";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void aCleaningThatBeganIsFinishedEvenIfTheNextProcessIsConfiguredNotToClean() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1);
                Store store = cloud.openStore()) {
            Process process = DriverProcess.start(cloud, INSTANCE, "destroy");
            Eventually.holds("the node is cleaned", LIMIT, () -> state(store) == ProvisionState.CLEAN_WAIT);
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            NodeRecord left = store.nodes().find(FakeCloud.nodeName(0)).orElseThrow();
            assertThat(left.operation()).as("the cleaning is kept").isPresent();

            try (BareMetalDriver driver = new BareMetalDriver(
                    cloud.conf()
                            .overlay("baremetal", "automated_clean", "false")
                            .build(),
                    new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()))) {
                driver.initHost(new HostName("compute-0"));
                Eventually.holds("the node is clean", LIMIT, () -> state(store) == ProvisionState.AVAILABLE);
            }

            assertThat(store.operations()
                            .find(left.operation().orElseThrow())
                            .orElseThrow()
                            .status()
                            .persistedName())
                    .isEqualTo("succeeded");
            assertThat(cloud.diskOf(0)).as("the partition table is gone").startsWith(new byte[512]);
            assertThat(cloud.rack().slots().getFirst().machine().isOn())
                    .as("the machine is off")
                    .isFalse();
            try (Stream<Path> files = Files.walk(folder.resolve("dhcp"))) {
                assertThat(files.filter(Files::isRegularFile)
                                .filter(file -> !file.equals(folder.resolve("dhcp/dnsmasq.leases")))
                                .filter(file -> !file.equals(folder.resolve("dhcp/opts/nova-metal"))))
                        .as("nothing is left in DHCP but the server's own leases and the boot script of all machines")
                        .isEmpty();
            }
        }
    }

    private static ProvisionState state(Store store) {
        return store.nodes().find(FakeCloud.nodeName(0)).orElseThrow().state();
    }
}

package org.novametal.baremetal.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.BareMetalDriver;
import org.novametal.baremetal.FakeCloud;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.HostName;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;
import org.novametal.fake.FakeFault;
import org.novametal.fake.FakeFaults;
import org.novametal.fake.FakeIpmiBmc;

/** A node whose BMC dies is not chosen again and again. */
@Timeout(180)
class DeadBmcTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void aNodeWhoseDeploymentFailedByItsBmcIsFreeOnlyWhenTheBmcAnswersAgain() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1);
                Store store = cloud.openStore();
                BareMetalDriver driver = new BareMetalDriver(
                        cloud.conf().build(),
                        new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()))) {
            driver.initHost(new HostName("compute-0"));
            FakeIpmiBmc bmc = cloud.rack().slots().getFirst().fakeBmc();
            bmc.setFaults(FakeFaults.NONE.with(FakeFault.DROP, 100));

            assertThat(spawnFails(driver, cloud).code()).isEqualTo(ErrorCode.DEPLOY_FAILED);

            assertThat(node(store).instance()).isEmpty();
            assertThat(node(store).marks().fault()).contains(NodeFault.POWER);
            DriverException refused = spawnFails(driver, cloud);
            assertThat(refused.code()).isEqualTo(ErrorCode.RESOURCES_UNAVAILABLE);
            assertThat(refused).hasMessageContaining("faulty (power");

            bmc.setFaults(FakeFaults.NONE);
            Eventually.holds(
                    "the fault ends",
                    LIMIT,
                    () -> node(store).marks().whyNotFree().isEmpty());
            LifeVerb.SPAWN.run(driver, cloud.imageUrl());
            assertThat(cloud.diskOf(0)).isEqualTo(cloud.image());
        }
    }

    private static NodeRecord node(Store store) {
        return store.nodes().find(LifeVerb.NODE).orElseThrow();
    }

    private static DriverException spawnFails(BareMetalDriver driver, FakeCloud cloud) {
        return catchThrowableOfType(DriverException.class, () -> LifeVerb.SPAWN.run(driver, cloud.imageUrl()));
    }
}

package org.novametal.baremetal.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.baremetal.BareMetalDriver;
import org.novametal.baremetal.FakeCloud;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.HostName;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;

/** The clock of the compute service jumps while machines are deployed and cleaned: no limit is shifted by that. */
@Timeout(180)
class ClockJumpTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final HostName HOST = new HostName("compute-0");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"P1D", "-P1D"})
    void aDeploymentAndACleaningEndAsWantedThoughTheClockJumps(Duration jump) throws Exception {
        AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
        try (FakeCloud cloud = new FakeCloud(folder, 1);
                BareMetalDriver driver = new BareMetalDriver(
                        cloud.conf().build(),
                        new ScriptedDriverHost(HOST, () -> Instant.now().plus(ahead.get())))) {
            driver.initHost(HOST);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread spawn = Thread.ofVirtual()
                    .uncaughtExceptionHandler((_, e) -> failure.set(e))
                    .start(() -> {
                        try {
                            LifeVerb.SPAWN.run(driver, cloud.imageUrl());
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
            Eventually.holds(
                    "the ramdisk runs", LIMIT, () -> cloud.serialOf(0).contains("ironic-python-agent: starts"));

            ahead.set(jump);

            assertThat(spawn.join(LIMIT)).as("the spawn ends").isTrue();
            assertThat(failure.get()).isNull();
            assertThat(cloud.node(LifeVerb.NODE).state()).isEqualTo(ProvisionState.ACTIVE);
            assertThat(cloud.diskOf(0)).isEqualTo(cloud.image());
            assertThat(driver.getAvailableNodes(Freshness.LIVE)).containsExactly(LifeVerb.NODE);

            Thread destroy = Thread.ofVirtual()
                    .uncaughtExceptionHandler((_, e) -> failure.set(e))
                    .start(() -> {
                        try {
                            LifeVerb.DESTROY.run(driver, cloud.imageUrl());
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
            Eventually.holds(
                    "the node is cleaned",
                    LIMIT,
                    () -> cloud.node(LifeVerb.NODE).state() == ProvisionState.CLEAN_WAIT);
            ahead.set(Duration.ZERO);

            assertThat(destroy.join(LIMIT)).as("the cleaning ends").isTrue();
            assertThat(failure.get()).isNull();
            assertThat(cloud.node(LifeVerb.NODE).state()).isEqualTo(ProvisionState.AVAILABLE);
        }
    }
}

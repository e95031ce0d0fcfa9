package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;

/** A driver process is killed by SIGKILL while it deploys; the next one finds the spawn in the store and ends it. */
@Execution(ExecutionMode.CONCURRENT)
class KilledInMidDeployTest {
    private static final String INSTANCE = "0b4b54ce-5d5c-4c3f-9a4f-3c1c4a0f5a11";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void killedWhileItFetchesTheImageTheSpawnEndsActiveAfterARestart() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1)) {
            cloud.hold();
            Process process = DriverProcess.start(cloud, INSTANCE);
            Eventually.holds("an image is fetched", LIMIT, () -> cloud.heldDownloads() > 0);
            kill(process);
            cloud.release();

            endsActiveAfterARestart(cloud);
        }
    }

    /** The machine may find no boot server then, and is booted once more. */
    @Test
    void killedWhileTheMachineBootsTheSpawnEndsActiveAfterARestart() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1);
                Store store = cloud.openStore()) {
            Process process = DriverProcess.start(cloud, INSTANCE);
            Eventually.holds(
                    "the ramdisk is waited for",
                    LIMIT,
                    () -> store.nodes()
                            .find(FakeCloud.nodeName(0))
                            .map(node -> node.state() == ProvisionState.WAIT_CALL_BACK)
                            .orElse(false));
            kill(process);
            NodeRecord left = store.nodes().find(FakeCloud.nodeName(0)).orElseThrow();
            assertThat(left.operation()).as("the deployment is kept").isPresent();

            endsActiveAfterARestart(cloud);
        }
    }

    @Test
    void killedWhileTheRamdiskWorksTheSpawnEndsActiveAfterARestart() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1)) {
            Process process = DriverProcess.start(cloud, INSTANCE);
            Eventually.holds(
                    "the ramdisk runs", LIMIT, () -> cloud.serialOf(0).contains("ironic-python-agent: starts"));
            kill(process);

            endsActiveAfterARestart(cloud);
        }
    }

    private static void endsActiveAfterARestart(FakeCloud cloud) throws Exception {
        SpawnRequest request = DriverProcess.request(
                cloud.imageUrl().toString(), FakeCloud.nodeName(0).value(), INSTANCE);
        UUID operation = cloud.node(FakeCloud.nodeName(0)).operation().orElseThrow();
        try (BareMetalDriver driver = new BareMetalDriver(
                cloud.conf().build(), new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()))) {
            driver.initHost(new HostName("compute-0"));
            driver.spawn(RequestContext.of("req-again"), request);

            NodeRecord node = cloud.node(FakeCloud.nodeName(0));
            assertThat(node.state()).isEqualTo(ProvisionState.ACTIVE);
            assertThat(node.operation()).isEmpty();
            try (Store store = cloud.openStore()) {
                assertThat(store.operations()
                                .find(operation)
                                .orElseThrow()
                                .status()
                                .persistedName())
                        .as("the operation of the killed process is the one that succeeded")
                        .isEqualTo("succeeded");
            }
            assertThat(cloud.diskOf(0)).isEqualTo(cloud.image());
            String booted = "BOOTED sha256=" + Hashing.sha256().hashBytes(cloud.image()) + " hostname=web1";
            Eventually.holds("the image boots", LIMIT, () -> cloud.serialOf(0).contains(booted));

            driver.destroy(RequestContext.of("req-end"), DestroyRequest.of(request.instance()));
            Eventually.holds(
                    "the node is clean",
                    LIMIT,
                    () -> cloud.node(FakeCloud.nodeName(0)).state() == ProvisionState.AVAILABLE);
        }
    }

    private static void kill(Process process) throws InterruptedException {
        assertThat(process.isAlive()).as("it is killed while it works").isTrue();
        process.destroyForcibly();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
}

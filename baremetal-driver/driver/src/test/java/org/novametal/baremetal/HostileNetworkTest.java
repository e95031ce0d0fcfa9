package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;
import org.novametal.fake.FakeMachineSettings;

/** A neighbour on the provisioning network acts as a node's deploy ramdisk; another node is deployed beside it. */
class HostileNetworkTest {
    private static final String VICTIM = "0b4b54ce-5d5c-4c3f-9a4f-3c1c4a0f5a12";
    private static final String NEIGHBOUR = "1b4b54ce-5d5c-4c3f-9a4f-3c1c4a0f5a12";
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final long POLL_NANOS = 2_000_000;
    private static final RequestContext CONTEXT = RequestContext.of("req-hostile");

    @TempDir
    Path folder;

    private FakeCloud cloud;
    private Store store;
    private BareMetalDriver driver;
    private final List<Intruder> intruders = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        cloud = new FakeCloud(folder, 2);
        store = cloud.openStore();
        driver = new BareMetalDriver(
                cloud.conf().build(), new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()));
        driver.initHost(new HostName("compute-0"));
    }

    @AfterEach
    void stop() throws Exception {
        for (Intruder intruder : intruders) {
            intruder.close();
        }
        driver.close();
        store.close();
        cloud.close();
    }

    @Test
    void anAttackDuringADeploymentEndsItWithAReasonAndGivesNothingOut() throws Exception {
        Intruder intruder = intrude(() -> true);

        CompletableFuture<Void> beside = CompletableFuture.runAsync(() -> spawn(1, NEIGHBOUR));
        DriverException failure = catchThrowableOfType(DriverException.class, () -> spawn(0, VICTIM));

        assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOY_FAILED);
        assertThat(failure)
                .hasMessageContaining("127.9.9.9")
                .hasMessageContaining("127.1.0.1")
                .hasMessageContaining("agent_intruder_limit is 3");
        assertThat(cloud.node(FakeCloud.nodeName(0)).state()).isNotEqualTo(ProvisionState.ACTIVE);
        beside.get();
        assertThat(cloud.node(FakeCloud.nodeName(1)).state()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(cloud.diskOf(1)).isEqualTo(cloud.image());
        intruder.gotNothing();
    }

    @Test
    void oneIntrusionBootsTheMachineAgainAndTheDeploymentEnds() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Intruder intruder = intrude(() -> !done.get() && isScriptDelivered() && done.compareAndSet(false, true));

        spawn(0, VICTIM);

        assertThat(cloud.node(FakeCloud.nodeName(0)).state()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(cloud.diskOf(0)).isEqualTo(cloud.image());
        assertThat(done).as("there was an intrusion").isTrue();
        assertThat(cloud.serialOf(0).split("command line: ", -1))
                .as("ramdisks that booted")
                .hasSizeGreaterThanOrEqualTo(3);
        intruder.gotNothing();
    }

    @Test
    void anAttackDuringACleaningLeavesTheNodeUncleanUntilItIsCleanedAgain() throws Exception {
        spawn(0, VICTIM);
        byte[] tenant = cloud.diskOf(0);
        Intruder intruder = intrude(() -> true);

        driver.destroy(CONTEXT, DestroyRequest.of(request(0, VICTIM).instance()));
        awaitState(ProvisionState.CLEAN_FAILED);

        assertThat(cloud.diskOf(0)).as("nobody cleaned it").isEqualTo(tenant);
        Eventually.holds(
                "the reason is stored, and the cleaning is undone",
                LIMIT,
                () -> cloud.node(FakeCloud.nodeName(0)).lastError().orElse("").contains("127.9.9.9")
                        && cloud.node(FakeCloud.nodeName(0)).operation().isEmpty());
        intruder.gotNothing();
        intruder.close();
        driver.cleanAgain(FakeCloud.nodeName(0));
        awaitState(ProvisionState.AVAILABLE);
        assertThat(cloud.diskOf(0)).startsWith(new byte[512]);
    }

    @Test
    void betweenDeploymentAndCleaningANeighbourGetsNothingAndChangesNothing() throws Exception {
        spawn(0, VICTIM);

        Intruder intruder = intrude(() -> isActive(0));
        spawn(1, NEIGHBOUR);

        assertThat(cloud.node(FakeCloud.nodeName(0)).state()).isEqualTo(ProvisionState.ACTIVE);
        intruder.gotNothing();
        intruder.close();
        assertThat(intruder.answers).anyMatch(answer -> answer.startsWith("404"));
    }

    private boolean isActive(int index) {
        return store.nodes().find(FakeCloud.nodeName(index)).orElseThrow().state() == ProvisionState.ACTIVE;
    }

    private boolean isScriptDelivered() {
        return store.agents()
                .find(cloud.rack().slots().getFirst().machine().settings().systemUuid())
                .isPresent();
    }

    private void awaitState(ProvisionState state) throws Exception {
        Eventually.holds(
                "node 0 is " + state,
                LIMIT,
                () -> store.nodes().find(FakeCloud.nodeName(0)).orElseThrow().state() == state);
    }

    private void spawn(int index, String instance) {
        try {
            driver.spawn(CONTEXT, request(index, instance));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private SpawnRequest request(int index, String instance) {
        return DriverProcess.request(
                cloud.imageUrl().toString(), FakeCloud.nodeName(index).value(), instance);
    }

    private Intruder intrude(BooleanSupplier now) {
        FakeMachineSettings victim = cloud.rack().slots().getFirst().machine().settings();
        int port = Integer.parseInt(store.settings().find("http_port").orElseThrow());
        Intruder intruder = new Intruder(URI.create("http://127.0.0.1:" + port), victim, now);
        intruders.add(intruder);
        intruder.start();
        return intruder;
    }

    /** Sends, from its own address, whatever an agent of the victim could send; does so while a condition holds. */
    private static final class Intruder implements AutoCloseable {
        private final URI host;
        private final FakeMachineSettings victim;
        private final BooleanSupplier now;
        private final List<String> answers = new CopyOnWriteArrayList<>();
        private final HttpClient client = HttpClient.newBuilder()
                .localAddress(InetAddress.ofLiteral("127.9.9.9"))
                .build();
        private final Thread thread = Thread.ofVirtual().unstarted(this::run);
        private volatile boolean closed;

        Intruder(URI host, FakeMachineSettings victim, BooleanSupplier now) {
            this.host = host;
            this.victim = victim;
            this.now = now;
        }

        void start() {
            thread.start();
        }

        private void run() {
            String mac = victim.macs().getFirst();
            while (!closed) {
                if (now.getAsBoolean()) {
                    send("GET", "/v1/lookup?addresses=" + mac, "");
                    send("GET", "/boot/" + mac.replace(':', '-'), "");
                    send("GET", "/images/" + victim.systemUuid() + "/" + "A".repeat(43), "");
                    send("POST", "/v1/heartbeat/" + victim.systemUuid(), """
                            {"callback_url": "https://127.9.9.9:9999", "agent_token": "%s", "agent_version": "13.0.0",
                             "agent_verify_ca": "%s"}
                            """.formatted("A".repeat(43), "none"));
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        }

        private void send(String method, String path, String body) {
            try {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(host.resolve(path))
                                .header("X-OpenStack-Ironic-API-Version", "1.68")
                                .timeout(Duration.ofSeconds(10))
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                answers.add(answer.statusCode() + " " + path + " " + answer.body());
            } catch (IOException e) {
                answers.add("none " + path + " " + e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void gotNothing() {
            assertThat(answers).isNotEmpty();
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer)
                            .doesNotContain("ipa-agent-token")
                            .doesNotContain("kernel ")
                            .doesNotStartWith("202")
                            .doesNotContainPattern("200 /images")
                            .doesNotContainPattern("\"agent_token\":\"[^*]"));
        }

        @Override
        public void close() {
            closed = true;
            Uninterruptibles.joinUninterruptibly(thread, LIMIT);
            client.close();
        }
    }
}

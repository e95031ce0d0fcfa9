package org.novametal.driver.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverEvent.NodeStateChanged;
import org.novametal.driver.host.DriverEvent.OperationProgress;
import org.novametal.driver.loader.DriverLoader;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.DestroyRequest.DiskFate;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.RebootRequest;
import org.novametal.driver.model.RebootRequest.RebootType;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.placement.ProviderTree;
import org.novametal.driver.placement.ResourceClass;

/** What the in-memory driver does beyond the contract, which the kit tests. */
class InMemoryComputeDriverTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final RequestContext CONTEXT = RequestContext.of("req-test");
    private static final NodeName NODE = new NodeName("rack-1");
    private static final ImageMeta IMAGE =
            ImageMeta.builder("debian").diskFormat("qcow2").build();

    private final SteppedClock clock = new SteppedClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final ScriptedDriverHost host = new ScriptedDriverHost(new HostName("compute-0"), clock);
    private final InMemoryNodes nodes = InMemoryNodes.of(List.of(InMemoryNode.builder("rack-1")
            .localGb(10)
            .resourceClass(ResourceClass.custom("gold"))
            .build()));
    private final InMemoryComputeDriver driver = new InMemoryComputeDriver(nodes, host);

    @BeforeEach
    void begin() {
        driver.initHost(host.host());
    }

    @AfterEach
    void end() {
        nodes.mendStore();
        nodes.releaseDeploys();
        nodes.releaseCleaning();
        driver.close();
    }

    private static Instance newInstance() {
        return Instance.builder(
                        new InstanceId(UUID.randomUUID()),
                        Flavor.builder("small").build())
                .hostname("web")
                .node(NODE)
                .build();
    }

    private Instance spawned() throws InterruptedException {
        Instance instance = newInstance();
        driver.spawn(CONTEXT, SpawnRequest.builder(instance, IMAGE).build());
        return instance;
    }

    private static void assertFailsWith(ErrorCode code, ThrowingCallable call) {
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(call)
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(code));
    }

    @Test
    void isLoadedByTheNameOfNovasFakeDriverWithOneNodeNamedAsItsHost() {
        NovaConf conf = NovaConf.builder()
                .text("nova.conf", "[DEFAULT]\ncompute_driver = fake.FakeDriver")
                .build();

        try (ComputeDriver loaded = DriverLoader.load(conf, host)) {
            loaded.initHost(host.host());

            assertThat(loaded).isInstanceOf(InMemoryComputeDriver.class);
            assertThat(loaded.getAvailableNodes(Freshness.LIVE)).containsExactly(new NodeName("compute-0"));
        }
    }

    @Test
    void tellsEachStateOfANodeInOrderAtTheHostsTime() throws Exception {
        Instance instance = spawned();
        clock.advance(Duration.ofMinutes(5));
        driver.destroy(CONTEXT, DestroyRequest.of(instance));
        host.await(
                "the node is free again",
                LIMIT,
                event -> event instanceof NodeStateChanged changed
                        && changed.newState().equals("available"));

        Instant early = Instant.parse("2026-01-01T00:00:00Z");
        Instant late = Instant.parse("2026-01-01T00:05:00Z");
        Optional<InstanceId> id = Optional.of(instance.id());
        assertThat(host.events().stream()
                        .filter(NodeStateChanged.class::isInstance)
                        .map(NodeStateChanged.class::cast))
                .extracting(
                        NodeStateChanged::at,
                        NodeStateChanged::node,
                        NodeStateChanged::instance,
                        NodeStateChanged::oldState,
                        NodeStateChanged::newState)
                .containsExactly(
                        tuple(early, NODE, id, "available", "deploying"),
                        tuple(early, NODE, id, "deploying", "active"),
                        tuple(late, NODE, id, "active", "deleting"),
                        tuple(late, NODE, Optional.empty(), "deleting", "cleaning"),
                        tuple(late, NODE, Optional.empty(), "cleaning", "available"));
        assertThat(host.events().stream()
                        .filter(OperationProgress.class::isInstance)
                        .map(OperationProgress.class::cast))
                .extracting(
                        OperationProgress::at,
                        OperationProgress::node,
                        OperationProgress::instance,
                        OperationProgress::step,
                        OperationProgress::fraction)
                .containsExactly(tuple(early, NODE, id, "deploy", 0.0), tuple(early, NODE, id, "deploy", 1.0));
    }

    @Test
    void aHostThatFailsInOneEventStillGetsTheNext() throws Exception {
        host.listen(event -> {
            if (event instanceof OperationProgress) {
                throw new IllegalStateException("planted: the host does not take progress");
            }
        });

        spawned();

        assertThat(host.await(
                        "the node is active",
                        LIMIT,
                        event -> event instanceof NodeStateChanged changed
                                && changed.newState().equals("active")))
                .isNotNull();
    }

    @Test
    void eachBootPrintsOneLineAndTheNewestHundredAreKept() throws Exception {
        Instance instance = spawned();
        ConsoleAccess console = driver.capability(ConsoleAccess.class).orElseThrow();
        assertThat(console.getConsoleOutput(CONTEXT, instance)).isEqualTo("BOOTED image=debian hostname=web\n");

        for (int boot = 0; boot < 120; boot++) {
            driver.reboot(CONTEXT, new RebootRequest(instance, RebootType.HARD));
        }

        assertThat(console.getConsoleOutput(CONTEXT, instance).lines()).hasSize(100);
    }

    @Test
    void anImageLargerThanTheDiskIsUnacceptable() {
        ImageMeta tooLong = ImageMeta.builder("long").sizeBytes((10L << 30) + 1).build();

        assertFailsWith(
                ErrorCode.IMAGE_UNACCEPTABLE,
                () -> driver.spawn(
                        CONTEXT, SpawnRequest.builder(newInstance(), tooLong).build()));
        assertThat(driver.listInstanceUuids()).isEmpty();
    }

    @Test
    void anImageThatDemandsALargerDiskMayFitAnotherNode() {
        ImageMeta tooDemanding = ImageMeta.builder("demanding").minDiskGb(11).build();

        assertFailsWith(
                ErrorCode.NODE_INVALID,
                () -> driver.spawn(
                        CONTEXT,
                        SpawnRequest.builder(newInstance(), tooDemanding).build()));
        assertThat(driver.listInstanceUuids()).isEmpty();
    }

    @Test
    void aNodeIsFreeOnlyWhenItIsClean() throws Exception {
        Instance instance = spawned();
        nodes.holdCleaning();

        driver.destroy(CONTEXT, DestroyRequest.of(instance));

        assertThat(driver.getAvailableResource(NODE).availability()).isEqualTo(Availability.UNAVAILABLE);
        assertThat(driver.getAvailableResource(NODE).stats()).containsEntry("provision_state", "cleaning");
        assertFailsWith(ErrorCode.RESOURCES_UNAVAILABLE, this::spawned);
        nodes.releaseCleaning();
        host.await(
                "the node is free again",
                LIMIT,
                event -> event instanceof NodeStateChanged changed
                        && changed.newState().equals("available"));
        spawned();
    }

    @Test
    void aCleaningGoesOnAfterARestart() throws Exception {
        Instance instance = spawned();
        nodes.holdCleaning();
        driver.destroy(CONTEXT, DestroyRequest.of(instance));
        driver.close();

        try (InMemoryComputeDriver next = new InMemoryComputeDriver(nodes, host)) {
            next.initHost(host.host());
            assertThat(next.getAvailableResource(NODE).availability()).isEqualTo(Availability.UNAVAILABLE);
            nodes.releaseCleaning();
            host.await(
                    "the node is free again",
                    LIMIT,
                    event -> event instanceof NodeStateChanged changed
                            && changed.newState().equals("available"));
        }
    }

    @Test
    void aDestroyThatIsToKeepTheDisksIsRefused() throws Exception {
        Instance instance = spawned();

        assertFailsWith(
                ErrorCode.DESTROY_FAILED,
                () -> driver.destroy(CONTEXT, new DestroyRequest(instance, List.of(), DiskFate.KEEP)));
        assertThat(driver.instanceExists(instance)).isTrue();
    }

    @Test
    void anInstanceIsNotGivenASecondNode() throws Exception {
        nodes.add(InMemoryNode.builder("rack-2").build());
        Instance instance = newInstance();
        driver.prepareForSpawn(instance);

        Instance moved = instance.toBuilder().node(new NodeName("rack-2")).build();

        assertFailsWith(ErrorCode.RESOURCES_UNAVAILABLE, () -> driver.prepareForSpawn(moved));
        assertThat(driver.getAvailableResource(new NodeName("rack-2")).instance())
                .isEmpty();
    }

    @Test
    void aNodeWithoutAResourceClassIsNotReportedToPlacement() {
        nodes.add(InMemoryNode.builder("plain").build());

        assertFailsWith(
                ErrorCode.NO_RESOURCE_CLASS,
                () -> driver.updateProviderTree(ProviderTree.empty(), new NodeName("plain")));
    }

    @Test
    void aSpawnWhoseStoreBreaksIsTakenUpWhenItIsAskedForAgain() throws Exception {
        Instance instance = newInstance();
        SpawnRequest request = SpawnRequest.builder(instance, IMAGE).build();
        nodes.holdDeploys();
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                driver.spawn(CONTEXT, request);
                failure.completeExceptionally(new AssertionError("the spawn returned without its store"));
            } catch (DriverException | InterruptedException failed) {
                failure.complete(failed);
            }
        });
        nodes.awaitHeldDeploy(NODE, LIMIT);
        nodes.breakStore();
        nodes.releaseDeploys();

        assertThat(failure.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        DriverException.class,
                        failed -> assertThat(failed.code()).isEqualTo(ErrorCode.DRIVER_NOT_READY));
        nodes.mendStore();
        driver.spawn(CONTEXT, request);
        assertThat(driver.listInstanceUuids()).isEqualTo(Set.of(instance.id()));
        assertThat(driver.getAvailableResource(NODE).stats()).containsEntry("provision_state", "active");
    }

    @Test
    void aNodeInUseCannotBeRemoved() throws Exception {
        Instance instance = spawned();

        assertThatIllegalStateException()
                .isThrownBy(() -> nodes.remove(NODE))
                .withMessageContaining("rack-1")
                .withMessageContaining(instance.id().toString());
        assertThat(driver.getAvailableNodes(Freshness.LIVE)).containsExactly(NODE);
    }

    @Test
    void twoNodesOfOneNameAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> nodes.add(InMemoryNode.builder("rack-1").build()))
                .withMessageContaining("rack-1");
    }
}

package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.novametal.baremetal.store.StoreFixture.refused;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.baremetal.NodeOperations.Release;
import org.novametal.baremetal.NodeOperations.Request;
import org.novametal.baremetal.NodeOperations.WithoutHost;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.InstanceFate;
import org.novametal.baremetal.operation.MachineCommand;
import org.novametal.baremetal.operation.NodeVerb;
import org.novametal.baremetal.operation.OnFailure;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.provision.ProvisionListener;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.baremetal.provision.RunLimits;
import org.novametal.baremetal.provision.ScriptedPlan;
import org.novametal.baremetal.provision.ScriptedStep;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.power.PowerReach;
import org.novametal.baremetal.store.HostStore.HostRecord;
import org.novametal.baremetal.store.OperationStore.NodeEnd;
import org.novametal.baremetal.store.OperationStore.OperationEnd;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.fleet.PowerPacing;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.NodeName;

/** Operations that another process requests: a second handle of the same inventory is that process. */
class RequestWatchTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir
    Path folder;

    private Store store;
    private Store beside;
    private NodeOperations operations;
    private NodeRecord node;
    private InstanceOnNode instance;
    private final List<String> world = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void openTheInventoryTwice() {
        store = StoreFixture.openNow(folder);
        beside = StoreFixture.openNow(folder);
        operations = new NodeOperations(beside, CLOCK, OnFailure.UNDO, RunLimits.NONE);
        node = store.nodes().enrol(StoreFixture.spec(1));
        instance = StoreFixture.instance("vm-1");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : opened.reversed()) {
            part.close();
        }
        beside.close();
        store.close();
    }

    @Test
    void theHostBeginsWhatAnotherProcessRequests() {
        host(step("a"));
        deployed();

        OperationRecord requested = operations.request(Request.of(node.name(), NodeVerb.UNDEPLOY, "an operator"));

        OperationRecord end = operations.await(requested.id(), LIMIT);
        assertThat(end.status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(end.instance()).contains(instance.id());
        assertThat(end.requestedBy()).contains("an operator");
        assertThat(operations.ofNode(node.name(), 9))
                .extracting(OperationRecord::id)
                .contains(requested.id());
    }

    @Test
    void aVerbThatTheNodeDoesNotAllowIsRefusedWithTheStatesThatDo() {
        host(step("a"));

        refused(
                        ErrorCode.RESOURCES_UNAVAILABLE,
                        () -> operations.request(Request.of(node.name(), NodeVerb.PROVIDE, "an operator")))
                .withMessageContaining(
                        "node node-01: the node is available; the verb provide is allowed in manageable");
        assertThat(store.operations().requested()).isEmpty();
    }

    @Test
    void whatTheNodeDoesNotAllowAnyMoreEndsAsFailedWithTheReason() {
        OperationRecord late = OperationRecord.requested(
                node.uuid(),
                Optional.empty(),
                OperationKind.PROVIDE,
                OperationInput.NOTHING,
                "an operator",
                CLOCK.instant());
        beside.operations().request(late, Map.of());
        host(step("a"));

        OperationRecord end = operations.await(late.id(), LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.FAILED);
        assertThat(end.failure().orElseThrow())
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.RESOURCES_UNAVAILABLE))
                .satisfies(failure -> assertThat(failure.message()).contains("node node-01 is available"));
        assertThat(store.nodes().find(node.uuid())).map(NodeRecord::operation).contains(Optional.empty());
    }

    @Test
    void aKindThatTheHostDoesNotKnowEndsAsFailedWithTheKindsThatItKnows() {
        OperationRecord strange = OperationRecord.requested(
                node.uuid(),
                Optional.empty(),
                new OperationKind("polish"),
                OperationInput.NOTHING,
                "an operator",
                CLOCK.instant());
        beside.operations().request(strange, Map.of());
        host(step("a"));

        OperationRecord end = operations.await(strange.id(), LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.FAILED);
        assertThat(end.failure().orElseThrow().message()).contains("knows no operation 'polish'", "clean");
    }

    @Test
    void aNodeThatIsToBeVerifiedFirstBecomesAvailableByItself() {
        host(step("a"));

        NodeRecord fresh = beside.nodes()
                .enrol(StoreFixture.spec(2).toBuilder().verifyFirst().build());

        assertThat(fresh.state()).isEqualTo(ProvisionState.ENROLL);
        OperationRecord verification = operations.ofNode(fresh.name(), 1).getFirst();
        assertThat(operations.await(verification.id(), LIMIT).status()).isEqualTo(OperationStatus.SUCCEEDED);
        OperationRecord cleaning = operations.ofNode(fresh.name(), 1).getFirst();
        assertThat(cleaning.kind()).isEqualTo(OperationKind.PROVIDE);
        assertThat(operations.await(cleaning.id(), LIMIT).status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(store.nodes().find(fresh.uuid())).map(NodeRecord::state).contains(ProvisionState.AVAILABLE);
    }

    @Test
    void aDeploymentTakesTheNodeAtOnceAndLeavesItWhenItIsWithdrawn() {
        OperationRecord deployment = operations.request(deploy(WithoutHost.QUEUE));
        assertThat(store.nodes().find(node.uuid()).flatMap(NodeRecord::instance))
                .isPresent();
        refused(ErrorCode.RESOURCES_UNAVAILABLE, () -> operations.request(deploy(WithoutHost.QUEUE)))
                .withMessageContaining("cannot take an instance now");

        operations.cancel(deployment.id(), "an operator");

        assertThat(store.nodes().find(node.uuid()).flatMap(NodeRecord::instance))
                .isEmpty();
    }

    private Request deploy(WithoutHost withoutHost) {
        return new Request(
                node.name(),
                NodeVerb.DEPLOY,
                Map.of(NodeVerb.IMAGE, "http://127.0.0.1/image"),
                Map.of(),
                "an operator",
                withoutHost);
    }

    @Test
    void parametersThatAreMissingUnknownOrMalformedAreNamedTogether() {
        Request request = new Request(
                node.name(),
                NodeVerb.DEPLOY,
                Map.of("colour", "red", NodeVerb.CHECKSUM, "4711", NodeVerb.ON_FAILURE, "weep"),
                Map.of(),
                "an operator",
                WithoutHost.QUEUE);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> operations.request(request))
                .withMessageContaining("its image is missing")
                .withMessageContaining("no parameter 'colour'")
                .withMessageContaining("its checksum cannot be used")
                .withMessageContaining("its on_failure cannot be used");
    }

    @ParameterizedTest
    @ValueSource(strings = {"disk.img", "/srv/disk.img", "ftp://images.example/disk.img"})
    void anImageThatIsNoUrlOfAnImageIsRefusedBeforeAnythingIsRequested(String image) {
        Request request = new Request(
                node.name(),
                NodeVerb.DEPLOY,
                Map.of(NodeVerb.IMAGE, image),
                Map.of(),
                "an operator",
                WithoutHost.QUEUE);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> operations.request(request))
                .withMessageContaining("'" + image + "' is not a URL of a disk image")
                .withMessageContaining("file:///");
    }

    @Test
    void withoutALivingHostARequestIsRefusedOrLeftForTheNextStart() {
        refused(
                        ErrorCode.HOST_UNAVAILABLE,
                        () -> operations.request(Request.of(node.name(), NodeVerb.MANAGE, "an operator")))
                .withMessageContaining("none is known");
        assertThat(store.operations().requested()).isEmpty();
        deployed();

        OperationRecord queued = operations.request(
                new Request(node.name(), NodeVerb.UNDEPLOY, Map.of(), Map.of(), "an operator", WithoutHost.QUEUE));
        assertThat(operations.find(queued.id()).orElseThrow().status()).isEqualTo(OperationStatus.REQUESTED);
        host(step("a"));

        assertThat(operations.await(queued.id(), LIMIT).status()).isEqualTo(OperationStatus.SUCCEEDED);
    }

    @Test
    void aHostLivesWhileItsHeartbeatIsYoungAndItsProcessExists() {
        HostName name = new HostName("rack-1");
        Instant now = CLOCK.instant();
        long own = ProcessHandle.current().pid();
        // A process id that Linux never gives.
        long none = Long.MAX_VALUE;

        assertThat(livesAs(new HostRecord(name, RequestWatch.bootId(), own, now, now)))
                .isTrue();
        assertThat(livesAs(new HostRecord(name, RequestWatch.bootId(), none, now, now)))
                .isFalse();
        assertThat(livesAs(new HostRecord(name, "another machine", none, now, now)))
                .isTrue();
        assertThat(livesAs(new HostRecord(name, "another machine", none, now, now.minusSeconds(31))))
                .isFalse();
    }

    private boolean livesAs(HostRecord host) {
        store.hosts().announce(host);
        return !operations.livingHosts().isEmpty();
    }

    @Test
    void aStoppedHostIsWithdrawn() throws Exception {
        RequestWatch watch = host(step("a"));
        assertThat(operations.livingHosts())
                .extracting(host -> host.name().value())
                .containsExactly("rack-1");

        opened.remove(watch);
        watch.close();

        assertThat(operations.livingHosts()).isEmpty();
    }

    @Test
    void aRequestIsWithdrawnBeforeItBegins() {
        OperationRecord queued = operations.request(
                new Request(node.name(), NodeVerb.MANAGE, Map.of(), Map.of(), "an operator", WithoutHost.QUEUE));

        OperationRecord end = operations.cancel(queued.id(), "another operator");

        assertThat(end.status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(end.failure().orElseThrow().message()).contains("withdrawn by another operator");
        assertThat(operations.cancel(queued.id(), "a third one")).isEqualTo(end);
    }

    @Test
    void theWithdrawalOfACommandToAMachineSaysThatItMayHaveBegun() {
        deployed();
        OperationRecord queued = operations.command(
                node.name(),
                new MachineCommand.Power(MachineCommand.PowerChange.OFF),
                "an operator",
                WithoutHost.QUEUE);

        OperationRecord end = operations.cancel(queued.id(), "another operator");

        assertThat(end.status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(end.failure().orElseThrow().message())
                .contains("withdrawn by another operator; a host that had begun it still finishes it");
    }

    @Test
    void whatRunsIsCancelledByAnotherProcess() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        host(step("a").answering(() -> {
            runs.countDown();
            return new StepResult.Wait(StepResult.WaitFor.TIME, Duration.ofMinutes(5), "the end of time");
        }));
        OperationRecord deployment = operations.request(deploy(WithoutHost.REFUSE));
        assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();

        operations.cancel(deployment.id(), "an operator");

        assertThat(operations.await(deployment.id(), LIMIT).status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(store.nodes().find(node.uuid())).map(NodeRecord::state).contains(ProvisionState.AVAILABLE);
    }

    private static StepResult hang(CountDownLatch begun, CountDownLatch release) {
        begun.countDown();
        boolean isInterrupted = false;
        try {
            while (true) {
                try {
                    assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
                    return StepResult.DONE;
                } catch (InterruptedException e) {
                    // A call that no interrupt ends.
                    isInterrupted = true;
                }
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void whoWorksOnANodeIsShownWithItsHost() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        assertThat(operations.holder(node.name())).isEmpty();
        host(step("a").answering(() -> {
            runs.countDown();
            return new StepResult.Wait(StepResult.WaitFor.TIME, Duration.ofMinutes(5), "the end of time");
        }));
        OperationRecord deployment = operations.request(deploy(WithoutHost.REFUSE));
        assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();

        NodeHolder holder = operations.holder(node.name()).orElseThrow();

        assertThat(holder.operation().id()).isEqualTo(deployment.id());
        assertThat(holder.operation().step()).contains("a");
        assertThat(holder.life()).isEqualTo(NodeHolder.Life.ALIVE);
        assertThat(holder.host().orElseThrow().name()).isEqualTo(new HostName("rack-1"));
        assertThat(holder.host().orElseThrow().pid())
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(holder.since()).isEqualTo(deployment.createdAt());
    }

    @Test
    void anOperationOfALivingHostIsReleasedOnlyByForce() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        host(step("a").answering(() -> hang(runs, end)));
        OperationRecord deployment = operations.request(deploy(WithoutHost.REFUSE));
        assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();
        refused(
                        ErrorCode.RESOURCES_UNAVAILABLE,
                        () -> operations.release(node.name(), "an operator", Release.HOST_GONE))
                .withMessageContaining("the deploy runs on host rack-1, which lives");

        operations.release(node.name(), "an operator", Release.FORCED);

        OperationRecord released = operations.await(deployment.id(), LIMIT);
        assertThat(released.status()).isEqualTo(OperationStatus.FAILED);
        assertThat(released.failure().orElseThrow().message())
                .contains("the deploy was ended by an operator in the step a, without being undone");
        assertThat(store.nodes().find(node.uuid())).map(NodeRecord::state).contains(ProvisionState.DEPLOY_FAILED);
        assertThat(store.history().newest(node.uuid(), 9))
                .anySatisfy(entry -> {
                    assertThat(entry.who()).isEqualTo("an operator");
                    assertThat(entry.to()).isEqualTo("forced release requested");
                })
                .anySatisfy(entry -> assertThat(entry.error().orElse("")).contains("was ended by an operator"));

        // The next operation does not wait for the thread that hangs.
        OperationRecord deletion = operations.request(Request.of(node.name(), NodeVerb.UNDEPLOY, "an operator"));
        assertThat(operations.await(deletion.id(), LIMIT).status()).isEqualTo(OperationStatus.SUCCEEDED);
        end.countDown();
        awaitState(ProvisionState.AVAILABLE);
    }

    @Test
    void anOperationWhoseHostIsGoneIsReleasedAndDoesNotGoOnAtTheNextStart() throws Exception {
        store.nodes().claim(node.uuid(), instance);
        OperationRecord deployment = StoreFixture.deployment(node.uuid(), instance);
        store.operations().begin(deployment, Map.of(), ProvisionEvent.DEPLOY);
        assertThat(operations.holder(node.name()).orElseThrow().life()).isEqualTo(NodeHolder.Life.GONE);

        OperationRecord released = operations.release(node.name(), "an operator", Release.HOST_GONE);

        assertThat(released.status()).isEqualTo(OperationStatus.FAILED);
        assertThat(operations.holder(node.name())).isEmpty();
        host(step("a"));
        assertThat(store.nodes().find(node.uuid()).orElseThrow().instance()).contains(instance);
        assertThat(world).isEmpty();
        refused(
                ErrorCode.RESOURCES_UNAVAILABLE,
                () -> operations.release(node.name(), "an operator", Release.HOST_GONE));
    }

    private void awaitState(ProvisionState state) throws InterruptedException {
        for (int i = 0;
                i < 1000 && store.nodes().find(node.uuid()).orElseThrow().state() != state;
                i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(store.nodes().find(node.uuid()).orElseThrow().state()).isEqualTo(state);
    }

    @Test
    void anUnknownNodeOrOperationIsRefused() {
        refused(
                ErrorCode.NODE_NOT_FOUND,
                () -> operations.request(Request.of(new NodeName("node-99"), NodeVerb.CLEAN, "an operator")));
        refused(ErrorCode.NODE_INVALID, () -> operations.cancel(node.uuid(), "an operator"));
        refused(ErrorCode.NODE_INVALID, () -> operations.await(node.uuid(), LIMIT));
    }

    // ---- the host

    private RequestWatch host(ScriptedStep deploying) {
        Provisioner provisioner = new Provisioner(
                store,
                ScriptedPlan.catalogue(List.of(deploying), List.of(step("b")), List.of(step("c"))),
                CLOCK,
                ProvisionListener.NONE);
        opened.add(provisioner);
        provisioner.start();
        BmcDirectory bmcs = _ -> {
            throw new BmcException(BmcException.Reason.UNREACHABLE, "no machine is here");
        };
        MachineCommands commands = new MachineCommands(
                store,
                provisioner,
                bmcs,
                new PowerReach(bmcs, new PowerPacing(Duration.ZERO, 0, System::nanoTime)),
                (_, _, _) -> {},
                new MachineCommands.Limits(LIMIT, Duration.ZERO));
        opened.add(commands);
        RequestWatch watch = new RequestWatch(store, provisioner, commands, CLOCK, new HostName("rack-1"));
        opened.add(watch);
        watch.start();
        return watch;
    }

    private ScriptedStep step(String name) {
        return new ScriptedStep(name, StepEffect.NONE, world);
    }

    /** Makes the node active without a host. */
    private void deployed() {
        store.nodes().claim(node.uuid(), instance);
        OperationRecord deployment = StoreFixture.deployment(node.uuid(), instance);
        store.operations().begin(deployment, Map.of(), ProvisionEvent.DEPLOY);
        store.operations()
                .end(
                        deployment.id(),
                        record -> new OperationEnd(
                                record.ended(OperationStatus.SUCCEEDED, Optional.empty(), CLOCK.instant()),
                                new NodeEnd(
                                        List.of(ProvisionEvent.DONE),
                                        InstanceFate.STAYS,
                                        Optional.empty(),
                                        Optional.empty())));
    }
}

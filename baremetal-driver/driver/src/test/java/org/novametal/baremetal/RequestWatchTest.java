package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
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
import org.novametal.baremetal.NodeOperations.Request;
import org.novametal.baremetal.NodeOperations.WithoutHost;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.InstanceFate;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.provision.ProvisionListener;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.baremetal.provision.ScriptedPlan;
import org.novametal.baremetal.provision.ScriptedStep;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.store.HostStore.HostRecord;
import org.novametal.baremetal.store.OperationStore.NodeEnd;
import org.novametal.baremetal.store.OperationStore.OperationEnd;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.InstanceId;
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
        operations = new NodeOperations(beside, CLOCK);
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

        OperationRecord requested = operations.request(Request.of(node.name(), OperationKind.DELETE, "an operator"));

        OperationRecord end = operations.await(requested.id(), LIMIT);
        assertThat(end.status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(end.instance()).contains(instance.id());
        assertThat(end.requestedBy()).contains("an operator");
        assertThat(operations.ofNode(node.name(), 9))
                .extracting(OperationRecord::id)
                .contains(requested.id());
    }

    @Test
    void whatTheNodeDoesNotAllowEndsAsFailedWithTheReason() {
        host(step("a"));

        OperationRecord end = operations.await(
                operations
                        .request(Request.of(node.name(), OperationKind.CLEAN, "an operator"))
                        .id(),
                LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.FAILED);
        assertThat(end.failure().orElseThrow())
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.RESOURCES_UNAVAILABLE))
                .satisfies(failure -> assertThat(failure.message())
                        .contains("node node-01 is available, a state in which the event CLEAN is not allowed"));
        assertThat(store.nodes().find(node.uuid())).map(NodeRecord::operation).contains(Optional.empty());
    }

    @Test
    void aKindThatTheHostDoesNotKnowEndsAsFailedWithTheKindsThatItKnows() {
        host(step("a"));

        OperationRecord end = operations.await(
                operations
                        .request(Request.of(node.name(), new OperationKind("polish"), "an operator"))
                        .id(),
                LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.FAILED);
        assertThat(end.failure().orElseThrow().message()).contains("knows no operation 'polish'", "clean");
    }

    @Test
    void withoutALivingHostARequestIsRefusedOrLeftForTheNextStart() {
        refused(
                        ErrorCode.HOST_UNAVAILABLE,
                        () -> operations.request(Request.of(node.name(), OperationKind.CLEAN, "an operator")))
                .withMessageContaining("none is known");
        assertThat(store.operations().requested()).isEmpty();
        deployed();

        OperationRecord queued = operations.request(new Request(
                node.name(), OperationKind.DELETE, OperationInput.NOTHING, Map.of(), "an operator", WithoutHost.QUEUE));
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
        OperationRecord queued = operations.request(new Request(
                node.name(), OperationKind.CLEAN, OperationInput.NOTHING, Map.of(), "an operator", WithoutHost.QUEUE));

        OperationRecord end = operations.cancel(queued.id(), "another operator");

        assertThat(end.status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(end.failure().orElseThrow().message()).contains("withdrawn by another operator");
        assertThat(operations.cancel(queued.id(), "a third one")).isEqualTo(end);
    }

    @Test
    void whatRunsIsCancelledByAnotherProcess() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        host(step("a").answering(() -> {
            runs.countDown();
            return new StepResult.Wait(StepResult.WaitFor.TIME, Duration.ofMinutes(5), "the end of time");
        }));
        store.nodes().claim(node.uuid(), instance);
        OperationRecord deployment = operations.request(new Request(
                node.name(),
                OperationKind.DEPLOY,
                StoreFixture.plainDeploySpec("host-1"),
                Map.of(),
                "an operator",
                WithoutHost.REFUSE));
        assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();

        operations.cancel(deployment.id(), "an operator");

        assertThat(operations.await(deployment.id(), LIMIT).status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(store.nodes().find(node.uuid())).map(NodeRecord::state).contains(ProvisionState.AVAILABLE);
    }

    @Test
    void anUnknownNodeOrOperationIsRefused() {
        refused(
                ErrorCode.NODE_NOT_FOUND,
                () -> operations.request(Request.of(new NodeName("node-99"), OperationKind.CLEAN, "an operator")));
        refused(ErrorCode.NODE_INVALID, () -> operations.cancel(node.uuid(), "an operator"));
        refused(ErrorCode.NODE_INVALID, () -> operations.await(node.uuid(), LIMIT));
    }

    // ---- the host

    private RequestWatch host(ScriptedStep deploying) {
        Provisioner provisioner = new Provisioner(
                store,
                ScriptedPlan.catalogue(List.of(deploying), List.of(step("b")), List.of(step("c"))),
                CLOCK,
                new Unheard());
        opened.add(provisioner);
        provisioner.start();
        RequestWatch watch = new RequestWatch(store, provisioner, CLOCK, new HostName("rack-1"));
        opened.add(watch);
        watch.start();
        return watch;
    }

    private static final class Unheard implements ProvisionListener {
        @Override
        public void stateChanged(NodeRecord node, Optional<InstanceId> instance, ProvisionState oldState) {}

        @Override
        public void progressed(NodeRecord node, Optional<InstanceId> instance, String step, double fraction) {}
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

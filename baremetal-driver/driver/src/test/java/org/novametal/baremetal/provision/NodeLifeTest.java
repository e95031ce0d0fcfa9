package org.novametal.baremetal.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.ResourceReporter;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepPlan;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource.Availability;

/** The life of a node without an instance, on a real store with scripted steps. */
class NodeLifeTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Store store;
    private final List<Provisioner> opened = new ArrayList<>();
    private final List<String> world = new CopyOnWriteArrayList<>();
    private final List<String> states = new CopyOnWriteArrayList<>();

    /** An operation without an instance, where it begins, and where it ends. */
    enum Life {
        ENROLL(OperationKind.ENROLL, ProvisionState.ENROLL, ProvisionState.ENROLL, ProvisionState.AVAILABLE),
        VERIFY(OperationKind.VERIFY, ProvisionState.ENROLL, ProvisionState.ENROLL, ProvisionState.MANAGEABLE),
        PROVIDE(
                OperationKind.PROVIDE,
                ProvisionState.MANAGEABLE,
                ProvisionState.CLEAN_FAILED,
                ProvisionState.AVAILABLE),
        MANUAL_CLEAN(
                OperationKind.MANUAL_CLEAN,
                ProvisionState.MANAGEABLE,
                ProvisionState.CLEAN_FAILED,
                ProvisionState.MANAGEABLE),
        INSPECT(
                OperationKind.INSPECT,
                ProvisionState.MANAGEABLE,
                ProvisionState.INSPECT_FAILED,
                ProvisionState.MANAGEABLE);

        private final String kind;
        private final ProvisionState begin;
        private final ProvisionState failed;
        private final ProvisionState done;

        Life(OperationKind kind, ProvisionState begin, ProvisionState failed, ProvisionState done) {
            this.kind = kind.persistedName();
            this.begin = begin;
            this.failed = failed;
            this.done = done;
        }

        OperationKind kind() {
            return new OperationKind(kind);
        }
    }

    @BeforeEach
    void openStore() {
        store = StoreFixture.openNow(folder);
    }

    @AfterEach
    void close() {
        opened.forEach(Provisioner::close);
        store.close();
    }

    @ParameterizedTest
    @EnumSource
    void anOperationRunsItsStepsAndEndsWhereItsKindSays(Life life) throws Exception {
        NodeRecord node = enrolled(1, life.begin);
        Provisioner provisioner = open(store, plans(life, step("a"), ramdisk("b")));

        OperationRecord end = provisioner.await(begin(provisioner, life, node), LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.SUCCEEDED);
        awaitState(node, life.done);
        assertThat(world).startsWith("run a", "run b");
        assertThat(now(node).lastError()).isEmpty();
    }

    @Test
    void aNewNodeIsVerifiedAndCleanedBeforeItIsFree() throws Exception {
        NodeRecord node = enrolled(1, ProvisionState.ENROLL);
        Provisioner provisioner = open(
                store,
                ScriptedPlan.catalogue(Map.of(
                        OperationKind.ENROLL, ScriptedPlan.of(List.of(step("verify"))),
                        OperationKind.PROVIDE, ScriptedPlan.of(List.of(ramdisk("erase"))))));

        begin(provisioner, Life.ENROLL, node);

        awaitState(node, ProvisionState.AVAILABLE);
        awaitNoOperation(node);
        assertThat(world).containsExactly("run verify", "run erase", "run erase");
        assertThat(states)
                .containsExactly(
                        "enroll -> verifying",
                        "verifying -> cleaning",
                        "cleaning -> clean wait",
                        "clean wait -> cleaning",
                        "cleaning -> available");
    }

    @ParameterizedTest
    @EnumSource
    void anOperationThatFailsSaysWhyAndIsRetriedByItsVerb(Life life) throws Exception {
        NodeRecord node = enrolled(1, life.begin);
        ScriptedStep failing = step("b").answering(() -> new Failed(FailureCause.BMC, "wrong password"));
        Provisioner provisioner = open(store, plans(life, step("a"), failing));

        OperationRecord end = provisioner.await(begin(provisioner, life, node), LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.FAILED);
        assertThat(now(node).state()).isEqualTo(life.failed);
        assertThat(now(node).lastError()).contains("wrong password");
        assertThat(world).containsExactly("run a", "run b", "undo b", "undo a");
        OperationKind retry = life.kind().equals(OperationKind.PROVIDE) ? OperationKind.CLEAN : life.kind();
        provisioner.await(provisioner.begin(now(node), retry, Optional.empty(), OperationInput.NOTHING), LIMIT);
        awaitState(node, life.done);
    }

    @ParameterizedTest
    @EnumSource
    void anOperationIsAbortedWhileItWaitsAndIsUndone(Life life) throws Exception {
        NodeRecord node = enrolled(1, life.begin);
        CountDownLatch waiting = new CountDownLatch(1);
        ScriptedStep held = step("b").answering(() -> {
            waiting.countDown();
            return new Wait(WaitFor.RAMDISK, Duration.ofMinutes(1), "the ramdisk");
        });
        Provisioner provisioner = open(store, plans(life, step("a"), held));
        UUID operation = begin(provisioner, life, node);
        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();

        provisioner.cancel(operation);

        OperationRecord end = provisioner.await(operation, LIMIT);
        assertThat(end.status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(end.failure().orElseThrow().code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(now(node).state()).isEqualTo(life.failed);
        assertThat(world).containsExactly("run a", "run b", "undo b", "undo a");
    }

    /** The sweep: for every write of an operation the process dies right after it, and the next one ends the operation. */
    @ParameterizedTest
    @EnumSource
    void aProcessThatDiesAfterAnyWriteOfAnOperationLeavesNothingHalfWay(Life life) throws Exception {
        int deaths = 0;
        for (int writes = 1; ; writes++) {
            world.clear();
            NodeRecord node = enrolled(writes, life.begin);
            AtomicInteger left = new AtomicInteger(writes);
            OperationCatalogue plans = plans(life, step("a"), ramdisk("b"), step("c"));
            Provisioner dying = open(DyingStore.wrap(store, left), plans);
            try {
                dying.await(begin(dying, life, node), LIMIT);
            } catch (DyingStore.Death | DriverException e) {
                // The process is dead; what is in the store is all there is.
            }
            boolean died = left.get() <= 0;

            Provisioner next = open(store, plans);
            next.start();
            awaitState(node, life.done);
            awaitNoOperation(node);
            assertThat(world).as("after death at write %d", writes).contains("run a", "run b", "run c");
            if (!died) {
                break;
            }
            deaths++;
        }
        assertThat(deaths).as("writes of %s", life).isGreaterThanOrEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource
    void aProcessThatDiesAfterAnyWriteOfAFailingOperationLeavesTheNodeFailed(Life life) throws Exception {
        for (int writes = 1; ; writes++) {
            NodeRecord node = enrolled(writes, life.begin);
            AtomicInteger left = new AtomicInteger(writes);
            StepPlan failing = ScriptedPlan.of(List.of(step("a"), new AlwaysFailing()));
            OperationCatalogue plans = ScriptedPlan.catalogue(Map.of(life.kind(), failing));
            Provisioner dying = open(DyingStore.wrap(store, left), plans);
            try {
                dying.await(begin(dying, life, node), LIMIT);
            } catch (DyingStore.Death | DriverException e) {
                // The process is dead; what is in the store is all there is.
            }
            boolean died = left.get() <= 0;

            open(store, plans).start();
            awaitNoOperation(node);
            assertThat(now(node).state()).as("after death at write %d", writes).isEqualTo(life.failed);
            if (!died) {
                break;
            }
        }
    }

    @Test
    void aCleaningThatFailsIsAFaultUntilOneSucceeds() throws Exception {
        NodeRecord node = enrolled(1, ProvisionState.MANAGEABLE);
        ScriptedStep failing = step("a").answering(() -> new Failed(FailureCause.RAMDISK, "no disk"));
        Provisioner provisioner = open(store, plans(Life.MANUAL_CLEAN, failing));

        provisioner.await(begin(provisioner, Life.MANUAL_CLEAN, node), LIMIT);

        assertThat(now(node).marks().fault()).contains(NodeFault.CLEAN);
        provisioner.await(begin(provisioner, Life.MANUAL_CLEAN, now(node)), LIMIT);
        assertThat(now(node).marks().fault()).isEmpty();
    }

    @Test
    void aDeploymentThatFailsByTheBmcLeavesANodeThatIsNotFree() throws Exception {
        NodeRecord node = enrolled(1, ProvisionState.AVAILABLE);
        InstanceOnNode instance = StoreFixture.instance("web1");
        store.nodes().claim(node.uuid(), instance);
        ScriptedStep failing = step("a").answering(() -> new Failed(FailureCause.BMC, "no answer"));
        Provisioner provisioner = open(store, ScriptedPlan.catalogue(List.of(failing), List.of(), List.of()));

        provisioner.await(deploy(provisioner, node, instance), LIMIT);

        assertThat(now(node).state()).isEqualTo(ProvisionState.AVAILABLE);
        assertThat(now(node).marks().fault()).contains(NodeFault.POWER);
        assertThat(ResourceReporter.availability(now(node))).isEqualTo(Availability.UNAVAILABLE);
        assertThat(store.nodes().claim(node.uuid(), instance)).isFalse();
        store.nodes().setFault(node.uuid(), Optional.empty());
        assertThat(store.nodes().claim(node.uuid(), instance)).isTrue();
    }

    @Test
    void aDeploymentThatFailsByItsImageLeavesAFreeNode() throws Exception {
        NodeRecord node = enrolled(1, ProvisionState.AVAILABLE);
        InstanceOnNode instance = StoreFixture.instance("web1");
        store.nodes().claim(node.uuid(), instance);
        ScriptedStep failing = step("a").answering(() -> new Failed(FailureCause.IMAGE, "not an image"));
        Provisioner provisioner = open(store, ScriptedPlan.catalogue(List.of(failing), List.of(), List.of()));

        provisioner.await(deploy(provisioner, node, instance), LIMIT);

        assertThat(now(node).marks()).isEqualTo(NodeMarks.NONE);
        assertThat(ResourceReporter.availability(now(node))).isEqualTo(Availability.FREE);
    }

    @Test
    void aVerificationThatSucceedsEndsAFaultOfPower() throws Exception {
        NodeRecord node = enrolled(1, ProvisionState.ENROLL);
        ScriptedStep failing = step("a").answering(() -> new Failed(FailureCause.BMC, "no answer"));
        Provisioner provisioner = open(store, plans(Life.VERIFY, failing));

        provisioner.await(begin(provisioner, Life.VERIFY, node), LIMIT);
        assertThat(now(node).marks().fault()).contains(NodeFault.POWER);
        provisioner.await(begin(provisioner, Life.VERIFY, now(node)), LIMIT);

        assertThat(now(node).marks().fault()).isEmpty();
    }

    @Test
    void aRetiredNodeIsCleanedAfterItsInstanceAndIsThenManageable() throws Exception {
        NodeRecord node = enrolled(1, ProvisionState.AVAILABLE);
        InstanceOnNode instance = StoreFixture.instance("web1");
        store.nodes().claim(node.uuid(), instance);
        Provisioner provisioner = open(store, ScriptedPlan.catalogue(List.of(), List.of(), List.of(step("erase"))));
        provisioner.await(deploy(provisioner, node, instance), LIMIT);
        store.nodes().setRetired(node.uuid(), Optional.of("too old"));

        provisioner.await(
                provisioner.begin(now(node), OperationKind.DELETE, Optional.of(instance.id()), OperationInput.NOTHING),
                LIMIT);

        awaitState(node, ProvisionState.MANAGEABLE);
        awaitNoOperation(node);
        assertThat(world).containsExactly("run erase");
        assertThat(now(node).instance()).isEmpty();
        provisioner.await(begin(provisioner, Life.PROVIDE, now(node)), LIMIT);
        assertThat(now(node).state()).isEqualTo(ProvisionState.MANAGEABLE);
    }

    @Test
    void aNewNodeThatIsRetiredMeanwhileDoesNotBecomeFree() throws Exception {
        NodeRecord node = enrolled(1, ProvisionState.ENROLL);
        store.nodes().setRetired(node.uuid(), Optional.of("wrong rack"));
        Provisioner provisioner = open(store, plans(Life.ENROLL, step("a")));

        begin(provisioner, Life.ENROLL, node);

        awaitState(node, ProvisionState.MANAGEABLE);
        awaitNoOperation(node);
    }

    private static UUID deploy(Provisioner provisioner, NodeRecord node, InstanceOnNode instance) {
        return provisioner.begin(
                node, OperationKind.DEPLOY, Optional.of(instance.id()), StoreFixture.plainDeploySpec("web1"));
    }

    @Test
    void aFreeNodeIsTakenBackByManageAndGivenBackByProvide() throws Exception {
        NodeRecord node = enrolled(1, ProvisionState.AVAILABLE);
        Provisioner provisioner = open(store, ScriptedPlan.catalogue(List.of(), List.of(), List.of()));

        provisioner.await(
                provisioner.begin(node, OperationKind.MANAGE, Optional.empty(), OperationInput.NOTHING), LIMIT);
        assertThat(now(node).state()).isEqualTo(ProvisionState.MANAGEABLE);
        provisioner.await(begin(provisioner, Life.PROVIDE, now(node)), LIMIT);
        assertThat(now(node).state()).isEqualTo(ProvisionState.AVAILABLE);
    }

    @Test
    void aProcessThatDiesAfterAnyWriteOfManageLeavesTheNodeManageable() throws Exception {
        OperationCatalogue plans = ScriptedPlan.catalogue(List.of(), List.of(), List.of());
        int deaths = 0;
        for (int writes = 1; ; writes++) {
            NodeRecord node = enrolled(writes, ProvisionState.AVAILABLE);
            AtomicInteger left = new AtomicInteger(writes);
            Provisioner dying = open(DyingStore.wrap(store, left), plans);
            try {
                dying.await(dying.begin(node, OperationKind.MANAGE, Optional.empty(), OperationInput.NOTHING), LIMIT);
            } catch (DyingStore.Death | DriverException e) {
                // The process is dead; what is in the store is all there is.
            }
            boolean died = left.get() <= 0;

            open(store, plans).start();
            awaitNoOperation(node);
            assertThat(now(node).state()).as("after death at write %d", writes).isEqualTo(ProvisionState.MANAGEABLE);
            if (!died) {
                break;
            }
            deaths++;
        }
        assertThat(deaths).as("writes of manage").isGreaterThanOrEqualTo(2);
    }

    @Test
    void aNodeThatAnInstanceHasReservedIsNotTakenBack() {
        NodeRecord node = enrolled(1, ProvisionState.AVAILABLE);
        store.nodes().claim(node.uuid(), StoreFixture.instance("web1"));
        Provisioner provisioner = open(store, ScriptedPlan.catalogue(List.of(), List.of(), List.of()));

        assertThatThrownBy(() ->
                        provisioner.begin(now(node), OperationKind.MANAGE, Optional.empty(), OperationInput.NOTHING))
                .isInstanceOf(DriverException.class)
                .hasMessageContaining("held by instance");
        assertThat(now(node).state()).isEqualTo(ProvisionState.AVAILABLE);
    }

    /** The event manage leads from available to manageable, in which a verification could not end. */
    @Test
    void anOperationIsRefusedWhereItsEventLeadsToAnotherState() {
        NodeRecord node = enrolled(1, ProvisionState.AVAILABLE);
        Provisioner provisioner = open(store, ScriptedPlan.catalogue(List.of(), List.of(), List.of()));

        assertThatThrownBy(() -> begin(provisioner, Life.VERIFY, node))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCES_UNAVAILABLE))
                .hasMessageContaining("available")
                .hasMessageContaining("verify");
        assertThat(now(node).state()).isEqualTo(ProvisionState.AVAILABLE);
        assertThat(now(node).operation()).isEmpty();
    }

    // ---- small things

    private OperationCatalogue plans(Life life, ScriptedStep... steps) {
        return ScriptedPlan.catalogue(Map.of(life.kind(), ScriptedPlan.of(List.of(steps))));
    }

    private Provisioner open(Store with, OperationCatalogue plans) {
        Provisioner provisioner = new Provisioner(with, plans, InstantSource.system(), new Noting());
        opened.add(provisioner);
        return provisioner;
    }

    private static UUID begin(Provisioner provisioner, Life life, NodeRecord node) {
        return provisioner.begin(node, life.kind(), Optional.empty(), OperationInput.NOTHING);
    }

    private NodeRecord enrolled(int number, ProvisionState state) {
        return store.nodes()
                .enrol(StoreFixture.spec(number).toBuilder().initialState(state).build());
    }

    private ScriptedStep step(String name) {
        return new ScriptedStep(name, StepEffect.NONE, world);
    }

    /** A step that waits for the ramdisk once. */
    private ScriptedStep ramdisk(String name) {
        return step(name).answering(() -> new Wait(WaitFor.RAMDISK, Duration.ofMillis(1), "the ramdisk"));
    }

    private NodeRecord now(NodeRecord node) {
        return store.nodes().find(node.uuid()).orElseThrow();
    }

    private void awaitState(NodeRecord node, ProvisionState state) throws InterruptedException {
        for (int i = 0; i < 1000 && now(node).state() != state; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(now(node).state()).isEqualTo(state);
    }

    private void awaitNoOperation(NodeRecord node) throws InterruptedException {
        for (int i = 0; i < 1000 && now(node).operation().isPresent(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(now(node).operation()).isEmpty();
    }

    private final class Noting implements ProvisionListener {
        @Override
        public void stateChanged(StateChange change) {
            states.add(change.before().persistedName() + " -> "
                    + change.node().state().persistedName());
        }
    }

    private static final class AlwaysFailing implements org.novametal.baremetal.step.Step {
        @Override
        public String name() {
            return "failing";
        }

        @Override
        public Duration limit() {
            return Duration.ofSeconds(30);
        }

        @Override
        public StepResult run(org.novametal.baremetal.step.StepContext context) {
            return new Failed(FailureCause.OTHER, "no good");
        }
    }
}

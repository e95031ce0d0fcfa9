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
import org.novametal.baremetal.operation.AdoptInput;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.operation.RescueInput;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.InstanceId;

/** Adoptions, rescues and their ends, on a real store with scripted steps. */
class InstanceLifeTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Store store;
    private final List<Provisioner> opened = new ArrayList<>();
    private final List<String> world = new CopyOnWriteArrayList<>();

    /** An operation for an instance, where it begins, and where it ends. */
    enum Life {
        ADOPT(OperationKind.ADOPT, ProvisionState.ADOPT_FAILED, ProvisionState.ACTIVE),
        RESCUE(OperationKind.RESCUE, ProvisionState.RESCUE_FAILED, ProvisionState.RESCUE),
        UNRESCUE(OperationKind.UNRESCUE, ProvisionState.UNRESCUE_FAILED, ProvisionState.ACTIVE);

        private final String kind;
        private final ProvisionState failed;
        private final ProvisionState done;

        Life(OperationKind kind, ProvisionState failed, ProvisionState done) {
            this.kind = kind.persistedName();
            this.failed = failed;
            this.done = done;
        }

        OperationKind kind() {
            return new OperationKind(kind);
        }

        OperationInput input() {
            return this == ADOPT
                    ? new AdoptInput("web", "web", "image-1", List.of(), "req-1")
                    : new RescueInput("web", List.of(), "req-1");
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
    void theInstanceHoldsTheNodeFromTheBeginToTheEnd(Life life) throws Exception {
        NodeRecord node = prepared(life, 1);
        Provisioner provisioner = open(store, plans(life, step("a"), ramdisk("b")));

        OperationRecord end = provisioner.await(begin(provisioner, life, node, 1), LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(now(node).state()).isEqualTo(life.done);
        assertThat(now(node).instance()).contains(instance(1));
        assertThat(store.operations().find(end.id()).orElseThrow().input()).isEqualTo(life.input());
    }

    @ParameterizedTest
    @EnumSource
    void aFailureKeepsTheInstanceAndIsRetriedByTheSameVerb(Life life) throws Exception {
        NodeRecord node = prepared(life, 1);
        ScriptedStep failing = step("b").answering(() -> new Failed(FailureCause.RAMDISK, "no good"));
        Provisioner provisioner = open(store, plans(life, step("a"), failing));

        OperationRecord end = provisioner.await(begin(provisioner, life, node, 1), LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.FAILED);
        assertThat(now(node).state()).isEqualTo(life.failed);
        assertThat(now(node).instance()).contains(instance(1));
        assertThat(now(node).lastError()).contains("no good");
        assertThat(world).containsExactly("run a", "run b", "undo b", "undo a");
        assertThat(now(node).marks().fault())
                .isEqualTo(life == Life.ADOPT ? Optional.empty() : Optional.of(NodeFault.RESCUE));
        provisioner.await(begin(provisioner, life, now(node), 1), LIMIT);
        assertThat(now(node).state()).isEqualTo(life.done);
        assertThat(now(node).marks().fault()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anAbortUndoesTheOperationAndADeletionFollows(Life life) throws Exception {
        NodeRecord node = prepared(life, 1);
        CountDownLatch waiting = new CountDownLatch(2);
        ScriptedStep held = step("b").answering(() -> held(waiting)).answering(() -> held(waiting));
        Provisioner provisioner = open(store, plans(life, step("a"), held));
        UUID first = begin(provisioner, life, node, 1);
        awaitCount(waiting, 1);

        provisioner.cancel(first);

        assertThat(provisioner.await(first, LIMIT).status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(now(node).state()).isEqualTo(life.failed);
        assertThat(now(node).marks().fault()).as("a cancellation is no fault").isEmpty();
        UUID second = begin(provisioner, life, now(node), 1);
        awaitCount(waiting, 0);
        provisioner.deleteAfter(second, "req-2");
        provisioner.await(second, LIMIT);
        awaitState(node, ProvisionState.AVAILABLE);
        assertThat(now(node).instance()).isEmpty();
    }

    /** The sweep: for every write of an operation the process dies right after it, and the next one ends the operation. */
    @ParameterizedTest
    @EnumSource
    void aProcessThatDiesAfterAnyWriteOfAnOperationLeavesNothingHalfWay(Life life) throws Exception {
        int deaths = 0;
        for (int writes = 1; ; writes++) {
            NodeRecord node = prepared(life, writes);
            world.clear();
            AtomicInteger left = new AtomicInteger(writes);
            OperationCatalogue plans = plans(life, step("a"), ramdisk("b"), step("c"));
            Provisioner dying = open(DyingStore.wrap(store, left), plans);
            try {
                dying.await(begin(dying, life, node, writes), LIMIT);
            } catch (DyingStore.Death | DriverException e) {
                // The process is dead; what is in the store is all there is.
            }
            boolean died = left.get() <= 0;

            open(store, plans).start();
            awaitState(node, life.done);
            awaitNoOperation(node);
            assertThat(world).as("after death at write %d", writes).contains("run a", "run b", "run c");
            assertThat(now(node).instance()).contains(instance(writes));
            if (!died) {
                break;
            }
            deaths++;
        }
        assertThat(deaths).as("writes of %s", life).isGreaterThanOrEqualTo(7);
    }

    @Test
    void anInstanceThatHoldsAnotherNodeIsNotAdoptedTwice() throws Exception {
        prepared(Life.RESCUE, 1);
        NodeRecord node = prepared(Life.ADOPT, 2);
        Provisioner provisioner = open(store, plans(Life.ADOPT));

        assertThatThrownBy(() -> begin(provisioner, Life.ADOPT, node, 1))
                .isInstanceOf(DriverException.class)
                .hasMessageContaining("node-01");
        assertThat(now(node).state()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(now(node).instance()).isEmpty();
    }

    @Test
    void aFailedAdoptionIsGivenUpByManageWhichFreesTheNodeOfItsInstance() throws Exception {
        NodeRecord node = prepared(Life.ADOPT, 1);
        ScriptedStep failing = step("a").answering(() -> new Failed(FailureCause.BMC, "no answer"));
        Provisioner provisioner = open(store, plans(Life.ADOPT, failing));
        provisioner.await(begin(provisioner, Life.ADOPT, node, 1), LIMIT);

        provisioner.await(
                provisioner.begin(
                        now(node), OperationKind.MANAGE, Optional.of(instance(1).id()), OperationInput.NOTHING),
                LIMIT);

        assertThat(now(node).state()).isEqualTo(ProvisionState.MANAGEABLE);
        assertThat(now(node).instance()).isEmpty();
    }

    // ---- small things

    private static InstanceOnNode instance(int number) {
        return new InstanceOnNode(new InstanceId(new UUID(7, number)), "web");
    }

    /** A node from which the operation can begin. */
    private NodeRecord prepared(Life life, int number) throws InterruptedException {
        NodeRecord node = store.nodes()
                .enrol(StoreFixture.spec(number).toBuilder()
                        .initialState(life == Life.ADOPT ? ProvisionState.MANAGEABLE : ProvisionState.AVAILABLE)
                        .build());
        if (life == Life.ADOPT) {
            return node;
        }
        store.nodes().claim(node.uuid(), instance(number));
        Provisioner provisioner = open(store, ScriptedPlan.catalogue(Map.of()));
        provisioner.await(
                provisioner.begin(
                        now(node),
                        OperationKind.DEPLOY,
                        Optional.of(instance(number).id()),
                        StoreFixture.plainDeploySpec("web")),
                LIMIT);
        if (life == Life.UNRESCUE) {
            provisioner.await(begin(provisioner, Life.RESCUE, now(node), number), LIMIT);
        }
        return now(node);
    }

    private OperationCatalogue plans(Life life, ScriptedStep... steps) {
        return ScriptedPlan.catalogue(Map.of(life.kind(), ScriptedPlan.of(List.of(steps))));
    }

    private Provisioner open(Store with, OperationCatalogue plans) {
        Provisioner provisioner = new Provisioner(with, plans, InstantSource.system(), ProvisionListener.NONE);
        opened.add(provisioner);
        return provisioner;
    }

    private static UUID begin(Provisioner provisioner, Life life, NodeRecord node, int number) {
        return provisioner.begin(node, life.kind(), Optional.of(instance(number).id()), life.input());
    }

    private ScriptedStep step(String name) {
        return new ScriptedStep(name, StepEffect.MACHINE, world);
    }

    /** A step that waits for the ramdisk once. */
    private ScriptedStep ramdisk(String name) {
        return step(name).answering(() -> new Wait(WaitFor.RAMDISK, Duration.ofMillis(1), "the ramdisk"));
    }

    private static Wait held(CountDownLatch waiting) {
        waiting.countDown();
        return new Wait(WaitFor.RAMDISK, Duration.ofMinutes(1), "the ramdisk");
    }

    private static void awaitCount(CountDownLatch latch, long count) throws InterruptedException {
        for (int i = 0; i < 1000 && latch.getCount() > count; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(latch.getCount()).isEqualTo(count);
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
}

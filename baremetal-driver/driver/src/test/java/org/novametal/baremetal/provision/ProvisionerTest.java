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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.operation.Plan;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreDamage;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.PowerState;
import org.novametal.text.ForeignText;

/** Operations on a real store with scripted steps: forward, backward, cancelled, parked, and killed after every write. */
class ProvisionerTest {
    /** How long an operation may take. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final InstanceOnNode INSTANCE =
            new InstanceOnNode(InstanceId.of("11111111-2222-3333-4444-555555555555"), "web1");

    @TempDir
    Path folder;

    private Store store;
    private NodeRecord node;
    private final List<String> world = new CopyOnWriteArrayList<>();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<Provisioner> opened = new ArrayList<>();

    @BeforeEach
    void openStore() {
        store = StoreFixture.openNow(folder);
        node = store.nodes().enrol(StoreFixture.spec(1));
        store.nodes().claim(node.uuid(), INSTANCE);
    }

    @AfterEach
    void close() {
        opened.forEach(Provisioner::close);
        store.close();
    }

    @Test
    void aDeploymentRunsItsStepsInOrderAndEndsActive() throws Exception {
        Provisioner provisioner = open(store, plans(step("a"), step("b")));

        OperationRecord end = provisioner.await(deploy(provisioner, node), LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(world).containsExactly("run a", "run b");
        assertThat(now().state()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(now().operation()).isEmpty();
        assertThat(now().instance()).contains(INSTANCE);
        assertThat(told).containsExactly("available -> deploying", "deploying -> active");
    }

    @Test
    void theBeginOfAnOperationIsReportedAfterTheEndOfTheOneBefore() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Provisioner provisioner = open(store, plans(step("a")), state -> {
            if (state == ProvisionState.ACTIVE) {
                // A slow listener, while the node is free for the next operation already.
                ended.countDown();
                await(go);
            }
        });
        UUID deployment = deploy(provisioner, node);
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();

        UUID deletion = delete(provisioner, now());
        assertThat(told).doesNotContain("active -> deleting");
        go.countDown();
        provisioner.await(deployment, LIMIT);
        provisioner.await(deletion, LIMIT);

        assertThat(told.indexOf("deploying -> active")).isNotNegative().isLessThan(told.indexOf("active -> deleting"));
    }

    @Test
    void whoseTurnItWasIsForgottenForARemovedNodeAndKeptForOthers() throws Exception {
        Provisioner provisioner = open(store, plans(step("a")));
        provisioner.directIfIdle(node.uuid(), _ -> true, List.of());
        assertThat(provisioner.idle(node.uuid()).orElseThrow().turns()).isEqualTo(1);

        provisioner.keepOnly(Set.of());
        assertThat(provisioner.idle(node.uuid()).orElseThrow().turns()).isEqualTo(1);

        store.nodes().unclaim(node.uuid(), INSTANCE.id());
        store.nodes().remove(node.uuid());
        provisioner.keepOnly(Set.of());
        assertThat(provisioner.idle(node.uuid()).orElseThrow().turns()).isZero();
    }

    @Test
    void aWaitForTheRamdiskIsASeparateStateAndEndsWhenItIsHeard() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        ScriptedStep step = step("a").answering(() -> {
            waiting.countDown();
            return new Wait(WaitFor.RAMDISK, Duration.ofMinutes(1), "the ramdisk");
        });
        Provisioner provisioner = open(store, plans(step));

        UUID operation = deploy(provisioner, node);
        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
        provisioner.ramdiskHeard(node.uuid());

        assertThat(provisioner.await(operation, LIMIT).status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(told)
                .containsExactly(
                        "available -> deploying",
                        "deploying -> wait call-back",
                        "wait call-back -> deploying",
                        "deploying -> active");
    }

    @Test
    void aFailureUndoesEveryStepInReverseOrderAndFreesTheNode() throws Exception {
        ScriptedStep failing = step("b").answering(() -> new Failed(FailureCause.IMAGE, "no good"));
        Provisioner provisioner = open(store, plans(step("a"), failing, step("c")));

        OperationRecord end = provisioner.await(deploy(provisioner, node), LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.FAILED);
        assertThat(end.failure().orElseThrow().code()).isEqualTo(ErrorCode.IMAGE_UNACCEPTABLE);
        assertThat(world).containsExactly("run a", "run b", "undo b", "undo a");
        assertThat(now().state()).isEqualTo(ProvisionState.AVAILABLE);
        assertThat(now().instance()).isEmpty();
        assertThat(now().lastError()).contains("no good");
    }

    @Test
    void whatTheFailureOfAStepSaysIsStoredEscapedAndHasALimit() throws Exception {
        ScriptedStep failing = step("b").answering(() -> {
            throw new IllegalStateException("\u001b[2J\n02:00 ERROR forged " + "x".repeat(1_750_000));
        });
        Provisioner provisioner = open(store, plans(step("a"), failing));

        OperationRecord end = provisioner.await(deploy(provisioner, node), LIMIT);

        assertThat(end.failure().orElseThrow().message())
                .contains("\\u001b[2J\\n02:00 ERROR forged")
                .hasSizeLessThanOrEqualTo(ForeignText.MAX_MESSAGE_LENGTH);
        assertThat(now().lastError()).contains(end.failure().orElseThrow().message());
    }

    @Test
    void damagedDataEndsTheOperationInWordsInsteadOfBeingReadForEver() throws Exception {
        ScriptedStep damaged = step("b").answering(() -> {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY, "the row of a port is damaged", new StoreDamage("damaged", null));
        });
        Provisioner provisioner = open(store, plans(step("a"), damaged));

        OperationRecord end = provisioner.await(deploy(provisioner, node), LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.FAILED);
        assertThat(end.failure().orElseThrow().message()).contains("the row of a port is damaged");
        assertThat(world).containsExactly("run a", "run b", "undo b", "undo a");
    }

    @Test
    void theErrorOfACancelledOperationDoesNotStandThroughTheNext() throws Exception {
        ScriptedStep failing = step("b").answering(() -> new Failed(FailureCause.IMAGE, "no good"));
        Provisioner failed = open(store, plans(step("a"), failing));
        failed.await(deploy(failed, node), LIMIT);
        assertThat(now().lastError()).isPresent();
        failed.close();
        store.nodes().claim(node.uuid(), INSTANCE);
        CountDownLatch waiting = new CountDownLatch(1);
        ScriptedStep held = step("b").answering(() -> {
            waiting.countDown();
            return new Wait(WaitFor.RAMDISK, Duration.ofMinutes(1), "the ramdisk");
        });
        Provisioner provisioner = open(store, plans(held));

        deploy(provisioner, node);

        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(now().lastError()).isEmpty();
    }

    @Test
    void aFailureAfterTheDiskWasWrittenCleansTheNodeBeforeItIsFree() throws Exception {
        ScriptedStep writing = new ScriptedStep("write", StepEffect.DISK, world);
        ScriptedStep failing = step("b").answering(() -> new Failed(FailureCause.OTHER, "no good"));
        Provisioner provisioner =
                open(store, ScriptedPlan.catalogue(List.of(writing, failing), List.of(), List.of(step("erase"))));

        provisioner.await(deploy(provisioner, node), LIMIT);

        awaitState(ProvisionState.AVAILABLE);
        awaitTold("cleaning -> available");
        assertThat(world).containsExactly("run write", "run b", "undo b", "undo write", "run erase");
        assertThat(told)
                .containsExactly(
                        "available -> deploying",
                        "deploying -> deploy failed",
                        "deploy failed -> cleaning",
                        "cleaning -> available");
    }

    @Test
    void aStepThatThrowsWhatItShouldNotIsAFailureLikeAnyOther() throws Exception {
        ScriptedStep throwing = step("a").answering(() -> {
            throw new IllegalStateException("a bug");
        });
        Provisioner provisioner = open(store, plans(throwing));

        OperationRecord end = provisioner.await(deploy(provisioner, node), LIMIT);

        assertThat(end.failure().orElseThrow().message()).contains("a bug");
        assertThat(now().state()).isEqualTo(ProvisionState.AVAILABLE);
    }

    @Test
    void whatCannotBeUndoneKeepsTheNodeForItsInstance() throws Exception {
        ScriptedStep first = step("a");
        ScriptedStep stuck = step("b")
                .answering(() -> new Failed(FailureCause.OTHER, "no good"))
                .undoAnswering(() -> new Failed(FailureCause.OTHER, "the BMC is gone"));
        Provisioner provisioner = open(store, plans(first, stuck));

        OperationRecord end = provisioner.await(deploy(provisioner, node), LIMIT);

        assertThat(end.failure().orElseThrow().message()).contains("no good").contains("the BMC is gone");
        assertThat(world).containsExactly("run a", "run b", "undo b", "undo a");
        assertThat(now().state()).isEqualTo(ProvisionState.DEPLOY_FAILED);
        assertThat(now().instance()).contains(INSTANCE);

        provisioner.await(delete(provisioner, now()), LIMIT);
        awaitState(ProvisionState.AVAILABLE);
        assertThat(now().instance()).isEmpty();
    }

    @Test
    void aCancelledDeploymentIsUndoneFromWhereItWas() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        ScriptedStep step = step("b").answering(() -> {
            waiting.countDown();
            return new Wait(WaitFor.RAMDISK, Duration.ofMinutes(1), "the ramdisk");
        });
        Provisioner provisioner = open(store, plans(step("a"), step));
        UUID operation = deploy(provisioner, node);
        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();

        provisioner.cancel(operation);
        OperationRecord end = provisioner.await(operation, LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(end.failure().orElseThrow().code()).isEqualTo(ErrorCode.CANCELLED);
        assertThat(world).endsWith("undo b", "undo a");
        assertThat(now().state()).isEqualTo(ProvisionState.AVAILABLE);
        assertThat(now().instance()).isEmpty();
    }

    @Test
    void aDeletionThatFailsLeavesTheInstanceOnTheNodeInError() throws Exception {
        ScriptedStep off = step("off").answering(() -> new Failed(FailureCause.OTHER, "the BMC is gone"));
        Provisioner provisioner = open(store, ScriptedPlan.catalogue(List.of(), List.of(off), List.of()));
        provisioner.await(deploy(provisioner, node), LIMIT);

        OperationRecord end = provisioner.await(delete(provisioner, now()), LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.FAILED);
        assertThat(now().state()).isEqualTo(ProvisionState.ERROR);
        assertThat(now().instance()).contains(INSTANCE);
        provisioner.await(delete(provisioner, now()), LIMIT);
        awaitState(ProvisionState.AVAILABLE);
    }

    @Test
    void aCleaningThatFailsCanBeBegunAgain() throws Exception {
        ScriptedStep erase = step("erase").answering(() -> new Failed(FailureCause.OTHER, "the disk is gone"));
        Provisioner provisioner = open(store, ScriptedPlan.catalogue(List.of(), List.of(), List.of(erase)));
        provisioner.await(deploy(provisioner, node), LIMIT);
        provisioner.await(delete(provisioner, now()), LIMIT);
        awaitState(ProvisionState.CLEAN_FAILED);
        awaitNoOperation();

        provisioner.await(clean(provisioner, now()), LIMIT);

        assertThat(now().state()).isEqualTo(ProvisionState.AVAILABLE);
    }

    @Test
    void closeParksAnOperationAndTheNextProvisionerEndsIt() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        ScriptedStep step = step("a").answering(() -> {
            waiting.countDown();
            return new Wait(WaitFor.RAMDISK, Duration.ofMinutes(1), "the ramdisk");
        });
        OperationCatalogue plans = plans(step, step("b"));
        Provisioner first = open(store, plans);
        UUID operation = deploy(first, node);
        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();

        first.close();
        assertThatThrownBy(() -> first.await(operation, LIMIT))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.HOST_UNAVAILABLE));
        assertThat(now().operation()).contains(operation);

        open(store, plans).start();
        awaitState(ProvisionState.ACTIVE);
        assertThat(world).containsExactly("run a", "run a", "run b");
    }

    @Test
    void twoOperationsOnOneNodeAreRefused() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        ScriptedStep step = step("a").answering(() -> {
            await(go);
            return StepResult.DONE;
        });
        Provisioner provisioner = open(store, plans(step));
        UUID operation = deploy(provisioner, node);

        assertThatThrownBy(() -> delete(provisioner, now()))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCES_UNAVAILABLE));
        go.countDown();
        provisioner.await(operation, LIMIT);
    }

    @Test
    void aCancelAtTheVeryEndIsEitherInTimeOrTooLateAndKillsNobody() throws Exception {
        for (int round = 0; round < 100; round++) {
            CountDownLatch stepDone = new CountDownLatch(1);
            Provisioner provisioner = open(store, plans(step("a").answering(() -> {
                stepDone.countDown();
                return StepResult.DONE;
            })));
            UUID operation = deploy(provisioner, now());
            await(stepDone);
            for (int spin = 0; spin < round * 100; spin++) {
                Thread.onSpinWait();
            }
            provisioner.cancel(operation);

            OperationRecord end = provisioner.await(operation, LIMIT);

            assertThat(end.status()).isIn(OperationStatus.SUCCEEDED, OperationStatus.CANCELLED);
            // A cancel behind the last step undoes that one too.
            assertThat(world.contains("undo a")).isEqualTo(end.status() == OperationStatus.CANCELLED);
            world.clear();
            if (end.status() == OperationStatus.SUCCEEDED) {
                provisioner.await(delete(provisioner, now()), LIMIT);
            }
            awaitState(ProvisionState.AVAILABLE);
            awaitNoOperation();
            store.nodes().claim(node.uuid(), INSTANCE);
        }
    }

    @Test
    void aListenerThatThrowsChangesNothing() throws Exception {
        Provisioner provisioner = open(store, plans(step("a")), state -> {
            throw new IllegalStateException("a bad listener");
        });

        OperationRecord end = provisioner.await(deploy(provisioner, node), LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(now().state()).isEqualTo(ProvisionState.ACTIVE);
    }

    @Test
    void anOperationCanBeCancelledAsSoonAsTheStoreShowsIt() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Provisioner provisioner = open(store, plans(step("a")), state -> {
            if (state == ProvisionState.DEPLOYING) {
                told.countDown();
                await(go);
            }
        });
        Thread caller = Thread.ofVirtual().start(() -> deploy(provisioner, node));
        await(told);
        UUID operation = now().operation().orElseThrow();

        provisioner.cancel(operation);
        go.countDown();

        assertThat(provisioner.await(operation, LIMIT).status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(world).doesNotContain("run a");
        caller.join();
    }

    @Test
    void anUnfinishedOperationThatNobodyRunsIsTakenUpByWhoAsksForIt() throws Exception {
        OperationRecord orphan = OperationRecord.begin(
                node.uuid(),
                OperationKind.DEPLOY,
                Optional.of(INSTANCE.id()),
                StoreFixture.plainDeploySpec("web1"),
                new Plan(List.of("a")),
                InstantSource.system().instant());
        store.operations().begin(orphan, Map.of(), ProvisionEvent.DEPLOY);

        OperationRecord end = open(store, plans(step("a"))).await(orphan.id(), LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.SUCCEEDED);
    }

    @Test
    void aPowerVerbForAnInstanceThatLeftTouchesNobodyElsesMachine() throws Exception {
        Provisioner provisioner = open(store, plans());
        provisioner.await(deploy(provisioner, node), LIMIT);

        assertThatThrownBy(() -> provisioner.direct(
                        node.uuid(),
                        InstanceId.of("99999999-2222-3333-4444-555555555555"),
                        PowerState.SHUTDOWN,
                        Duration.ofSeconds(1),
                        List.of(step("off"))))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INSTANCE_NOT_FOUND));
        assertThat(world).isEmpty();
    }

    /** The sweep: for every write of a life, the process dies right after it, and the next one ends the life as it should. */
    @Test
    void aProcessThatDiesAfterAnyWriteOfADeploymentLeavesNothingHalfWay() throws Exception {
        int deaths = 0;
        for (int writes = 1; ; writes++) {
            world.clear();
            AtomicInteger left = new AtomicInteger(writes);
            OperationCatalogue plans = plans(
                    step("a"),
                    step("b").answering(() -> new Wait(WaitFor.RAMDISK, Duration.ofMillis(1), "the ramdisk")),
                    step("c"));
            Provisioner dying = open(DyingStore.wrap(store, left), plans);
            UUID operation;
            try {
                operation = deploy(dying, now());
                dying.await(operation, LIMIT);
            } catch (DyingStore.Death | DriverException e) {
                // The process is dead; what is in the store is all there is.
            }
            boolean died = left.get() <= 0;

            Provisioner next = open(store, plans);
            next.start();
            awaitState(ProvisionState.ACTIVE);

            OperationRecord end = store.operations()
                    .newest(INSTANCE.id(), Set.of(OperationKind.DEPLOY))
                    .orElseThrow();
            assertThat(end.status()).as("after death at write %d", writes).isEqualTo(OperationStatus.SUCCEEDED);
            assertThat(world).as("after death at write %d", writes).contains("run a", "run b", "run c");
            assertThat(world.indexOf("run c")).isGreaterThan(world.indexOf("run b"));
            next.await(delete(next, now()), LIMIT);
            awaitState(ProvisionState.AVAILABLE);
            // Its last loop looks for a following operation, and must not find the next round's.
            next.close();
            store.nodes().claim(node.uuid(), INSTANCE);
            if (!died) {
                break;
            }
            deaths++;
        }
        assertThat(deaths).as("writes in a deployment").isGreaterThanOrEqualTo(8);
    }

    @Test
    void aProcessThatDiesAfterAnyWriteOfAFailingDeploymentLeavesTheNodeFree() throws Exception {
        int deaths = 0;
        for (int writes = 1; ; writes++) {
            AtomicInteger left = new AtomicInteger(writes);
            OperationCatalogue plans = plans(step("a"), new FailingStep());
            Provisioner dying = open(DyingStore.wrap(store, left), plans);
            try {
                dying.await(deploy(dying, now()), LIMIT);
            } catch (DyingStore.Death | DriverException e) {
                // The process is dead; what is in the store is all there is.
            }
            boolean died = left.get() <= 0;

            Provisioner next = open(store, plans);
            next.start();
            awaitState(ProvisionState.AVAILABLE);
            next.close();

            assertThat(now().instance()).as("after death at write %d", writes).isEmpty();
            assertThat(now().operation()).isEmpty();
            store.nodes().claim(node.uuid(), INSTANCE);
            if (!died) {
                break;
            }
            deaths++;
        }
        assertThat(deaths).as("writes in a failing deployment").isGreaterThanOrEqualTo(6);
    }

    @Test
    void aStepMaySendItsOperationBackToAnEarlierStepAndStoreSomethingWithThat() throws Exception {
        Provisioner provisioner =
                open(store, plans(step("a"), step("b"), step("c").answering(() -> backTo("b")), step("d")));

        OperationRecord end = provisioner.await(deploy(provisioner, node), LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(world).containsExactly("run a", "run b", "run c", "run b", "run c", "run d");
        assertThat(end.memory()).containsEntry("c.count", "1");
    }

    @Test
    void aFailureAfterGoingBackUndoesFromTheFurthestStepAndCleansADiskThatWasWritten() throws Exception {
        ScriptedStep again = step("boot")
                .answering(() -> StepResult.DONE)
                .answering(() -> new Failed(FailureCause.RAMDISK, "no ramdisk"));
        ScriptedStep writing = new ScriptedStep("write", StepEffect.DISK, world).answering(() -> backTo("boot"));
        Provisioner provisioner = open(
                store, ScriptedPlan.catalogue(List.of(again, writing, step("end")), List.of(), List.of(step("erase"))));

        OperationRecord end = provisioner.await(deploy(provisioner, node), LIMIT);

        assertThat(end.failure().orElseThrow().message()).contains("no ramdisk");
        awaitState(ProvisionState.AVAILABLE);
        assertThat(world).containsExactly("run boot", "run write", "run boot", "undo write", "undo boot", "run erase");
    }

    @Test
    void aStepThatThePlanLacksCannotBeGoneBackTo() throws Exception {
        Provisioner provisioner = open(store, plans(step("a").answering(() -> backTo("z"))));

        OperationRecord end = provisioner.await(deploy(provisioner, node), LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.FAILED);
        assertThat(end.failure().orElseThrow().message()).contains("cannot go back to z");
    }

    @Test
    void aProcessThatDiesAfterAnyWriteOfADeploymentThatGoesBackLeavesNothingHalfWay() throws Exception {
        int deaths = 0;
        for (int writes = 1; ; writes++) {
            world.clear();
            AtomicInteger left = new AtomicInteger(writes);
            OperationCatalogue plans = plans(
                    step("a"),
                    step("b")
                            .answering(() -> new Wait(WaitFor.RAMDISK, Duration.ofMillis(1), "the ramdisk"))
                            .answering(() -> backTo("a")),
                    step("c"));
            Provisioner dying = open(DyingStore.wrap(store, left), plans);
            try {
                dying.await(deploy(dying, now()), LIMIT);
            } catch (DyingStore.Death | DriverException e) {
                // The process is dead; what is in the store is all there is.
            }
            boolean died = left.get() <= 0;

            Provisioner next = open(store, plans);
            next.start();
            awaitState(ProvisionState.ACTIVE);

            // A process that dies before the position is stored runs the same step again, without going back.
            assertThat(world)
                    .as("after death at write %d", writes)
                    .startsWith("run a")
                    .endsWith("run c");
            assertThat(world.lastIndexOf("run b")).isGreaterThan(world.lastIndexOf("run a"));
            next.await(delete(next, now()), LIMIT);
            awaitState(ProvisionState.AVAILABLE);
            // Its last loop looks for a following operation, and must not find the next round's.
            next.close();
            store.nodes().claim(node.uuid(), INSTANCE);
            if (!died) {
                assertThat(world).containsExactly("run a", "run b", "run b", "run a", "run b", "run c");
                break;
            }
            deaths++;
        }
        assertThat(deaths).as("writes in a deployment that goes back").isGreaterThanOrEqualTo(10);
    }

    // ---- small things

    private static StepResult backTo(String step) {
        return new StepResult.BackTo(step, Map.of("c.count", "1"), "the ramdisk is lost");
    }

    private Provisioner open(Store with, OperationCatalogue plans) {
        return open(with, plans, _ -> {});
    }

    private Provisioner open(Store with, OperationCatalogue plans, Consumer<ProvisionState> hearing) {
        Provisioner provisioner = new Provisioner(with, plans, InstantSource.system(), new Teller(hearing));
        opened.add(provisioner);
        return provisioner;
    }

    private static OperationCatalogue plans(Step... deploy) {
        return ScriptedPlan.catalogue(List.of(deploy), List.of(), List.of());
    }

    private static UUID deploy(Provisioner provisioner, NodeRecord node) {
        return provisioner.begin(
                node, OperationKind.DEPLOY, Optional.of(INSTANCE.id()), StoreFixture.plainDeploySpec("web1"));
    }

    private static UUID delete(Provisioner provisioner, NodeRecord node) {
        return provisioner.begin(node, OperationKind.DELETE, Optional.of(INSTANCE.id()), OperationInput.NOTHING);
    }

    private static UUID clean(Provisioner provisioner, NodeRecord node) {
        return provisioner.begin(node, OperationKind.CLEAN, Optional.empty(), OperationInput.NOTHING);
    }

    private ScriptedStep step(String name) {
        return new ScriptedStep(name, StepEffect.NONE, world);
    }

    private NodeRecord now() {
        return store.nodes().find(node.uuid()).orElseThrow();
    }

    private void awaitState(ProvisionState state) throws InterruptedException {
        for (int i = 0; i < 1000 && now().state() != state; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(now().state()).isEqualTo(state);
    }

    /** The listener is called after the store has the state. */
    private void awaitTold(String change) throws InterruptedException {
        for (int i = 0; i < 1000 && !told.contains(change); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private void awaitNoOperation() throws InterruptedException {
        for (int i = 0; i < 1000 && now().operation().isPresent(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(now().operation()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Teller implements ProvisionListener {
        private final Consumer<ProvisionState> hearing;

        Teller(Consumer<ProvisionState> hearing) {
            this.hearing = hearing;
        }

        @Override
        public void stateChanged(StateChange change) {
            ProvisionState state = change.node().state();
            told.add(change.before().persistedName() + " -> " + state.persistedName());
            hearing.accept(state);
        }

        @Override
        public void progressed(NodeRecord record, Optional<InstanceId> instance, String step, double fraction) {
            assertThat(fraction).isBetween(0.0, 1.0);
        }
    }

    /** A step that always fails. */
    private static final class FailingStep implements Step {
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

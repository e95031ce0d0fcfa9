package org.novametal.baremetal.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
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
import org.novametal.baremetal.operation.DeletionWish;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.OnFailure;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationRules;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.Secret;

/** Every end of a rebuild, every cause of a failure, and the secrets, on a real store with scripted steps. */
class OperationEndsTest {
    /** How long an operation may take. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final InstanceOnNode INSTANCE =
            new InstanceOnNode(InstanceId.of("11111111-2222-3333-4444-555555555555"), "web1");

    @TempDir
    Path folder;

    private Store store;
    private Provisioner provisioner;
    private final List<String> world = new CopyOnWriteArrayList<>();

    @BeforeEach
    void openStore() {
        store = StoreFixture.openNow(folder);
        store.nodes().claim(store.nodes().enrol(StoreFixture.spec(1)).uuid(), INSTANCE);
        provisioner = provisioner(ScriptedPlan.catalogue(List.of(), List.of(), List.of()));
    }

    @AfterEach
    void close() {
        provisioner.close();
        store.close();
    }

    @Test
    void aRebuildKeepsTheNodeForItsInstanceAndEndsActive() throws Exception {
        active(List.of(step("fetch", StepEffect.NONE), step("write", StepEffect.DISK)));

        OperationRecord end = end(OperationKind.REBUILD);

        assertThat(end.status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(world).containsExactly("run fetch", "run write");
        assertThat(now().state()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(now().instance()).contains(INSTANCE);
    }

    @Test
    void aRebuildThatFailsBeforeItTouchedTheMachineLeavesTheInstanceRunning() throws Exception {
        active(List.of(failing("fetch", StepEffect.NONE, FailureCause.IMAGE), step("off", StepEffect.MACHINE)));

        OperationRecord end = end(OperationKind.REBUILD);

        assertThat(end.failure().orElseThrow().code()).isEqualTo(ErrorCode.IMAGE_UNACCEPTABLE);
        assertThat(now().state()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(now().instance()).contains(INSTANCE);
        assertThat(now().lastError()).contains("no good");
    }

    @Test
    void aRebuildThatFailsLaterKeepsTheNodeAndCanBeTriedAgain() throws Exception {
        active(List.of(step("off", StepEffect.MACHINE), failing("write", StepEffect.DISK, FailureCause.RAMDISK)));

        assertThat(end(OperationKind.REBUILD).status()).isEqualTo(OperationStatus.FAILED);
        assertThat(now().state()).isEqualTo(ProvisionState.DEPLOY_FAILED);
        assertThat(now().instance()).contains(INSTANCE);

        assertThat(end(OperationKind.REBUILD).status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(now().state()).isEqualTo(ProvisionState.ACTIVE);
    }

    @Test
    void aCancelledRebuildKeepsTheNodeForItsInstance() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        active(List.of(step("off", StepEffect.MACHINE), awaitsRamdisk("ramdisk", waiting)));
        UUID rebuild = begin(OperationKind.REBUILD);
        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();

        provisioner.cancel(rebuild);

        assertThat(provisioner.await(rebuild, LIMIT).status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(now().state()).isEqualTo(ProvisionState.DEPLOY_FAILED);
        assertThat(now().instance()).contains(INSTANCE);
        assertThat(end(OperationKind.DELETE).status()).isEqualTo(OperationStatus.SUCCEEDED);
    }

    @Test
    void aDeletionThatIsAskedForInMidDeployFollowsEvenWhereTheDeploymentCannotBeUndone() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        ScriptedStep stuck = step("off", StepEffect.MACHINE)
                .answering(() -> {
                    waiting.countDown();
                    return new Wait(WaitFor.TIME, Duration.ofMinutes(1), "the machine");
                })
                .undoAnswering(() -> new Failed(FailureCause.BMC, "the BMC is gone"));
        open(List.of(stuck), List.of(step("delete", StepEffect.MACHINE)));
        UUID deployment = begin(OperationKind.DEPLOY);
        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();

        provisioner.deleteAfter(deployment, "req-7");

        assertThat(provisioner.await(deployment, LIMIT).status()).isEqualTo(OperationStatus.FAILED);
        UUID deletion = store.operations()
                .find(deployment)
                .orElseThrow()
                .deletion()
                .orElseThrow()
                .id();
        assertThat(provisioner.await(deletion, LIMIT).status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(world).containsExactly("run off", "undo off", "run delete");
        assertThat(now().instance()).isEmpty();
    }

    @Test
    void aDeletionThatIsAskedForInMidDeploySurvivesTheProcess() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        active(List.of(step("off", StepEffect.MACHINE), awaitsRamdisk("ramdisk", waiting)));
        UUID rebuild = begin(OperationKind.REBUILD);
        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
        provisioner.close();
        store.operations()
                .change(
                        rebuild,
                        op -> op.followedByDeletion(new DeletionWish(new UUID(4, 7), "req-7"), op.updatedAt()));

        open(List.of(step("off", StepEffect.MACHINE), step("ramdisk", StepEffect.NONE)), List.of());
        provisioner.start();

        assertThat(provisioner.await(rebuild, LIMIT).status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(provisioner.await(new UUID(4, 7), LIMIT).status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(now().instance()).isEmpty();
    }

    @Test
    void aDeletionThatIsAbortedKeepsTheInstanceInErrorAndCanBeBegunAgain() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        Step off = step("off", StepEffect.MACHINE).answering(() -> {
            waiting.countDown();
            return new Wait(WaitFor.TIME, Duration.ofMinutes(1), "the machine");
        });
        open(List.of(), List.of(off));
        end(OperationKind.DEPLOY);
        UUID deletion = begin(OperationKind.DELETE);
        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();

        provisioner.cancel(deletion);

        assertThat(provisioner.await(deletion, LIMIT).status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(now().state()).isEqualTo(ProvisionState.ERROR);
        assertThat(now().instance()).contains(INSTANCE);
        assertThat(end(OperationKind.DELETE).status()).isEqualTo(OperationStatus.SUCCEEDED);
    }

    @ParameterizedTest
    @EnumSource(FailureCause.class)
    void everyCauseIsStoredAndToldByTheCodeOfTheRow(FailureCause cause) throws Exception {
        open(List.of(failing("a", StepEffect.NONE, cause)), List.of());

        OperationRecord end = end(OperationKind.DEPLOY);

        assertThat(end.failure().orElseThrow().cause()).isEqualTo(cause);
        assertThat(end.failure().orElseThrow().code())
                .isEqualTo(OperationRules.ALL
                        .find(OperationKind.DEPLOY)
                        .orElseThrow()
                        .failure(cause, "")
                        .code());
        assertThat(store.operations().find(end.id())).contains(end);
    }

    @Test
    void aStepOverItsLimitFailsByTimeout() throws Exception {
        Step late = new LateStep();
        open(List.of(late), List.of());

        OperationRecord end = end(OperationKind.DEPLOY);

        assertThat(end.failure().orElseThrow().cause()).isEqualTo(FailureCause.TIMEOUT);
        assertThat(end.failure().orElseThrow().message()).contains("late on node-01 waited 0 s for nothing");
    }

    @Test
    void secretsAreThereWhileTheOperationRunsAndAreErasedAtItsEnd() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        open(
                List.of(step("a", StepEffect.NONE).answering(() -> {
                    running.countDown();
                    awaitQuietly(go);
                    return new Wait(WaitFor.TIME, Duration.ofMillis(1), "a moment");
                })),
                List.of());
        UUID id = provisioner.begin(
                now(),
                OperationKind.DEPLOY,
                Optional.of(INSTANCE.id()),
                OperationInput.NOTHING,
                Map.of("admin-password", Secret.of("open-sesame-4711")));
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(store.operations().secrets(id))
                .hasEntrySatisfying(
                        "admin-password", secret -> assertThat(secret.reveal()).isEqualTo("open-sesame-4711"));
        assertThat(store.operations().find(id).orElseThrow().toString()).doesNotContain("open-sesame");
        go.countDown();
        provisioner.await(id, LIMIT);

        assertThat(store.operations().secrets(id)).isEmpty();
    }

    // ---- kept failures

    @Test
    void aFailedDeploymentIsKeptUntouchedUntilItIsUndone() throws Exception {
        open(
                List.of(step("off", StepEffect.MACHINE), failing("write", StepEffect.DISK, FailureCause.RAMDISK)),
                List.of());

        OperationRecord kept = provisioner.await(beginKept(OperationKind.DEPLOY), LIMIT);

        assertThat(kept.isKept()).isTrue();
        assertThat(world).containsExactly("run off", "run write");
        assertThat(now().state()).isEqualTo(ProvisionState.DEPLOY_FAILED);
        assertThat(now().instance()).contains(INSTANCE);
        assertThat(now().operation()).contains(kept.id());
        assertThat(now().lastError()).contains("no good");

        provisioner.cancel(kept.id());

        assertThat(provisioner.await(kept.id(), LIMIT).status()).isEqualTo(OperationStatus.FAILED);
        assertThat(world).containsExactly("run off", "run write", "undo write", "undo off");
        awaitState(ProvisionState.AVAILABLE);
        assertThat(now().instance()).isEmpty();
    }

    @Test
    void aKeptDeploymentSurvivesTheProcessAndADeletionEndsIt() throws Exception {
        open(
                List.of(step("off", StepEffect.MACHINE), failing("write", StepEffect.DISK, FailureCause.IMAGE)),
                List.of());
        UUID kept = provisioner.await(beginKept(OperationKind.DEPLOY), LIMIT).id();
        provisioner.close();
        open(List.of(step("off", StepEffect.MACHINE), step("write", StepEffect.DISK)), List.of());

        provisioner.start();

        assertThat(provisioner.await(kept, LIMIT).isKept()).isTrue();
        assertThat(world).containsExactly("run off", "run write");
        provisioner.deleteAfter(kept, "req-8");
        assertThat(provisioner.await(kept, LIMIT).failure().orElseThrow().code())
                .isEqualTo(ErrorCode.IMAGE_UNACCEPTABLE);
        awaitState(ProvisionState.AVAILABLE);
        assertThat(now().instance()).isEmpty();
    }

    @Test
    void aKeptRebuildLeavesTheInstanceOnItsNodeWhenItIsUndone() throws Exception {
        active(List.of(step("off", StepEffect.MACHINE), failing("write", StepEffect.DISK, FailureCause.RAMDISK)));

        UUID kept = provisioner.await(beginKept(OperationKind.REBUILD), LIMIT).id();

        assertThat(world).containsExactly("run off", "run write");
        provisioner.cancel(kept);
        assertThat(provisioner.await(kept, LIMIT).status()).isEqualTo(OperationStatus.FAILED);
        assertThat(now().state()).isEqualTo(ProvisionState.DEPLOY_FAILED);
        assertThat(now().instance()).contains(INSTANCE);
    }

    @Test
    void aProcessThatDiesAfterAnyWriteOfAKeptDeploymentLeavesNothingHalfWay() throws Exception {
        int deaths = 0;
        for (int writes = 1; ; writes++) {
            world.clear();
            AtomicInteger left = new AtomicInteger(writes);
            OperationCatalogue plans = ScriptedPlan.catalogue(
                    List.of(step("off", StepEffect.MACHINE), failingAlways("write", StepEffect.DISK)),
                    List.of(),
                    List.of());
            try (Provisioner dying = new Provisioner(
                    DyingStore.wrap(store, left), plans, InstantSource.system(), ProvisionListener.NONE)) {
                UUID kept = beginKept(dying, OperationKind.DEPLOY);
                dying.await(kept, LIMIT);
                dying.cancel(kept);
                dying.await(kept, LIMIT);
            } catch (DyingStore.Death | DriverException e) {
                // The process is dead; what is in the store is all there is.
            }
            boolean died = left.get() <= 0;

            provisioner = provisioner(plans);
            provisioner.start();
            Optional<UUID> unfinished = now().operation();
            if (unfinished.isPresent()) {
                OperationRecord operation = provisioner.await(unfinished.get(), LIMIT);
                assertThat(operation.isKept()
                                || operation.status() == OperationStatus.FAILED
                                || operation.kind().equals(OperationKind.CLEAN))
                        .as("after death at write %d: %s", writes, operation)
                        .isTrue();
                provisioner.cancel(unfinished.get());
            }
            awaitState(ProvisionState.AVAILABLE);
            awaitNoOperation();
            assertThat(now().instance()).as("after death at write %d", writes).isEmpty();
            store.nodes().claim(now().uuid(), INSTANCE);
            if (!died) {
                break;
            }
            deaths++;
        }
        assertThat(deaths).as("writes in a kept deployment").isGreaterThanOrEqualTo(8);
    }

    // ---- small things

    private UUID beginKept(OperationKind kind) {
        return beginKept(provisioner, kind);
    }

    private UUID beginKept(Provisioner with, OperationKind kind) {
        return with.begin(
                now(),
                kind,
                Optional.of(INSTANCE.id()),
                StoreFixture.plainDeploySpec("web1").withOnFailure(OnFailure.KEEP));
    }

    private void awaitState(ProvisionState state) throws InterruptedException {
        for (int i = 0; i < 1000 && now().state() != state; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(now().state()).isEqualTo(state);
    }

    private void awaitNoOperation() throws InterruptedException {
        for (int i = 0; i < 1000 && now().operation().isPresent(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(now().operation()).isEmpty();
    }

    private Step failingAlways(String name, StepEffect effect) {
        return new Step() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Duration limit() {
                return Duration.ofSeconds(30);
            }

            @Override
            public StepEffect effect() {
                return effect;
            }

            @Override
            public Failed run(StepContext context) {
                world.add("run " + name);
                return new Failed(FailureCause.RAMDISK, "no good");
            }
        };
    }

    private void active(List<? extends Step> rebuild) throws Exception {
        List<Step> nothing = List.of();
        provisioner = provisioner(ScriptedPlan.catalogue(Map.of(
                OperationKind.DEPLOY, ScriptedPlan.of(nothing), OperationKind.REBUILD, ScriptedPlan.of(rebuild))));
        end(OperationKind.DEPLOY);
        assertThat(now().state()).isEqualTo(ProvisionState.ACTIVE);
    }

    private void open(List<? extends Step> deploy, List<? extends Step> delete) {
        provisioner = provisioner(ScriptedPlan.catalogue(deploy, delete, List.of()));
    }

    private Provisioner provisioner(OperationCatalogue catalogue) {
        return new Provisioner(store, catalogue, InstantSource.system(), ProvisionListener.NONE);
    }

    private UUID begin(OperationKind kind) {
        return provisioner.begin(now(), kind, Optional.of(INSTANCE.id()), OperationInput.NOTHING);
    }

    private OperationRecord end(OperationKind kind) throws InterruptedException {
        return provisioner.await(begin(kind), LIMIT);
    }

    private ScriptedStep step(String name, StepEffect effect) {
        return new ScriptedStep(name, effect, world);
    }

    private ScriptedStep awaitsRamdisk(String name, CountDownLatch waiting) {
        return step(name, StepEffect.NONE).answering(() -> {
            waiting.countDown();
            return new Wait(WaitFor.RAMDISK, Duration.ofMinutes(1), "the ramdisk");
        });
    }

    private ScriptedStep failing(String name, StepEffect effect, FailureCause cause) {
        return step(name, effect).answering(() -> new Failed(cause, "no good"));
    }

    private NodeRecord now() {
        return store.nodes().all().getFirst();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits longer than it may. */
    private static final class LateStep implements Step {
        @Override
        public String name() {
            return "late";
        }

        @Override
        public Duration limit() {
            return Duration.ZERO;
        }

        @Override
        public Wait run(StepContext context) {
            return new Wait(WaitFor.TIME, Duration.ofMillis(1), "nothing");
        }
    }
}

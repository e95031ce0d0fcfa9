package org.novametal.baremetal.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.InstanceFate;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationRule;
import org.novametal.baremetal.operation.OperationRule.Ending;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.operation.Plan;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepPlan;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.baremetal.store.OperationStore;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;

/** What a restart makes of an operation whose plan is not the one that the new program would make. */
class PlanByNameTest {
    /** How long an operation may take. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final InstanceOnNode INSTANCE =
            new InstanceOnNode(InstanceId.of("11111111-2222-3333-4444-555555555555"), "web1");

    @TempDir
    Path folder;

    private Store store;
    private UUID node;
    private final List<String> world = new CopyOnWriteArrayList<>();

    @BeforeEach
    void openStore() {
        store = open();
        node = store.nodes().enrol(StoreFixture.spec(1)).uuid();
        store.nodes().claim(node, INSTANCE);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aCleaningGoesOnThoughCleaningWasSwitchedOffMeanwhile() throws Exception {
        List<Step> clean = List.of(step("network"), held("erase"), step("off"));
        interrupted(ScriptedPlan.catalogue(List.of(), List.of(), clean), "run erase", OperationKind.DELETE);

        restart(catalogue(new ScriptedPlan(List.of(), List.of(step("network"), step("erase"), step("off")))));

        awaitState(ProvisionState.AVAILABLE);
        assertThat(world).containsExactly("run network", "run erase", "run erase", "run off");
    }

    @Test
    void anUndoingGoesOnThoughCleaningWasSwitchedOffMeanwhile() throws Exception {
        Step failing = step("erase").answering(() -> new Failed(FailureCause.RAMDISK, "the disk is gone"));
        List<Step> clean = List.of(step("network"), heldUndo("on"), failing);
        interrupted(ScriptedPlan.catalogue(List.of(), List.of(), clean), "undo on", OperationKind.DELETE);

        restart(catalogue(new ScriptedPlan(List.of(), List.of(step("network"), step("on"), step("erase")))));

        awaitIdle();
        assertThat(world)
                .containsExactly(
                        "run network", "run on", "run erase", "undo erase", "undo on", "undo on", "undo network");
        assertThat(now().state()).isEqualTo(ProvisionState.CLEAN_FAILED);
        assertThat(now().lastError()).contains("the disk is gone");
    }

    @Test
    void aStepThatAnUpgradeInsertedIsNeitherRunNorShiftsTheOthers() throws Exception {
        List<Step> deploy = List.of(step("a"), held("b"), step("c"));
        interrupted(ScriptedPlan.catalogue(deploy, List.of(), List.of()), "run b", OperationKind.DEPLOY);

        restart(ScriptedPlan.catalogue(
                List.of(step("a"), step("inserted"), step("b"), step("also-inserted"), step("c")),
                List.of(),
                List.of()));

        awaitState(ProvisionState.ACTIVE);
        assertThat(world).containsExactly("run a", "run b", "run b", "run c");
    }

    @Test
    void aStepThatIsNotKnownEndsTheOperationBeforeItAndWhatWasDoneIsUndone() throws Exception {
        List<Step> deploy = List.of(step("a"), held("b"), step("gone"));
        interrupted(ScriptedPlan.catalogue(deploy, List.of(), List.of()), "run b", OperationKind.DEPLOY);

        restart(ScriptedPlan.catalogue(List.of(step("a"), step("b")), List.of(), List.of()));

        awaitIdle();
        assertThat(world).containsExactly("run a", "run b", "undo b", "undo a");
        assertThat(now().state()).isEqualTo(ProvisionState.AVAILABLE);
        assertThat(now().lastError().orElseThrow()).contains("gone").contains("does not know the step");
    }

    @Test
    void aStepThatWasBegunAndIsNotKnownKeepsTheNodeForItsInstanceUntilThatIsDestroyed() throws Exception {
        List<Step> deploy = List.of(step("a"), held("gone"), step("c"));
        interrupted(ScriptedPlan.catalogue(deploy, List.of(), List.of()), "run gone", OperationKind.DEPLOY);

        Provisioner provisioner =
                restart(ScriptedPlan.catalogue(List.of(step("a"), step("c")), List.of(), List.of(step("erase"))));

        awaitIdle();
        assertThat(world).containsExactly("run a", "run gone", "undo a");
        assertThat(now().state()).isEqualTo(ProvisionState.DEPLOY_FAILED);
        assertThat(now().instance()).contains(INSTANCE);
        assertThat(now().lastError().orElseThrow())
                .contains("could not be undone")
                .contains("'gone'");

        provisioner.await(
                provisioner.begin(now(), OperationKind.DELETE, Optional.of(INSTANCE.id()), OperationInput.NOTHING),
                LIMIT);
        awaitState(ProvisionState.AVAILABLE);
    }

    @Test
    void anOperationOfAKindThatIsNotKnownEndsInWordsAndTheNodeCanBeFreed() throws Exception {
        OperationRecord strange = OperationRecord.begin(
                node,
                new OperationKind("polish"),
                Optional.of(INSTANCE.id()),
                OperationInput.NOTHING,
                new Plan(List.of("polish.first")),
                InstantSource.system().instant());
        store.operations().begin(strange, Map.of(), ProvisionEvent.DEPLOY);

        Provisioner provisioner = restart(ScriptedPlan.catalogue(List.of(), List.of(), List.of()));

        awaitIdle();
        assertThat(now().state()).isEqualTo(ProvisionState.DEPLOY_FAILED);
        assertThat(now().lastError().orElseThrow()).contains("'polish'");
        provisioner.await(
                provisioner.begin(now(), OperationKind.DELETE, Optional.of(INSTANCE.id()), OperationInput.NOTHING),
                LIMIT);
        awaitState(ProvisionState.AVAILABLE);
    }

    /** A kind of operation that only this test knows: a row, a plan, an input. */
    @Test
    void aKindIsARowAPlanAndAnInput() throws Exception {
        OperationKind inspect = new OperationKind("look");
        OperationRule row = new OperationRule(
                inspect,
                ProvisionEvent.CLEAN,
                ProvisionState.CLEANING,
                Optional.empty(),
                Set.of(),
                OperationRule.everyEnd(end -> switch (end) {
                    case DONE -> Ending.of(ProvisionEvent.DONE, InstanceFate.LEAVES);
                    case UNTOUCHED, TOUCHED, WRITTEN, NOT_UNDONE, CANCEL_NOT_UNDONE ->
                        Ending.unchanged(InstanceFate.LEAVES);
                }),
                Optional.empty(),
                OperationRule.everyCause(_ -> ErrorCode.NODE_INVALID));
        Step look = new Step() {
            @Override
            public String name() {
                return "inspect.look";
            }

            @Override
            public Duration limit() {
                return Duration.ofSeconds(30);
            }

            @Override
            public StepResult run(StepContext context) {
                world.add("looked for "
                        + context.input(OperationInput.Parameters.class)
                                .values()
                                .get("disk"));
                return StepResult.DONE;
            }
        };
        OperationCatalogue known =
                ScriptedPlan.catalogue(List.of(), List.of(), List.of()).with(row, ScriptedPlan.of(List.of(look)));
        Provisioner provisioner = restart(known);
        NodeRecord failed = cleanFailed();

        OperationRecord end = provisioner.await(
                provisioner.begin(
                        failed, inspect, Optional.empty(), new OperationInput.Parameters(Map.of("disk", "/dev/sda"))),
                LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(world).endsWith("looked for /dev/sda");
        assertThat(now().state()).isEqualTo(ProvisionState.AVAILABLE);
    }

    /** The only state that takes the event of the test's kind. */
    private NodeRecord cleanFailed() {
        OperationRecord deployment = record(OperationKind.DEPLOY, Optional.of(INSTANCE.id()));
        store.operations().begin(deployment, Map.of(), ProvisionEvent.DEPLOY);
        OperationRecord cleaning = record(OperationKind.CLEAN, Optional.empty());
        end(deployment, ProvisionEvent.DONE, InstanceFate.STAYS, Optional.empty());
        OperationRecord deletion = record(OperationKind.DELETE, Optional.of(INSTANCE.id()));
        store.operations().begin(deletion, Map.of(), ProvisionEvent.DELETE);
        end(deletion, ProvisionEvent.CLEAN, InstanceFate.LEAVES, Optional.of(cleaning));
        end(cleaning, ProvisionEvent.FAIL, InstanceFate.LEAVES, Optional.empty());
        return now();
    }

    private void end(
            OperationRecord operation, ProvisionEvent event, InstanceFate fate, Optional<OperationRecord> next) {
        store.operations()
                .end(
                        operation.id(),
                        op -> new OperationStore.OperationEnd(
                                op.ended(OperationStatus.SUCCEEDED, Optional.empty(), op.updatedAt()),
                                new OperationStore.NodeEnd(List.of(event), fate, next, Optional.empty())));
    }

    private OperationRecord record(OperationKind kind, Optional<InstanceId> instance) {
        return OperationRecord.begin(
                node,
                kind,
                instance,
                OperationInput.NOTHING,
                Plan.EMPTY,
                InstantSource.system().instant());
    }

    // ---- processes

    /** Runs an operation until the world shows what was done last, and ends the process there. */
    private void interrupted(OperationCatalogue plans, String last, OperationKind kind) throws Exception {
        try (Provisioner first = new Provisioner(store, plans, InstantSource.system(), ProvisionListener.NONE)) {
            UUID begun = first.begin(now(), OperationKind.DEPLOY, Optional.of(INSTANCE.id()), OperationInput.NOTHING);
            if (kind.equals(OperationKind.DELETE)) {
                first.await(begun, LIMIT);
                first.await(
                        first.begin(now(), OperationKind.DELETE, Optional.of(INSTANCE.id()), OperationInput.NOTHING),
                        LIMIT);
            }
            for (int i = 0; i < 1000 && !world.contains(last); i++) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            assertThat(world).contains(last);
        }
        store.close();
        store = open();
    }

    private Provisioner restart(OperationCatalogue plans) {
        Provisioner next = new Provisioner(store, plans, InstantSource.system(), ProvisionListener.NONE);
        next.start();
        return next;
    }

    private Store open() {
        return StoreFixture.openNow(folder);
    }

    private static OperationCatalogue catalogue(StepPlan clean) {
        return ScriptedPlan.catalogue(ScriptedPlan.of(List.of()), ScriptedPlan.of(List.of()), clean);
    }

    private ScriptedStep step(String name) {
        return new ScriptedStep(name, StepEffect.NONE, world);
    }

    /** A step that does not end before its process does. */
    private ScriptedStep held(String name) {
        return step(name).answering(PlanByNameTest::forLong);
    }

    private ScriptedStep heldUndo(String name) {
        return step(name).undoAnswering(PlanByNameTest::forLong);
    }

    private static StepResult forLong() {
        return new Wait(WaitFor.TIME, Duration.ofMinutes(1), "the end of the process");
    }

    private NodeRecord now() {
        return store.nodes().find(node).orElseThrow();
    }

    private void awaitState(ProvisionState state) throws InterruptedException {
        for (int i = 0; i < 1000 && now().state() != state; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(now().state()).isEqualTo(state);
    }

    private void awaitIdle() throws InterruptedException {
        for (int i = 0; i < 1000 && now().operation().isPresent(); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(now().operation()).isEmpty();
    }
}

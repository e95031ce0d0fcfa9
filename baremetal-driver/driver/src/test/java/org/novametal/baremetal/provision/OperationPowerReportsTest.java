package org.novametal.baremetal.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.bmc.PowerAction;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.PowerState;

/** What an operation reports of the power commands that its steps send. */
class OperationPowerReportsTest {
    private static final InstanceOnNode INSTANCE =
            new InstanceOnNode(InstanceId.of("11111111-2222-3333-4444-555555555555"), "web1");

    @TempDir
    Path folder;

    private final List<String> reported = new CopyOnWriteArrayList<>();
    private Store store;

    @BeforeEach
    void open() {
        store = StoreFixture.openNow(folder);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private OperationRecord deploy(Function<StepContext, StepResult> run, Function<StepContext, StepResult> undo)
            throws InterruptedException {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        store.nodes().claim(node.uuid(), INSTANCE);
        try (Provisioner provisioner = new Provisioner(
                store,
                ScriptedPlan.catalogue(List.of(new PowerStep(run, undo)), List.of(), List.of()),
                InstantSource.system(),
                new Noting())) {
            UUID operation = provisioner.begin(
                    node, OperationKind.DEPLOY, Optional.of(INSTANCE.id()), StoreFixture.plainDeploySpec("web1"));
            return provisioner.await(operation, Duration.ofSeconds(30));
        }
    }

    @Test
    void aCommandEndsWhenThePowerIsReadAndIsReportedOnceHoweverOftenItIsSent() throws Exception {
        OperationRecord end = deploy(
                context -> {
                    context.powerRequested(PowerAction.ON);
                    context.powerRequested(PowerAction.ON);
                    context.recordPower(PowerState.RUNNING);
                    context.recordPower(PowerState.RUNNING);
                    return StepResult.DONE;
                },
                _ -> StepResult.DONE);

        assertThat(end.status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(reported).containsExactly("ON begins", "ON ends");
    }

    @Test
    void aCommandThatAnotherOneFollowsHasFailed() throws Exception {
        deploy(
                context -> {
                    context.powerRequested(PowerAction.SOFT_OFF);
                    context.powerRequested(PowerAction.OFF);
                    context.recordPower(PowerState.SHUTDOWN);
                    return StepResult.DONE;
                },
                _ -> StepResult.DONE);

        assertThat(reported)
                .containsExactly(
                        "SOFT_OFF begins",
                        "SOFT_OFF fails: the machine did not react in time; OFF follows",
                        "OFF begins",
                        "OFF ends");
    }

    @Test
    void aStepThatFailsFailsItsCommandAndTheCommandsOfItsUndoFollow() throws Exception {
        deploy(
                context -> {
                    context.powerRequested(PowerAction.ON);
                    return new StepResult.Failed(FailureCause.BMC, "the BMC is silent");
                },
                context -> {
                    context.powerRequested(PowerAction.OFF);
                    return new StepResult.Failed(FailureCause.BMC, "it still is");
                });

        assertThat(reported)
                .containsExactly("ON begins", "ON fails: the BMC is silent", "OFF begins", "OFF fails: it still is");
    }

    @Test
    void aStepThatSendsNoCommandReportsNone() throws Exception {
        deploy(
                context -> {
                    context.recordPower(PowerState.RUNNING);
                    return StepResult.DONE;
                },
                _ -> StepResult.DONE);

        assertThat(reported).isEmpty();
    }

    private final class Noting implements ProvisionListener {
        @Override
        public void powerBegins(NodeRecord node, PowerAction action) {
            reported.add(action + " begins");
        }

        @Override
        public void powerEnded(NodeRecord node, PowerAction action, Optional<String> failure) {
            reported.add(action + failure.map(why -> " fails: " + why).orElse(" ends"));
        }
    }

    private record PowerStep(Function<StepContext, StepResult> running, Function<StepContext, StepResult> undoing)
            implements Step {
        @Override
        public String name() {
            return "power";
        }

        @Override
        public Duration limit() {
            return Duration.ofMinutes(1);
        }

        @Override
        public StepResult run(StepContext context) {
            return running.apply(context);
        }

        @Override
        public StepResult undo(StepContext context) {
            return undoing.apply(context);
        }
    }
}

package org.novametal.baremetal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeRecords;
import org.novametal.baremetal.metrics.DriverMetrics.GaugeKind;
import org.novametal.baremetal.metrics.DriverMetrics.Task;
import org.novametal.baremetal.metrics.DriverMetrics.TaskOutcome;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.power.PowerCommand;
import org.novametal.baremetal.provision.ProvisionListener.StepOutcome;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.bmc.BmcException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.queue.AdmissionQueue;

class MicrometerMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerMetrics metrics = new MicrometerMetrics(registry);
    private final NodeRecord node = NodeRecords.of(StoreFixture.spec(1), StoreFixture.NOW);
    private final OperationRecord operation = OperationRecord.begin(
            new UUID(0, 1),
            node.uuid(),
            OperationKind.DEPLOY,
            Optional.empty(),
            OperationInput.NOTHING,
            StoreFixture.PLAN,
            StoreFixture.NOW);

    @Test
    void anOperationIsTimedByKindOutcomeAndCause() {
        metrics.operationEnded(operation.ended(
                OperationStatus.FAILED,
                Optional.of(new OperationFailure(FailureCause.BMC, ErrorCode.DEPLOY_FAILED, "no answer")),
                StoreFixture.NOW.plusSeconds(90)));

        assertThat(registry.get("novametal.operations")
                        .tags("kind", "deploy", "outcome", "failed", "cause", "bmc")
                        .timer()
                        .totalTime(TimeUnit.SECONDS))
                .isEqualTo(90);
    }

    @Test
    void aClockThatJumpsBackGivesNoNegativeTime() {
        metrics.operationEnded(
                operation.ended(OperationStatus.SUCCEEDED, Optional.empty(), StoreFixture.NOW.minusSeconds(90)));

        assertThat(registry.get("novametal.operations").timer().count()).isEqualTo(1);
    }

    @Test
    void aStepIsTimedByKindStepAndOutcome() {
        metrics.stepEnded(operation, "image.write", StepOutcome.DONE, Duration.ofSeconds(3));

        assertThat(registry.get("novametal.steps")
                        .tags("kind", "deploy", "step", "image.write", "outcome", "done")
                        .timer()
                        .totalTime(TimeUnit.SECONDS))
                .isEqualTo(3);
    }

    @Test
    void runsOfRepeatedWorkAreTimedWithTheirFailuresAndTheTimeOfTheLast() {
        metrics.taskRan(Task.POWER_SWEEP, TaskOutcome.FAILED, Duration.ofSeconds(2), StoreFixture.NOW);
        metrics.taskRan(Task.POWER_SWEEP, TaskOutcome.DONE, Duration.ofSeconds(4), StoreFixture.NOW.plusSeconds(60));

        assertThat(registry.get("novametal.tasks.runs")
                        .tag("task", "power-sweep")
                        .timer()
                        .totalTime(TimeUnit.SECONDS))
                .isEqualTo(6);
        assertThat(registry.get("novametal.tasks.failures").counter().count()).isEqualTo(1);
        assertThat(registry.get("novametal.tasks.last.run").gauge().value())
                .isEqualTo((double) StoreFixture.NOW.plusSeconds(60).getEpochSecond());
        metrics.close();
        assertThat(registry.find("novametal.tasks.last.run").gauge()).isNull();
    }

    @Test
    void answersOfBmcsAreCountedByOutcome() {
        metrics.answered();
        metrics.failed(BmcException.Reason.WRONG_PASSWORD);
        metrics.failed(BmcException.Reason.WRONG_PASSWORD);
        metrics.commandEnded(node, PowerCommand.ON, Optional.of("no answer"));

        assertThat(registry.get("novametal.bmc.answers")
                        .tag("outcome", "ok")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("novametal.bmc.answers")
                        .tag("outcome", "wrong_password")
                        .counter()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("novametal.power.commands")
                        .tags("command", "power on", "outcome", "failed")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void everyStateHasAGaugeThatIsRemovedAtTheEnd() {
        metrics.publish(new DriverMetrics.Values(
                () -> Map.of(ProvisionState.ACTIVE, 7),
                List.of(),
                Map.of(GaugeKind.IMAGE_CACHE_BYTES, () -> 5_000_000_000L)));

        assertThat(registry.get("novametal.nodes")
                        .tag("state", "active")
                        .gauge()
                        .value())
                .isEqualTo(7);
        assertThat(registry.get("novametal.nodes")
                        .tag("state", "clean failed")
                        .gauge()
                        .value())
                .isZero();
        assertThat(registry.get("novametal.nodes").gauges()).hasSize(ProvisionState.values().length);
        assertThat(registry.get("novametal.image.cache.bytes").gauge().value()).isEqualTo(5_000_000_000d);

        metrics.close();

        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void everyQueueHasAGaugeOfItsLength() {
        AdmissionQueue deployments = new AdmissionQueue("deployments", 1);
        AdmissionQueue conversions = new AdmissionQueue("conversions", 1);
        metrics.publish(new DriverMetrics.Values(Map::of, List.of(deployments, conversions), Map.of()));
        AdmissionQueue.Ticket running = conversions.enter(() -> {});
        conversions.enter(() -> {});
        conversions.enter(() -> {});

        assertThat(waiting("conversions")).isEqualTo(2);
        assertThat(waiting("deployments")).isZero();

        running.leave();

        assertThat(waiting("conversions")).isEqualTo(1);
    }

    private double waiting(String queue) {
        return registry.get("novametal.queue.waiting")
                .tag("queue", queue)
                .gauge()
                .value();
    }
}

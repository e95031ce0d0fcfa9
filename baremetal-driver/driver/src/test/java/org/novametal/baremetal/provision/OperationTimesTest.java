package org.novametal.baremetal.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.model.InstanceId;

/** The limits of steps count the time that an operation is worked on, whatever the system's clock does. */
class OperationTimesTest {
    private static final InstanceOnNode INSTANCE =
            new InstanceOnNode(InstanceId.of("11111111-2222-3333-4444-555555555555"), "web1");
    private static final Duration STEP_LIMIT = Duration.ofMinutes(30);

    @TempDir
    Path folder;

    private final AtomicReference<Instant> clock = new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
    private final AtomicLong nanos = new AtomicLong(-5);
    private final Waiting step = new Waiting();
    private final List<Provisioner> opened = new ArrayList<>();
    private Store store;
    private NodeRecord node;

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

    private Provisioner open() {
        Provisioner provisioner = new Provisioner(
                store,
                ScriptedPlan.catalogue(List.of(step), List.of(), List.of()),
                clock::get,
                nanos::get,
                RunLimits.NONE,
                ProvisionListener.NONE);
        opened.add(provisioner);
        return provisioner;
    }

    private UUID deploy(Provisioner provisioner) {
        return provisioner.begin(
                node, OperationKind.DEPLOY, Optional.of(INSTANCE.id()), StoreFixture.plainDeploySpec("web1"));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        jump(time);
    }

    private void jump(Duration time) {
        clock.updateAndGet(now -> now.plus(time));
    }

    private OperationRecord stored(UUID operation) {
        return store.operations().find(operation).orElseThrow();
    }

    private void turn(Provisioner provisioner) throws InterruptedException {
        step.runs.clear();
        provisioner.ramdiskHeard(node.uuid());
        step.awaitRun();
    }

    @ParameterizedTest
    @ValueSource(longs = {86_400, -86_400})
    void aJumpOfTheClockNeitherEndsNorExtendsAStep(long seconds) throws Exception {
        Provisioner provisioner = open();
        UUID operation = deploy(provisioner);
        step.awaitRun();

        jump(Duration.ofSeconds(seconds));
        turn(provisioner);
        assertThat(stored(operation).status()).isEqualTo(OperationStatus.RUNNING);

        pass(STEP_LIMIT.plusSeconds(7));
        provisioner.ramdiskHeard(node.uuid());
        OperationRecord end = provisioner.await(operation, Duration.ofSeconds(30));
        assertThat(end.status()).isEqualTo(OperationStatus.FAILED);
        assertThat(end.failure().orElseThrow().message()).contains("waited 1807 s for the ramdisk");
    }

    @Test
    void aRestartDoesNotBeginTheLimitAgainAndTheTimeBetweenDoesNotCount() throws Exception {
        Provisioner first = open();
        UUID operation = deploy(first);
        step.awaitRun();
        pass(Duration.ofMinutes(20));
        first.close();
        assertThat(stored(operation).progress().worked().inStep()).isEqualTo(Duration.ofMinutes(20));

        jump(Duration.ofDays(1));
        nanos.set(77);
        step.runs.clear();
        Provisioner second = open();
        second.start();
        StepContext context = step.awaitRun();
        assertThat(context.inStep()).isEqualTo(Duration.ofMinutes(20));
        assertThat(context.sinceTakeover()).contains(Duration.ZERO);

        pass(Duration.ofMinutes(9));
        turn(second);
        assertThat(stored(operation).status()).isEqualTo(OperationStatus.RUNNING);
        pass(Duration.ofMinutes(1));
        second.ramdiskHeard(node.uuid());

        OperationRecord end = second.await(operation, Duration.ofSeconds(30));
        assertThat(end.failure().orElseThrow().message()).contains("waited 1800 s for the ramdisk");
    }

    @Test
    void theTimeOfAWaitingOperationIsStoredEachMinute() throws Exception {
        Provisioner provisioner = open();
        UUID operation = deploy(provisioner);
        step.awaitRun();

        pass(Duration.ofSeconds(29));
        provisioner.saveTimes();
        assertThat(stored(operation).progress().worked().total()).isZero();

        pass(Duration.ofSeconds(1));
        provisioner.saveTimes();
        assertThat(stored(operation).progress().worked().total()).isEqualTo(Duration.ofSeconds(30));
        assertThat(stored(operation).status()).isEqualTo(OperationStatus.RUNNING);
    }

    @Test
    void theWaitForATurnDoesNotCount() throws Exception {
        step.on = WaitFor.TURN;
        Provisioner provisioner = open();
        UUID operation = deploy(provisioner);
        step.awaitRun();
        awaitStopped(operation);

        pass(Duration.ofDays(1));
        turn(provisioner);

        assertThat(stored(operation).status()).isEqualTo(OperationStatus.RUNNING);
        assertThat(step.last().inStep()).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void aStepThatWaitsForItsTurnWhileItRunsSaysSoAndNoTimeCounts() throws Exception {
        CountDownLatch turn = new CountDownLatch(1);
        step.before = context -> {
            context.waitsForTurn("place 1 of 2 in the queue of conversions");
            step.runs.add(context);
            awaitTurn(turn);
            context.progress(0.5);
        };
        Provisioner provisioner = open();
        UUID operation = deploy(provisioner);
        step.awaitRun();

        assertThat(provisioner.waitsFor(operation)).isEqualTo("place 1 of 2 in the queue of conversions");
        pass(Duration.ofDays(1));
        step.before = _ -> {};
        turn.countDown();
        step.awaitRun();
        pass(Duration.ofSeconds(9));
        turn(provisioner);

        assertThat(stored(operation).status()).isEqualTo(OperationStatus.RUNNING);
        assertThat(step.last().inStep()).isEqualTo(Duration.ofSeconds(9));
    }

    private static void awaitTurn(CountDownLatch turn) {
        try {
            assertThat(turn.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aStepThatThisProcessBeganWasNotTakenOver() throws Exception {
        Provisioner provisioner = open();
        deploy(provisioner);

        assertThat(step.awaitRun().sinceTakeover()).isEmpty();
    }

    /** Waits until time passes without counting: the operation's thread waits for its turn. */
    private void awaitStopped(UUID operation) throws InterruptedException {
        for (int i = 0; i < 1000; i++) {
            Duration before = step.last().worked();
            nanos.incrementAndGet();
            if (step.last().worked().equals(before)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        throw new AssertionError("operation " + operation + " counts the wait for its turn");
    }

    /** A step that waits for ever. */
    private static final class Waiting implements Step {
        private final LinkedBlockingQueue<StepContext> runs = new LinkedBlockingQueue<>();
        private volatile WaitFor on = WaitFor.TIME;
        private volatile Consumer<StepContext> before = _ -> {};
        private volatile @Nullable StepContext last;

        StepContext awaitRun() throws InterruptedException {
            last = runs.poll(10, TimeUnit.SECONDS);
            return last();
        }

        /** The context of the run that was awaited last. */
        StepContext last() {
            return Objects.requireNonNull(last, "the step did not run");
        }

        @Override
        public String name() {
            return "wait";
        }

        @Override
        public Duration limit() {
            return STEP_LIMIT;
        }

        @Override
        public StepResult run(StepContext context) {
            before.accept(context);
            runs.add(context);
            return new Wait(on, Duration.ofHours(1), "the ramdisk");
        }

        @Override
        public StepResult undo(StepContext context) {
            return StepResult.DONE;
        }
    }
}

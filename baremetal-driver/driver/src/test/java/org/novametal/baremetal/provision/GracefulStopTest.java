package org.novametal.baremetal.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

/** A host that stops lets running steps end within a limit, and interrupts those that take longer. */
class GracefulStopTest {
    private static final InstanceOnNode INSTANCE =
            new InstanceOnNode(InstanceId.of("11111111-2222-3333-4444-555555555555"), "web1");

    @TempDir
    Path folder;

    private final List<String> world = new CopyOnWriteArrayList<>();
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
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
        store.close();
    }

    private Provisioner open(Duration stopTimeout, Supplier<StepResult> first) {
        return new Provisioner(
                store,
                ScriptedPlan.catalogue(List.of(new Slow(first), new Next()), List.of(), List.of()),
                InstantSource.system(),
                System::nanoTime,
                new RunLimits(Map.of(), stopTimeout),
                ProvisionListener.NONE);
    }

    private UUID deploy(Provisioner provisioner) throws InterruptedException {
        UUID operation = provisioner.begin(
                node, OperationKind.DEPLOY, Optional.of(INSTANCE.id()), StoreFixture.plainDeploySpec("web1"));
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
        return operation;
    }

    private OperationRecord stored(UUID operation) {
        return store.operations().find(operation).orElseThrow();
    }

    @Test
    void aStepThatEndsInTimeIsNotInterruptedAndTheNextDoesNotBegin() throws Exception {
        Provisioner provisioner = open(Duration.ofMinutes(1), this::untilGo);
        UUID operation = deploy(provisioner);

        Thread stopping = Thread.ofVirtual().start(provisioner::close);
        go.countDown();

        assertThat(stopping.join(Duration.ofSeconds(30))).isTrue();
        assertThat(world).containsExactly("slow is done");
        assertThat(stored(operation).status()).isEqualTo(OperationStatus.RUNNING);
        assertThat(stored(operation).step()).contains("next");
    }

    @Test
    void aStepThatTakesTooLongIsInterruptedAndRunsAgainAtTheNextStart() throws Exception {
        Provisioner provisioner = open(Duration.ofMillis(1), this::untilGo);
        UUID operation = deploy(provisioner);

        provisioner.close();

        assertThat(world).containsExactly("slow is interrupted");
        assertThat(stored(operation).step()).contains("slow");
        go.countDown();
        try (Provisioner next = open(Duration.ZERO, this::untilGo)) {
            next.start();
            assertThat(next.await(operation, Duration.ofSeconds(30)).status()).isEqualTo(OperationStatus.SUCCEEDED);
        }
    }

    @Test
    void anOperationThatWaitsStopsAtOnce() throws Exception {
        Provisioner provisioner = open(Duration.ofMinutes(10), () -> {
            running.countDown();
            return new Wait(WaitFor.TIME, Duration.ofMinutes(10), "the end of the test");
        });
        UUID operation = deploy(provisioner);

        Thread stopping = Thread.ofVirtual().start(provisioner::close);

        assertThat(stopping.join(Duration.ofSeconds(30))).isTrue();
        assertThat(stored(operation).status()).isEqualTo(OperationStatus.RUNNING);
    }

    @Test
    void operationsAreResumedWhenTheirPresentStepsHaveRun() throws Exception {
        try (Provisioner first = open(Duration.ofMillis(1), this::untilGo)) {
            deploy(first);
        }

        try (Provisioner next = open(Duration.ZERO, () -> {
            untilGo();
            return new Wait(WaitFor.TIME, Duration.ofMinutes(10), "the end of the test");
        })) {
            next.start();
            CompletableFuture<?> resumed = next.resumed();
            assertThat(resumed).isNotDone();
            go.countDown();

            resumed.get(30, TimeUnit.SECONDS);
            assertThat(next.unfinished()).isEqualTo(1);
        }
    }

    private StepResult untilGo() {
        running.countDown();
        try {
            assertThat(go.await(60, TimeUnit.SECONDS)).isTrue();
            world.add("slow is done");
        } catch (InterruptedException e) {
            world.add("slow is interrupted");
            Thread.currentThread().interrupt();
            return new Wait(WaitFor.TIME, Duration.ofMinutes(1), "the next start");
        }
        return StepResult.DONE;
    }

    private static final class Slow implements Step {
        private final Supplier<StepResult> result;

        Slow(Supplier<StepResult> result) {
            this.result = result;
        }

        @Override
        public String name() {
            return "slow";
        }

        @Override
        public Duration limit() {
            return Duration.ofMinutes(30);
        }

        @Override
        public StepResult run(StepContext context) {
            return result.get();
        }
    }

    private final class Next implements Step {
        @Override
        public String name() {
            return "next";
        }

        @Override
        public Duration limit() {
            return Duration.ofMinutes(30);
        }

        @Override
        public StepResult run(StepContext context) {
            world.add("next is done");
            return StepResult.DONE;
        }
    }
}

package org.novametal.baremetal.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationQueue;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationRules;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.model.InstanceId;
import org.novametal.queue.AdmissionQueue;

/** Operations above a limit wait for their begin, in the order of their creation. */
class OperationQueueTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int NODES = 6;

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private final LinkedBlockingQueue<UUID> begun = new LinkedBlockingQueue<>();
    private final List<Provisioner> opened = new ArrayList<>();
    private final List<NodeRecord> nodes = new ArrayList<>();
    private final Gate deploys = new Gate("work");
    private final Gate cleans = new Gate("erase");
    private Store store;

    @BeforeEach
    void openStore() {
        store = StoreFixture.openNow(folder);
        for (int i = 0; i < NODES; i++) {
            nodes.add(store.nodes().enrol(StoreFixture.spec(i)));
        }
    }

    @AfterEach
    void close() {
        opened.forEach(Provisioner::close);
        store.close();
    }

    private Provisioner open(int deployments, int cleanings) {
        Provisioner provisioner = new Provisioner(
                store,
                ScriptedPlan.catalogue(
                        List.of(deploys, new Final()),
                        List.of(new ScriptedStep("off", StepEffect.NONE, new ArrayList<>())),
                        List.of(cleans)),
                InstantSource.system(),
                nanos::get,
                new RunLimits(
                        Map.of(OperationQueue.DEPLOYMENTS, deployments, OperationQueue.CLEANINGS, cleanings),
                        Duration.ZERO),
                ProvisionListener.NONE);
        opened.add(provisioner);
        return provisioner;
    }

    private UUID deploy(Provisioner provisioner, int number) {
        NodeRecord node = nodes.get(number);
        InstanceOnNode instance = new InstanceOnNode(new InstanceId(new UUID(7, number)), "web" + number);
        store.nodes().claim(node.uuid(), instance);
        return provisioner.begin(
                node, OperationKind.DEPLOY, Optional.of(instance.id()), StoreFixture.plainDeploySpec("web" + number));
    }

    private List<UUID> deployAll(Provisioner provisioner) {
        return IntStream.range(0, NODES)
                .mapToObj(number -> deploy(provisioner, number))
                .toList();
    }

    private UUID node(int number) {
        return nodes.get(number).uuid();
    }

    private UUID nextBegun() throws InterruptedException {
        UUID node = begun.poll(10, TimeUnit.SECONDS);
        assertThat(node).as("an operation begins").isNotNull();
        return node;
    }

    private ProvisionState state(int number) {
        return store.nodes().find(node(number)).orElseThrow().state();
    }

    private void finish(Provisioner provisioner, int number) {
        deploys.finished.add(node(number));
        cleans.finished.add(node(number));
        provisioner.ramdiskHeard(node(number));
    }

    @Test
    void operationsAboveTheLimitWaitInTheOrderOfTheirCreationAndNameTheirPlace() throws Exception {
        Provisioner provisioner = open(2, 0);

        List<UUID> operations = deployAll(provisioner);

        assertThat(List.of(nextBegun(), nextBegun())).containsExactlyInAnyOrder(node(0), node(1));
        assertThat(provisioner.waitsFor(operations.get(2))).isEqualTo("place 1 of 4 in the queue of deployments");
        assertThat(provisioner.waitsFor(operations.get(5))).isEqualTo("place 4 of 4 in the queue of deployments");
        for (int number = 2; number < NODES; number++) {
            assertThat(begun).isEmpty();
            finish(provisioner, number - 2);
            assertThat(nextBegun()).isEqualTo(node(number));
        }
        finish(provisioner, NODES - 2);
        finish(provisioner, NODES - 1);
        for (UUID operation : operations) {
            assertThat(provisioner.await(operation, LIMIT).status()).isEqualTo(OperationStatus.SUCCEEDED);
        }
    }

    @Test
    void aProgramBesideTheHostComputesTheSamePlaces() throws Exception {
        Provisioner provisioner = open(2, 0);
        List<UUID> operations = deployAll(provisioner);
        nextBegun();
        nextBegun();
        assertPlaces(provisioner, operations, 2);
        assertThat(places(2)).hasSize(4);
        assertThat(places(0)).as("without a limit").isEmpty();

        finish(provisioner, 1);
        nextBegun();
        provisioner.await(operations.get(1), LIMIT);
        assertPlaces(provisioner, operations, 2);

        provisioner.cancel(operations.get(4));
        provisioner.await(operations.get(4), LIMIT);
        assertPlaces(provisioner, operations, 2);
        assertThat(places(2)).containsOnlyKeys(operations.get(3), operations.get(5));
        assertThat(places(9)).isEmpty();
    }

    private Map<UUID, AdmissionQueue.Place> places(int deployments) {
        return QueuePlaces.of(
                store.operations().unfinished(),
                OperationRules.ALL,
                new RunLimits(Map.of(OperationQueue.DEPLOYMENTS, deployments), Duration.ZERO));
    }

    private void assertPlaces(Provisioner provisioner, List<UUID> operations, int deployments) {
        Map<UUID, AdmissionQueue.Place> places = places(deployments);
        for (UUID operation : operations) {
            String place = provisioner.waitsFor(operation);
            assertThat(Optional.ofNullable(places.get(operation)).map(Object::toString))
                    .isEqualTo(Optional.of(place).filter(text -> text.startsWith("place ")));
        }
    }

    @Test
    void theOrderSurvivesARestartAndWhatWasUnderWayGoesOnAtOnce() throws Exception {
        Provisioner first = open(2, 0);
        deployAll(first);
        List<UUID> running = List.of(nextBegun(), nextBegun());
        for (UUID node : running) {
            first.ramdiskHeard(node);
            assertThat(nextBegun()).as("it runs again after a heartbeat").isIn(running);
        }
        first.close();
        begun.clear();

        Provisioner second = open(1, 0);
        second.start();

        assertThat(List.of(nextBegun(), nextBegun())).containsExactlyInAnyOrderElementsOf(running);
        finish(second, 0);
        finish(second, 1);
        for (int number = 2; number < NODES; number++) {
            assertThat(nextBegun()).isEqualTo(node(number));
            finish(second, number);
        }
    }

    @Test
    void anOperationIsCancelledAtOnceWhileItWaitsAndTheOthersMoveUp() throws Exception {
        Provisioner provisioner = open(1, 0);
        List<UUID> operations = deployAll(provisioner);
        nextBegun();

        provisioner.cancel(operations.get(2));
        OperationRecord end = provisioner.await(operations.get(2), LIMIT);

        assertThat(end.status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(state(2)).isEqualTo(ProvisionState.AVAILABLE);
        assertThat(provisioner.waitsFor(operations.get(3))).isEqualTo("place 2 of 4 in the queue of deployments");
        assertThat(begun).isEmpty();
    }

    @Test
    void aDeletionEndsAnOperationThatWaits() throws Exception {
        Provisioner provisioner = open(1, 0);
        List<UUID> operations = deployAll(provisioner);
        nextBegun();

        provisioner.deleteAfter(operations.get(1), "req-2");

        assertThat(provisioner.await(operations.get(1), LIMIT).status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(store.nodes().find(node(1)).orElseThrow().instance()).isEmpty();
    }

    @Test
    void theTimeInTheQueueCountsForNoLimit() throws Exception {
        Provisioner provisioner = open(1, 0);
        List<UUID> operations = deployAll(provisioner);
        nextBegun();

        nanos.addAndGet(Duration.ofDays(1).toNanos());
        finish(provisioner, 0);
        assertThat(nextBegun()).isEqualTo(node(1));
        provisioner.ramdiskHeard(node(1));
        assertThat(nextBegun()).isEqualTo(node(1));

        assertThat(store.operations().find(operations.get(1)).orElseThrow().status())
                .isEqualTo(OperationStatus.RUNNING);
    }

    @Test
    void aFailedOperationMakesRoomForTheNext() throws Exception {
        Provisioner provisioner = open(1, 0);
        deployAll(provisioner);
        nextBegun();

        nanos.addAndGet(Duration.ofHours(1).toNanos());
        provisioner.ramdiskHeard(node(0));
        assertThat(nextBegun())
                .as("its step runs once more before it is too late")
                .isEqualTo(node(0));

        assertThat(nextBegun()).isEqualTo(node(1));
    }

    @Test
    void cleaningsHaveAQueueApartSoThatNoNodeBlocksItself() throws Exception {
        Provisioner provisioner = open(1, 1);
        UUID first = deploy(provisioner, 0);
        nextBegun();
        finish(provisioner, 0);
        provisioner.await(first, LIMIT);
        UUID second = deploy(provisioner, 1);
        nextBegun();
        deploys.finished.clear();
        cleans.finished.clear();

        provisioner.await(delete(provisioner, 0), LIMIT);
        assertThat(nextBegun()).as("the cleaning begins beside a deployment").isEqualTo(node(0));
        finish(provisioner, 1);
        provisioner.await(second, LIMIT);
        provisioner.await(delete(provisioner, 1), LIMIT);
        UUID waiting = store.nodes().find(node(1)).orElseThrow().operation().orElseThrow();
        awaitWaiting(provisioner, waiting, "place 1 of 1 in the queue of cleanings");
        cleans.finished.remove(node(1));
        finish(provisioner, 0);

        assertThat(nextBegun()).isEqualTo(node(1));
    }

    private UUID delete(Provisioner provisioner, int number) {
        return provisioner.begin(
                store.nodes().find(node(number)).orElseThrow(),
                OperationKind.DELETE,
                Optional.of(new InstanceId(new UUID(7, number))),
                OperationInput.NOTHING);
    }

    private static void awaitWaiting(Provisioner provisioner, UUID operation, String what) throws InterruptedException {
        for (int i = 0; i < 1000 && !provisioner.waitsFor(operation).equals(what); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(provisioner.waitsFor(operation)).isEqualTo(what);
    }

    /** A step that notes each run, and waits until its node is finished. */
    private final class Gate implements Step {
        private final String name;
        private final Set<UUID> finished = ConcurrentHashMap.newKeySet();

        Gate(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Duration limit() {
            return Duration.ofMinutes(10);
        }

        @Override
        public StepResult run(StepContext context) {
            UUID node = context.node().uuid();
            if (finished.contains(node)) {
                return StepResult.DONE;
            }
            context.remember(name + ".ran", "yes");
            begun.add(node);
            return new Wait(WaitFor.TIME, Duration.ofHours(1), "the test");
        }
    }

    private static final class Final implements Step {
        @Override
        public String name() {
            return "final";
        }

        @Override
        public Duration limit() {
            return Duration.ofMinutes(10);
        }

        @Override
        public StepResult run(StepContext context) {
            return StepResult.DONE;
        }
    }
}

package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;

/**
 * The common part of the kit's topics: one fixture and one running driver for each test, and calls with a time limit.
 */
abstract class DriverContract {
    /** Makes the fixture of one test. */
    interface Fixtures {
        DriverFixture make() throws Exception;
    }

    static final RequestContext CONTEXT = RequestContext.of("req-contract");

    DriverFixture fixture;

    /** The driver under test, wrapped so that its error codes are checked. */
    ComputeDriver driver;

    /** The driver under test itself, without the checks. */
    ComputeDriver raw;

    private final ErrorTable errors = new ErrorTable();

    private final Fixtures fixtures;
    private final List<Background> calls = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // fixture and drivers are set before each test
    DriverContract(Fixtures fixtures) {
        this.fixtures = fixtures;
    }

    @BeforeEach
    void openFixture() throws Exception {
        fixture = fixtures.make();
        raw = fixture.newDriver();
        driver = errors.watch(raw);
        driver.initHost(fixture.host().host());
    }

    /** Makes a new driver over the same machines and store, without calling {@code initHost}. */
    void makeDriver() throws Exception {
        raw = fixture.newDriver();
        driver = errors.watch(raw);
    }

    @AfterEach
    void closeFixture() throws Exception {
        try {
            fixture.host().listen(event -> {});
            fixture.mendStore();
            fixture.releaseDeploys();
            closeDriver();
            for (Background call : calls) {
                call.awaitEnd();
            }
            assertThat(errors.violations())
                    .as("codes that DriverOperation does not list for their method")
                    .isEmpty();
        } finally {
            fixture.close();
        }
    }

    void closeDriver() throws InterruptedException {
        Background.start("close", fixture.limit(), driver::close).succeeds();
    }

    void restart() throws Exception {
        closeDriver();
        makeDriver();
        driver.initHost(fixture.host().host());
    }

    NodeName node(int index) {
        return fixture.nodes().get(index);
    }

    Instance newInstanceOn(NodeName node) {
        return Instance.builder(new InstanceId(UUID.randomUUID()), fixture.flavor())
                .node(node)
                .build();
    }

    SpawnRequest requestFor(Instance instance) {
        return SpawnRequest.builder(instance, fixture.image()).build();
    }

    Background start(String name, Background.Call call) {
        Background background = Background.start(name, fixture.limit(), call);
        calls.add(background);
        return background;
    }

    Background startSpawn(SpawnRequest request) {
        return start("spawn of " + request.instance(), () -> driver.spawn(CONTEXT, request));
    }

    Background startSpawn(Instance instance) {
        return startSpawn(requestFor(instance));
    }

    Background startDestroy(Instance instance) {
        return start("destroy of " + instance, () -> driver.destroy(CONTEXT, DestroyRequest.of(instance)));
    }

    Instance spawnedOn(NodeName node) throws InterruptedException {
        Instance instance = newInstanceOn(node);
        startSpawn(instance).succeeds();
        return instance;
    }

    /** Starts a spawn and waits until it is held in the middle of its deployment. */
    Background heldSpawn(Instance instance) throws Exception {
        fixture.holdDeploys();
        Background spawn = startSpawn(instance);
        fixture.awaitHeldDeploy(instance.node().orElseThrow());
        return spawn;
    }

    /** Waits for the end of the instance's newest operation and returns its final state. */
    InstanceOperation ended(Instance instance) throws InterruptedException {
        AtomicReference<InstanceOperation> end = new AtomicReference<>();
        start("await of " + instance, () -> {
                    InstanceOperation newest;
                    do {
                        newest = driver.await(instance.id(), fixture.limit()).orElseThrow();
                    } while (!newest.isFinished());
                    end.set(newest);
                })
                .succeeds();
        return end.get();
    }

    PowerState power(Instance instance) {
        return driver.getInfo(instance, Freshness.LIVE).state();
    }

    void assertRunsOn(NodeName node, Instance instance) {
        assertThat(power(instance)).as("power of %s", instance).isEqualTo(PowerState.RUNNING);
        assertThat(driver.listInstanceUuids()).as("instances").contains(instance.id());
        assertThat(driver.getAvailableResource(node).instance())
                .as("holder of %s", node)
                .contains(instance.id());
    }

    /** Asserts that the driver no longer knows the instance, and that its node becomes free after the cleaning. */
    void assertNothingIsLeft(NodeName node, Instance instance) throws Exception {
        assertThat(driver.instanceExists(instance)).as("%s exists", instance).isFalse();
        assertThat(driver.listInstanceUuids()).as("instances").doesNotContain(instance.id());
        awaitFree(node);
    }

    void awaitFree(NodeName node) throws Exception {
        Eventually.holds(
                "node " + node + " is free",
                fixture.limit(),
                () -> driver.getAvailableResource(node).availability() == Availability.FREE);
        AvailableResource free = driver.getAvailableResource(node);
        assertThat(free.instance()).as("holder of the free node %s", node).isEmpty();
    }

    static void assertFailsWith(ErrorCode code, ThrowingCallable call) {
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(call)
                .satisfies(failure ->
                        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code));
    }
}

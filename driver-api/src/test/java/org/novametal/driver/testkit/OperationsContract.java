package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.novametal.driver.capability.RequestFeature;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.InstanceOperation.Kind;
import org.novametal.driver.model.InstanceOperation.Phase;
import org.novametal.driver.model.InstanceOperation.Unused;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.Secret;
import org.novametal.driver.model.SpawnRequest;

/**
 * Operations belong to the store: callers begin or join, await, read and cancel an operation by its instance.
 *
 * <p>Callers are connected by a socket, through which no interrupt reaches the driver: a compute service that lost its
 * connection, or was restarted, finds the operation by the instance's id.
 */
abstract class OperationsContract extends DriverContract {
    OperationsContract(Fixtures fixtures) {
        super(fixtures);
    }

    /** Submits a spawn and waits until it is held in the middle of its deployment. */
    private InstanceOperation heldOperation(Instance instance) throws Exception {
        fixture.holdDeploys();
        InstanceOperation operation = driver.submit(CONTEXT, requestFor(instance));
        fixture.awaitHeldDeploy(instance.node().orElseThrow());
        return operation;
    }

    // nova/compute/manager.py#_build_and_run_instance blocks in spawn; a shim on a socket must not.
    @Test
    void submitReturnsAtOnceAndSaysWhatItBegan() throws Exception {
        Instance instance = newInstanceOn(node(0));

        InstanceOperation begun = heldOperation(instance);

        assertThat(begun.kind()).isEqualTo(Kind.SPAWN);
        assertThat(begun.phase()).isEqualTo(Phase.RUNNING);
        assertThat(begun.instance()).isEqualTo(instance.id());
        assertThat(begun.requestId()).isEqualTo(CONTEXT.requestId());
        assertThat(begun.failure()).isEmpty();
    }

    // A compute service may repeat a call when it lost the answer: every caller gets the same operation.
    @Test
    void aSecondSubmitJoinsTheOperationUnderWay() throws Exception {
        Instance instance = newInstanceOn(node(0));
        InstanceOperation first = heldOperation(instance);

        InstanceOperation second = driver.submit(RequestContext.of("req-other"), requestFor(instance));

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.requestId()).isEqualTo(CONTEXT.requestId());
        fixture.releaseDeploys();
        assertThat(ended(instance).id()).isEqualTo(first.id());
        assertRunsOn(node(0), instance);
    }

    // A wait over a socket is a long poll: it ends at its limit, and the operation continues.
    @Test
    void awaitReturnsAtItsLimitWithTheOperationUnderWay() throws Exception {
        Instance instance = newInstanceOn(node(0));
        InstanceOperation begun = heldOperation(instance);

        start("await", () -> {
                    InstanceOperation seen =
                            driver.await(instance.id(), Duration.ofMillis(1)).orElseThrow();
                    assertThat(seen.id()).isEqualTo(begun.id());
                    assertThat(seen.isFinished()).isFalse();
                })
                .succeeds();
        fixture.releaseDeploys();
        assertThat(ended(instance).phase()).isEqualTo(Phase.SUCCEEDED);
    }

    // A shim shows the progress while it waits, and reads it again after it has reconnected.
    @Test
    void progressShowsHowFarTheNewestOperationIs() throws Exception {
        Instance instance = newInstanceOn(node(0));
        assertThat(driver.progress(instance.id())).isEmpty();
        assertThat(driver.await(instance.id(), Duration.ZERO)).isEmpty();
        InstanceOperation begun = heldOperation(instance);

        InstanceOperation seen = driver.progress(instance.id()).orElseThrow();

        assertThat(seen.id()).isEqualTo(begun.id());
        assertThat(seen.phase()).isEqualTo(Phase.RUNNING);
        assertThat(seen.step()).isNotBlank();
        assertThat(seen.fraction()).isBetween(0.0, 1.0);
        fixture.releaseDeploys();
        InstanceOperation end = ended(instance);
        assertThat(end.phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(end.fraction()).isEqualTo(1.0);
        startDestroy(instance).succeeds();
        assertThat(driver.progress(instance.id()).orElseThrow())
                .returns(Kind.DESTROY, InstanceOperation::kind)
                .returns(Phase.SUCCEEDED, InstanceOperation::phase);
    }

    // The result of an operation outlives the process that ran it.
    @Test
    void theEndOfAnOperationIsStillKnownAfterARestart() throws Exception {
        Instance instance = spawnedOn(node(0));
        InstanceOperation before = driver.progress(instance.id()).orElseThrow();

        restart();

        assertThat(driver.progress(instance.id()).orElseThrow())
                .returns(before.id(), InstanceOperation::id)
                .returns(Phase.SUCCEEDED, InstanceOperation::phase);
    }

    // nova/compute/manager.py#_init_instance runs after a restart; the operation belongs to the store, not to a
    // process.
    @Test
    void afterARestartASubmitJoinsWhatIsUnfinished() throws Exception {
        Instance instance = newInstanceOn(node(0));
        InstanceOperation begun = heldOperation(instance);

        restart();
        InstanceOperation joined = driver.submit(CONTEXT, requestFor(instance));
        fixture.releaseDeploys();

        assertThat(joined.id()).isEqualTo(begun.id());
        assertThat(ended(instance).phase()).isEqualTo(Phase.SUCCEEDED);
        assertRunsOn(node(0), instance);
    }

    // nova/virt/ironic/driver.py: a spawn ends when its instance is being deleted; here the caller cancels the spawn by
    // its instance.
    @Test
    void cancelUndoesASpawnUnderWay() throws Exception {
        Instance instance = newInstanceOn(node(0));
        InstanceOperation begun = heldOperation(instance);

        start("cancel", () -> driver.cancel(instance.id())).succeeds();

        InstanceOperation end = ended(instance);
        assertThat(end.id()).isEqualTo(begun.id());
        assertThat(end.phase()).isEqualTo(Phase.CANCELLED);
        assertThat(end.failure().orElseThrow().code()).isEqualTo(ErrorCode.CANCELLED);
        assertNothingIsLeft(node(0), instance);
    }

    // A cancel that comes too late, or for an unknown instance, has no effect.
    @Test
    void cancelOfNothingDoesNothing() throws Exception {
        Instance running = spawnedOn(node(0));

        driver.cancel(running.id());
        driver.cancel(newInstanceOn(node(1)).id());

        assertRunsOn(node(0), running);
    }

    // When two callers wait for one spawn, a caller that gives up must not cancel it for the other.
    @Test
    void anInterruptEndsTheWaitAloneAndOtherCallersGoOnWaiting() throws Exception {
        Instance instance = newInstanceOn(node(0));
        Background first = heldSpawn(instance);
        Background second = startSpawn(instance);

        second.interrupt();
        second.isInterrupted();

        assertThat(first.isDone()).isFalse();
        assertThat(driver.progress(instance.id()).orElseThrow().phase()).isEqualTo(Phase.RUNNING);
        fixture.releaseDeploys();
        first.succeeds();
        assertRunsOn(node(0), instance);
    }

    // Also without another caller the operation continues after an interrupt, and is found again.
    @Test
    void anInterruptedSpawnGoesOnWithoutItsCaller() throws Exception {
        Instance instance = newInstanceOn(node(0));
        Background spawn = heldSpawn(instance);

        spawn.interrupt();
        spawn.isInterrupted();
        fixture.releaseDeploys();

        assertThat(ended(instance).phase()).isEqualTo(Phase.SUCCEEDED);
        assertRunsOn(node(0), instance);
    }

    // nova/compute/manager.py#_shutdown_instance: a destroy has priority.
    @Test
    void aSubmittedDestroyCancelsTheSpawnUnderWayAndTakesTheInstanceOff() throws Exception {
        Instance instance = newInstanceOn(node(0));
        Background spawn = heldSpawn(instance);

        InstanceOperation destroy = driver.submit(CONTEXT, DestroyRequest.of(instance));

        assertThat(destroy.kind()).isEqualTo(Kind.DESTROY);
        spawn.failsWith(ErrorCode.CANCELLED);
        InstanceOperation end = ended(instance);
        assertThat(end.id()).isEqualTo(destroy.id());
        assertThat(end.phase()).isEqualTo(Phase.SUCCEEDED);
        assertNothingIsLeft(node(0), instance);
    }

    // nova/virt/driver.py#spawn, #destroy: here they are idempotent.
    @Test
    void whatIsSoAlreadyHasSucceeded() throws Exception {
        Instance active = spawnedOn(node(0));
        Instance unknown = newInstanceOn(node(1));

        assertThat(driver.submit(CONTEXT, requestFor(active)))
                .returns(Kind.SPAWN, InstanceOperation::kind)
                .returns(Phase.SUCCEEDED, InstanceOperation::phase);
        assertThat(driver.submit(CONTEXT, DestroyRequest.of(unknown)))
                .returns(Kind.DESTROY, InstanceOperation::kind)
                .returns(Phase.SUCCEEDED, InstanceOperation::phase);
    }

    // nova/virt/driver.py#spawn: the reason for the failure is stored in the result, for callers that did not wait.
    @Test
    void anOperationThatFailedSaysWhy() throws Exception {
        Instance instance = newInstanceOn(node(0));
        fixture.failNextDeploy();

        driver.submit(CONTEXT, requestFor(instance));

        InstanceOperation end = ended(instance);
        assertThat(end.phase()).isEqualTo(Phase.FAILED);
        assertThat(end.failure().orElseThrow().code()).isEqualTo(ErrorCode.DEPLOY_FAILED);
        assertThat(end.failure().orElseThrow().message()).isNotBlank();
    }

    // nova/compute/manager.py always sets an administrator password: a driver must not refuse a request because of it.
    @Test
    void anAdministratorsPasswordIsTakenAndSaidToBeUnusedWhereItIs() throws Exception {
        Instance instance = newInstanceOn(node(0));
        start(
                        "spawn with a password",
                        () -> driver.spawn(
                                CONTEXT,
                                SpawnRequest.builder(instance, fixture.image())
                                        .adminPassword(Secret.of("s3cret-pw"))
                                        .build()))
                .succeeds();

        InstanceOperation end = driver.progress(instance.id()).orElseThrow();
        assertThat(end.unused().contains(Unused.ADMIN_PASSWORD))
                .as("whether the operation says that the password was not used")
                .isNotEqualTo(fixture.honoured().contains(RequestFeature.ADMIN_PASSWORD));
        assertThat(end.toString() + end.text() + fixture.host().events()).doesNotContain("s3cret-pw");
    }
}

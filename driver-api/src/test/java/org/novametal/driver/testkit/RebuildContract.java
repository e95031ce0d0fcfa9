package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.novametal.driver.capability.RequestFeature;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.DiskTreatment;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.InstanceOperation.Kind;
import org.novametal.driver.model.InstanceOperation.Phase;
import org.novametal.driver.model.RebuildRequest;

/**
 * Tests of rebuilding an instance with an image on the same node.
 *
 * <p>nova/compute/manager.py#_rebuild_default_impl falls back to destroy and spawn for a driver that cannot rebuild; on
 * a node that is cleaned after a destroy this loses the server's disk while the server is shown as ACTIVE. So every
 * driver must implement rebuild.
 */
abstract class RebuildContract extends DriverContract {
    RebuildContract(Fixtures fixtures) {
        super(fixtures);
    }

    RebuildRequest rebuildOf(Instance instance) {
        return RebuildRequest.builder(instance, fixture.image()).build();
    }

    Background startRebuild(RebuildRequest request) {
        return start("rebuild of " + request.instance(), () -> driver.rebuild(CONTEXT, request));
    }

    /** Starts a rebuild and waits until it is held in the middle of its deployment. */
    private Background heldRebuild(Instance instance) throws Exception {
        fixture.holdDeploys();
        Background rebuild = startRebuild(rebuildOf(instance));
        fixture.awaitHeldDeploy(instance.node().orElseThrow());
        return rebuild;
    }

    private void assertHolds(Instance instance) {
        assertThat(driver.getAvailableResource(node(0)).instance())
                .as("holder of %s", node(0))
                .contains(instance.id());
        assertThat(driver.getAvailableResource(node(0)).availability()).isEqualTo(Availability.IN_USE);
        assertThat(driver.instanceExists(instance)).isTrue();
    }

    // nova/virt/driver.py#rebuild: "Destroy and re-make this instance."
    @Test
    void rebuildEndsWithTheInstanceRunningOnItsNode() throws Exception {
        Instance instance = spawnedOn(node(0));

        startRebuild(rebuildOf(instance)).succeeds();

        assertRunsOn(node(0), instance);
        assertThat(driver.progress(instance.id()).orElseThrow())
                .returns(Kind.REBUILD, InstanceOperation::kind)
                .returns(Phase.SUCCEEDED, InstanceOperation::phase);
    }

    // nova/virt/driver.py#rebuild: a rebuild is for a node that "needs to be held across the shutdown + spin up steps".
    @Test
    void theNodeIsHeldThroughoutARebuild() throws Exception {
        Instance instance = spawnedOn(node(0));
        Background rebuild = heldRebuild(instance);

        assertHolds(instance);
        startSpawn(newInstanceOn(node(0))).failsWith(ErrorCode.RESOURCES_UNAVAILABLE);
        fixture.releaseDeploys();
        rebuild.succeeds();
        assertRunsOn(node(0), instance);
    }

    // nova/compute/manager.py#rebuild_instance understands ComputeResourcesUnavailable as "nothing was touched", and
    // InstanceNotFound as "deleted meanwhile".
    @Test
    void rebuildOfAnUnknownInstanceFailsAsARebuild() throws Exception {
        startRebuild(rebuildOf(newInstanceOn(node(0)))).failsWith(ErrorCode.REBUILD_FAILED);

        assertThat(driver.getAvailableResource(node(0)).availability()).isEqualTo(Availability.FREE);
    }

    // nova/compute/manager.py#rebuild_instance sets the server to ERROR; its user rebuilds again or deletes it.
    @Test
    void aRebuildThatFailedLeavesTheNodeToItsInstanceWhichCanBeRebuiltAgain() throws Exception {
        Instance instance = spawnedOn(node(0));
        fixture.failNextDeploy();

        startRebuild(rebuildOf(instance)).failsWith(ErrorCode.REBUILD_FAILED);

        assertHolds(instance);
        startRebuild(rebuildOf(instance)).succeeds();
        assertRunsOn(node(0), instance);
    }

    // After a failed rebuild the user may also delete the server.
    @Test
    void anInstanceWhoseRebuildFailedCanBeDestroyed() throws Exception {
        Instance instance = spawnedOn(node(0));
        fixture.failNextDeploy();
        startRebuild(rebuildOf(instance)).failsWith(ErrorCode.REBUILD_FAILED);

        startDestroy(instance).succeeds();

        assertNothingIsLeft(node(0), instance);
    }

    // nova/exception.py#ImageUnacceptable.
    @Test
    void anUnacceptableImageIsRefusedAndTheNodeStaysHeld() throws Exception {
        Instance instance = spawnedOn(node(0));

        startRebuild(RebuildRequest.builder(instance, fixture.unacceptableImage())
                        .build())
                .failsWith(ErrorCode.IMAGE_UNACCEPTABLE);

        assertHolds(instance);
    }

    // nova/compute/manager.py#_shutdown_instance calls destroy whatever the task state is, "rebuilding" too.
    @Test
    void destroyDuringARebuildCancelsIt() throws Exception {
        Instance instance = spawnedOn(node(0));
        Background rebuild = heldRebuild(instance);

        startDestroy(instance).succeeds();

        rebuild.failsWith(ErrorCode.CANCELLED);
        assertNothingIsLeft(node(0), instance);
    }

    // A cancelled rebuild cannot restore the former image; the instance keeps its node.
    @Test
    void aCancelledRebuildLeavesTheNodeToItsInstance() throws Exception {
        Instance instance = spawnedOn(node(0));
        Background rebuild = heldRebuild(instance);

        driver.cancel(instance.id());

        rebuild.failsWith(ErrorCode.CANCELLED);
        assertHolds(instance);
        fixture.releaseDeploys();
        startRebuild(rebuildOf(instance)).succeeds();
        assertRunsOn(node(0), instance);
    }

    // nova/virt/driver.py#init_host resumes operations: a rebuild belongs to the store.
    @Test
    void aRebuildUnderWayGoesOnAfterARestart() throws Exception {
        Instance instance = spawnedOn(node(0));
        Background lost = heldRebuild(instance);

        restart();
        lost.failsWith(ErrorCode.HOST_UNAVAILABLE);
        assertHolds(instance);
        fixture.releaseDeploys();

        assertThat(ended(instance))
                .returns(Kind.REBUILD, InstanceOperation::kind)
                .returns(Phase.SUCCEEDED, InstanceOperation::phase);
        assertRunsOn(node(0), instance);
    }

    // An instance has one operation at a time: a request that cannot join it is refused before anything is touched.
    @Test
    void aSpawnDuringARebuildIsRefused() throws Exception {
        Instance instance = spawnedOn(node(0));
        Background rebuild = heldRebuild(instance);

        startSpawn(instance).failsWith(ErrorCode.OPERATION_IN_PROGRESS);

        fixture.releaseDeploys();
        rebuild.succeeds();
    }

    // nova/virt/driver.py#rebuild: "True if the default ephemeral storage partition must be preserved on rebuild".
    @Test
    void keepingAnEphemeralPartitionIsHonouredOrRefused() throws Exception {
        Instance instance = spawnedOn(node(0));
        Background rebuild = startRebuild(RebuildRequest.builder(instance, fixture.image())
                .disks(DiskTreatment.PRESERVE_EPHEMERAL)
                .build());

        if (fixture.honoured().contains(RequestFeature.PRESERVE_EPHEMERAL)) {
            rebuild.succeeds();
        } else {
            DriverException refused = rebuild.fails();
            assertThat(refused.code()).as(refused.getMessage()).isEqualTo(ErrorCode.BUILD_ABORT);
        }
        assertRunsOn(node(0), instance);
    }
}

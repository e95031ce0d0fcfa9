package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.novametal.driver.error.Disposition;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerAfterSpawn;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.SpawnRequest;

/** Tests of spawning an instance; a failed spawn leaves nothing behind. */
abstract class SpawnContract extends DriverContract {
    SpawnContract(Fixtures fixtures) {
        super(fixtures);
    }

    // nova/virt/driver.py#spawn: "Once this successfully completes, the instance should be running
    // (power_state.RUNNING) if power_on is True".
    @Test
    void spawnEndsWithTheInstanceRunning() throws Exception {
        Instance instance = spawnedOn(node(0));

        assertRunsOn(node(0), instance);
    }

    // nova/virt/driver.py#spawn: "else the instance should be stopped (power_state.SHUTDOWN)".
    @Test
    void spawnWithPowerOffEndsWithTheInstanceOff() throws Exception {
        Instance instance = newInstanceOn(node(0));

        startSpawn(SpawnRequest.builder(instance, fixture.image())
                        .power(PowerAfterSpawn.OFF)
                        .build())
                .succeeds();

        assertThat(power(instance)).isEqualTo(PowerState.SHUTDOWN);
        assertThat(driver.getAvailableResource(node(0)).instance()).contains(instance.id());
    }

    // nova/virt/ironic/driver.py#_node_resources_used: a node with an instance is used as a whole; the scheduler must
    // see no free part of it.
    @Test
    void aSpawnedInstanceTakesItsNodeWhole() throws Exception {
        Instance instance = spawnedOn(node(0));

        AvailableResource taken = driver.getAvailableResource(node(0));
        assertThat(taken.availability()).isEqualTo(Availability.IN_USE);
        assertThat(taken.instance()).contains(instance.id());
        assertThat(taken.vcpusUsed()).isEqualTo(taken.vcpus());
        assertThat(taken.memoryMbUsed()).isEqualTo(taken.memoryMb());
        assertThat(taken.localGbUsed()).isEqualTo(taken.localGb());
    }

    // nova/compute/manager.py#_build_and_run_instance: ComputeResourcesUnavailable causes a reschedule; the driver, not
    // placement, decides which instance gets the node.
    @Test
    void aSecondInstanceIsRefusedTheNodeAndTheFirstIsUntouched() throws Exception {
        Instance first = spawnedOn(node(0));
        Instance second = newInstanceOn(node(0));

        DriverException refused = startSpawn(second).fails();

        assertThat(refused.code()).isEqualTo(ErrorCode.RESOURCES_UNAVAILABLE);
        assertThat(refused.disposition()).isEqualTo(Disposition.RESCHEDULE);
        assertThat(driver.instanceExists(second)).isFalse();
        assertRunsOn(node(0), first);
    }

    // nova/compute/manager.py#_build_and_run_instance: placement can hand one node to two instances at the same time;
    // one of them is rescheduled.
    @Test
    void ofTwoSpawnsThatRaceForOneNodeExactlyOneWins() throws Exception {
        Instance left = newInstanceOn(node(0));
        Instance right = newInstanceOn(node(0));
        Background leftSpawn = startSpawn(left);
        Background rightSpawn = startSpawn(right);
        leftSpawn.awaitEnd();
        rightSpawn.awaitEnd();

        Optional<InstanceId> holder = driver.getAvailableResource(node(0)).instance();
        assertThat(holder).isPresent();
        boolean leftWon = holder.equals(Optional.of(left.id()));
        (leftWon ? leftSpawn : rightSpawn).succeeds();
        (leftWon ? rightSpawn : leftSpawn).failsWith(ErrorCode.RESOURCES_UNAVAILABLE);
        assertThat(driver.listInstanceUuids()).containsExactly(holder.get());
        assertRunsOn(node(0), leftWon ? left : right);
    }

    // nova/virt/driver.py#spawn: here it is idempotent; the compute service may repeat a call when it lost the answer.
    @Test
    void spawnOfAnActiveInstanceReturns() throws Exception {
        Instance instance = spawnedOn(node(0));

        startSpawn(instance).succeeds();

        assertRunsOn(node(0), instance);
        assertThat(driver.listInstanceUuids()).containsExactly(instance.id());
    }

    // nova/virt/driver.py#spawn: here it is idempotent; a second call during the first waits for the same operation.
    @Test
    void aSecondSpawnOfTheSameInstanceWaitsForTheFirst() throws Exception {
        Instance instance = newInstanceOn(node(0));
        Background first = heldSpawn(instance);
        Background second = startSpawn(instance);
        fixture.releaseDeploys();

        first.succeeds();
        second.succeeds();
        assertRunsOn(node(0), instance);
    }

    // nova/virt/driver.py#spawn: "If this fails, any partial instance should be completely cleaned up, and the
    // virtualization platform should be in the state that it was before this call began."
    @Test
    void aFailedDeploymentLeavesNothingBehindAndAsksForAnotherNode() throws Exception {
        Instance instance = newInstanceOn(node(0));
        fixture.failNextDeploy();

        DriverException failed = startSpawn(instance).fails();

        assertThat(failed.code()).as(failed.getMessage()).isEqualTo(ErrorCode.DEPLOY_FAILED);
        assertThat(failed.disposition()).isEqualTo(Disposition.RESCHEDULE);
        assertNothingIsLeft(node(0), instance);
        Instance next = spawnedOn(node(0));
        assertRunsOn(node(0), next);
    }

    // nova/compute/manager.py#_build_and_run_instance: ImageUnacceptable is turned into BuildAbortException.
    @Test
    void anUnacceptableImageAbortsTheBuildAndLeavesNothingBehind() throws Exception {
        Instance instance = newInstanceOn(node(0));

        DriverException failed = startSpawn(SpawnRequest.builder(instance, fixture.unacceptableImage())
                        .build())
                .fails();

        assertThat(failed.code()).as(failed.getMessage()).isEqualTo(ErrorCode.IMAGE_UNACCEPTABLE);
        assertThat(failed.disposition()).isEqualTo(Disposition.ABORT);
        assertNothingIsLeft(node(0), instance);
    }

    // nova/virt/ironic/driver.py#prepare_for_spawn refuses an instance without a node: no other host could take it
    // either.
    @Test
    void spawnWithoutAChosenNodeAbortsTheBuild() throws Exception {
        Instance instance =
                Instance.builder(newInstanceOn(node(0)).id(), fixture.flavor()).build();

        startSpawn(instance).failsWith(ErrorCode.BUILD_ABORT);

        assertFailsWith(ErrorCode.BUILD_ABORT, () -> driver.prepareForSpawn(instance));
        assertThat(driver.listInstanceUuids()).isEmpty();
    }

    // nova/compute/manager.py#_build_and_run_instance: when a node is gone, the scheduler chooses another.
    @Test
    void spawnOnAnUnknownNodeAsksForAnotherNode() throws Exception {
        Instance instance = newInstanceOn(new NodeName("no-such-node"));

        DriverException failed = startSpawn(instance).fails();

        assertThat(failed.disposition()).as(failed.toString()).isEqualTo(Disposition.RESCHEDULE);
        assertThat(driver.listInstanceUuids()).isEmpty();
    }

    // nova/virt/driver.py#prepare_for_spawn: "Perform any pre-flight checks, tagging, etc. that the virt driver must
    // perform before executing the spawn process for a new instance."
    @Test
    void aPreparedNodeIsKeptForItsInstance() throws Exception {
        Instance instance = newInstanceOn(node(0));
        driver.prepareForSpawn(instance);
        driver.prepareForSpawn(instance);

        Instance other = newInstanceOn(node(0));
        assertFailsWith(ErrorCode.RESOURCES_UNAVAILABLE, () -> driver.prepareForSpawn(other));
        startSpawn(other).failsWith(ErrorCode.RESOURCES_UNAVAILABLE);
        assertThat(driver.getAvailableResource(node(0)).availability()).isEqualTo(Availability.IN_USE);

        startSpawn(instance).succeeds();
        assertRunsOn(node(0), instance);
    }

    // nova/virt/driver.py#failed_spawn_cleanup: "the removal of tags that were added during the prepare_for_spawn
    // method. This method should be idempotent."
    @Test
    void failedSpawnCleanupFreesAPreparedNodeAndIsIdempotent() throws Exception {
        Instance instance = newInstanceOn(node(0));
        driver.prepareForSpawn(instance);

        driver.failedSpawnCleanup(instance);
        driver.failedSpawnCleanup(instance);

        assertNothingIsLeft(node(0), instance);
        spawnedOn(node(0));
    }

    // nova/virt/driver.py#failed_spawn_cleanup: it cleans up "should the spawn operation fail", so it takes nothing
    // from an instance whose spawn succeeded, nor from another instance on the same node.
    @Test
    void failedSpawnCleanupTouchesNoInstanceThatRuns() throws Exception {
        Instance running = spawnedOn(node(0));
        Instance refused = newInstanceOn(node(0));
        startSpawn(refused).failsWith(ErrorCode.RESOURCES_UNAVAILABLE);

        driver.failedSpawnCleanup(refused);
        driver.failedSpawnCleanup(running);

        assertRunsOn(node(0), running);
    }

    // nova/virt/driver.py#spawn: each instance is deployed on the node that was chosen for it.
    @Test
    void spawnsOnDifferentNodesDoNotTouchEachOther() throws Exception {
        List<Instance> instances = List.of(newInstanceOn(node(0)), newInstanceOn(node(1)), newInstanceOn(node(2)));
        List<Background> spawns = instances.stream().map(this::startSpawn).toList();
        for (Background spawn : spawns) {
            spawn.succeeds();
        }

        for (int index = 0; index < instances.size(); index++) {
            assertRunsOn(node(index), instances.get(index));
        }
    }
}

package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.DestroyRequest.DiskFate;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.PowerOffRequest;

/** Tests of destroying an instance in any state. */
abstract class DestroyContract extends DriverContract {
    DestroyContract(Fixtures fixtures) {
        super(fixtures);
    }

    // nova/virt/driver.py#destroy: "Destroy the specified instance from the Hypervisor."
    @Test
    void destroyTakesTheInstanceOffItsNodeWhichBecomesFreeAgain() throws Exception {
        Instance instance = spawnedOn(node(0));

        startDestroy(instance).succeeds();

        assertThat(driver.getAvailableResource(node(0)).instance()).isEmpty();
        assertThat(driver.getAvailableResource(node(0)).availability()).isNotEqualTo(Availability.IN_USE);
        assertFailsWith(ErrorCode.INSTANCE_NOT_FOUND, () -> power(instance));
        assertNothingIsLeft(node(0), instance);
        Instance next = spawnedOn(node(0));
        assertRunsOn(node(0), next);
    }

    // nova/virt/driver.py#destroy: "If the instance is not found (for example if networking failed), this function
    // should still succeed."
    @Test
    void destroyOfAnUnknownInstanceSucceeds() throws Exception {
        Instance unknown = newInstanceOn(node(0));

        startDestroy(unknown).succeeds();

        assertThat(driver.getAvailableResource(node(0)).availability()).isEqualTo(Availability.FREE);
    }

    // nova/compute/manager.py#_destroy_evacuated_instances keeps the disks of instances that are on other hosts: an
    // unknown instance has no disks here.
    @Test
    void destroyThatKeepsTheDisksOfAnUnknownInstanceSucceeds() throws Exception {
        DestroyRequest request = new DestroyRequest(newInstanceOn(node(0)), List.of(), DiskFate.KEEP);

        start("destroy that keeps", () -> driver.destroy(CONTEXT, request)).succeeds();

        assertThat(driver.getAvailableResource(node(0)).availability()).isEqualTo(Availability.FREE);
    }

    // nova/virt/driver.py#destroy: "If the instance is not found ... this function should still succeed": also when its
    // record names a node that another instance has.
    @Test
    void destroyOfAnInstanceThatNeverTookItsNodeTouchesNoOther() throws Exception {
        Instance owner = spawnedOn(node(0));
        Instance loser = newInstanceOn(node(0));
        startSpawn(loser).failsWith(ErrorCode.RESOURCES_UNAVAILABLE);

        startDestroy(loser).succeeds();

        assertRunsOn(node(0), owner);
    }

    // nova/virt/driver.py#destroy: "If the instance is not found ... this function should still succeed": the compute
    // service destroys again when it lost the first answer.
    @Test
    void destroyTwiceSucceedsTwice() throws Exception {
        Instance instance = spawnedOn(node(0));

        startDestroy(instance).succeeds();
        startDestroy(instance).succeeds();

        assertNothingIsLeft(node(0), instance);
    }

    // nova/virt/driver.py#destroy: two destroys at the same time succeed too.
    @Test
    void twoDestroysAtOnceBothSucceed() throws Exception {
        Instance instance = spawnedOn(node(0));

        Background first = startDestroy(instance);
        Background second = startDestroy(instance);

        first.succeeds();
        second.succeeds();
        assertNothingIsLeft(node(0), instance);
    }

    // nova/compute/manager.py#_shutdown_instance calls destroy whatever the instance's task state is, "building" too.
    @Test
    void destroyDuringASpawnCancelsIt() throws Exception {
        Instance instance = newInstanceOn(node(0));
        Background spawn = heldSpawn(instance);

        startDestroy(instance).succeeds();

        spawn.failsWith(ErrorCode.CANCELLED);
        assertNothingIsLeft(node(0), instance);
        fixture.releaseDeploys();
        Instance next = spawnedOn(node(0));
        assertRunsOn(node(0), next);
    }

    // nova/virt/driver.py#destroy: a node that was only prepared is freed too.
    @Test
    void destroyOfAPreparedInstanceFreesItsNode() throws Exception {
        Instance instance = newInstanceOn(node(0));
        driver.prepareForSpawn(instance);

        startDestroy(instance).succeeds();

        assertNothingIsLeft(node(0), instance);
    }

    // nova/virt/driver.py#destroy: an instance that is off is destroyed like one that runs.
    @Test
    void destroyOfAnInstanceThatIsOffSucceeds() throws Exception {
        Instance instance = spawnedOn(node(0));
        start("power off", () -> driver.powerOff(CONTEXT, PowerOffRequest.hard(instance)))
                .succeeds();

        startDestroy(instance).succeeds();

        assertNothingIsLeft(node(0), instance);
    }

    // nova/virt/driver.py#destroy: "Destroy the specified instance", and no other.
    @Test
    void destroyOfOneInstanceLeavesTheOthersAlone() throws Exception {
        Instance stays = spawnedOn(node(0));
        Instance goes = spawnedOn(node(1));

        startDestroy(goes).succeeds();

        assertRunsOn(node(0), stays);
        assertThat(driver.listInstanceUuids()).containsExactly(stays.id());
    }
}

package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.novametal.driver.error.Disposition;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.PowerOffRequest;
import org.novametal.driver.model.PowerState;

/** The start and end of a driver, and its state after a restart of the process. */
abstract class LifeContract extends DriverContract {
    LifeContract(Fixtures fixtures) {
        super(fixtures);
    }

    // nova/virt/driver.py#init_host: "Initialize anything that is necessary for the driver to function".
    @Test
    void beforeInitHostTheDriverSaysThatItIsNotReady() throws Exception {
        closeDriver();
        makeDriver();

        DriverException failure = catchThrowableOfType(DriverException.class, () -> driver.listInstanceUuids());

        assertThat(failure).as("what listInstanceUuids threw before initHost").isNotNull();
        assertThat(failure.disposition()).isEqualTo(Disposition.HOST_DOWN);
    }

    // nova/virt/driver.py#init_host, made idempotent.
    @Test
    void aSecondInitHostForTheSameHostDoesNothing() throws Exception {
        Instance instance = spawnedOn(node(0));

        driver.initHost(fixture.host().host());

        assertRunsOn(node(0), instance);
    }

    // nova/compute/manager.py#_check_for_host_rename: Nova's records of the nodes contain the host's name.
    @Test
    void initHostForAnotherHostIsRefused() {
        HostName other = new HostName(fixture.host().host().value() + "-renamed");

        assertFailsWith(ErrorCode.CONFIG_INVALID, () -> driver.initHost(other));

        assertThat(driver.getNodenamesByUuid(Freshness.LIVE).values())
                .containsExactlyInAnyOrderElementsOf(fixture.nodes());
    }

    // After a restart, a changed [DEFAULT] host is refused too.
    @Test
    void initHostForAnotherHostIsRefusedAfterARestartToo() throws Exception {
        HostName other = new HostName(fixture.host().host().value() + "-renamed");
        closeDriver();
        makeDriver();

        assertFailsWith(ErrorCode.CONFIG_INVALID, () -> driver.initHost(other));
    }

    // nova/virt/driver.py#cleanup_host: "Clean up anything that is necessary for the driver gracefully stop, including
    // ending remote sessions."
    @Test
    void closeIsIdempotentAndNothingAnswersAfterIt() throws Exception {
        Instance instance = spawnedOn(node(0));
        closeDriver();
        closeDriver();

        assertFailsWith(ErrorCode.HOST_UNAVAILABLE, () -> driver.getAvailableNodes(Freshness.CACHED));
        assertFailsWith(ErrorCode.HOST_UNAVAILABLE, () -> driver.listInstanceUuids());
        assertFailsWith(ErrorCode.HOST_UNAVAILABLE, () -> power(instance));
        startSpawn(newInstanceOn(node(1))).failsWith(ErrorCode.HOST_UNAVAILABLE);
    }

    // nova/virt/driver.py#init_host: "including catching up with currently running VM's on the given host".
    @Test
    void instancesAreStillThereAfterARestart() throws Exception {
        Instance on = spawnedOn(node(0));
        Instance off = spawnedOn(node(1));
        start("power off", () -> driver.powerOff(CONTEXT, PowerOffRequest.hard(off)))
                .succeeds();

        restart();

        assertThat(driver.getNodenamesByUuid(Freshness.LIVE).values())
                .containsExactlyInAnyOrderElementsOf(fixture.nodes());
        assertThat(driver.listInstanceUuids()).containsExactlyInAnyOrder(on.id(), off.id());
        assertThat(driver.listInstances()).containsExactlyInAnyOrder(on.name(), off.name());
        assertRunsOn(node(0), on);
        assertThat(power(off)).isEqualTo(PowerState.SHUTDOWN);
        startSpawn(newInstanceOn(node(0))).failsWith(ErrorCode.RESOURCES_UNAVAILABLE);
        startDestroy(on).succeeds();
        assertNothingIsLeft(node(0), on);
    }

    // nova/virt/driver.py#prepare_for_spawn: the reservation is stored, so it survives the process.
    @Test
    void aPreparedNodeIsStillKeptAfterARestart() throws Exception {
        Instance instance = newInstanceOn(node(0));
        driver.prepareForSpawn(instance);

        restart();

        startSpawn(newInstanceOn(node(0))).failsWith(ErrorCode.RESOURCES_UNAVAILABLE);
        startSpawn(instance).succeeds();
        assertRunsOn(node(0), instance);
    }

    // nova/virt/driver.py#init_host resumes operations: a spawn belongs to the store, not to the calling thread.
    @Test
    void aSpawnUnderWayIsParkedByCloseAndTakenUpByTheNextDriver() throws Exception {
        Instance instance = newInstanceOn(node(0));
        Background lost = heldSpawn(instance);

        restart();

        DriverException parked = lost.fails();
        assertThat(parked.disposition()).as(parked.toString()).isEqualTo(Disposition.HOST_DOWN);
        assertThat(driver.getAvailableResource(node(0)).instance()).contains(instance.id());
        Background again = startSpawn(instance);
        fixture.releaseDeploys();
        again.succeeds();
        assertRunsOn(node(0), instance);
    }

    // nova/compute/manager.py#_init_instance deletes instances that a user deleted while the host was down.
    @Test
    void aSpawnUnderWayCanBeDestroyedAfterARestart() throws Exception {
        Instance instance = newInstanceOn(node(0));
        heldSpawn(instance);
        restart();

        startDestroy(instance).succeeds();

        assertNothingIsLeft(node(0), instance);
        fixture.releaseDeploys();
        spawnedOn(node(0));
    }
}

package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.PowerOffRequest;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.RebootRequest;
import org.novametal.driver.model.RebootRequest.RebootType;

/** Switching instances on and off. */
abstract class PowerContract extends DriverContract {
    PowerContract(Fixtures fixtures) {
        super(fixtures);
    }

    Background startPowerOn(Instance instance) {
        return start("power on of " + instance, () -> driver.powerOn(CONTEXT, instance));
    }

    Background startPowerOff(Instance instance) {
        return start("power off of " + instance, () -> driver.powerOff(CONTEXT, PowerOffRequest.hard(instance)));
    }

    Background startReboot(Instance instance, RebootType type) {
        return start("reboot of " + instance, () -> driver.reboot(CONTEXT, new RebootRequest(instance, type)));
    }

    // nova/virt/driver.py#power_off: "Power off the specified instance."; #power_on: "Power on the specified instance."
    @Test
    void powerOffAndOnAgain() throws Exception {
        Instance instance = spawnedOn(node(0));

        startPowerOff(instance).succeeds();
        assertThat(power(instance)).isEqualTo(PowerState.SHUTDOWN);
        assertThat(driver.getAvailableResource(node(0)).instance()).contains(instance.id());

        startPowerOn(instance).succeeds();
        assertRunsOn(node(0), instance);
    }

    // nova/compute/manager.py#_sync_instance_power_state powers off instances that may be off already, and expects no
    // error.
    @Test
    void powerOffOfAnInstanceThatIsOffSucceeds() throws Exception {
        Instance instance = spawnedOn(node(0));
        startPowerOff(instance).succeeds();

        startPowerOff(instance).succeeds();

        assertThat(power(instance)).isEqualTo(PowerState.SHUTDOWN);
    }

    // nova/virt/driver.py#power_off: "timeout: time to wait for GuestOS to shutdown"; the power is cut after it.
    @Test
    void powerOffWithATimeoutEndsWithTheInstanceOff() throws Exception {
        Instance instance = spawnedOn(node(0));

        start(
                        "soft power off of " + instance,
                        () -> driver.powerOff(CONTEXT, new PowerOffRequest(instance, Duration.ofSeconds(2))))
                .succeeds();

        assertThat(power(instance)).isEqualTo(PowerState.SHUTDOWN);
    }

    // nova/virt/driver.py#power_on: an instance that is on already has the requested state.
    @Test
    void powerOnOfAnInstanceThatIsOnSucceeds() throws Exception {
        Instance instance = spawnedOn(node(0));

        startPowerOn(instance).succeeds();

        assertRunsOn(node(0), instance);
    }

    // nova/virt/driver.py#reboot: "After this is called successfully, the instance's state goes back to
    // power_state.RUNNING."
    @ParameterizedTest
    @EnumSource
    void rebootEndsWithTheInstanceRunning(RebootType type) throws Exception {
        Instance instance = spawnedOn(node(0));

        startReboot(instance, type).succeeds();

        assertRunsOn(node(0), instance);
    }

    // nova/virt/driver.py#reboot: "the reboot action has completed successfully even in cases in which the underlying
    // domain/vm is paused or halted/stopped".
    @ParameterizedTest
    @EnumSource
    void rebootOfAnInstanceThatIsOffSwitchesItOn(RebootType type) throws Exception {
        Instance instance = spawnedOn(node(0));
        startPowerOff(instance).succeeds();

        startReboot(instance, type).succeeds();

        assertRunsOn(node(0), instance);
    }

    // nova/exception.py#InstanceNotFound: the error that nova/compute/manager.py expects from a driver that does not
    // know the instance.
    @Test
    void anUnknownInstanceCannotBeSwitchedOrAskedFor() throws Exception {
        spawnedOn(node(0));
        Instance unknown = newInstanceOn(node(0));

        startPowerOn(unknown).failsWith(ErrorCode.INSTANCE_NOT_FOUND);
        startPowerOff(unknown).failsWith(ErrorCode.INSTANCE_NOT_FOUND);
        startReboot(unknown, RebootType.HARD).failsWith(ErrorCode.INSTANCE_NOT_FOUND);
        assertFailsWith(ErrorCode.INSTANCE_NOT_FOUND, () -> power(unknown));
    }

    // nova/virt/driver.py#power_off: only the given instance is switched off.
    @Test
    void powerOffOfOneInstanceLeavesTheOthersOn() throws Exception {
        Instance off = spawnedOn(node(0));
        Instance on = spawnedOn(node(1));

        startPowerOff(off).succeeds();

        assertRunsOn(node(1), on);
    }
}

package org.novametal.baremetal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.inventory.MachinePower;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.power.FleetPower;
import org.novametal.baremetal.power.PowerCommand;
import org.novametal.baremetal.power.PowerListener;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.baremetal.provision.Provisioner.IdleMark;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.step.GuardedStep;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.power.PowerOff;
import org.novametal.baremetal.step.power.PowerOn;
import org.novametal.baremetal.step.power.PowerReach;
import org.novametal.baremetal.store.NodeStore;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.fleet.PowerReading;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceInfo;
import org.novametal.driver.model.PowerOffRequest;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.RebootRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and changes the power of the machines on which instances run, and verifies each change. Thread-safe. */
final class InstancePower {
    private static final Logger LOG = LoggerFactory.getLogger(InstancePower.class);

    private final NodeStore store;
    private final Provisioner provisioner;
    private final BmcDirectory bmcs;
    private final PowerReach reach;
    private final FleetPower fleet;
    private final PowerListener listener;
    private final Duration changeLimit;
    private final Duration softTimeout;
    private final Duration busyLimit;

    InstancePower(
            NodeStore store,
            Provisioner provisioner,
            BmcDirectory bmcs,
            PowerReach reach,
            FleetPower fleet,
            PowerListener listener,
            Duration changeLimit,
            Duration softTimeout,
            Duration busyLimit) {
        this.store = store;
        this.provisioner = provisioner;
        this.bmcs = bmcs;
        this.reach = reach;
        this.fleet = fleet;
        this.listener = PowerListener.all(List.of(listener));
        this.changeLimit = changeLimit;
        this.softTimeout = softTimeout;
        this.busyLimit = busyLimit;
    }

    InstanceInfo info(InstanceId instance, Freshness freshness) {
        NodeRecord node = store.requireOfInstance(instance);
        PowerState state = switch (freshness) {
            case CACHED -> node.power().seen();
            case LIVE -> read(node);
        };
        // During a deployment it is the ramdisk that runs, not the instance.
        return new InstanceInfo(
                node.state().reportsPower() ? state : PowerState.NOSTATE,
                Optional.of(node.uuid().toString()));
    }

    private PowerState read(NodeRecord node) {
        try {
            Optional<IdleMark> mark = provisioner.idle(node.uuid());
            ChassisPower seen = bmcs.bmc(node).readPower();
            mark.ifPresent(idle -> fleet.seen(node, idle, new PowerReading.Known(seen)));
            return MachinePower.state(seen);
        } catch (BmcException e) {
            LOG.warn("power of node {} is unknown: {}", node.name(), e.getMessage());
            return PowerState.NOSTATE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return PowerState.NOSTATE;
        }
    }

    void on(InstanceId instance) throws InterruptedException {
        change(
                instance,
                PowerCommand.ON,
                ErrorCode.POWER_ON_FAILED,
                PowerState.RUNNING,
                List.of(new PowerOn("power.on", reach, changeLimit)));
    }

    void off(PowerOffRequest request) throws InterruptedException {
        change(
                request.instance().id(),
                request.softTimeout().isPositive() ? PowerCommand.SOFT_OFF : PowerCommand.OFF,
                ErrorCode.POWER_OFF_FAILED,
                PowerState.SHUTDOWN,
                List.of(new PowerOff("power.off", reach, request.softTimeout(), changeLimit)));
    }

    void reboot(RebootRequest request) throws InterruptedException {
        Duration soft = switch (request.type()) {
            case SOFT -> softTimeout;
            case HARD -> Duration.ZERO;
        };
        change(
                request.instance().id(),
                soft.isPositive() ? PowerCommand.SOFT_REBOOT : PowerCommand.REBOOT,
                ErrorCode.REBOOT_FAILED,
                PowerState.RUNNING,
                List.of(
                        new PowerOff("power.off", reach, soft, changeLimit),
                        new PowerOn("power.on", reach, changeLimit)));
    }

    /**
     * Records that somebody else switched the machine, and reads its power: with {@code follow}, the power that is read becomes
     * the wanted power; with {@code force}, the reported power does.
     */
    void switchedByOthers(InstanceId instance, PowerState reported) throws InterruptedException {
        if (reported != PowerState.RUNNING && reported != PowerState.SHUTDOWN) {
            throw new IllegalArgumentException("a machine is switched to RUNNING or SHUTDOWN, not to " + reported
                    + " (instance " + instance + ")");
        }
        provisioner.direct(store.requireOfInstance(instance).uuid(), instance, reported, busyLimit, List.of());
        read(store.requireOfInstance(instance));
    }

    private void change(InstanceId instance, PowerCommand command, ErrorCode code, PowerState wanted, List<Step> steps)
            throws InterruptedException {
        NodeRecord node = store.requireOfInstance(instance);
        List<Step> guarded = steps.stream().<Step>map(GuardedStep::new).toList();
        listener.commandBegins(node, command);
        StepResult result;
        try {
            result = provisioner.direct(node.uuid(), instance, wanted, busyLimit, guarded);
        } catch (DriverException e) {
            ended(node, command, Optional.of(String.valueOf(e.getMessage())));
            // To a compute service, a busy node is a failed power change.
            throw e.code() == ErrorCode.RESOURCES_UNAVAILABLE ? new DriverException(code, e.getMessage(), e) : e;
        } catch (InterruptedException e) {
            ended(node, command, Optional.of("its caller stopped waiting"));
            throw e;
        }
        if (result instanceof StepResult.Failed failed) {
            ended(node, command, Optional.of(failed.message()));
            throw new DriverException(code, "instance " + instance + ": " + failed.message());
        }
        ended(node, command, Optional.empty());
    }

    private void ended(NodeRecord node, PowerCommand command, Optional<String> failure) {
        listener.commandEnded(node, command, failure);
    }
}

package org.novametal.baremetal.power;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.novametal.baremetal.inventory.MachinePower;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.baremetal.power.MismatchPolicy.Verdict;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.baremetal.provision.Provisioner.IdleMark;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.store.NodeStore;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.fleet.PowerReading;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.PowerState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes power readings of machines: keeps each node's health, stores and reports changes, and switches machines back if
 * the policy says so.
 *
 * <p>Never interferes with an operation or power command on a node: a reading is used only if nothing has worked on the node
 * since before it was requested, and a machine is switched back only while nothing else works on its node.
 *
 * <p>A node whose power could not be read {@link #UNKNOWN_AFTER} times in a row gets the fault {@link NodeFault#POWER}; the
 * fault ends after {@link NodeHealth#ENOUGH_ANSWERS} good readings in a row.
 *
 * <p>A machine that cannot be read keeps its last known power until {@link #UNKNOWN_AFTER} readings in a row have failed; its
 * wanted power is kept even then. One that is between on and off keeps its last known power until it has reached one of them.
 *
 * <p>Thread-safe. Health is kept in memory only; each node's entry is changed atomically. The threads that switch machines back
 * are in {@link #switching}, at most {@link #MOST_SWITCHING} at once; {@link #closed} and additions to {@link #switching} are
 * guarded by this object.
 */
public final class FleetPower implements AutoCloseable {
    /** The number of failed readings in a row after which a node's power is unknown: one failed reading is not enough. */
    public static final int UNKNOWN_AFTER = 3;

    private static final Logger LOG = LoggerFactory.getLogger(FleetPower.class);

    /**
     * The most machines that are switched back at once; others wait for a later reading. The limit matters after a power cut,
     * when a whole fleet is off.
     */
    private static final int MOST_SWITCHING = 256;

    private final NodeStore store;
    private final Provisioner provisioner;
    private final MismatchPolicy policy;
    private final Switches switches;
    private final PowerListener listener;
    private final InstantSource clock;
    private final Map<UUID, NodeHealth> health = new ConcurrentHashMap<>();
    private final Map<UUID, String> switchFailures = new ConcurrentHashMap<>();
    private final Set<Thread> switching = ConcurrentHashMap.newKeySet();
    private final Semaphore free = new Semaphore(MOST_SWITCHING);
    private boolean closed;

    /**
     * The steps that switch a machine back.
     *
     * @param on the step that switches the machine on and verifies the result
     * @param off the step that switches the machine off and verifies the result
     */
    public record Switches(Step on, Step off) {}

    /** Creates the object, which acts only when its methods are called. */
    public FleetPower(
            NodeStore store,
            Provisioner provisioner,
            MismatchPolicy policy,
            Switches switches,
            PowerListener listener,
            InstantSource clock) {
        this.store = store;
        this.provisioner = provisioner;
        this.policy = policy;
        this.switches = switches;
        this.listener = PowerListener.all(List.of(listener));
        this.clock = clock;
    }

    /** The node's health; {@link NodeHealth#UNKNOWN} before its first reading. */
    public NodeHealth health(UUID node) {
        return health.getOrDefault(node, NodeHealth.UNKNOWN);
    }

    /** Forgets all but these nodes. */
    public void keepOnly(Set<UUID> nodes) {
        health.keySet().retainAll(nodes);
        switchFailures.keySet().retainAll(nodes);
    }

    /**
     * Processes a reading.
     *
     * @param node the node as it was before the reading was requested
     * @param mark the idle moment noted before the reading was requested
     * @throws DriverException {@code DRIVER_NOT_READY} when the store does not answer; the next reading is processed as usual
     */
    public void seen(NodeRecord node, IdleMark mark, PowerReading reading) {
        Instant now = clock.instant();
        NodeHealth after = health.compute(node.uuid(), (_, known) -> {
            NodeHealth before = known == null ? NodeHealth.UNKNOWN : known;
            return switch (reading) {
                case PowerReading.Known _ -> before.answered(now);
                case PowerReading.Unknown(var cause) -> before.failed(now, cause);
            };
        });
        switch (reading) {
            case PowerReading.Known(var power) -> {
                if (power != ChassisPower.CHANGING) {
                    reconcile(node, mark, MachinePower.state(power));
                }
                if (after.answers() == NodeHealth.ENOUGH_ANSWERS && hasPowerFault(node)) {
                    store.setFault(node.uuid(), Optional.empty());
                    LOG.info(
                            "node {}: its fault '{}' is over: {} readings of its power in a row succeeded",
                            node.name(),
                            NodeFault.POWER.persistedName(),
                            NodeHealth.ENOUGH_ANSWERS);
                }
            }
            case PowerReading.Unknown(var cause) -> {
                if (after.failures() == 1) {
                    LOG.info("node {}: its power cannot be read: {}", node.name(), cause.getMessage());
                }
                if (after.failures() >= UNKNOWN_AFTER) {
                    if (node.marks().fault().isEmpty()) {
                        store.setFault(node.uuid(), Optional.of(NodeFault.POWER));
                        LOG.warn(
                                "node {} takes no instance until its power can be read again: {} readings in a row failed",
                                node.name(),
                                after.failures());
                    }
                    reconcile(node, mark, PowerState.NOSTATE);
                }
            }
        }
    }

    private static boolean hasPowerFault(NodeRecord node) {
        return node.marks().fault().equals(Optional.of(NodeFault.POWER));
    }

    private void reconcile(NodeRecord node, IdleMark mark, PowerState seen) {
        if (policy.judge(node, seen) instanceof Verdict.Agreed) {
            return;
        }
        Optional<Runnable> afterwards = provisioner.ifIdleSince(mark, now -> write(now, seen));
        afterwards.ifPresent(Runnable::run);
    }

    /** Stores a reading; returns the action to run after the node is released. */
    private Runnable write(NodeRecord node, PowerState seen) {
        return switch (policy.judge(node, seen)) {
            case Verdict.Agreed() -> () -> {};
            case Verdict.Follow(PowerState power, WantedPower wanted) -> {
                store.recordPower(node.uuid(), power, wanted);
                switchFailures.remove(node.uuid());
                yield () -> report(node, node.power().seen(), power);
            }
            case Verdict.BringBack(PowerState power, WantedPower wanted) -> {
                boolean room = free.tryAcquire();
                try {
                    store.recordPower(
                            node.uuid(), power, room ? wanted : node.power().wanted());
                } catch (RuntimeException e) {
                    if (room) {
                        free.release();
                    }
                    throw e;
                }
                yield () -> {
                    report(node, node.power().seen(), power);
                    if (room) {
                        begin(node, power, wanted);
                    }
                };
            }
            case Verdict.GiveUp(PowerState power, WantedPower wanted) -> {
                String reason = "power is " + power + " and should be "
                        + node.power().wanted().state() + "; "
                        + node.power().wanted().tries() + " tries to switch it back failed"
                        + Optional.ofNullable(switchFailures.remove(node.uuid()))
                                .map(why -> ", the last one because: " + why)
                                .orElse("")
                        + "; repair the machine, then end the maintenance (Enrolment.endMaintenance)";
                store.setMaintenance(node.uuid(), Optional.of(new NodeMarks.Maintenance(reason, "the driver")));
                store.recordPower(node.uuid(), power, wanted);
                LOG.error("node {} is in maintenance: {}", node.name(), reason);
                yield () -> report(node, node.power().seen(), power);
            }
        };
    }

    private void report(NodeRecord node, PowerState before, PowerState now) {
        if (before == now) {
            return;
        }
        LOG.info(
                "node {} instance {}: power {} -> {}",
                node.name(),
                node.instance().map(instance -> instance.id().toString()).orElse("-"),
                before,
                now);
        listener.powerChanged(node, before, now);
    }

    // ---- switching back

    private void begin(NodeRecord node, PowerState seen, WantedPower wanted) {
        LOG.warn(
                "node {}: the machine is not {} as it should be; switching it back, try {} of {}",
                node.name(),
                wanted.state(),
                wanted.tries(),
                policy.tries());
        Thread thread = Thread.ofVirtual()
                .name("power-back-" + node.uuid())
                .unstarted(() -> switchBack(node, seen, wanted.state()));
        if (!launch(thread)) {
            free.release();
        }
    }

    private synchronized boolean launch(Thread thread) {
        if (closed) {
            return false;
        }
        switching.add(thread);
        thread.start();
        return true;
    }

    private void switchBack(NodeRecord before, PowerState seen, PowerState wanted) {
        UUID node = before.uuid();
        try {
            Optional<StepResult> result = provisioner.directIfIdle(
                    node,
                    now -> mayBegin(now, wanted),
                    MachinePower.chassis(wanted).stream()
                            .map(way -> switch (way) {
                                case ON -> switches.on();
                                case OFF -> switches.off();
                                case CHANGING ->
                                    throw new IllegalStateException("no machine is wanted between on and off");
                            })
                            .toList());
            result.ifPresent(end -> {
                switch (end) {
                    case StepResult.Done() -> {
                        listener.commandEnded(before, command(wanted), Optional.empty());
                        report(before, seen, wanted);
                    }
                    case StepResult.Failed(var _, String message) -> {
                        switchFailures.put(node, message);
                        listener.commandEnded(before, command(wanted), Optional.of(message));
                        LOG.warn("the machine of node {} could not be switched back: {}", before.name(), message);
                    }
                    case StepResult.BackTo back ->
                        throw new IllegalStateException("the steps ended, but go back: " + back);
                    case StepResult.Wait wait ->
                        throw new IllegalStateException("the steps ended, but still wait: " + wait);
                }
            });
        } catch (InterruptedException e) {
            // Closed: the wanted power is stored, so the next start tries again.
            Thread.currentThread().interrupt();
        } catch (DriverException e) {
            LOG.warn(
                    "the machine of node {} could not be switched back; the driver tries again if the next"
                            + " reading requires it",
                    node,
                    e);
        } finally {
            switching.remove(Thread.currentThread());
            free.release();
        }
    }

    /** Whether the machine may be switched back; if so, the command is reported, because it then begins. */
    private boolean mayBegin(NodeRecord now, PowerState wanted) {
        boolean may = now.power().wanted().state() == wanted && MismatchPolicy.isBroughtBack(now);
        if (may) {
            listener.commandBegins(now, command(wanted));
        }
        return may;
    }

    private static PowerCommand command(PowerState wanted) {
        return wanted == PowerState.RUNNING ? PowerCommand.ON : PowerCommand.OFF;
    }

    /** Stops switching machines back, within a second; machines keep the power state that they have then. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        Threads.end(switching);
    }
}

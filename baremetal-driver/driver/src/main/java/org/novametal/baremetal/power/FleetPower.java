package org.novametal.baremetal.power;

import java.time.Instant;
import java.time.InstantSource;
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
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.store.NodeStore;
import org.novametal.bmc.fleet.PowerReading;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.PowerState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what was seen of machines' power: keeps each node's health, writes what has changed, tells it, and brings machines
 * back where the policy says so.
 *
 * <p>It never meets an operation or a power verb on a node: what was seen counts only when nothing has worked on the node
 * since before it was asked for, and a machine is brought back only while nothing works on it.
 *
 * <p>A machine that cannot be read keeps its last known power until {@link #UNKNOWN_AFTER} readings in a row have failed;
 * what is wanted of it stays known beyond that.
 *
 * <p>Safe for several threads. Health is kept in memory alone, each node's entry changed atomically. The threads that bring
 * machines back are in {@link #switching}, at most {@link #MOST_SWITCHING} at once; {@link #closed} and what is added there are
 * guarded by this object.
 */
public final class FleetPower implements AutoCloseable {
    /** After how many failed readings in a row a node's power is unknown: one lost sweep says nothing. */
    public static final int UNKNOWN_AFTER = 3;

    private static final Logger LOG = LoggerFactory.getLogger(FleetPower.class);

    /** The others wait for a later reading: after a power cut a whole fleet is off. */
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
     * The steps that bring a machine back.
     *
     * @param on switches on and proves it
     * @param off switches off and proves it
     */
    public record Switches(Step on, Step off) {}

    /** Makes it; it does nothing by itself. */
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
        this.listener = listener;
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
     * Takes a reading.
     *
     * @param node the node as it was before it was asked
     * @param mark taken before it was asked
     * @throws DriverException {@code DRIVER_NOT_READY} when the store does not answer; the next reading makes up for it
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
            case PowerReading.Known(var power) -> reconcile(node, mark, MachinePower.state(power));
            case PowerReading.Unknown(var cause) -> {
                if (after.failures() == 1) {
                    LOG.info("node {}: its power cannot be read: {}", node.name(), cause.getMessage());
                }
                if (after.failures() >= UNKNOWN_AFTER) {
                    reconcile(node, mark, PowerState.NOSTATE);
                }
            }
        }
    }

    private void reconcile(NodeRecord node, IdleMark mark, PowerState seen) {
        if (policy.judge(node, seen) instanceof Verdict.Agreed) {
            return;
        }
        Optional<Runnable> afterwards = provisioner.ifIdleSince(mark, now -> write(now, seen));
        afterwards.ifPresent(Runnable::run);
    }

    /** Writes what was seen; returns what is to be done once the node is let go. */
    private Runnable write(NodeRecord node, PowerState seen) {
        return switch (policy.judge(node, seen)) {
            case Verdict.Agreed() -> () -> {};
            case Verdict.Follow(PowerState power, WantedPower wanted) -> {
                store.recordPower(node.uuid(), power, wanted);
                switchFailures.remove(node.uuid());
                yield () -> tell(node, node.power().seen(), power);
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
                    tell(node, node.power().seen(), power);
                    if (room) {
                        begin(node, power, wanted);
                    }
                };
            }
            case Verdict.GiveUp(PowerState power, WantedPower wanted) -> {
                String reason = "power is " + power + " and was to be "
                        + node.power().wanted().state() + "; "
                        + node.power().wanted().tries() + " tries to bring it back were in vain"
                        + Optional.ofNullable(switchFailures.remove(node.uuid()))
                                .map(why -> ", at last: " + why)
                                .orElse("")
                        + "; mend the machine, then end the maintenance (Enrolment.endMaintenance)";
                store.setMaintenance(node.uuid(), Optional.of(reason));
                store.recordPower(node.uuid(), power, wanted);
                LOG.error("node {} is in maintenance: {}", node.name(), reason);
                yield () -> tell(node, node.power().seen(), power);
            }
        };
    }

    private void tell(NodeRecord node, PowerState before, PowerState now) {
        if (before == now) {
            return;
        }
        LOG.info(
                "node {} instance {}: power {} -> {}",
                node.name(),
                node.instance().map(instance -> instance.id().toString()).orElse("-"),
                before,
                now);
        try {
            listener.powerChanged(node, before, now);
        } catch (RuntimeException e) {
            LOG.warn("a listener failed; the power of node {} is recorded all the same", node.name(), e);
        }
    }

    // ---- bringing back

    private void begin(NodeRecord node, PowerState seen, WantedPower wanted) {
        LOG.warn(
                "node {}: its machine is not {} as recorded; it is brought back, try {} of {}",
                node.name(),
                wanted.state(),
                wanted.tries(),
                policy.tries());
        Thread thread = Thread.ofVirtual()
                .name("power-back-" + node.uuid())
                .unstarted(() -> bringBack(node, seen, wanted.state()));
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

    private void bringBack(NodeRecord before, PowerState seen, PowerState wanted) {
        UUID node = before.uuid();
        try {
            Optional<StepResult> result = provisioner.directIfIdle(
                    node,
                    now -> now.power().wanted().state() == wanted && MismatchPolicy.isBroughtBack(now),
                    MachinePower.chassis(wanted).stream()
                            .map(way -> switch (way) {
                                case ON -> switches.on();
                                case OFF -> switches.off();
                            })
                            .toList());
            result.ifPresent(end -> {
                switch (end) {
                    case StepResult.Done() -> tell(before, seen, wanted);
                    case StepResult.Failed(var _, String message) -> {
                        switchFailures.put(node, message);
                        LOG.warn("node {} could not be brought back: {}", before.name(), message);
                    }
                    case StepResult.Wait wait -> throw new IllegalStateException("a run ended in " + wait);
                }
            });
        } catch (InterruptedException e) {
            // Closed: what is wanted stands in the store, the next start goes on.
            Thread.currentThread().interrupt();
        } catch (DriverException e) {
            LOG.warn("node {} could not be brought back; the next reading says whether it is tried again", node, e);
        } finally {
            switching.remove(Thread.currentThread());
            free.release();
        }
    }

    /** Ends what is being brought back, within a second; the machines stay as they are then. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        Threads.end(switching);
    }
}

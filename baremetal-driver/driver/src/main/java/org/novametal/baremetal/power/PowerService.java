package org.novametal.baremetal.power;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.baremetal.provision.Provisioner.IdleMark;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.store.NodeStore;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.fleet.PowerReading;
import org.novametal.bmc.fleet.PowerSweep;
import org.novametal.driver.error.DriverException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the power of all nodes at an interval, one sweep at a time.
 *
 * <p>Every enrolled node is read, in any state and in maintenance too, except while an operation or power command works on it,
 * which then reads and records the power itself. If a sweep takes longer than the interval, the next sweep begins at the next
 * multiple of the interval. The first sweep begins after a random part of the interval, so that hosts that are started together
 * do not sweep together.
 *
 * <p>One private thread sweeps; {@link #thread} is guarded by this object.
 */
public final class PowerService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PowerService.class);

    private final NodeStore store;
    private final Provisioner provisioner;
    private final BmcDirectory bmcs;
    private final FleetPower fleet;
    private final PowerSweep sweep;
    private final SweepListener enrolled;
    private @Nullable Thread thread;
    private boolean closed;

    /** How a sweep ended. */
    public enum SweepOutcome {
        /** Every node has a reading. */
        DONE,
        /** The sweep failed; the next one runs as planned. */
        FAILED
    }

    /** Notified of sweeps, on their thread. */
    @FunctionalInterface
    public interface SweepListener {
        /** A sweep has listed all nodes. */
        void listed(List<NodeRecord> nodes);

        /** A sweep that began at its time has ended. */
        default void ended(SweepOutcome outcome, Duration took) {}
    }

    /** Waits between sweeps. */
    @FunctionalInterface
    public interface Sleeper {
        /** Returns after the given time. */
        void sleep(Duration duration) throws InterruptedException;
    }

    /**
     * Makes a service that does nothing before {@link #start}.
     *
     * @param enrolled notified at each sweep
     */
    public PowerService(
            NodeStore store,
            Provisioner provisioner,
            BmcDirectory bmcs,
            FleetPower fleet,
            PowerSweep sweep,
            SweepListener enrolled) {
        this.store = store;
        this.provisioner = provisioner;
        this.bmcs = bmcs;
        this.fleet = fleet;
        this.sweep = sweep;
        this.enrolled = enrolled;
    }

    /**
     * Starts the first sweep, and repeats sweeps until {@link #close}.
     *
     * @param interval the time from the beginning of one sweep to the beginning of the next; positive
     * @param random chooses how long the first sweep waits
     * @param nanoClock a clock that only goes forward, nanoseconds
     */
    public synchronized void start(Duration interval, RandomGenerator random, LongSupplier nanoClock, Sleeper sleeper) {
        if (closed || thread != null) {
            throw new IllegalStateException("the power service was already started or closed");
        }
        Duration first = Duration.ofNanos(random.nextLong(interval.toNanos()));
        thread = Thread.ofVirtual()
                .name("power-service")
                .start(() -> sweepUntilClosed(interval, first, nanoClock, sleeper));
    }

    private void sweepUntilClosed(Duration interval, Duration first, LongSupplier nanoClock, Sleeper sleeper) {
        try {
            sleeper.sleep(first);
            while (true) {
                long begun = nanoClock.getAsLong();
                SweepOutcome outcome = guardedSweep();
                long taken = nanoClock.getAsLong() - begun;
                enrolled.ended(outcome, Duration.ofNanos(taken));
                sleeper.sleep(Duration.ofNanos(interval.toNanos() - taken % interval.toNanos()));
            }
        } catch (InterruptedException e) {
            // Closed.
            Thread.currentThread().interrupt();
        }
    }

    private SweepOutcome guardedSweep() throws InterruptedException {
        try {
            sweep();
            return SweepOutcome.DONE;
        } catch (DriverException e) {
            LOG.warn("the nodes' power could not be read or recorded; the next sweep tries again", e);
        } catch (RuntimeException e) {
            LOG.error("a sweep of the nodes' power failed unexpectedly; the next one runs as planned", e);
        }
        return SweepOutcome.FAILED;
    }

    private record Target(NodeRecord node, IdleMark mark) {}

    /**
     * Runs one sweep. Blocks until every node to be read has a reading.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when the store did not answer; some nodes' readings may be recorded
     */
    public void sweep() throws InterruptedException {
        List<NodeRecord> nodes = store.all();
        Set<UUID> known = new HashSet<>();
        Map<UUID, Target> targets = new HashMap<>();
        Map<UUID, Bmc> asked = new HashMap<>();
        for (NodeRecord node : nodes) {
            known.add(node.uuid());
            Optional<IdleMark> mark = node.operation().isPresent() ? Optional.empty() : provisioner.idle(node.uuid());
            if (mark.isEmpty()) {
                continue;
            }
            try {
                asked.put(node.uuid(), bmcs.bmc(node));
                targets.put(node.uuid(), new Target(node, mark.get()));
            } catch (BmcException e) {
                fleet.seen(node, mark.get(), new PowerReading.Unknown(e));
            }
        }
        enrolled.listed(nodes);
        fleet.keepOnly(known);
        sweep.run(asked, (uuid, reading) -> {
            Target target = Objects.requireNonNull(targets.get(uuid));
            fleet.seen(target.node(), target.mark(), reading);
        });
    }

    /** Ends the running sweep and starts no other, within a second. Idempotent. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
            thread = null;
        }
        if (running != null) {
            Threads.end(List.of(running));
        }
    }
}

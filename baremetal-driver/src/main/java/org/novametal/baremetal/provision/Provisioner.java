package org.novametal.baremetal.provision;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.novametal.baremetal.inventory.DeploySpec;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeStore;
import org.novametal.baremetal.inventory.OperationKind;
import org.novametal.baremetal.inventory.OperationRecord;
import org.novametal.baremetal.provision.OperationRunner.Outcome;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepResult;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

/**
 * Begins operations on nodes, runs them, and takes up those that an earlier process left.
 *
 * <p>An operation belongs to the store: a caller that goes away changes nothing, and a process that dies leaves a record
 * that the next one goes on with. One operation or direct action works on a node at a time.
 *
 * <p>Safe for several threads. The runners in memory are guarded by being in a concurrent map; {@link #closed} is written
 * once.
 */
public final class Provisioner implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final NodeStore store;
    private final Plans plans;
    private final InstantSource clock;
    private final ProvisionListener listener;
    private final Map<UUID, OperationRunner> runners = new ConcurrentHashMap<>();
    private final Map<UUID, ReentrantLock> nodeLocks = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Makes a provisioner that does nothing before {@link #start}. */
    public Provisioner(NodeStore store, Plans plans, InstantSource clock, ProvisionListener listener) {
        this.store = store;
        this.plans = plans;
        this.clock = clock;
        this.listener = listener;
    }

    /** Takes up every unfinished operation in the store. */
    public void start() {
        store.unfinishedOperations().forEach(this::launch);
    }

    /**
     * Begins to put an instance on a node that it holds.
     *
     * @return the operation's id, for {@link #await}
     * @throws DriverException {@code RESOURCES_UNAVAILABLE} when the node does not allow it now
     */
    public UUID deploy(NodeRecord node, InstanceOnNode instance, DeploySpec spec) {
        return begin(
                node,
                ProvisionEvent.DEPLOY,
                OperationRecord.begin(
                        node.uuid(),
                        OperationKind.DEPLOY,
                        Optional.of(instance.id()),
                        Optional.of(spec),
                        clock.instant()));
    }

    /**
     * Begins to take a node's instance off it.
     *
     * @return the operation's id, for {@link #await}
     * @throws DriverException {@code RESOURCES_UNAVAILABLE} when the node does not allow it now
     */
    public UUID delete(NodeRecord node, InstanceOnNode instance) {
        return begin(
                node,
                ProvisionEvent.DELETE,
                OperationRecord.begin(
                        node.uuid(),
                        OperationKind.DELETE,
                        Optional.of(instance.id()),
                        Optional.empty(),
                        clock.instant()));
    }

    /**
     * Begins to clean a node again whose cleaning failed.
     *
     * @return the operation's id, for {@link #await}
     * @throws DriverException {@code RESOURCES_UNAVAILABLE} when the node does not allow it now
     */
    public UUID clean(NodeRecord node) {
        return begin(
                node,
                ProvisionEvent.CLEAN,
                OperationRecord.begin(
                        node.uuid(), OperationKind.CLEAN, Optional.empty(), Optional.empty(), clock.instant()));
    }

    /**
     * Waits for an operation's end. An interrupt ends the wait, not the operation.
     *
     * @return the operation as it ended
     * @throws DriverException {@code HOST_UNAVAILABLE} when the driver is closed meanwhile
     */
    public OperationRecord await(UUID operation) throws InterruptedException {
        OperationRunner runner = runners.get(operation);
        if (runner == null) {
            return finished(operation);
        }
        try {
            return runner.outcome().get().operation();
        } catch (ExecutionException e) {
            throw asDriverException(e);
        }
    }

    /** Cancels a deployment; it is undone. Nothing happens where it is past that. */
    public void cancel(UUID operation) {
        OperationRunner runner = runners.get(operation);
        if (runner != null) {
            runner.cancel();
        }
    }

    /** Waits at most that long for an operation's end, without heeding interrupts. */
    public void awaitQuietly(UUID operation, Duration limit) {
        OperationRunner runner = runners.get(operation);
        if (runner == null) {
            return;
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                try {
                    runner.outcome().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException | TimeoutException e) {
                    // Whoever needs the outcome asks for it; here it only mattered that the wait is over.
                    return;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Tells the operation on a node that its ramdisk was heard. */
    public void ramdiskHeard(UUID node) {
        runners.values().stream().filter(runner -> runner.node().equals(node)).forEach(OperationRunner::wake);
    }

    /**
     * Runs steps on a node at once, for a caller who waits: power verbs. They are not kept in the store, a crash leaves them
     * where they are. While they run, no operation works on the node.
     *
     * @param expected the state that the node must be in
     * @return {@link StepResult.Done}, or the first failure
     * @throws DriverException {@code RESOURCES_UNAVAILABLE} when the node is in another state or has an operation
     */
    public StepResult direct(UUID node, ProvisionState expected, List<Step> steps) throws InterruptedException {
        ReentrantLock lock = lockOf(node);
        lock.lockInterruptibly();
        try {
            NodeRecord record = store.node(node)
                    .orElseThrow(() -> new DriverException(ErrorCode.NODE_NOT_FOUND, "node " + node + " is gone"));
            if (record.state() != expected || record.operation().isPresent()) {
                throw new DriverException(
                        ErrorCode.RESOURCES_UNAVAILABLE,
                        "node " + record.name() + " is " + record.state().persistedName() + ", it must be "
                                + expected.persistedName() + " with nothing under way; try again later");
            }
            return new DirectRun(store, clock, record).run(steps);
        } finally {
            lock.unlock();
        }
    }

    /** Parks every running operation. Idempotent, bounded. */
    @Override
    public void close() {
        closed = true;
        List<OperationRunner> left = new ArrayList<>(runners.values());
        left.forEach(OperationRunner::park);
        long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
        for (OperationRunner runner : left) {
            awaitQuietly(runner.record().id(), Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
    }

    private UUID begin(NodeRecord node, ProvisionEvent event, OperationRecord operation) {
        if (closed) {
            throw new DriverException(ErrorCode.HOST_UNAVAILABLE, "the driver is closed");
        }
        NodeRecord after = store.begin(operation, event);
        if (after.state() != node.state()) {
            listener.stateChanged(after, operation.instance(), node.state());
        }
        launch(operation);
        return operation.id();
    }

    private void launch(OperationRecord operation) {
        if (closed) {
            return;
        }
        OperationRunner runner = new OperationRunner(store, plans, clock, listener, operation);
        if (runners.putIfAbsent(operation.id(), runner) != null) {
            return;
        }
        if (closed) {
            // Closed meanwhile: close() may have looked before this one was there.
            runner.park();
        }
        Thread.ofVirtual()
                .name("operation-" + operation.kind().persistedName() + "-" + operation.node())
                .start(() -> run(runner, operation));
    }

    private void run(OperationRunner runner, OperationRecord operation) {
        ReentrantLock lock = lockOf(operation.node());
        lock.lock();
        try {
            runner.run();
        } finally {
            lock.unlock();
            runners.remove(operation.id());
        }
        if (!runner.outcome().isCompletedExceptionally()) {
            Outcome outcome = runner.outcome().join();
            outcome.next().ifPresent(this::launch);
        }
    }

    private OperationRecord finished(UUID operation) {
        OperationRecord record = store.operation(operation)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.RESOURCES_UNAVAILABLE, "operation " + operation + " is not known"));
        return switch (record.status().phase()) {
            case FINISHED -> record;
            case UNFINISHED ->
                throw new DriverException(
                        ErrorCode.HOST_UNAVAILABLE,
                        "operation " + operation + " is not run by this process; it is taken up at the next start");
        };
    }

    private static DriverException asDriverException(ExecutionException e) {
        return e.getCause() instanceof DriverException cause
                ? cause
                : new DriverException(ErrorCode.HOST_UNAVAILABLE, "the operation's runner died: " + e.getCause(), e);
    }

    private ReentrantLock lockOf(UUID node) {
        return nodeLocks.computeIfAbsent(node, _ -> new ReentrantLock());
    }
}

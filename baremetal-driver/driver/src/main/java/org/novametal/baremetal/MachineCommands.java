package org.novametal.baremetal;

import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.MachineCommand;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.power.PowerListener;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.step.GuardedStep;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.boot.SetBootDevice;
import org.novametal.baremetal.step.power.PowerOff;
import org.novametal.baremetal.step.power.PowerOn;
import org.novametal.baremetal.step.power.PowerReach;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.PowerState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the commands to machines that operators request in the store. A command runs by {@link Provisioner#direct}, as the power
 * commands of the compute service do, so that only one of them, of the operations and of the commands works on a machine at a
 * time. The provision state of the node stays as it is; a power change also changes the wanted power.
 *
 * <p>A command stays requested in the store until it has ended: after a crash, the next start runs it again.
 *
 * <p>Thread-safe. One virtual thread a node runs its commands in the order of the requests; {@link #waiting}, {@link #threads}
 * and {@link #closed} are guarded by this object.
 */
final class MachineCommands implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MachineCommands.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final Store store;
    private final Provisioner provisioner;
    private final BmcDirectory bmcs;
    private final PowerReach reach;
    private final PowerListener listener;
    private final Limits limits;
    private final Map<UUID, Queue<OperationRecord>> waiting = new HashMap<>();
    private final Map<UUID, Thread> threads = new HashMap<>();
    private boolean closed;

    /**
     * The time limits of a command.
     *
     * @param change how long a machine may take to change its power, and how long a command waits for other work on its node
     * @param softOff how long an operating system may take to stop before the power is cut
     */
    record Limits(Duration change, Duration softOff) {}

    MachineCommands(
            Store store,
            Provisioner provisioner,
            BmcDirectory bmcs,
            PowerReach reach,
            PowerListener listener,
            Limits limits) {
        this.store = store;
        this.provisioner = provisioner;
        this.bmcs = bmcs;
        this.reach = reach;
        this.listener = listener;
        this.limits = limits;
    }

    /** Runs a requested command after those of the same node. Never blocks; does nothing if it runs or waits already. */
    synchronized void take(OperationRecord request) {
        if (closed) {
            return;
        }
        Queue<OperationRecord> queue = waiting.computeIfAbsent(request.node(), _ -> new ArrayDeque<>());
        if (queue.stream().anyMatch(known -> known.id().equals(request.id()))) {
            return;
        }
        queue.add(request);
        if (queue.size() == 1) {
            threads.put(
                    request.node(),
                    Thread.ofVirtual().name("machine-command-" + request.node()).start(() -> drain(request.node())));
        }
    }

    private void drain(UUID node) {
        Optional<OperationRecord> next = first(node);
        while (next.isPresent()) {
            try {
                run(next.get());
            } catch (InterruptedException e) {
                // Closed: the requests stay in the store, and the next start runs them.
                Thread.currentThread().interrupt();
                return;
            } catch (DriverException e) {
                LOG.warn(
                        "the {} of node {} cannot be recorded; it runs again after the next request or start: {}",
                        next.get().kind(),
                        node,
                        e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("the {} of node {} failed unexpectedly", next.get().kind(), node, e);
            }
            next = following(node);
        }
    }

    private synchronized Optional<OperationRecord> first(UUID node) {
        return Optional.ofNullable(waiting.get(node)).map(Queue::peek);
    }

    /** Removes the command that has run; returns the next one. Without one, the thread of the node ends. */
    private synchronized Optional<OperationRecord> following(UUID node) {
        @Nullable Queue<OperationRecord> queue = waiting.get(node);
        if (queue != null) {
            queue.poll();
            if (!queue.isEmpty() && !closed) {
                return Optional.of(queue.element());
            }
        }
        waiting.remove(node);
        threads.remove(node);
        return Optional.empty();
    }

    private void run(OperationRecord request) throws InterruptedException {
        UUID id = request.id();
        if (store.operations()
                .find(id)
                .filter(now -> now.status() == OperationStatus.REQUESTED)
                .isEmpty()) {
            return;
        }
        LOG.info(
                "the {} of node {} was requested by {}: {}",
                request.kind(),
                request.node(),
                request.requestedBy().orElse("another process"),
                request.input());
        Optional<OperationFailure> failure;
        try {
            failure = command(request);
        } catch (DriverException e) {
            if (e.code() == ErrorCode.DRIVER_NOT_READY) {
                throw e;
            }
            failure = Optional.of(new OperationFailure(FailureCause.CONFIG, e.code(), e.getMessage()));
        }
        boolean recorded = failure.isPresent()
                ? store.operations().endRequest(id, OperationStatus.FAILED, failure.get())
                : store.operations().completeRequest(id);
        if (!recorded) {
            LOG.info("the {} of node {} was withdrawn after it had begun", request.kind(), request.node());
        }
    }

    private Optional<OperationFailure> command(OperationRecord request) throws InterruptedException {
        Optional<MachineCommand> command = MachineCommand.of(request.kind(), request.input());
        if (command.isEmpty()) {
            return Optional.of(new OperationFailure(
                    FailureCause.CONFIG,
                    ErrorCode.NODE_INVALID,
                    "this host does not know the " + request.kind() + " command " + request.input()
                            + "; a newer program requested it"));
        }
        return switch (command.get()) {
            case MachineCommand.Power(var change) -> power(request, change);
            case MachineCommand.Boot(var device, var persistence) ->
                failure(
                        request,
                        ErrorCode.NODE_INVALID,
                        run(request, Optional.empty(), new SetBootDevice(bmcs, device, persistence, limits.change())));
        };
    }

    private Optional<OperationFailure> power(OperationRecord request, MachineCommand.PowerChange change)
            throws InterruptedException {
        PowerState wanted = change.isOnAfterwards() ? PowerState.RUNNING : PowerState.SHUTDOWN;
        Optional<NodeRecord> before = store.nodes().find(request.node());
        Step on = new PowerOn("power.on", reach, limits.change());
        Step off = new PowerOff("power.off", reach, Duration.ZERO, limits.change());
        Step softOff = new PowerOff("power.off", reach, limits.softOff(), limits.change());
        StepResult result = switch (change) {
            case ON -> run(request, Optional.of(wanted), on);
            case OFF -> run(request, Optional.of(wanted), off);
            case SOFT_OFF -> run(request, Optional.of(wanted), softOff);
            case REBOOT -> run(request, Optional.of(wanted), off, on);
            case SOFT_REBOOT -> run(request, Optional.of(wanted), softOff, on);
        };
        if (result instanceof StepResult.Done) {
            before.filter(node -> node.power().seen() != wanted)
                    .ifPresent(node -> listener.powerChanged(node, node.power().seen(), wanted));
        }
        return failure(
                request, change.isOnAfterwards() ? ErrorCode.POWER_ON_FAILED : ErrorCode.POWER_OFF_FAILED, result);
    }

    private StepResult run(OperationRecord request, Optional<PowerState> wanted, Step... steps)
            throws InterruptedException {
        List<Step> guarded = new ArrayList<>();
        for (Step step : steps) {
            guarded.add(new GuardedStep(step));
        }
        return provisioner.direct(
                request.node(),
                node -> {
                    requireAllowed(request, node);
                    wanted.ifPresent(power -> store.nodes().wantPower(node.uuid(), WantedPower.of(power)));
                },
                limits.change(),
                guarded);
    }

    private static void requireAllowed(OperationRecord request, NodeRecord node) {
        MachineCommand.refusal(node.state(), node.operation().isPresent()).ifPresent(why -> {
            throw new DriverException(ErrorCode.RESOURCES_UNAVAILABLE, "node " + node.name() + ": " + why);
        });
        if (!node.instance().map(InstanceOnNode::id).equals(request.requestedFor())) {
            throw new DriverException(
                    ErrorCode.RESOURCES_UNAVAILABLE,
                    "node " + node.name() + " has got or lost an instance since the request; look at it and try again");
        }
    }

    private static Optional<OperationFailure> failure(OperationRecord request, ErrorCode code, StepResult result) {
        return switch (result) {
            case StepResult.Done() -> Optional.empty();
            case StepResult.Failed(FailureCause cause, String message) ->
                Optional.of(new OperationFailure(cause, code, message));
            case StepResult.BackTo _, StepResult.Wait _ ->
                throw new IllegalStateException("the steps of " + request.id() + " ended as " + result);
        };
    }

    /** Starts no other command and interrupts those that run, within a second; they stay requested. Idempotent. */
    @Override
    public void close() {
        List<Thread> running;
        synchronized (this) {
            closed = true;
            running = List.copyOf(threads.values());
        }
        running.forEach(Thread::interrupt);
        long end = System.nanoTime() + CLOSE_LIMIT.toNanos();
        for (Thread thread : running) {
            Uninterruptibles.joinUninterruptibly(thread, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            if (thread.isAlive()) {
                LOG.warn("the thread {} did not end within {}; it is left running", thread.getName(), CLOSE_LIMIT);
            }
        }
    }
}

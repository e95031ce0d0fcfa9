package org.novametal.baremetal.provision;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeStore;
import org.novametal.baremetal.inventory.NodeStore.Ending;
import org.novametal.baremetal.inventory.NodeStore.InstanceFate;
import org.novametal.baremetal.inventory.OperationKind;
import org.novametal.baremetal.inventory.OperationRecord;
import org.novametal.baremetal.inventory.OperationRecord.Failure;
import org.novametal.baremetal.inventory.OperationStatus;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.Step.DiskUse;
import org.novametal.baremetal.step.StepResult;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs one stored operation to its end, on a thread of its own: writes what is to happen, then acts.
 *
 * <p>What it knows is in the store; should it die at any point, another one made from the same record goes on. Only its own
 * thread writes the operation and {@link #current}, the record as last written; others may read it, and may {@linkplain
 * #cancel() cancel}, {@linkplain #park() park} and {@linkplain #wake() wake} it. {@link #inStep}, the thread while it may be
 * interrupted, is guarded by {@link #lock}, under which nothing is waited for.
 */
final class OperationRunner implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(OperationRunner.class);

    private static final Duration STORE_RETRY_AFTER = Duration.ofSeconds(2);
    private static final String UNDO_FAILED = "undo-failed";
    private static final String DISK_WRITTEN = "disk-written";

    private final NodeStore store;
    private final Plans plans;
    private final InstantSource clock;
    private final ProvisionListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Pause pause = new Pause();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    private final UUID id;
    private final UUID node;
    private volatile OperationRecord current;
    private volatile Instant begunAt;
    private volatile boolean parked;
    private volatile boolean cancelWanted;
    private boolean doubtful;
    private @Nullable Thread inStep;
    private Heed heed = Heed.PARKING;

    /** What may interrupt the step that runs. */
    private enum Heed {
        /** The end of the process alone: the step is being undone. */
        PARKING,
        /** A cancel too. */
        CANCELLING
    }

    /**
     * How a runner ended.
     *
     * @param operation the record at its end
     * @param next the operation that was begun on the node with this one's end
     */
    record Outcome(OperationRecord operation, Optional<OperationRecord> next) {}

    OperationRunner(
            NodeStore store, Plans plans, InstantSource clock, ProvisionListener listener, OperationRecord operation) {
        this.store = store;
        this.plans = plans;
        this.clock = clock;
        this.listener = listener;
        this.id = operation.id();
        this.node = operation.node();
        this.current = operation;
        this.begunAt = clock.instant();
    }

    UUID id() {
        return id;
    }

    UUID node() {
        return node;
    }

    CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    /** Makes a waiting step look again. */
    void wake() {
        pause.wake();
    }

    /** Cancels a deployment; one that is being undone, or has ended, is left alone. */
    void cancel() {
        lock.lock();
        try {
            cancelWanted = true;
            if (inStep != null && heed == Heed.CANCELLING) {
                inStep.interrupt();
            }
        } finally {
            lock.unlock();
        }
        pause.wake();
    }

    /** Stops at the next safe point and leaves the operation in the store for the next start. */
    void park() {
        lock.lock();
        try {
            parked = true;
            if (inStep != null) {
                inStep.interrupt();
            }
        } finally {
            lock.unlock();
        }
        pause.wake();
    }

    @Override
    public void run() {
        OperationRecord begun = current;
        // What went by before, in a queue or with the process down, is not held against the step.
        begunAt = clock.instant();
        MDC.put("node", begun.node().toString());
        begun.instance().ifPresent(instance -> MDC.put("instance", instance.toString()));
        try {
            Optional<Outcome> end = Optional.empty();
            while (end.isEmpty() && !parked) {
                end = guardedTurn();
            }
            if (end.isPresent()) {
                outcome.complete(end.get());
            } else {
                outcome.completeExceptionally(new DriverException(
                        ErrorCode.HOST_UNAVAILABLE,
                        "the driver was closed while the " + begun.kind().persistedName() + " of node " + begun.node()
                                + " was under way; it is kept in the store and goes on at the next start"));
            }
        } catch (Throwable e) {
            // Nothing but an error of the machine itself comes here; the operation stays in the store.
            LOG.error("the runner of operation {} died; a restart takes it up", begun.id(), e);
            outcome.completeExceptionally(e);
        } finally {
            MDC.remove("node");
            MDC.remove("instance");
        }
    }

    private Optional<Outcome> guardedTurn() {
        try {
            return turn();
        } catch (InterruptedException e) {
            // Cancelled or parked: the next turn sees which.
            return Optional.empty();
        } catch (DriverException e) {
            // The store did not answer, or answered that the record is another than was thought: it is read again.
            LOG.warn("operation {} could not be written; it goes on in {}", id, STORE_RETRY_AFTER, e);
            doubtful = true;
            try {
                pause.await(STORE_RETRY_AFTER);
            } catch (InterruptedException ignored) {
                // Parked: the loop sees it.
            }
            return Optional.empty();
        }
    }

    /** The record to go on from: read anew where a write that was not answered may have been done all the same. */
    private OperationRecord settled() {
        if (doubtful) {
            current = store.operation(id).orElse(current);
            doubtful = false;
        }
        if (cancelWanted && current.kind() == OperationKind.DEPLOY && current.status() == OperationStatus.RUNNING) {
            Failure reason = new Failure(
                    ErrorCode.CANCELLED, "the deployment on " + requireNode().name() + " was cancelled");
            turnBack(ProvisionEvent.DELETE, OperationStatus.CANCELLING, reason);
        }
        return current;
    }

    private Optional<Outcome> turn() throws InterruptedException {
        OperationRecord operation = settled();
        List<Step> steps = plans.of(operation.kind());
        return switch (operation.status()) {
            case RUNNING -> {
                if (operation.step() >= steps.size()) {
                    yield Optional.of(succeed());
                }
                forward(operation, steps.get(operation.step()));
                yield Optional.empty();
            }
            case UNDOING, CANCELLING -> {
                if (operation.step() < 0) {
                    yield Optional.of(endUndone(operation));
                }
                backward(operation, steps.get(Math.min(operation.step(), steps.size() - 1)));
                yield Optional.empty();
            }
            case SUCCEEDED, FAILED, CANCELLED ->
                Optional.of(new Outcome(operation, requireNode().operation().flatMap(store::operation)));
        };
    }

    // ---- forward

    private void forward(OperationRecord operation, Step step) throws InterruptedException {
        NodeRecord record = requireNode();
        RunnerContext context = new RunnerContext(this, record, operation, step);
        StepResult result = call(step, Heed.CANCELLING, () -> step.run(context));
        if (result instanceof StepResult.Wait wait && overdue(step)) {
            result = new StepResult.Failed(
                    ErrorCode.DEPLOY_FAILED,
                    step.name() + " on " + record.name() + " waited "
                            + step.limit().toSeconds() + " s for " + wait.what());
        }
        if (cancelWanted && operation.kind() == OperationKind.DEPLOY && !(result instanceof StepResult.Done)) {
            // A step that a cancel broke off has not failed: the next turn undoes it as cancelled.
            return;
        }
        switch (result) {
            case StepResult.Done() -> advance(operation, step, record);
            case StepResult.Wait wait -> {
                noteWaiting(wait.on(), record.state());
                await(wait);
            }
            case StepResult.Failed(ErrorCode code, String message) -> fail(new Failure(code, message));
        }
    }

    private void advance(OperationRecord operation, Step step, NodeRecord record) {
        UnaryOperator<OperationRecord> next = op -> op.atStep(op.step() + 1, clock.instant());
        transition(isWaiting(record.state()) ? Optional.of(ProvisionEvent.RESUME) : Optional.empty(), next);
        LOG.debug("{} is done", step.name());
        progress(record, operation, step.name(), operation.step() + 1, 0.0);
    }

    private void noteWaiting(StepResult.WaitFor on, ProvisionState state) {
        boolean waiting = isWaiting(state);
        switch (on) {
            case RAMDISK -> {
                if (!waiting) {
                    transition(Optional.of(ProvisionEvent.WAIT), UnaryOperator.identity());
                }
            }
            case TIME, TURN -> {
                if (waiting) {
                    transition(Optional.of(ProvisionEvent.RESUME), UnaryOperator.identity());
                }
            }
        }
    }

    private void fail(Failure failure) {
        LOG.warn("{} of node failed: {}", current.kind().persistedName(), failure.message());
        turnBack(ProvisionEvent.FAIL, OperationStatus.UNDOING, failure);
    }

    private void turnBack(ProvisionEvent event, OperationStatus status, Failure reason) {
        transition(
                Optional.of(event),
                op -> noteDisk(op.withStatus(status, Optional.of(reason), clock.instant())
                        .atStep(op.step(), clock.instant())));
    }

    private Outcome succeed() {
        OperationRecord operation = current;
        return switch (operation.kind()) {
            case DEPLOY -> end(Optional.of(ProvisionEvent.DONE), InstanceFate.STAYS, Optional.empty());
            case DELETE ->
                end(Optional.of(ProvisionEvent.CLEAN), InstanceFate.LEAVES, Optional.of(cleaning(operation)));
            case CLEAN -> end(Optional.of(ProvisionEvent.DONE), InstanceFate.LEAVES, Optional.empty());
        };
    }

    // ---- backward

    private void backward(OperationRecord operation, Step step) throws InterruptedException {
        RunnerContext context = new RunnerContext(this, requireNode(), operation, step);
        StepResult result = call(step, Heed.PARKING, () -> step.undo(context));
        if (result instanceof StepResult.Wait wait && overdue(step)) {
            result = new StepResult.Failed(
                    ErrorCode.DEPLOY_FAILED,
                    "undoing " + step.name() + " waited " + step.limit().toSeconds() + " s for " + wait.what());
        }
        switch (result) {
            case StepResult.Done() -> undone(Optional.empty());
            case StepResult.Wait wait -> await(wait);
            case StepResult.Failed(ErrorCode _, String message) -> {
                LOG.warn("undoing {} failed, the rest is undone all the same: {}", step.name(), message);
                undone(Optional.of(message));
            }
        }
    }

    private void undone(Optional<String> failure) {
        transition(Optional.empty(), op -> {
            OperationRecord next = op.atStep(op.step() - 1, clock.instant());
            return failure.isPresent() ? next.remembering(UNDO_FAILED, failure.get(), clock.instant()) : next;
        });
    }

    private Outcome endUndone(OperationRecord operation) {
        Optional<String> undoFailure = Optional.ofNullable(operation.memory().get(UNDO_FAILED));
        return switch (operation.kind()) {
            case DEPLOY -> {
                if (undoFailure.isPresent()) {
                    Optional<ProvisionEvent> event = operation.status() == OperationStatus.CANCELLING
                            ? Optional.of(ProvisionEvent.FAIL)
                            : Optional.empty();
                    yield end(event, InstanceFate.STAYS, Optional.empty());
                }
                boolean written = operation.memory().containsKey(DISK_WRITTEN);
                yield written
                        ? end(Optional.of(ProvisionEvent.CLEAN), InstanceFate.LEAVES, Optional.of(cleaning(operation)))
                        : end(Optional.of(ProvisionEvent.RELEASE), InstanceFate.LEAVES, Optional.empty());
            }
            case DELETE -> end(Optional.empty(), InstanceFate.STAYS, Optional.empty());
            case CLEAN -> end(Optional.empty(), InstanceFate.LEAVES, Optional.empty());
        };
    }

    private OperationRecord cleaning(OperationRecord operation) {
        return OperationRecord.begin(
                operation.node(), OperationKind.CLEAN, Optional.empty(), Optional.empty(), clock.instant());
    }

    // ---- the end

    private Outcome end(Optional<ProvisionEvent> event, InstanceFate fate, Optional<OperationRecord> next) {
        NodeRecord before = requireNode();
        OperationStatus status = switch (current.status()) {
            case RUNNING, SUCCEEDED -> OperationStatus.SUCCEEDED;
            case UNDOING, FAILED -> OperationStatus.FAILED;
            case CANCELLING, CANCELLED -> OperationStatus.CANCELLED;
        };
        OperationRecord ended = settle(current, status);
        NodeRecord after =
                store.end(id, new Ending(event, fate, next, ended.error().map(Failure::message)), op -> ended);
        current = ended;
        tell(before, after);
        return new Outcome(ended, next);
    }

    /** The record at its end: what could not be undone stands in its error, where people look. */
    private OperationRecord settle(OperationRecord operation, OperationStatus status) {
        Optional<Failure> error = operation.error();
        String undoFailure = operation.memory().get(UNDO_FAILED);
        if (undoFailure != null && error.isPresent()) {
            error = Optional.of(new Failure(
                    error.get().code(), error.get().message() + "; and it could not be undone: " + undoFailure));
        }
        OperationStatus end =
                status == OperationStatus.CANCELLED && undoFailure != null ? OperationStatus.FAILED : status;
        return new OperationRecord(
                operation.id(),
                operation.node(),
                operation.instance(),
                operation.kind(),
                end,
                operation.step(),
                operation.spec(),
                operation.memory(),
                operation.stepSince(),
                error,
                operation.createdAt(),
                clock.instant());
    }

    // ---- the store, then memory

    private void transition(Optional<ProvisionEvent> event, UnaryOperator<OperationRecord> change) {
        if (event.isEmpty()) {
            current = store.change(id, change);
            return;
        }
        NodeRecord before = requireNode();
        OperationRecord[] written = new OperationRecord[1];
        NodeRecord after = store.change(id, event.get(), op -> {
            written[0] = change.apply(op);
            return written[0];
        });
        current = written[0];
        tell(before, after);
    }

    void remember(String key, String value) {
        current = store.change(id, op -> op.remembering(key, value, clock.instant()));
    }

    private OperationRecord noteDisk(OperationRecord operation) {
        return plans.diskUse(operation.kind(), operation.step()) == DiskUse.WRITES
                ? operation.remembering(DISK_WRITTEN, "yes", clock.instant())
                : operation;
    }

    // ---- the step, outside the lock

    private StepResult call(Step step, Heed heeded, Body body) throws InterruptedException {
        lock.lock();
        try {
            if (parked || (cancelWanted && cancellable(heeded))) {
                throw new InterruptedException("parked or cancelled before the step began");
            }
            inStep = Thread.currentThread();
            heed = cancellable(heeded) ? Heed.CANCELLING : Heed.PARKING;
        } finally {
            lock.unlock();
        }
        try {
            return body.call();
        } catch (DriverException e) {
            if (e.code() == ErrorCode.DRIVER_NOT_READY) {
                throw e;
            }
            return new StepResult.Failed(e.code(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{} threw what no step should throw", step.name(), e);
            return new StepResult.Failed(ErrorCode.DEPLOY_FAILED, step.name() + " failed unexpectedly: " + e);
        } finally {
            lock.lock();
            try {
                inStep = null;
                // An interrupt was meant for the step, not for the writes that follow it.
                Thread.interrupted();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean cancellable(Heed heeded) {
        return heeded == Heed.CANCELLING && current.kind() == OperationKind.DEPLOY;
    }

    /** When the present step began to have its time: not before this process could work on it. */
    Instant since() {
        Instant stored = current.stepSince();
        return stored.isBefore(begunAt) ? begunAt : stored;
    }

    private void await(StepResult.Wait wait) throws InterruptedException {
        Instant before = clock.instant();
        pause.await(wait.pollAfter());
        if (wait.on() == StepResult.WaitFor.TURN) {
            begunAt = since().plus(Duration.between(before, clock.instant()));
        }
    }

    private boolean overdue(Step step) {
        return !clock.instant().isBefore(since().plus(step.limit()));
    }

    // ---- telling

    void progress(NodeRecord record, OperationRecord operation, String step, int index, double fraction) {
        int size = Math.max(1, plans.of(operation.kind()).size());
        double whole = Math.min(1.0, (index + Math.clamp(fraction, 0.0, 1.0)) / size);
        quietly(() -> listener.progressed(record, operation.instance(), step, whole));
    }

    void tell(NodeRecord before, NodeRecord after) {
        if (before.state() == after.state()) {
            return;
        }
        OperationRecord operation = current;
        LOG.info(
                "node {} instance {}: {} -> {} ({} ms)",
                after.name(),
                operation.instance().map(Object::toString).orElse("-"),
                before.state().persistedName(),
                after.state().persistedName(),
                Duration.between(operation.createdAt(), clock.instant()).toMillis());
        quietly(() -> listener.stateChanged(after, operation.instance(), before.state()));
    }

    private static void quietly(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOG.warn("a listener failed; the operation goes on", e);
        }
    }

    // ---- small things

    NodeStore store() {
        return store;
    }

    Instant now() {
        return clock.instant();
    }

    OperationRecord record() {
        return current;
    }

    private NodeRecord requireNode() {
        return store.node(node)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.NODE_NOT_FOUND, "node " + node + " is gone from the store in mid-operation"));
    }

    private static boolean isWaiting(ProvisionState state) {
        return state == ProvisionState.WAIT_CALL_BACK || state == ProvisionState.CLEAN_WAIT;
    }

    @FunctionalInterface
    private interface Body {
        StepResult call() throws InterruptedException;
    }
}

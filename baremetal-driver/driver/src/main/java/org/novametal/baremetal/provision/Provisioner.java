package org.novametal.baremetal.provision;

import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.baremetal.operation.DeletionWish;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationQueue;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationRule;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.provision.OperationLoop.Outcome;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.Secret;
import org.novametal.queue.AdmissionQueue;
import org.novametal.queue.AdmissionQueue.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins operations on nodes, runs them, and resumes operations that an earlier process left unfinished.
 *
 * <p>An operation is stored: it continues without its caller, and if the process dies, the next process continues it from its
 * record. One operation or direct action works on a node at a time.
 *
 * <p>Thread-safe. The loops are kept in a concurrent map; {@link #closed} is written once.
 */
public final class Provisioner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Provisioner.class);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    /** Half of the longest time for which an operation was worked on that a crash may lose. */
    private static final Duration SAVE_TIMES_EVERY = Duration.ofSeconds(30);

    private final Store store;
    private final OperationCatalogue catalogue;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final ProvisionListener listener;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Map<OperationQueue, AdmissionQueue> queues;
    private final Duration stopTimeout;
    private final Map<UUID, OperationLoop> loops = new ConcurrentHashMap<>();
    private final Map<UUID, NodeTurn> turns = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Makes a provisioner that does nothing before {@link #start}. */
    public Provisioner(Store store, OperationCatalogue catalogue, InstantSource clock, ProvisionListener listener) {
        this(store, catalogue, clock, System::nanoTime, RunLimits.NONE, listener);
    }

    /**
     * Makes a provisioner that does nothing before {@link #start}.
     *
     * @param clock the time of day, for people
     * @param nanoTime monotonic nanoseconds, for limits
     * @param limits how many operations run at once, and how long steps may take to end when the host stops
     */
    public Provisioner(
            Store store,
            OperationCatalogue catalogue,
            InstantSource clock,
            LongSupplier nanoTime,
            RunLimits limits,
            ProvisionListener listener) {
        this.store = store;
        this.catalogue = catalogue;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.queues = limits.queues();
        this.stopTimeout = limits.stopTimeout();
        this.listener = ProvisionListener.all(List.of(listener));
    }

    /** Resumes every unfinished operation in the store, and begins to store their times regularly. */
    public void start() {
        // Those under way first: they run on whatever the limits are, and the others wait for what is left, oldest
        // first.
        Map<Boolean, List<OperationRecord>> found = store.operations().unfinished().stream()
                .collect(Collectors.partitioningBy(OperationRecord::isUntouched));
        Objects.requireNonNull(found.get(false)).forEach(this::resume);
        Objects.requireNonNull(found.get(true)).forEach(this::resume);
        Thread.ofVirtual().name("operation-times").start(this::saveTimesRegularly);
    }

    /**
     * Completes when each operation of this process has run its present step once, waits in its queue, or has ended. After {@link
     * #start}, those are the operations that it resumed.
     */
    public CompletableFuture<Void> resumed() {
        return CompletableFuture.allOf(
                loops.values().stream().map(OperationLoop::underway).toArray(CompletableFuture<?>[]::new));
    }

    private void resume(OperationRecord operation) {
        operation
                .restoredAt()
                .ifPresent(at -> LOG.warn(
                        "the {} of node {}, operation {}, comes from the backup that was restored at {}, and goes on at step"
                                + " {}. Its machine has gone on since the backup was made: look at it, and cancel the"
                                + " operation if the machine does not do what the step waits for",
                        operation.kind(),
                        store.nodes()
                                .find(operation.node())
                                .map(node -> node.name().value())
                                .orElse("-"),
                        operation.id(),
                        at,
                        operation.step().orElse("-")));
        operation.releaseWantedBy().ifPresentOrElse(by -> release(operation, by), () -> launch(operation));
    }

    private void saveTimesRegularly() {
        try {
            while (!stop.await(SAVE_TIMES_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                saveTimes();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stores for how long operations were worked on, where no write has done so for a while. */
    void saveTimes() {
        saveTimes(loops.values(), SAVE_TIMES_EVERY);
    }

    private void saveTimes(Collection<OperationLoop> of, Duration unsaved) {
        Map<UUID, Duration> totals = of.stream()
                .filter(loop -> loop.journal().unsaved().compareTo(unsaved) >= 0)
                .collect(Collectors.toUnmodifiableMap(OperationLoop::id, OperationLoop::worked));
        if (totals.isEmpty()) {
            return;
        }
        try {
            store.operations().recordWorked(totals);
        } catch (DriverException e) {
            LOG.warn(
                    "the times of {} operations could not be stored; they are stored later: {}",
                    totals.size(),
                    e.getMessage());
        }
    }

    /**
     * Begins an operation on a node.
     *
     * @param instance the instance that holds the node; empty for an operation on a node without an instance
     * @return the operation's id, for {@link #await}
     * @throws DriverException {@code RESOURCES_UNAVAILABLE} when the node does not allow the operation now
     */
    public UUID begin(NodeRecord node, OperationKind kind, Optional<InstanceId> instance, OperationInput input) {
        return begin(node, kind, instance, input, Map.of());
    }

    /**
     * Begins an operation on a node.
     *
     * @param input the input; its own secrets are stored like {@code secrets}
     * @param secrets further secret inputs; encrypted in the store, erased at the end of the operation
     * @return the operation's id, for {@link #await}
     * @throws DriverException {@code RESOURCES_UNAVAILABLE} when the node does not allow the operation now
     */
    public UUID begin(
            NodeRecord node,
            OperationKind kind,
            Optional<InstanceId> instance,
            OperationInput input,
            Map<String, Secret> secrets) {
        if (closed) {
            throw new DriverException(ErrorCode.HOST_UNAVAILABLE, "the driver is closed");
        }
        OperationRule rule = catalogue.requireRule(kind);
        Map<String, Secret> sealed = new HashMap<>(secrets);
        sealed.putAll(input.secrets());
        OperationInput stored = input.withoutSecrets();
        OperationRecord operation = OperationRecord.begin(
                node.uuid(), kind, instance, stored, catalogue.plan(kind, stored), clock.instant());
        // Added to the map before the operation is stored, so that a caller that finds the operation finds its loop
        // too.
        OperationLoop loop = loop(operation);
        loops.put(operation.id(), loop);
        NodeRecord after;
        try {
            after = store.operations().begin(operation, sealed, rule.begins(), rule.beginsIn());
        } catch (RuntimeException | Error e) {
            loops.remove(operation.id());
            throw e;
        }
        loop.journal().begun(node, after, rule.begins());
        start(loop);
        return operation.id();
    }

    /**
     * Begins a requested operation, or ends it as failed with the reason why it cannot begin. Does nothing if it has begun or
     * ended meanwhile.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when the store does not answer; the operation is still requested then
     */
    public void take(OperationRecord request) {
        if (closed) {
            return;
        }
        Optional<OperationRule> rule = catalogue.rule(request.kind());
        if (rule.isEmpty()) {
            store.operations()
                    .endRequest(
                            request.id(),
                            OperationStatus.FAILED,
                            new OperationFailure(
                                    FailureCause.CONFIG,
                                    ErrorCode.NODE_INVALID,
                                    "this host knows no operation '" + request.kind() + "'; it knows "
                                            + catalogue.rules().kinds()));
            return;
        }
        OperationLoop loop = loop(request);
        // The record is read again after the operation has begun.
        loop.journal().doubt();
        if (loops.putIfAbsent(request.id(), loop) != null) {
            return;
        }
        Optional<NodeRecord> before = store.nodes().find(request.node());
        NodeRecord after;
        try {
            after = store.operations()
                    .take(
                            request.id(),
                            catalogue.plan(request.kind(), request.input()),
                            rule.get().begins(),
                            rule.get().beginsIn());
        } catch (DriverException e) {
            loops.remove(request.id());
            if (e.code() == ErrorCode.DRIVER_NOT_READY) {
                throw e;
            }
            refuse(request, e);
            return;
        } catch (RuntimeException | Error e) {
            loops.remove(request.id());
            throw e;
        }
        before.ifPresent(node -> loop.journal().begun(node, after, rule.get().begins()));
        start(loop);
    }

    private void refuse(OperationRecord request, DriverException why) {
        OperationFailure failure = new OperationFailure(FailureCause.CONFIG, why.code(), why.getMessage());
        if (store.operations().endRequest(request.id(), OperationStatus.FAILED, failure)) {
            LOG.info("the requested {} of node {} is refused: {}", request.kind(), request.node(), failure.message());
        }
    }

    /**
     * Cancels the operations whose cancellation another process requested, and ends those whose release was; those that failed
     * and were kept are undone.
     */
    public void cancelAsRequested() {
        for (OperationRecord operation : store.operations().toCancel()) {
            if (operation.releaseWantedBy().isPresent()) {
                release(operation, operation.releaseWantedBy().get());
                continue;
            }
            OperationLoop loop = loops.get(operation.id());
            if (loop == null) {
                launch(operation);
            } else {
                loop.control().cancel();
            }
        }
    }

    /**
     * Ends an operation as it is, whatever its thread does. The thread is interrupted and abandoned: the next operation on the
     * node does not wait for it, and nothing that it writes afterwards is stored.
     */
    private void release(OperationRecord operation, String by) {
        OperationRecord ended;
        try {
            ended = ReleasedOperation.end(store, catalogue.rules(), operation, by, clock.instant());
        } catch (DriverException e) {
            if (e.code() == ErrorCode.DRIVER_NOT_READY) {
                throw e;
            }
            LOG.info("operation {} is not released: {}", operation.id(), e.getMessage());
            return;
        }
        LOG.warn("operation {} of node {} was released by {}", operation.id(), operation.node(), by);
        OperationLoop loop = loops.remove(operation.id());
        if (loop != null) {
            turns.remove(operation.node());
            loop.abandon(ended);
        }
    }

    /** The loop that runs an operation; resumes an unfinished operation that has no loop; empty for a finished operation. */
    private Optional<OperationLoop> loopOf(UUID operation) {
        OperationLoop present = loops.get(operation);
        if (present != null) {
            return Optional.of(present);
        }
        OperationRecord record = requireOperation(operation);
        if (record.status().phase() != OperationStatus.Phase.UNFINISHED) {
            return Optional.empty();
        }
        if (closed) {
            throw new DriverException(
                    ErrorCode.HOST_UNAVAILABLE,
                    "the driver is closed; operation " + operation + " is kept in the store");
        }
        launch(record);
        return Optional.ofNullable(loops.get(operation));
    }

    private OperationRecord requireOperation(UUID operation) {
        return store.operations()
                .find(operation)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.RESOURCES_UNAVAILABLE, "operation " + operation + " is not known"));
    }

    /**
     * Waits for an operation's end, but for no longer than the limit. An interrupt ends the wait, not the operation.
     *
     * @return the operation as it is when the wait ends
     * @throws DriverException {@code HOST_UNAVAILABLE} when the driver is closed meanwhile
     */
    public OperationRecord await(UUID operation, Duration limit) throws InterruptedException {
        Optional<OperationLoop> loop = loopOf(operation);
        if (loop.isEmpty()) {
            return requireOperation(operation);
        }
        long begun = nanoTime.getAsLong();
        try {
            OperationRecord ended = loop.get()
                    .outcome()
                    .get(limit.toNanos(), TimeUnit.NANOSECONDS)
                    .operation();
            // A kept operation may have been cancelled while its loop was ending; another loop undoes it.
            return !ended.isKept() || requireOperation(operation).isKept()
                    ? ended
                    : await(operation, limit.minusNanos(nanoTime.getAsLong() - begun));
        } catch (TimeoutException e) {
            return requireOperation(operation);
        } catch (ExecutionException e) {
            throw asDriverException(e);
        }
    }

    /** The queues in which operations wait, for their lengths. */
    public List<AdmissionQueue> queues() {
        return List.copyOf(queues.values());
    }

    /** How many operations of this process have not ended, also those that wait. */
    public int unfinished() {
        return loops.size();
    }

    /** How much of an operation is done, 0.0 to 1.0, as far as this process has seen it. */
    public double fraction(UUID operation) {
        OperationLoop loop = loops.get(operation);
        return loop == null ? 0 : loop.journal().seen().fraction();
    }

    /**
     * A description of what an operation waits for, such as {@code place 12 of 40 in the queue of deployments}; empty if this
     * process has not seen it wait.
     */
    public String waitsFor(UUID operation) {
        OperationLoop loop = loops.get(operation);
        return loop == null
                ? ""
                : loop.place()
                        .map(Place::toString)
                        .orElseGet(() -> loop.journal().seen().waitsFor());
    }

    /**
     * Cancels an operation, if its kind allows that, or one that failed and is kept; its steps are then undone. The request is in the store when this
     * returns. Does nothing if the operation has ended.
     */
    public void cancel(UUID operation) {
        try {
            store.operations().change(operation, op -> op.withCancelWanted(clock.instant()));
        } catch (DriverException e) {
            if (requireOperation(operation).status().phase() == OperationStatus.Phase.FINISHED) {
                return;
            }
            throw e;
        }
        loopOf(operation).ifPresent(loop -> loop.control().cancel());
    }

    /**
     * Cancels an operation of an instance, if it can be cancelled, and deletes the instance if the operation ends with the
     * instance still on its node. The request is in the store when this returns.
     *
     * @return the operation, with this request or an earlier request to delete
     * @throws DriverException {@code RESOURCES_UNAVAILABLE} when the operation has ended meanwhile
     */
    public OperationRecord deleteAfter(UUID operation, String requestId) {
        DeletionWish wish = new DeletionWish(UUID.randomUUID(), requestId);
        OperationRecord wished = store.operations()
                .change(operation, op -> op.deletion().isPresent() ? op : op.followedByDeletion(wish, clock.instant()));
        loopOf(operation).ifPresent(loop -> loop.control().cancel());
        return wished;
    }

    /** Wakes the operation on a node after a heartbeat of the node's ramdisk. */
    public void ramdiskHeard(UUID node) {
        loops.values().stream()
                .filter(loop -> loop.node().equals(node))
                .forEach(loop -> loop.control().wake());
    }

    /**
     * Runs steps on a node at once while the caller waits, for power commands. The steps are not stored, so a crash leaves them
     * unfinished. While they run, no operation works on the node.
     *
     * @param instance the instance, which must hold the node and be active
     * @param wanted the new wanted power state of the machine; recorded before the steps run
     * @param limit how long to wait for other work on the node to end
     * @return {@link StepResult.Done}, or the first failure
     * @throws DriverException {@code INSTANCE_NOT_FOUND} when the instance does not hold the node any more; {@code
     *     RESOURCES_UNAVAILABLE} when it is not active there, or something else works on the node for longer than the limit
     */
    public StepResult direct(UUID node, InstanceId instance, PowerState wanted, Duration limit, List<Step> steps)
            throws InterruptedException {
        return direct(
                node,
                record -> {
                    requireActive(record, instance);
                    store.nodes().wantPower(node, WantedPower.of(wanted));
                },
                limit,
                steps);
    }

    private static void requireActive(NodeRecord record, InstanceId instance) {
        if (!record.instance().map(InstanceOnNode::id).equals(Optional.of(instance))) {
            throw new DriverException(
                    ErrorCode.INSTANCE_NOT_FOUND,
                    "instance " + instance + " does not hold node " + record.name() + " any more");
        }
        if (!record.state().allowsPowerVerbs() || record.operation().isPresent()) {
            throw new DriverException(
                    ErrorCode.RESOURCES_UNAVAILABLE,
                    "node " + record.name() + " is " + record.state().persistedName()
                            + "; it must be active, without an unfinished operation; try again later");
        }
    }

    /**
     * Runs steps on a node at once while the caller waits, as {@link #direct(UUID, InstanceId, PowerState, Duration, List)}
     * does, whatever the node's state is.
     *
     * @param before gets the node's current record while nothing else works on it, and may store something about it; throws a
     *     {@link DriverException} when the steps must not run
     */
    public StepResult direct(UUID node, Consumer<NodeRecord> before, Duration limit, List<Step> steps)
            throws InterruptedException {
        NodeTurn turn = turnOf(node);
        if (!turn.take(limit)) {
            throw new DriverException(
                    ErrorCode.RESOURCES_UNAVAILABLE,
                    "another operation or power command has worked on node " + node + " for " + limit
                            + "; try again later");
        }
        try {
            NodeRecord record = store.nodes()
                    .find(node)
                    .orElseThrow(() -> new DriverException(ErrorCode.NODE_NOT_FOUND, "node " + node + " was removed"));
            before.accept(record);
            return new DirectRun(store, nanoTime, record).run(steps);
        } finally {
            turn.give();
        }
    }

    /**
     * A moment at which nothing worked on a node, for {@link #ifIdleSince}.
     *
     * @param node the node
     * @param turns how often work on the node had begun before that moment
     */
    public record IdleMark(UUID node, long turns) {}

    /** The current moment, for {@link #ifIdleSince}; empty while an operation or a direct run works on the node. */
    public Optional<IdleMark> idle(UUID node) {
        NodeTurn turn = turnOf(node);
        long turns = turn.taken();
        return turn.isTaken() ? Optional.empty() : Optional.of(new IdleMark(node, turns));
    }

    /**
     * Runs an action on a node if nothing has worked on the node since {@code mark}; nothing else can work on the node while
     * the action runs. Does not wait.
     *
     * @param action gets the node's current record; must neither switch the machine nor take long
     * @return the result of the action; empty if it did not run, because something works or has worked on the node
     */
    public <T> Optional<T> ifIdleSince(IdleMark mark, Function<NodeRecord, T> action) {
        NodeTurn turn = turnOf(mark.node());
        if (!turn.takeUncounted()) {
            return Optional.empty();
        }
        try {
            return turn.taken() == mark.turns()
                    ? store.nodes()
                            .find(mark.node())
                            .filter(node -> node.operation().isEmpty())
                            .map(action)
                    : Optional.empty();
        } finally {
            turn.give();
        }
    }

    /**
     * Runs steps on a node at once, as {@link #direct} does, if nothing works on it now. Does not wait.
     *
     * @param allowed decides from the node's current record whether the steps may run
     * @return the result of the steps; empty if they did not run, because something works on the node or {@code allowed}
     *     refused
     */
    public Optional<StepResult> directIfIdle(UUID node, Predicate<NodeRecord> allowed, List<Step> steps)
            throws InterruptedException {
        NodeTurn turn = turnOf(node);
        if (closed || !turn.takeNow()) {
            return Optional.empty();
        }
        try {
            Optional<NodeRecord> record = store.nodes()
                    .find(node)
                    .filter(now -> now.operation().isEmpty())
                    .filter(allowed);
            return record.isPresent()
                    ? Optional.of(new DirectRun(store, nanoTime, record.get()).run(steps))
                    : Optional.empty();
        } finally {
            turn.give();
        }
    }

    /**
     * Stops all running operations: steps that do not end within the limit for it are interrupted. Waits a limited time for the
     * operations to stop; they stay in the store for the next start. Idempotent.
     */
    @Override
    public void close() {
        closed = true;
        stop.countDown();
        queues.values().forEach(AdmissionQueue::close);
        List<OperationLoop> left = new ArrayList<>(loops.values());
        left.forEach(loop -> loop.control().stop());
        if (!areStopped(left, stopTimeout)) {
            left.forEach(loop -> loop.control().park());
            if (!areStopped(left, CLOSE_LIMIT)) {
                LOG.warn(
                        "steps of {} operations did not stop; they are left running and go on at the next start",
                        left.stream().filter(loop -> !loop.outcome().isDone()).count());
            }
        }
        saveTimes(left, Duration.ofMillis(1));
    }

    private static boolean areStopped(List<OperationLoop> loops, Duration limit) {
        CompletableFuture<?>[] ends = loops.stream().map(OperationLoop::outcome).toArray(CompletableFuture[]::new);
        try {
            Uninterruptibles.getUninterruptibly(CompletableFuture.allOf(ends), limit);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            // An operation that was stopped before its end ends with an exception.
            LOG.debug("operations were stopped", e);
        }
        return true;
    }

    private void launch(OperationRecord operation) {
        if (closed) {
            return;
        }
        OperationLoop loop = loop(operation);
        // The record may be outdated: another loop of the same operation may have ended since it was read.
        loop.journal().doubt();
        if (loops.putIfAbsent(operation.id(), loop) == null) {
            start(loop);
        }
    }

    private OperationLoop loop(OperationRecord operation) {
        return new OperationLoop(store, catalogue, clock, nanoTime, listener, operation);
    }

    private void start(OperationLoop loop) {
        if (closed) {
            // Closed meanwhile: close() may not have seen this loop.
            loop.control().park();
        }
        OperationRecord operation = loop.journal().current();
        catalogue
                .rule(operation.kind())
                .flatMap(OperationRule::queue)
                .map(queues::get)
                .ifPresent(queue -> loop.enter(queue, operation));
        Thread.ofVirtual()
                .name("operation-" + loop.journal().current().kind() + "-" + loop.node())
                .start(() -> run(loop));
    }

    private void run(OperationLoop loop) {
        NodeTurn turn = turnOf(loop.node());
        turn.take();
        Runnable ending;
        try {
            ending = loop.run();
        } finally {
            loop.leaveQueue();
            turn.give();
            loops.remove(loop.id());
        }
        // Not before: who waited for a kept operation and then cancels it needs another loop.
        ending.run();
        if (!loop.outcome().isCompletedExceptionally()) {
            Outcome outcome = loop.outcome().join();
            outcome.next().ifPresent(this::launch);
            if (outcome.operation().isKept()) {
                undoIfWanted(loop.id());
            }
        }
    }

    /** Undoes a kept operation that was cancelled while its loop was ending, so that the loop did not see it. */
    private void undoIfWanted(UUID operation) {
        try {
            store.operations()
                    .find(operation)
                    .filter(now -> now.status().phase() == OperationStatus.Phase.UNFINISHED && !now.isKept())
                    .ifPresent(this::launch);
        } catch (DriverException e) {
            LOG.warn(
                    "the store failed; operation {} continues when it is asked for, or at the next start",
                    operation,
                    e);
        }
    }

    private static DriverException asDriverException(ExecutionException e) {
        return e.getCause() instanceof DriverException cause
                ? cause
                : new DriverException(ErrorCode.HOST_UNAVAILABLE, "the operation's thread died: " + e.getCause(), e);
    }

    /** Forgets a node that was removed. */
    public void forget(UUID node) {
        turns.computeIfPresent(node, (_, turn) -> turn.isTaken() ? turn : null);
    }

    /** Forgets all nodes that are neither in {@code nodes} nor in the store any more. */
    public void keepOnly(Set<UUID> nodes) {
        for (UUID node : List.copyOf(turns.keySet())) {
            // A node may have been enrolled since the set was listed.
            if (!nodes.contains(node) && store.nodes().find(node).isEmpty()) {
                forget(node);
            }
        }
    }

    private NodeTurn turnOf(UUID node) {
        return turns.computeIfAbsent(node, _ -> new NodeTurn());
    }
}

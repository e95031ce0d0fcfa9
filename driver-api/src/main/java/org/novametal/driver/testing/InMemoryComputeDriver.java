package org.novametal.driver.testing;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.capability.DriverCapability;
import org.novametal.driver.capability.InterfaceAttachment;
import org.novametal.driver.capability.NovaCapabilities;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverEvent.HostAvailability;
import org.novametal.driver.host.DriverEvent.HostAvailability.State;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.host.EventQueue;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceInfo;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.InstanceOperation.Kind;
import org.novametal.driver.model.InstanceOperation.Phase;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.OperationRequest;
import org.novametal.driver.model.PortBinding;
import org.novametal.driver.model.PowerOffRequest;
import org.novametal.driver.model.RebootRequest;
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.Secret;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.placement.ProviderTree;
import org.novametal.driver.testing.InMemoryNodes.StoredOperation;

/**
 * A small but complete driver whose machines exist only in memory, for trying out and testing a compute service.
 *
 * <p>It fulfils the whole contract of {@link ComputeDriver}. An instance takes a whole node. An image is accepted when
 * its format is raw, qcow2 or not stated and it fits on the disk; no image is read or written. A deployment takes no
 * time unless {@link InMemoryNodes#holdDeploys()} holds it. A machine switches at once, and prints one line when it
 * boots. After a destroy the node is cleaned before it is free again; {@link InMemoryNodes#holdCleaning()} holds the
 * cleaning. {@code close} leaves operations unfinished, and a driver made over the same {@link InMemoryNodes} resumes
 * them. The only capabilities are {@link ConsoleAccess}, for reading, and {@link InterfaceAttachment}. The driver makes
 * no config drives.
 *
 * <p>Threads: the records of nodes and operations are owned by {@link InMemoryNodes}; calls that change one instance
 * are serialised by a lock of that instance; each operation and each cleaning has a thread; events are delivered by a
 * thread that holds no lock.
 */
public final class InMemoryComputeDriver implements ComputeDriver {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    /**
     * How long to wait for the end of the instance's former operation. A cancelled operation ends at once; an operation
     * that a test holds does not.
     */
    private static final Duration CANCEL_LIMIT = Duration.ofMinutes(1);

    private enum Life {
        NEW,
        OPEN,
        CLOSED
    }

    private final InMemoryNodes nodes;
    private final EventQueue events;
    private final Provisioning provisioning;
    private final InstanceLocks locks = new InstanceLocks();
    private final Cleaner cleaner;
    private final InstantSource clock;
    private final ConcurrentMap<InstanceId, OperationRun> runs = new ConcurrentHashMap<>();
    private final AtomicReference<Optional<HostName>> name = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Life> life = new AtomicReference<>(Life.NEW);
    private final Map<Class<? extends DriverCapability>, DriverCapability> capabilities;

    /** Makes a driver for the given nodes that reports its events to the given host. */
    public InMemoryComputeDriver(InMemoryNodes nodes, DriverHost host) {
        this.nodes = Objects.requireNonNull(nodes, "nodes");
        this.events = new EventQueue(Objects.requireNonNull(host, "host"));
        this.clock = host.clock();
        this.provisioning = new Provisioning(nodes, events);
        this.cleaner = new Cleaner(nodes, provisioning);
        this.capabilities = Map.of(
                ConsoleAccess.class, new InMemoryConsole(this::rowOf),
                InterfaceAttachment.class, new InMemoryInterfaces(nodes, this::rowOf));
    }

    /** The machines that this driver works on. Tests add machines and cause faults there. */
    public InMemoryNodes nodes() {
        return nodes;
    }

    // ---- start and end

    @Override
    public void initHost(HostName host) {
        Objects.requireNonNull(host, "host");
        nodes.own(host);
        if (!life.compareAndSet(Life.NEW, Life.OPEN)) {
            requireOpen();
            return;
        }
        name.set(Optional.of(host));
        emitAvailability(State.UP, "the driver has started");
        events.start();
        nodes.listen(this::storeChanged);
        resumeUnfinished();
    }

    private void storeChanged(State state) {
        switch (state) {
            case UP -> {
                emitAvailability(State.UP, "the store answers again");
                resumeUnfinished();
            }
            case DOWN -> emitAvailability(State.DOWN, "the store does not answer");
        }
    }

    private void emitAvailability(State state, String reason) {
        name.get().ifPresent(host -> events.put(stamp -> new HostAvailability(stamp, host, state, reason)));
    }

    /** Resumes all unfinished operations and cleanings in the store that no thread works on. */
    private void resumeUnfinished() {
        for (StoredOperation stored : nodes.operations()) {
            if (!stored.state().isFinished()) {
                try (InstanceLocks.Held _ = locks.lock(stored.state().instance())) {
                    resume(stored);
                }
            }
        }
        nodes.readAll().stream()
                .filter(row -> row.state() == NodeRow.State.CLEANING)
                .forEach(row -> cleaner.clean(row.node().name()));
    }

    @Override
    public void close() {
        if (life.getAndSet(Life.CLOSED) != Life.OPEN) {
            return;
        }
        nodes.listen(state -> {});
        List<OperationRun> running = List.copyOf(runs.values());
        running.forEach(OperationRun::park);
        running.forEach(InMemoryComputeDriver::awaitParked);
        cleaner.close(CLOSE_LIMIT);
        emitAvailability(State.DOWN, "the driver is closed");
        events.close(CLOSE_LIMIT);
    }

    private static void awaitParked(OperationRun run) {
        try {
            if (!run.awaitEnd(CLOSE_LIMIT)) {
                throw new IllegalStateException("waited " + CLOSE_LIMIT + " for " + run.state() + " to stop");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- nodes

    @Override
    public Set<NodeName> getAvailableNodes(Freshness freshness) {
        Set<NodeName> names = new LinkedHashSet<>();
        rows().forEach(row -> names.add(row.node().name()));
        return Set.copyOf(names);
    }

    @Override
    public Map<UUID, NodeName> getNodenamesByUuid(Freshness freshness) {
        Map<UUID, NodeName> names = new LinkedHashMap<>();
        rows().forEach(row -> names.put(row.node().uuid(), row.node().name()));
        return Map.copyOf(names);
    }

    @Override
    public boolean isNodeDeleted(NodeName node) {
        requireOpen();
        return nodes.find(node).isEmpty();
    }

    @Override
    public AvailableResource getAvailableResource(NodeName node) {
        return Reports.resource(row(node));
    }

    @Override
    public ProviderTree updateProviderTree(ProviderTree current, NodeName node) {
        return Reports.tree(current, row(node));
    }

    // ---- instances

    @Override
    public Set<InstanceId> listInstanceUuids() {
        Set<InstanceId> ids = new LinkedHashSet<>();
        rows().forEach(row ->
                row.tenant().ifPresent(tenant -> ids.add(tenant.instance().id())));
        return Set.copyOf(ids);
    }

    @Override
    public Set<String> listInstances() {
        Set<String> names = new LinkedHashSet<>();
        rows().forEach(row ->
                row.tenant().ifPresent(tenant -> names.add(tenant.instance().name())));
        return Set.copyOf(names);
    }

    @Override
    public InstanceInfo getInfo(Instance instance, Freshness freshness) {
        return Reports.info(rowOf(instance));
    }

    // ---- life cycle

    @Override
    public void prepareForSpawn(Instance instance) {
        requireOpen();
        try (InstanceLocks.Held _ = locks.lock(instance.id())) {
            provisioning.reserve(instance);
        }
    }

    @Override
    public void failedSpawnCleanup(Instance instance) {
        requireOpen();
        try (InstanceLocks.Held _ = locks.lock(instance.id())) {
            if (!runs.containsKey(instance.id())) {
                provisioning.releaseUnfinished(instance.id());
            }
        }
    }

    @Override
    public InstanceOperation submit(RequestContext context, OperationRequest request) {
        requireOpen();
        InstanceId id = request.instance().id();
        try (InstanceLocks.Held _ = locks.lock(id)) {
            Optional<StoredOperation> stored = nodes.operation(id);
            stored.filter(newest -> !newest.state().isFinished()).ifPresent(this::resume);
            return switch (request) {
                case SpawnRequest spawn -> submitSpawn(context, spawn, stored);
                case RebuildRequest rebuild -> submitRebuild(context, rebuild, stored);
                case DestroyRequest destroy -> submitDestroy(context, destroy, stored);
            };
        }
    }

    private InstanceOperation submitSpawn(
            RequestContext context, SpawnRequest request, Optional<StoredOperation> stored) {
        InstanceId id = request.instance().id();
        @Nullable OperationRun running = runs.get(id);
        if (running != null) {
            requireJoinable(running, Kind.SPAWN);
            return running.state();
        }
        Optional<NodeRow> held = nodes.findByInstance(id);
        if (held.filter(row -> row.state() == NodeRow.State.ACTIVE).isPresent()) {
            return newestOr(stored, succeeded(context, id, Kind.SPAWN));
        }
        if (held.filter(row -> row.state() == NodeRow.State.DEPLOY_FAILED).isPresent()) {
            throw new DriverException(
                    ErrorCode.BUILD_ABORT,
                    request.instance() + " is on its node already, after a rebuild that failed; rebuild or destroy it");
        }
        provisioning.claim(request);
        return begin(request, begun(context, id, Kind.SPAWN, request.adminPassword()));
    }

    private InstanceOperation submitRebuild(
            RequestContext context, RebuildRequest request, Optional<StoredOperation> stored) {
        InstanceId id = request.instance().id();
        @Nullable OperationRun running = runs.get(id);
        if (running != null) {
            requireJoinable(running, Kind.REBUILD);
            boolean sameImage = stored.map(StoredOperation::request)
                    .filter(other -> other instanceof RebuildRequest rebuild
                            && rebuild.image().id().equals(request.image().id()))
                    .isPresent();
            if (!sameImage) {
                throw inProgress(running);
            }
            return running.state();
        }
        provisioning.beginRebuild(request);
        return begin(request, begun(context, id, Kind.REBUILD, request.adminPassword()));
    }

    private InstanceOperation submitDestroy(
            RequestContext context, DestroyRequest request, Optional<StoredOperation> stored) {
        InstanceId id = request.instance().id();
        @Nullable OperationRun running = runs.get(id);
        if (running != null && running.state().kind() == Kind.DESTROY) {
            return running.state();
        }
        provisioning.requireDestroyable(request);
        if (running == null && nodes.findByInstance(id).isEmpty()) {
            return newestOr(stored, succeeded(context, id, Kind.DESTROY));
        }
        if (running != null) {
            running.cancel();
        }
        return begin(request, begun(context, id, Kind.DESTROY, Optional.empty()));
    }

    private static void requireJoinable(OperationRun running, Kind kind) {
        if (running.state().kind() != kind) {
            throw inProgress(running);
        }
    }

    private static DriverException inProgress(OperationRun running) {
        return new DriverException(
                ErrorCode.OPERATION_IN_PROGRESS,
                "instance " + running.state().instance() + " has another operation under way: " + running.state()
                        + "; wait for its end");
    }

    private static InstanceOperation newestOr(Optional<StoredOperation> stored, InstanceOperation otherwise) {
        return stored.map(StoredOperation::state)
                .filter(state -> state.kind() == otherwise.kind() && state.phase() == Phase.SUCCEEDED)
                .orElse(otherwise);
    }

    private InstanceOperation succeeded(RequestContext context, InstanceId id, Kind kind) {
        return begun(context, id, kind, Optional.empty()).toBuilder()
                .phase(Phase.SUCCEEDED)
                .progress("", 1.0)
                .build();
    }

    private InstanceOperation begun(RequestContext context, InstanceId id, Kind kind, Optional<Secret> password) {
        InstanceOperation.Builder operation =
                InstanceOperation.builder(UUID.randomUUID(), id, kind, context.requestId(), clock.instant());
        password.ifPresent(_ -> operation.unused(InstanceOperation.Unused.ADMIN_PASSWORD));
        return operation.build();
    }

    /** Stores the operation and starts it; the caller holds the instance's lock. */
    private InstanceOperation begin(OperationRequest request, InstanceOperation operation) {
        StoredOperation stored = new StoredOperation(operation, request);
        nodes.begin(stored);
        run(stored);
        return operation;
    }

    /** Starts the stored operation, unless it is running; the caller holds the instance's lock. */
    private void resume(StoredOperation stored) {
        if (!runs.containsKey(stored.state().instance())) {
            run(new StoredOperation(
                    stored.state().toBuilder().phase(Phase.RUNNING).build(), stored.request()));
        }
    }

    private void run(StoredOperation stored) {
        InstanceId id = stored.state().instance();
        Optional<OperationRun> former = Optional.ofNullable(runs.get(id));
        OperationRun run = switch (stored.request()) {
            case SpawnRequest spawn ->
                new OperationRun(stored.state(), ErrorCode.DEPLOY_FAILED, new RunningSpawn(spawn));
            case RebuildRequest rebuild ->
                new OperationRun(stored.state(), ErrorCode.REBUILD_FAILED, new RunningRebuild(rebuild));
            case DestroyRequest destroy ->
                new OperationRun(stored.state(), ErrorCode.DESTROY_FAILED, new RunningDestroy(destroy, former));
        };
        runs.put(id, run);
        run.start();
        if (life.get() == Life.CLOSED) {
            run.park();
        }
    }

    /** The part of the work that all kinds of operation have in common. */
    private abstract class RunningWork implements OperationRun.Work {
        @Override
        public void store(InstanceOperation state) {
            nodes.update(state);
        }

        @Override
        public void ended(OperationRun self) {
            runs.remove(self.state().instance(), self);
        }
    }

    private final class RunningSpawn extends RunningWork {
        private final SpawnRequest request;

        RunningSpawn(SpawnRequest request) {
            this.request = request;
        }

        @Override
        public void run(OperationRun self) throws InterruptedException {
            provisioning.deploy(self, request.instance().node().orElseThrow(), ErrorCode.DEPLOY_FAILED);
        }

        @Override
        public void finish() {
            provisioning.activate(request, request.instance().node().orElseThrow());
        }

        @Override
        public void undo() {
            provisioning.releaseUnfinished(request.instance().id());
        }
    }

    private final class RunningRebuild extends RunningWork {
        private final RebuildRequest request;

        RunningRebuild(RebuildRequest request) {
            this.request = request;
        }

        private NodeName node() {
            return rowOf(request.instance()).node().name();
        }

        @Override
        public void run(OperationRun self) throws InterruptedException {
            provisioning.deploy(self, node(), ErrorCode.REBUILD_FAILED);
        }

        @Override
        public void finish() {
            provisioning.activate(request, node());
        }

        @Override
        public void undo() {
            provisioning.rebuildFailed(request.instance().id());
        }
    }

    private final class RunningDestroy extends RunningWork {
        private final DestroyRequest request;
        private final Optional<OperationRun> former;

        RunningDestroy(DestroyRequest request, Optional<OperationRun> former) {
            this.request = request;
            this.former = former;
        }

        @Override
        public void run(OperationRun self) throws InterruptedException {
            self.progress("cancel", 0.0);
            if (former.isPresent()) {
                former.get().awaitEnd(CANCEL_LIMIT);
            }
            self.progress("delete", 0.5);
        }

        @Override
        public void finish() {
            provisioning.destroy(request.instance().id()).ifPresent(cleaner::clean);
        }

        @Override
        public void undo() {}
    }

    @Override
    public Optional<InstanceOperation> await(InstanceId instance, Duration limit) throws InterruptedException {
        requireOpen();
        @Nullable OperationRun running = runs.get(instance);
        return running == null ? progress(instance) : Optional.of(running.await(limit));
    }

    @Override
    public Optional<InstanceOperation> progress(InstanceId instance) {
        requireOpen();
        return nodes.operation(instance).map(StoredOperation::state);
    }

    @Override
    public void cancel(InstanceId instance) {
        requireOpen();
        try (InstanceLocks.Held _ = locks.lock(instance)) {
            nodes.operation(instance)
                    .filter(newest -> !newest.state().isFinished())
                    .ifPresent(this::resume);
            @Nullable OperationRun running = runs.get(instance);
            if (running != null) {
                switch (running.state().kind()) {
                    case SPAWN, REBUILD -> running.cancel();
                    case DESTROY, OTHER -> {}
                }
            }
        }
    }

    @Override
    public Map<String, PortBinding> portBindings(Instance instance) {
        return Reports.ports(rowOf(instance));
    }

    // ---- power

    @Override
    public void powerOn(RequestContext context, Instance instance) throws InterruptedException {
        inOrder(instance, () -> provisioning.powerOn(activeRowOf(instance, ErrorCode.POWER_ON_FAILED)));
    }

    @Override
    public void powerOff(RequestContext context, PowerOffRequest request) throws InterruptedException {
        Instance instance = request.instance();
        inOrder(instance, () -> provisioning.powerOff(activeRowOf(instance, ErrorCode.POWER_OFF_FAILED)));
    }

    @Override
    public void reboot(RequestContext context, RebootRequest request) throws InterruptedException {
        Instance instance = request.instance();
        inOrder(instance, () -> provisioning.reboot(activeRowOf(instance, ErrorCode.REBOOT_FAILED)));
    }

    /** Runs the action as soon as the instance has no operation under way. */
    private void inOrder(Instance instance, Runnable action) throws InterruptedException {
        requireOpen();
        while (true) {
            @Nullable OperationRun running;
            try (InstanceLocks.Held _ = locks.lockInterruptibly(instance.id())) {
                running = runs.get(instance.id());
                if (running == null) {
                    action.run();
                    return;
                }
            }
            running.awaitEnd(CANCEL_LIMIT);
        }
    }

    // ---- capabilities

    @Override
    public Map<String, Boolean> capabilities() {
        return NovaCapabilities.of(this::capability, Provisioning.IMAGE_FORMATS);
    }

    @Override
    public <C extends DriverCapability> Optional<C> capability(Class<C> type) {
        return Optional.ofNullable(capabilities.get(type)).map(type::cast);
    }

    // ---- reading

    private List<NodeRow> rows() {
        requireOpen();
        return nodes.readAll();
    }

    private NodeRow row(NodeName node) {
        requireOpen();
        return nodes.find(node).orElseThrow(() -> InMemoryNodes.notFound(node));
    }

    private NodeRow rowOf(Instance instance) {
        requireOpen();
        return nodes.findByInstance(instance.id())
                .orElseThrow(() -> new DriverException(
                        ErrorCode.INSTANCE_NOT_FOUND,
                        "no in-memory node has " + instance + "; spawn it first, or treat it as deleted"));
    }

    private NodeRow activeRowOf(Instance instance, ErrorCode otherwise) {
        NodeRow row = rowOf(instance);
        if (row.state() != NodeRow.State.ACTIVE) {
            throw new DriverException(
                    otherwise,
                    "cannot switch " + instance + ": its node is '"
                            + row.state().ironicName() + "' and must be 'active'; spawn the instance first");
        }
        return row;
    }

    private void requireOpen() {
        switch (life.get()) {
            case OPEN -> {}
            case NEW ->
                throw new DriverException(
                        ErrorCode.DRIVER_NOT_READY, "the in-memory driver is not started; call initHost() first");
            case CLOSED ->
                throw new DriverException(
                        ErrorCode.HOST_UNAVAILABLE,
                        "the in-memory driver is closed; make a new one over the same InMemoryNodes");
        }
    }
}

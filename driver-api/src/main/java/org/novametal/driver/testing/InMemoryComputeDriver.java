package org.novametal.driver.testing;

import java.time.Duration;
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
import org.novametal.driver.capability.CapabilityTraits;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.capability.DriverCapability;
import org.novametal.driver.capability.InterfaceAttachment;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceInfo;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerOffRequest;
import org.novametal.driver.model.RebootRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.placement.ProviderTree;
import org.novametal.driver.placement.Trait;

/**
 * A true small driver whose machines are rows in memory: for trying a compute service out, and for tests of one.
 *
 * <p>It keeps the whole contract of {@link ComputeDriver}. A node is taken whole. An image is accepted when its format is
 * raw or qcow2 or unsaid and it fits the disk; nothing is read or written. A deployment takes no time unless {@link
 * InMemoryNodes#holdDeploys()} holds it. A machine obeys at once, and prints one line when it boots. Nodes are not cleaned: a
 * destroyed instance leaves a free node. {@code close} leaves deployments where they are, and a driver made over the same
 * {@link InMemoryNodes} takes them up. It has {@link ConsoleAccess} for reading and {@link InterfaceAttachment}, no more.
 *
 * <p>Threads: the rows are owned by {@link InMemoryNodes}; calls that change one instance are put in order by a lock of that
 * instance; events are told by a thread that holds no lock.
 */
public final class InMemoryComputeDriver implements ComputeDriver {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private enum Life {
        NEW,
        OPEN,
        CLOSED
    }

    private final InMemoryNodes nodes;
    private final EventQueue events;
    private final Provisioning provisioning;
    private final InstanceLocks locks = new InstanceLocks();
    private final ConcurrentMap<InstanceId, Deployment> deployments = new ConcurrentHashMap<>();
    private final AtomicReference<Life> life = new AtomicReference<>(Life.NEW);
    private final Map<Class<? extends DriverCapability>, DriverCapability> capabilities;

    /** A driver over those nodes for that host. */
    public InMemoryComputeDriver(InMemoryNodes nodes, DriverHost host) {
        this.nodes = Objects.requireNonNull(nodes, "nodes");
        this.events = new EventQueue(Objects.requireNonNull(host, "host"));
        this.provisioning = new Provisioning(nodes, events, host.clock());
        this.capabilities = Map.of(
                ConsoleAccess.class, new InMemoryConsole(this::rowOf),
                InterfaceAttachment.class, new InMemoryInterfaces(nodes, this::rowOf));
    }

    /** The machines that this driver works on, to add some or to make something go wrong. */
    public InMemoryNodes nodes() {
        return nodes;
    }

    // ---- service life

    @Override
    public void initHost(HostName host) {
        Objects.requireNonNull(host, "host");
        List<NodeRow> rows = nodes.readAll();
        if (!life.compareAndSet(Life.NEW, Life.OPEN)) {
            requireOpen();
            return;
        }
        events.start();
        for (NodeRow row : rows) {
            takeUp(row);
        }
    }

    private void takeUp(NodeRow row) {
        switch (row.state()) {
            case DEPLOYING ->
                row.tenant().flatMap(NodeRow.Tenant::request).ifPresent(request -> {
                    try (InstanceLocks.Held _ = locks.lock(request.instance().id())) {
                        deploy(request, row.node().name());
                    }
                });
            case DELETING -> provisioning.release(row);
            case AVAILABLE, ACTIVE -> {}
        }
    }

    @Override
    public void close() {
        if (life.getAndSet(Life.CLOSED) != Life.OPEN) {
            return;
        }
        List<Deployment> running = List.copyOf(deployments.values());
        running.forEach(Deployment::park);
        running.forEach(deployment -> deployment.awaitEnd(CLOSE_LIMIT));
        events.close(CLOSE_LIMIT);
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
            if (!deployments.containsKey(instance.id())) {
                provisioning.releaseUnfinished(instance.id());
            }
        }
    }

    @Override
    public void spawn(RequestContext context, SpawnRequest request) throws InterruptedException {
        requireOpen();
        Optional<Deployment> deployment = beginOrFind(request);
        if (deployment.isPresent()) {
            awaitSpawn(deployment.get());
        }
    }

    /** The deployment of the instance; absent when the instance is active. */
    private Optional<Deployment> beginOrFind(SpawnRequest request) throws InterruptedException {
        InstanceId id = request.instance().id();
        try (InstanceLocks.Held _ = locks.lockInterruptibly(id)) {
            @Nullable Deployment running = deployments.get(id);
            if (running != null) {
                return Optional.of(running);
            }
            if (nodes.findByInstance(id)
                    .filter(row -> row.state() == NodeRow.State.ACTIVE)
                    .isPresent()) {
                return Optional.empty();
            }
            return Optional.of(deploy(request, provisioning.claim(request)));
        }
    }

    /** Starts a deployment; the caller holds the instance's lock. */
    private Deployment deploy(SpawnRequest request, NodeName node) {
        InstanceId id = request.instance().id();
        Deployment deployment = new Deployment(id, new Deployment.Work() {
            @Override
            public void deploy() throws InterruptedException {
                provisioning.deploy(request, node);
            }

            @Override
            public void finish() {
                provisioning.activate(request, node);
            }

            @Override
            public void undo(DriverException failure) {
                provisioning.undo(id, failure);
            }

            @Override
            public void ended(Deployment self) {
                deployments.remove(id, self);
            }
        });
        deployments.put(id, deployment);
        deployment.start();
        if (life.get() == Life.CLOSED) {
            deployment.park();
        }
        return deployment;
    }

    private static void awaitSpawn(Deployment deployment) throws InterruptedException {
        Optional<DriverException> failure;
        try {
            failure = deployment.await();
        } catch (InterruptedException interrupted) {
            deployment.cancel();
            failure = awaitUninterruptibly(deployment);
            if (failure.isPresent()) {
                interrupted.addSuppressed(failure.get());
                throw interrupted;
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** The end of a deployment that was told to stop, which is near; the interrupt that is owed is put back. */
    private static Optional<DriverException> awaitUninterruptibly(Deployment deployment) {
        while (true) {
            try {
                Optional<DriverException> failure = deployment.await();
                if (failure.isEmpty()) {
                    Thread.currentThread().interrupt();
                }
                return failure;
            } catch (InterruptedException again) {
                // The caller is answered by the first interrupt, so this one is heard already.
            }
        }
    }

    @Override
    public void destroy(RequestContext context, DestroyRequest request) throws InterruptedException {
        requireOpen();
        InstanceId id = request.instance().id();
        try (InstanceLocks.Held _ = locks.lockInterruptibly(id)) {
            @Nullable Deployment running = deployments.get(id);
            if (running != null) {
                running.cancel();
                running.await();
            }
            provisioning.destroy(request);
        }
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

    /** Runs the action after a deployment of that instance has come to its end. */
    private void inOrder(Instance instance, Runnable action) throws InterruptedException {
        requireOpen();
        while (true) {
            @Nullable Deployment running;
            try (InstanceLocks.Held _ = locks.lockInterruptibly(instance.id())) {
                running = deployments.get(instance.id());
                if (running == null) {
                    action.run();
                    return;
                }
            }
            running.await();
        }
    }

    // ---- what else it can do

    @Override
    public Set<Trait> capabilitiesAsTraits() {
        return CapabilityTraits.of(this::capability, Provisioning.IMAGE_FORMATS);
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
                        "no in-memory node holds " + instance + "; spawn it first, or take it as gone"));
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
                        ErrorCode.DRIVER_NOT_READY, "the in-memory driver has not begun; call initHost() first");
            case CLOSED ->
                throw new DriverException(
                        ErrorCode.HOST_UNAVAILABLE,
                        "the in-memory driver is closed; make a new one over the same InMemoryNodes");
        }
    }
}

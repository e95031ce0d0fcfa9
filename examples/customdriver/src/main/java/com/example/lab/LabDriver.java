package com.example.lab;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.DriverCapability;
import org.novametal.driver.capability.NovaCapabilities;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverEvent.HostAvailability;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.host.EventQueue;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
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
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.RebootRequest;
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.placement.Inventory;
import org.novametal.driver.placement.ProviderTree;
import org.novametal.driver.placement.ResourceClass;

/**
 * A driver that pretends: its machines are entries of a map, a deployment takes no time, and all is forgotten at the end of the
 * process. It shows what a driver must implement to be hosted, and has none of the optional capabilities.
 *
 * <p>Thread-safe; guarded by this object.
 */
public final class LabDriver implements ComputeDriver {
    private static final ResourceClass RESOURCE_CLASS = ResourceClass.custom("lab");

    private record Tenant(Instance instance, PowerState power) {}

    private final DriverHost host;
    private final EventQueue events;
    private final Map<NodeName, UUID> machines = new LinkedHashMap<>();
    private final Map<NodeName, Tenant> tenants = new HashMap<>();
    private final Map<InstanceId, InstanceOperation> newest = new HashMap<>();
    private boolean started;
    private boolean closed;

    LabDriver(int count, DriverHost host) {
        this.host = host;
        this.events = new EventQueue(host);
        for (int i = 1; i <= count; i++) {
            machines.put(new NodeName("lab-" + i), new UUID(0x4000, 0x8000000000000000L + i));
        }
    }

    // ---- start and end

    @Override
    public synchronized void initHost(HostName name) {
        if (!started) {
            started = true;
            events.start();
            events.put(stamp -> new HostAvailability(stamp, name, HostAvailability.State.UP, "the lab is open"));
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        events.close(Duration.ofSeconds(1));
    }

    private void requireOpen() {
        if (closed) {
            throw new DriverException(ErrorCode.HOST_UNAVAILABLE, "the lab is closed");
        }
        if (!started) {
            throw new DriverException(ErrorCode.DRIVER_NOT_READY, "the lab is not open yet; call initHost");
        }
    }

    // ---- nodes

    @Override
    public synchronized Set<NodeName> getAvailableNodes(Freshness freshness) {
        requireOpen();
        return Set.copyOf(machines.keySet());
    }

    @Override
    public synchronized Map<UUID, NodeName> getNodenamesByUuid(Freshness freshness) {
        requireOpen();
        return machines.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));
    }

    @Override
    public synchronized boolean isNodeDeleted(NodeName node) {
        requireOpen();
        return !machines.containsKey(node);
    }

    private UUID uuid(NodeName node) {
        requireOpen();
        return Optional.ofNullable(machines.get(node))
                .orElseThrow(
                        () -> new DriverException(ErrorCode.NODE_NOT_FOUND, "the lab has no machine " + node));
    }

    @Override
    public synchronized AvailableResource getAvailableResource(NodeName node) {
        AvailableResource.Builder resource =
                AvailableResource.builder(node, uuid(node)).resourceClass(RESOURCE_CLASS);
        Optional<Tenant> tenant = Optional.ofNullable(tenants.get(node));
        int used = tenant.isPresent() ? 1 : 0;
        tenant.ifPresent(present -> resource.instance(present.instance().id()).availability(Availability.IN_USE));
        return resource.vcpus(4, 4 * used)
                .memoryMb(8192, 8192 * used)
                .localGb(100, 100 * used)
                .build();
    }

    @Override
    public synchronized ProviderTree updateProviderTree(ProviderTree current, NodeName node) {
        UUID uuid = uuid(node);
        return current.with(new ProviderTree.Provider(
                uuid,
                node.value(),
                Optional.empty(),
                Map.of(RESOURCE_CLASS, Inventory.wholeNode(0)),
                current.provider(node.value())
                        .map(ProviderTree.Provider::traits)
                        .orElse(Set.of())));
    }

    // ---- instances

    @Override
    public synchronized Set<InstanceId> listInstanceUuids() {
        requireOpen();
        return tenants.values().stream()
                .map(tenant -> tenant.instance().id())
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public synchronized Set<String> listInstances() {
        requireOpen();
        return tenants.values().stream()
                .map(tenant -> tenant.instance().name())
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public synchronized InstanceInfo getInfo(Instance instance, Freshness freshness) {
        return new InstanceInfo(tenants.get(nodeOf(instance.id())).power(), Optional.empty());
    }

    private Optional<NodeName> find(InstanceId instance) {
        requireOpen();
        return tenants.entrySet().stream()
                .filter(entry -> entry.getValue().instance().id().equals(instance))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private NodeName nodeOf(InstanceId instance) {
        return find(instance)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.INSTANCE_NOT_FOUND, "no machine of the lab has instance " + instance));
    }

    @Override
    public synchronized Map<String, PortBinding> portBindings(Instance instance) {
        nodeOf(instance.id());
        return Map.of();
    }

    // ---- life cycle

    @Override
    public synchronized void prepareForSpawn(Instance instance) {
        NodeName node = instance.node()
                .orElseThrow(() ->
                        new DriverException(ErrorCode.BUILD_ABORT, "no machine is chosen for " + instance));
        uuid(node);
        Optional<Tenant> tenant = Optional.ofNullable(tenants.get(node));
        if (tenant.isPresent() && !tenant.get().instance().id().equals(instance.id())) {
            throw new DriverException(
                    ErrorCode.RESOURCES_UNAVAILABLE, node + " has " + tenant.get().instance() + " already");
        }
    }

    @Override
    public synchronized void failedSpawnCleanup(Instance instance) {
        requireOpen();
    }

    @Override
    public synchronized InstanceOperation submit(RequestContext context, OperationRequest request) {
        requireOpen();
        Instance instance = request.instance();
        Kind kind = switch (request) {
            case SpawnRequest _ -> {
                prepareForSpawn(instance);
                tenants.put(instance.node().orElseThrow(), new Tenant(instance, PowerState.RUNNING));
                yield Kind.SPAWN;
            }
            case RebuildRequest _ -> {
                NodeName node = find(instance.id())
                        .orElseThrow(() ->
                                new DriverException(ErrorCode.REBUILD_FAILED, "no machine has " + instance));
                tenants.put(node, new Tenant(instance, PowerState.RUNNING));
                yield Kind.REBUILD;
            }
            case DestroyRequest _ -> {
                find(instance.id()).ifPresent(tenants::remove);
                yield Kind.DESTROY;
            }
        };
        InstanceOperation done = InstanceOperation.builder(
                        UUID.randomUUID(), instance.id(), kind, context.requestId(), host.clock().instant())
                .phase(Phase.SUCCEEDED)
                .progress("pretend", 1.0)
                .build();
        newest.put(instance.id(), done);
        return done;
    }

    @Override
    public synchronized Optional<InstanceOperation> await(InstanceId instance, Duration limit) {
        return progress(instance);
    }

    @Override
    public synchronized Optional<InstanceOperation> progress(InstanceId instance) {
        requireOpen();
        return Optional.ofNullable(newest.get(instance));
    }

    @Override
    public synchronized void cancel(InstanceId instance) {
        requireOpen();
    }

    // ---- power

    private synchronized void power(Instance instance, PowerState state) {
        NodeName node = nodeOf(instance.id());
        tenants.put(node, new Tenant(tenants.get(node).instance(), state));
    }

    @Override
    public void powerOn(RequestContext context, Instance instance) {
        power(instance, PowerState.RUNNING);
    }

    @Override
    public void powerOff(RequestContext context, PowerOffRequest request) {
        power(request.instance(), PowerState.SHUTDOWN);
    }

    @Override
    public void reboot(RequestContext context, RebootRequest request) {
        power(request.instance(), PowerState.RUNNING);
    }

    // ---- capabilities

    @Override
    public Map<String, Boolean> capabilities() {
        return NovaCapabilities.of(this::capability, Set.of("raw"));
    }

    @Override
    public <C extends DriverCapability> Optional<C> capability(Class<C> type) {
        return Optional.empty();
    }
}

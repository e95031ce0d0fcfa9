package org.novametal.baremetal;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.power.NodeHealth;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.capability.DriverCapability;
import org.novametal.driver.capability.InstanceDiagnostics;
import org.novametal.driver.capability.InstanceRescue;
import org.novametal.driver.capability.NovaCapabilities;
import org.novametal.driver.capability.PowerUpdateEvents;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceInfo;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.OperationRequest;
import org.novametal.driver.model.PortBinding;
import org.novametal.driver.model.PowerOffRequest;
import org.novametal.driver.model.RebootRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.placement.ProviderTree;

/**
 * The bare-metal compute driver: it translates between a compute service and the parts that do the work, and does nothing
 * else.
 *
 * <p>Made by {@link #builder}, or by a compute service from its configuration through {@link BareMetalDriverFactory}. Between
 * {@link #initHost} and {@link #close} its parts run; {@link #running} and {@link #closed} are guarded by this object.
 */
public final class BareMetalDriver implements ComputeDriver {
    private static final Set<String> IMAGE_FORMATS = Set.of("raw", "qcow2");

    private final Function<HostName, DriverParts> wiring;

    private @Nullable DriverParts running;
    private @Nullable HostName startedAs;
    private boolean closed;

    /**
     * Creates a driver from a compute service's configuration.
     *
     * @throws DriverException {@code CONFIG_INVALID} with all faults at once
     */
    public BareMetalDriver(NovaConf conf, DriverHost host) {
        this(builder().options(BareMetalOptions.from(conf)).host(host).wiring());
    }

    BareMetalDriver(Function<HostName, DriverParts> wiring) {
        this.wiring = wiring;
    }

    /** Starts to build a driver; see {@link BareMetalDriverBuilder}. */
    public static BareMetalDriverBuilder builder() {
        return new BareMetalDriverBuilder();
    }

    // ---- service life

    @Override
    public synchronized void initHost(HostName host) {
        if (closed) {
            throw new DriverException(ErrorCode.HOST_UNAVAILABLE, "the driver is closed; create a new driver");
        }
        if (running == null) {
            running = wiring.apply(host);
        } else if (!host.equals(startedAs)) {
            throw new DriverException(
                    ErrorCode.CONFIG_INVALID,
                    "the driver was started as compute host '" + startedAs + "', not as '" + host
                            + "'; start another driver for that host");
        }
        startedAs = host;
    }

    @Override
    public void close() {
        DriverParts parts;
        synchronized (this) {
            closed = true;
            parts = running;
            running = null;
        }
        if (parts != null) {
            parts.close();
        }
    }

    private synchronized DriverParts parts() {
        if (running != null) {
            return running;
        }
        throw closed
                ? new DriverException(ErrorCode.HOST_UNAVAILABLE, "the driver is closed")
                : new DriverException(ErrorCode.DRIVER_NOT_READY, "the driver is not started; call initHost first");
    }

    /**
     * The operators' interface: enrols, lists and removes nodes.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} before {@link #initHost}
     */
    public Enrolment enrolment() {
        return parts().enrolment();
    }

    /**
     * The operators' interface to operations on nodes.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} before {@link #initHost}
     */
    public NodeOperations nodeOperations() {
        return parts().nodeOperations();
    }

    /**
     * Cleans a node again after its cleaning failed and an operator has fixed the cause. Does not wait for the end of the
     * cleaning.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code RESOURCES_UNAVAILABLE} when the node is not {@code clean failed}
     */
    public void cleanAgain(NodeName node) {
        parts().provisioner().begin(requireNode(node), OperationKind.CLEAN, Optional.empty(), OperationInput.NOTHING);
    }

    /**
     * How reliably a node's BMC has answered since {@link #initHost}; kept in memory only.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code DRIVER_NOT_READY} before {@link #initHost}
     */
    public NodeHealth powerHealth(NodeName node) {
        return parts().fleet().health(requireNode(node).uuid());
    }

    /**
     * The present fault of a node's network, for people: DHCP gave its instance another address than it must have. Found by
     * checks every {@code dhcp_lease_check_interval}; kept in memory.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code DRIVER_NOT_READY} before {@link #initHost}
     */
    public Optional<String> networkFault(NodeName node) {
        return parts().leases().fault(requireNode(node).uuid());
    }

    // ---- nodes

    @Override
    public Set<NodeName> getAvailableNodes(Freshness freshness) {
        return parts().resources().names();
    }

    @Override
    public Map<UUID, NodeName> getNodenamesByUuid(Freshness freshness) {
        return parts().resources().namesByUuid();
    }

    @Override
    public boolean nodeIsAvailable(NodeName node) {
        return parts().store().nodes().find(node).isPresent();
    }

    @Override
    public boolean isNodeDeleted(NodeName node) {
        return parts().store().nodes().find(node).isEmpty();
    }

    @Override
    public AvailableResource getAvailableResource(NodeName node) {
        return parts().resources().report(node);
    }

    @Override
    public ProviderTree updateProviderTree(ProviderTree current, NodeName node) {
        return parts().resources().update(current, node);
    }

    /** The runner of operations. */
    Provisioner provisioner() {
        return parts().provisioner();
    }

    private NodeRecord requireNode(NodeName node) {
        return parts().store()
                .nodes()
                .find(node)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.NODE_NOT_FOUND, "no node '" + node + "' is enrolled here; see the list of nodes"));
    }

    // ---- instances

    @Override
    public Set<InstanceId> listInstanceUuids() {
        return parts().store().nodes().all().stream()
                .flatMap(node -> node.instance().stream())
                .map(instance -> instance.id())
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Set<String> listInstances() {
        return parts().store().nodes().all().stream()
                .flatMap(node -> node.instance().stream())
                .map(instance -> instance.name())
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean instanceExists(Instance instance) {
        return parts().store().nodes().ofInstance(instance.id()).isPresent();
    }

    @Override
    public InstanceInfo getInfo(Instance instance, Freshness freshness) {
        return parts().power().info(instance.id(), freshness);
    }

    // ---- life cycle

    @Override
    public void prepareForSpawn(Instance instance) {
        parts().operations().reserve(instance);
    }

    @Override
    public void failedSpawnCleanup(Instance instance) {
        parts().operations().release(instance.id());
    }

    @Override
    public InstanceOperation submit(RequestContext context, OperationRequest request) {
        return parts().operations().submit(context, request);
    }

    @Override
    public Optional<InstanceOperation> await(InstanceId instance, Duration limit) throws InterruptedException {
        return parts().operations().await(instance, limit);
    }

    @Override
    public Optional<InstanceOperation> progress(InstanceId instance) {
        return parts().operations().progress(instance);
    }

    @Override
    public void cancel(InstanceId instance) {
        parts().operations().cancel(instance);
    }

    @Override
    public Map<String, PortBinding> portBindings(Instance instance) {
        return parts().operations().portBindings(instance.id());
    }

    // ---- power

    @Override
    public void powerOn(RequestContext context, Instance instance) throws InterruptedException {
        parts().power().on(instance.id());
    }

    @Override
    public void powerOff(RequestContext context, PowerOffRequest request) throws InterruptedException {
        parts().power().off(request);
    }

    @Override
    public void reboot(RequestContext context, RebootRequest request) throws InterruptedException {
        parts().power().reboot(request);
    }

    // ---- capabilities

    @Override
    public Map<String, Boolean> capabilities() {
        return NovaCapabilities.of(this::capability, IMAGE_FORMATS);
    }

    @Override
    public <C extends DriverCapability> Optional<C> capability(Class<C> type) {
        ConsoleAccess console = new StartedConsole(() -> parts().console());
        PowerUpdateEvents events = (instance, target) -> parts().power().switchedByOthers(instance.id(), target);
        InstanceRescue rescue = new StartedRescue(() -> parts().rescue());
        InstanceDiagnostics diagnostics = new NodeDiagnostics(() -> parts().store(), () -> parts().fleet());
        return Stream.of(console, events, rescue, diagnostics)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }
}

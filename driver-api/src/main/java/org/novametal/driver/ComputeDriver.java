package org.novametal.driver;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.driver.capability.DriverCapability;
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
import org.novametal.driver.trace.NovaMethod;

/**
 * What a compute service asks of a driver: Nova's {@code ComputeDriver}, method by method.
 *
 * <p><b>Threads.</b> Every method may be called by any thread at any time between {@link #initHost} and {@link #close}.
 * Calls for different instances run at once; calls for one instance are put in order by the driver. Every method may be
 * called from inside {@link org.novametal.driver.host.DriverHost#emit}, but for {@link #spawn}, {@link #destroy} and the
 * power methods of the instance that the event is about, which would wait for themselves.
 *
 * <p><b>Blocking.</b> {@link #spawn}, {@link #destroy}, {@link #powerOn}, {@link #powerOff} and {@link #reboot} wait
 * for machines, within limits that the driver's configuration sets; call them from a virtual thread. All others answer
 * from the driver's store. An interrupt of a waiting {@code spawn} cancels and undoes it.
 *
 * <p><b>Errors.</b> Every failure is a {@link org.novametal.driver.error.DriverException}; its code tells what to do. With
 * the store out of reach every method throws {@code DRIVER_NOT_READY}; an empty answer is never made up.
 */
public interface ComputeDriver extends AutoCloseable {
    // ---- service life

    /**
     * Begins work: opens the store and takes up the operations that an earlier process left. Called once, before all
     * other methods; a second call for the same host does nothing.
     *
     * @throws org.novametal.driver.error.DriverException {@code DRIVER_NOT_READY} when the store cannot be opened
     */
    @NovaMethod("init_host")
    void initHost(HostName host);

    /**
     * Ends work: running operations are parked in the store, to be taken up at the next start; sessions, sockets, threads
     * and child processes end. Idempotent and bounded in time.
     */
    @Override
    @NovaMethod("cleanup_host")
    void close();

    // ---- nodes

    /**
     * The names of all nodes that this host owns, those with an instance too.
     *
     * @throws org.novametal.driver.error.DriverException {@code DRIVER_NOT_READY} when the store does not answer; never an
     *     empty or partial answer, which a compute service takes as an order to forget the nodes
     */
    @NovaMethod("get_available_nodes")
    Set<NodeName> getAvailableNodes(Freshness freshness);

    /** The same nodes by their UUIDs. */
    @NovaMethod("get_nodenames_by_uuid")
    Map<UUID, NodeName> getNodenamesByUuid(Freshness freshness);

    /** Whether this host owns a node of that name. */
    @NovaMethod("node_is_available")
    default boolean nodeIsAvailable(NodeName node) {
        return getAvailableNodes(Freshness.CACHED).contains(node);
    }

    /** Whether that node is gone for good, so that its records may be deleted. False when unsure. */
    @NovaMethod("is_node_deleted")
    boolean isNodeDeleted(NodeName node);

    /**
     * What the node has and what of it is taken.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND} for an unknown node
     */
    @NovaMethod("get_available_resource")
    AvailableResource getAvailableResource(NodeName node);

    /**
     * The node's provider as it should be: the given tree with the node's inventory and traits put in. Traits that others
     * set on the provider stay. Idempotent and cheap; the argument is the node's own subtree and is not changed.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND} for an unknown node, {@code
     *     NO_RESOURCE_CLASS} for a node without one
     */
    @NovaMethod("update_provider_tree")
    ProviderTree updateProviderTree(ProviderTree current, NodeName node);

    // ---- instances

    /** The ids of the instances on this host's nodes. */
    @NovaMethod("list_instance_uuids")
    Set<InstanceId> listInstanceUuids();

    /** The names of the instances on this host's nodes. */
    @NovaMethod("list_instances")
    Set<String> listInstances();

    /** How many instances there are. */
    @NovaMethod("get_num_instances")
    default int getNumInstances() {
        return listInstanceUuids().size();
    }

    /** Whether a node holds the instance. */
    @NovaMethod("instance_exists")
    default boolean instanceExists(Instance instance) {
        return listInstanceUuids().contains(instance.id());
    }

    /**
     * The power state of an instance. {@link Freshness#LIVE} asks the machine; one that does not answer is {@code NOSTATE}.
     *
     * @throws org.novametal.driver.error.DriverException {@code INSTANCE_NOT_FOUND}
     */
    @NovaMethod("get_info")
    InstanceInfo getInfo(Instance instance, Freshness freshness);

    // ---- life cycle

    /**
     * Reserves the instance's node for it. Idempotent for the same instance.
     *
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE} when another instance holds the node
     *     or it cannot take one now; {@code BUILD_ABORT} when no node is chosen
     */
    @NovaMethod("prepare_for_spawn")
    void prepareForSpawn(Instance instance);

    /** Frees what {@link #prepareForSpawn} or a failed {@link #spawn} left. Idempotent; does nothing when nothing is left. */
    @NovaMethod("failed_spawn_cleanup")
    void failedSpawnCleanup(Instance instance);

    /**
     * Puts the image on the instance's node and starts it. On return the instance runs; on an exception nothing is left
     * behind. A second call for an instance whose spawn is under way waits for that same operation, also after a restart of
     * the process; for an instance that is already active it returns at once.
     *
     * @throws InterruptedException when the thread is interrupted; the operation is then cancelled and undone
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE}, {@code IMAGE_UNACCEPTABLE}, {@code
     *     DEPLOY_FAILED}, {@code NODE_INVALID}, {@code VIF_PLUG_FAILED}, {@code BUILD_ABORT}, {@code CANCELLED}
     */
    @NovaMethod("spawn")
    void spawn(RequestContext context, SpawnRequest request) throws InterruptedException;

    /**
     * Takes the instance off its node, whatever state it is in; a spawn under way is cancelled. On return the node is free
     * of it and being cleaned. An unknown instance is a success, and no node of another instance is touched.
     *
     * @throws InterruptedException when the thread is interrupted; the operation goes on
     * @throws org.novametal.driver.error.DriverException {@code DESTROY_FAILED}
     */
    @NovaMethod("destroy")
    void destroy(RequestContext context, DestroyRequest request) throws InterruptedException;

    // ---- power

    /**
     * Switches the instance on and proves it on the machine. One that is on is left alone.
     *
     * @throws InterruptedException when the thread is interrupted
     * @throws org.novametal.driver.error.DriverException {@code INSTANCE_NOT_FOUND}, {@code POWER_ON_FAILED}
     */
    @NovaMethod("power_on")
    void powerOn(RequestContext context, Instance instance) throws InterruptedException;

    /**
     * Switches the instance off and proves it on the machine. One that is off is left alone; one that does not stop by
     * itself within the request's time is cut off.
     *
     * @throws InterruptedException when the thread is interrupted
     * @throws org.novametal.driver.error.DriverException {@code INSTANCE_NOT_FOUND}, {@code POWER_OFF_FAILED}
     */
    @NovaMethod("power_off")
    void powerOff(RequestContext context, PowerOffRequest request) throws InterruptedException;

    /**
     * Starts the instance again. One that is off is switched on.
     *
     * @throws InterruptedException when the thread is interrupted
     * @throws org.novametal.driver.error.DriverException {@code INSTANCE_NOT_FOUND}, {@code REBOOT_FAILED}
     */
    @NovaMethod("reboot")
    void reboot(RequestContext context, RebootRequest request) throws InterruptedException;

    // ---- what else it can do

    /**
     * The traits of {@code nova/virt/driver.py#CAPABILITIES_AS_TRAITS} that hold for this driver: derived from its
     * capabilities and image formats by {@link org.novametal.driver.capability.CapabilityTraits}.
     */
    @NovaMethod("capabilities_as_traits")
    Set<Trait> capabilitiesAsTraits();

    /**
     * A capability, where the driver has it. A decorator answers for what it wraps; {@code instanceof} does not.
     *
     * @param <C> the capability
     */
    <C extends DriverCapability> Optional<C> capability(Class<C> type);
}

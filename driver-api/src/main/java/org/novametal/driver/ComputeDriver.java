package org.novametal.driver;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.driver.capability.DriverCapability;
import org.novametal.driver.capability.NovaCapabilities;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.DestroyRequest;
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
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.placement.ProviderTree;
import org.novametal.driver.placement.Trait;
import org.novametal.driver.trace.NovaMethod;

/**
 * The interface through which a compute service uses a driver: Nova's {@code ComputeDriver}, method by method.
 *
 * <p><b>Threads.</b> Every method may be called by any thread at any time between {@link #initHost} and {@link #close}.
 * Calls for different instances run at the same time; the driver runs calls for one instance one after the other. Every
 * method may be called from inside {@link org.novametal.driver.host.DriverHost#emit}, except {@link #await}, the
 * blocking forms and the power methods for the instance of the event: these would wait for themselves.
 *
 * <p><b>Operations.</b> A spawn, rebuild or destroy is an operation in the driver's store. {@link #submit} begins an
 * operation or joins the same operation under way; {@link #await}, {@link #progress} and {@link #cancel} find it by its
 * instance, from any thread or process, also after a restart. {@link #spawn}, {@link #rebuild} and {@link #destroy} are
 * the blocking forms. An interrupt ends a wait, never an operation.
 *
 * <p><b>Blocking.</b> {@link #await}, the blocking forms, {@link #powerOn}, {@link #powerOff} and {@link #reboot} wait for
 * machines, within limits that the driver's configuration sets; call them from a virtual thread. All others answer from the
 * driver's store.
 *
 * <p><b>Errors.</b> Every failure is a {@link org.novametal.driver.error.DriverException}; its code tells the caller
 * what to do, and {@link org.novametal.driver.error.DriverOperation} lists the codes of each method. When the store
 * cannot be reached, every method throws {@code DRIVER_NOT_READY} and never returns an empty result.
 *
 * <p><b>No silent drops.</b> A part of a request that the driver does not honour is refused before a machine is touched:
 * {@code NODE_INVALID} where another node may fit, {@code BUILD_ABORT} where none can. See {@link
 * org.novametal.driver.capability.RequestCheck}.
 */
public interface ComputeDriver extends AutoCloseable {
    // ---- start and end

    /**
     * Starts the driver: opens the store and resumes the operations that an earlier process left unfinished. Called
     * once, before all other methods; a second call for the same host does nothing.
     *
     * @throws org.novametal.driver.error.DriverException {@code DRIVER_NOT_READY} when the store cannot be opened;
     *     {@code CONFIG_INVALID} when the store belongs to another host name, because Nova's records of the nodes
     *     contain that name
     */
    @NovaMethod("init_host")
    void initHost(HostName host);

    /**
     * Stops the driver: running operations are parked in the store and resumed at the next start; sessions, sockets,
     * threads and child processes end. Idempotent and bounded in time.
     */
    @Override
    @NovaMethod("cleanup_host")
    void close();

    // ---- nodes

    /**
     * The names of all nodes that this host owns, including those with an instance.
     *
     * @throws org.novametal.driver.error.DriverException {@code DRIVER_NOT_READY} when the store does not answer; never
     *     an empty or partial result, which would make a compute service delete its records of the missing nodes
     */
    @NovaMethod("get_available_nodes")
    Set<NodeName> getAvailableNodes(Freshness freshness);

    /** The names of all nodes that this host owns, by node UUID. */
    @NovaMethod("get_nodenames_by_uuid")
    Map<UUID, NodeName> getNodenamesByUuid(Freshness freshness);

    /** Whether this host owns the node. */
    @NovaMethod("node_is_available")
    default boolean nodeIsAvailable(NodeName node) {
        return getAvailableNodes(Freshness.CACHED).contains(node);
    }

    /** Whether the node was removed for good, so that its records may be deleted; false when this is not known. */
    @NovaMethod("is_node_deleted")
    boolean isNodeDeleted(NodeName node);

    /**
     * The total and used resources of the node.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND} for an unknown node
     */
    @NovaMethod("get_available_resource")
    AvailableResource getAvailableResource(NodeName node);

    /**
     * Returns the given tree with the node's inventory and traits set as they should be. Traits of the provider that
     * the driver did not set are kept. Idempotent and cheap; the argument is the node's own subtree and is not changed.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND} for an unknown node, {@code
     *     NO_RESOURCE_CLASS} for a node without a resource class
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

    /** The number of instances on this host's nodes. */
    @NovaMethod("get_num_instances")
    default int getNumInstances() {
        return listInstanceUuids().size();
    }

    /** Whether a node of this host has the instance. */
    @NovaMethod("instance_exists")
    default boolean instanceExists(Instance instance) {
        return listInstanceUuids().contains(instance.id());
    }

    /**
     * The power state of an instance. {@link Freshness#LIVE} reads it from the machine, and returns {@code NOSTATE}
     * when the machine does not answer.
     *
     * @throws org.novametal.driver.error.DriverException {@code INSTANCE_NOT_FOUND}
     */
    @NovaMethod("get_info")
    InstanceInfo getInfo(Instance instance, Freshness freshness);

    // ---- life cycle

    /**
     * Reserves the node that was chosen for the instance. Idempotent for the same instance.
     *
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE} when another instance has the
     *     node or the node cannot take an instance now; {@code BUILD_ABORT} when no node is chosen for the instance
     */
    @NovaMethod("prepare_for_spawn")
    void prepareForSpawn(Instance instance);

    /**
     * Releases everything that {@link #prepareForSpawn} or a failed {@link #spawn} left behind. Idempotent; does
     * nothing when nothing is left.
     */
    @NovaMethod("failed_spawn_cleanup")
    void failedSpawnCleanup(Instance instance);

    /**
     * Begins a spawn, rebuild or destroy, or joins the same operation of the instance when it is already under way,
     * also after a restart of the process. Returns as soon as the operation is stored.
     *
     * <p>A second spawn of an instance joins the first; so does a second destroy, and a second rebuild with the same
     * image. A spawn of an active instance, and a destroy of an instance that is on no node, return an operation that
     * has succeeded. A destroy has priority: it cancels a spawn or rebuild under way, and is the instance's newest
     * operation from then on.
     *
     * @return the current state of the operation that the request began or joined
     * @throws org.novametal.driver.error.DriverException with one of the codes of {@link #spawn}, {@link #rebuild} or
     *     {@link #destroy} when the request is refused before a machine is touched; no operation was begun
     */
    InstanceOperation submit(RequestContext context, OperationRequest request);

    /**
     * Waits for the end of the operation that is the instance's newest when the call begins, but not longer than the
     * limit.
     *
     * @return the state of the operation when the wait ends, finished or not; absent when no operation of the instance
     *     is known
     * @throws InterruptedException when the thread is interrupted; the operation continues
     * @throws org.novametal.driver.error.DriverException {@code HOST_UNAVAILABLE} when the driver is closed during the
     *     wait, which parks the operation; {@code DRIVER_NOT_READY} when the store cannot be reached
     */
    Optional<InstanceOperation> await(InstanceId instance, Duration limit) throws InterruptedException;

    /**
     * The current state of the instance's newest operation; absent when the driver knows no operation of the instance.
     * An operation is kept for some time after its end.
     */
    Optional<InstanceOperation> progress(InstanceId instance);

    /**
     * Cancels and undoes the instance's spawn or rebuild. Returns at once; {@link #await} waits for the end. Does
     * nothing when neither is under way.
     */
    void cancel(InstanceId instance);

    /**
     * Writes the image to the instance's node and starts the machine. On return the instance runs; on an exception
     * nothing is left behind. A second call for an instance whose spawn is under way waits for the same operation; a
     * call for an instance that is already active returns at once.
     *
     * @throws InterruptedException when the thread is interrupted; the operation continues
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE}, {@code NODE_NOT_FOUND}, {@code
     *     NODE_INVALID}, {@code BUILD_ABORT}, {@code IMAGE_UNACCEPTABLE}, {@code VIF_PLUG_FAILED}, {@code DEPLOY_FAILED},
     *     {@code OPERATION_IN_PROGRESS}, {@code CANCELLED}; never {@code INSTANCE_NOT_FOUND}
     */
    @NovaMethod("spawn")
    default void spawn(RequestContext context, SpawnRequest request) throws InterruptedException {
        BlockingOperation.run(this, context, request);
    }

    /**
     * Writes an image to the instance's node and starts the machine. The instance keeps its node throughout, whether
     * the rebuild succeeds, fails or is cancelled. After a failed rebuild the instance can be rebuilt again or
     * destroyed.
     *
     * @throws InterruptedException when the thread is interrupted; the operation continues
     * @throws org.novametal.driver.error.DriverException {@code BUILD_ABORT}, {@code IMAGE_UNACCEPTABLE}, {@code
     *     VIF_PLUG_FAILED}, {@code REBUILD_FAILED}, {@code OPERATION_IN_PROGRESS}, {@code CANCELLED}; never {@code
     *     RESOURCES_UNAVAILABLE} or {@code INSTANCE_NOT_FOUND}: for an unknown instance {@code REBUILD_FAILED}
     */
    @NovaMethod("rebuild")
    default void rebuild(RequestContext context, RebuildRequest request) throws InterruptedException {
        BlockingOperation.run(this, context, request);
    }

    /**
     * Removes the instance from its node, in any state; a spawn or rebuild under way is cancelled. On return the node
     * no longer has the instance and is being cleaned. Destroying an unknown instance succeeds, and never touches the
     * node of another instance.
     *
     * @throws InterruptedException when the thread is interrupted; the operation continues
     * @throws org.novametal.driver.error.DriverException {@code DESTROY_FAILED}
     */
    @NovaMethod("destroy")
    default void destroy(RequestContext context, DestroyRequest request) throws InterruptedException {
        BlockingOperation.run(this, context, request);
    }

    /**
     * The node's port for each network interface of the instance, by the interface's id. A compute service needs them
     * for {@code network_data.json} and for the addresses of the network ports.
     *
     * @throws org.novametal.driver.error.DriverException {@code INSTANCE_NOT_FOUND}
     */
    Map<String, PortBinding> portBindings(Instance instance);

    // ---- power

    /**
     * Switches the instance's machine on and verifies its power state. Does nothing when the machine is on.
     *
     * @throws InterruptedException when the thread is interrupted
     * @throws org.novametal.driver.error.DriverException {@code INSTANCE_NOT_FOUND}, {@code POWER_ON_FAILED}
     */
    @NovaMethod("power_on")
    void powerOn(RequestContext context, Instance instance) throws InterruptedException;

    /**
     * Switches the instance's machine off and verifies its power state. Does nothing when the machine is off. Cuts the
     * power when the operating system does not stop by itself within the request's time.
     *
     * @throws InterruptedException when the thread is interrupted
     * @throws org.novametal.driver.error.DriverException {@code INSTANCE_NOT_FOUND}, {@code POWER_OFF_FAILED}
     */
    @NovaMethod("power_off")
    void powerOff(RequestContext context, PowerOffRequest request) throws InterruptedException;

    /**
     * Restarts the instance. An instance that is off is switched on.
     *
     * @throws InterruptedException when the thread is interrupted
     * @throws org.novametal.driver.error.DriverException {@code INSTANCE_NOT_FOUND}, {@code REBOOT_FAILED}
     */
    @NovaMethod("reboot")
    void reboot(RequestContext context, RebootRequest request) throws InterruptedException;

    // ---- capabilities

    /**
     * Every capability that Nova looks up by name, such as {@code supports_attach_interface}, and whether this driver
     * has it. The map is made by {@link NovaCapabilities#of} and does not change while the driver runs.
     */
    Map<String, Boolean> capabilities();

    /** The traits of {@link #capabilities}; Nova sets the traits that are true and removes those that are false. */
    @NovaMethod("capabilities_as_traits")
    default Map<Trait, Boolean> capabilitiesAsTraits() {
        return NovaCapabilities.asTraits(capabilities());
    }

    /**
     * The driver's implementation of a capability; absent when the driver lacks the capability. Use this method instead
     * of {@code instanceof}, which does not find the capabilities of a driver inside a decorator.
     *
     * @param <C> the capability
     */
    <C extends DriverCapability> Optional<C> capability(Class<C> type);
}

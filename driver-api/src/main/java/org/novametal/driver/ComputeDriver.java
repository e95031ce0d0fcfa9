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
 * What a compute service asks of a driver: Nova's {@code ComputeDriver}, method by method.
 *
 * <p><b>Threads.</b> Every method may be called by any thread at any time between {@link #initHost} and {@link #close}.
 * Calls for different instances run at once; calls for one instance are put in order by the driver. Every method may be
 * called from inside {@link org.novametal.driver.host.DriverHost#emit}, but for {@link #await}, the blocking forms and the
 * power methods of the instance that the event is about, which would wait for themselves.
 *
 * <p><b>Operations.</b> A spawn, rebuild or destroy belongs to the driver's store. {@link #submit} begins it or joins the one
 * under way; {@link #await}, {@link #progress} and {@link #cancel} reach it by instance, from any thread, process or time.
 * {@link #spawn}, {@link #rebuild} and {@link #destroy} are the blocking forms. An interrupt ends a wait, never an operation.
 *
 * <p><b>Blocking.</b> {@link #await}, the blocking forms, {@link #powerOn}, {@link #powerOff} and {@link #reboot} wait for
 * machines, within limits that the driver's configuration sets; call them from a virtual thread. All others answer from the
 * driver's store.
 *
 * <p><b>Errors.</b> Every failure is a {@link org.novametal.driver.error.DriverException}; its code says what to do, and
 * {@link org.novametal.driver.error.DriverOperation} lists the codes of each method. With the store out of reach every method
 * throws {@code DRIVER_NOT_READY}; an empty answer is never made up.
 *
 * <p><b>No silent drops.</b> A part of a request that the driver does not honour is refused before a machine is touched:
 * {@code NODE_INVALID} where another node may fit, {@code BUILD_ABORT} where none can. See {@link
 * org.novametal.driver.capability.RequestCheck}.
 */
public interface ComputeDriver extends AutoCloseable {
    // ---- service life

    /**
     * Begins work: opens the store and takes up the operations that an earlier process left. Called once, before all
     * other methods; a second call for the same host does nothing.
     *
     * @throws org.novametal.driver.error.DriverException {@code DRIVER_NOT_READY} when the store cannot be opened; {@code
     *     CONFIG_INVALID} for another host name than the store has seen before: Nova's records of the nodes carry that one
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
     * Begins a spawn, rebuild or destroy, or joins the same one of the instance that is under way, also after a restart of
     * the process. Returns as soon as the store holds it.
     *
     * <p>The same are two spawns, two destroys, and two rebuilds to one image. A spawn of an instance that is active, and a
     * destroy of one that no node holds, have succeeded already. A destroy comes first: a spawn or rebuild under way is
     * cancelled, and the destroy is the instance's newest operation from then on.
     *
     * @return the operation as it is now, of the request's kind
     * @throws org.novametal.driver.error.DriverException what {@link #spawn}, {@link #rebuild} or {@link #destroy} throws
     *     before a machine is touched; nothing has begun then
     */
    InstanceOperation submit(RequestContext context, OperationRequest request);

    /**
     * Waits for the end of the operation that is the instance's newest when the call begins, at most so long.
     *
     * @return the operation as it is then, finished or not; absent when none of the instance is known
     * @throws InterruptedException when the thread is interrupted; the operation goes on
     * @throws org.novametal.driver.error.DriverException {@code HOST_UNAVAILABLE} when the driver is closed meanwhile: the
     *     operation is parked; {@code DRIVER_NOT_READY} when the store is lost
     */
    Optional<InstanceOperation> await(InstanceId instance, Duration limit) throws InterruptedException;

    /** The newest operation of the instance as it is now, kept for a while after its end; absent when none is known. */
    Optional<InstanceOperation> progress(InstanceId instance);

    /**
     * Asks that a spawn or rebuild under way be undone. Returns at once; {@link #await} shows the end. Does nothing when
     * none is under way.
     */
    void cancel(InstanceId instance);

    /**
     * Puts the image on the instance's node and starts it. On return the instance runs; on an exception nothing is left
     * behind. A second call for an instance whose spawn is under way waits for that same operation; for an instance that is
     * already active it returns at once.
     *
     * @throws InterruptedException when the thread is interrupted; the operation goes on
     * @throws org.novametal.driver.error.DriverException {@code RESOURCES_UNAVAILABLE}, {@code NODE_NOT_FOUND}, {@code
     *     NODE_INVALID}, {@code BUILD_ABORT}, {@code IMAGE_UNACCEPTABLE}, {@code VIF_PLUG_FAILED}, {@code DEPLOY_FAILED},
     *     {@code OPERATION_IN_PROGRESS}, {@code CANCELLED}; never {@code INSTANCE_NOT_FOUND}
     */
    @NovaMethod("spawn")
    default void spawn(RequestContext context, SpawnRequest request) throws InterruptedException {
        BlockingOperation.run(this, context, request);
    }

    /**
     * Writes an image on the node that the instance has, and starts it. The node is held by its instance throughout, whether
     * the rebuild succeeds, fails or is cancelled. After one that failed the instance can be rebuilt again or destroyed.
     *
     * @throws InterruptedException when the thread is interrupted; the operation goes on
     * @throws org.novametal.driver.error.DriverException {@code BUILD_ABORT}, {@code IMAGE_UNACCEPTABLE}, {@code
     *     VIF_PLUG_FAILED}, {@code REBUILD_FAILED}, {@code OPERATION_IN_PROGRESS}, {@code CANCELLED}; never {@code
     *     RESOURCES_UNAVAILABLE} or {@code INSTANCE_NOT_FOUND}: for an unknown instance {@code REBUILD_FAILED}
     */
    @NovaMethod("rebuild")
    default void rebuild(RequestContext context, RebuildRequest request) throws InterruptedException {
        BlockingOperation.run(this, context, request);
    }

    /**
     * Takes the instance off its node, whatever state it is in; a spawn or rebuild under way is cancelled. On return the node
     * is free of it and being cleaned. An unknown instance is a success, and no node of another instance is touched.
     *
     * @throws InterruptedException when the thread is interrupted; the operation goes on
     * @throws org.novametal.driver.error.DriverException {@code DESTROY_FAILED}
     */
    @NovaMethod("destroy")
    default void destroy(RequestContext context, DestroyRequest request) throws InterruptedException {
        BlockingOperation.run(this, context, request);
    }

    /**
     * Which port of its node carries each interface of the instance, by the interface's id: what a compute service needs for
     * {@code network_data.json} and for the network ports' addresses.
     *
     * @throws org.novametal.driver.error.DriverException {@code INSTANCE_NOT_FOUND}
     */
    Map<String, PortBinding> portBindings(Instance instance);

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
     * Every capability that Nova asks about by name, such as {@code supports_attach_interface}, and whether this driver has
     * it: made by {@link NovaCapabilities#of}. It does not change while the driver runs.
     */
    Map<String, Boolean> capabilities();

    /** The traits of those capabilities; Nova sets those that are true and removes those that are false. */
    @NovaMethod("capabilities_as_traits")
    default Map<Trait, Boolean> capabilitiesAsTraits() {
        return NovaCapabilities.asTraits(capabilities());
    }

    /**
     * A capability, where the driver has it. A decorator answers for what it wraps; {@code instanceof} does not.
     *
     * @param <C> the capability
     */
    <C extends DriverCapability> Optional<C> capability(Class<C> type);
}

package org.novametal.driver.error;

import static org.novametal.driver.error.ErrorCode.BUILD_ABORT;
import static org.novametal.driver.error.ErrorCode.CANCELLED;
import static org.novametal.driver.error.ErrorCode.CONFIG_INVALID;
import static org.novametal.driver.error.ErrorCode.CONSOLE_NOT_AVAILABLE;
import static org.novametal.driver.error.ErrorCode.CONSOLE_TYPE_UNAVAILABLE;
import static org.novametal.driver.error.ErrorCode.DEPLOY_FAILED;
import static org.novametal.driver.error.ErrorCode.DESTROY_FAILED;
import static org.novametal.driver.error.ErrorCode.DRIVER_NOT_READY;
import static org.novametal.driver.error.ErrorCode.HOST_UNAVAILABLE;
import static org.novametal.driver.error.ErrorCode.IMAGE_UNACCEPTABLE;
import static org.novametal.driver.error.ErrorCode.INSTANCE_NOT_FOUND;
import static org.novametal.driver.error.ErrorCode.NODE_INVALID;
import static org.novametal.driver.error.ErrorCode.NODE_NOT_FOUND;
import static org.novametal.driver.error.ErrorCode.NO_RESOURCE_CLASS;
import static org.novametal.driver.error.ErrorCode.OPERATION_IN_PROGRESS;
import static org.novametal.driver.error.ErrorCode.POWER_OFF_FAILED;
import static org.novametal.driver.error.ErrorCode.POWER_ON_FAILED;
import static org.novametal.driver.error.ErrorCode.REBOOT_FAILED;
import static org.novametal.driver.error.ErrorCode.REBUILD_FAILED;
import static org.novametal.driver.error.ErrorCode.RESCUE_FAILED;
import static org.novametal.driver.error.ErrorCode.RESHAPE_FAILED;
import static org.novametal.driver.error.ErrorCode.RESHAPE_NEEDED;
import static org.novametal.driver.error.ErrorCode.RESOURCES_UNAVAILABLE;
import static org.novametal.driver.error.ErrorCode.UNRESCUE_FAILED;
import static org.novametal.driver.error.ErrorCode.VIF_PLUG_FAILED;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The {@link ErrorCode}s that each method of a driver may fail with; methods with the same codes share one constant.
 *
 * <p>Nova interprets an exception by the call that threw it. {@code InstanceNotFound} from a spawn leaves a server in
 * BUILD for ever, and {@code ComputeResourcesUnavailable} from a rebuild leaves it ACTIVE with no fault; so a spawn and
 * a rebuild must not fail with these codes. Every method may also fail with {@code DRIVER_NOT_READY} or {@code
 * HOST_UNAVAILABLE}.
 *
 * <p>Source: Nova {@code nova/compute/manager.py}; the effect of each code was tested with Nova 34.
 */
public enum DriverOperation {
    /** The start of the service. */
    INIT_HOST(List.of("initHost"), CONFIG_INVALID),
    /** The end of the service, and queries that need neither node nor instance. */
    SERVICE(List.of(
            "close",
            "capability",
            "capabilities",
            "capabilitiesAsTraits",
            "managesNetworkBindingHostId",
            "consoleTypes",
            "manageImageCache")),
    /** Lists of nodes and instances, and checks whether one exists. */
    LISTING(List.of(
            "getAvailableNodes",
            "getNodenamesByUuid",
            "nodeIsAvailable",
            "isNodeDeleted",
            "listInstanceUuids",
            "listInstances",
            "getNumInstances",
            "instanceExists")),
    /** The resources of one node. */
    AVAILABLE_RESOURCE(List.of("getAvailableResource"), NODE_NOT_FOUND, NODE_INVALID),
    /** The node's part of the placement tree. */
    PROVIDER_TREE(List.of("updateProviderTree"), NODE_NOT_FOUND, NODE_INVALID, NO_RESOURCE_CLASS, RESHAPE_NEEDED),
    /** The reshape of the placement tree. */
    RESHAPE(List.of("reshape"), NODE_NOT_FOUND, RESHAPE_FAILED),
    /** Queries about one instance. */
    INSTANCE_READING(
            List.of("getInfo", "portBindings", "getInstanceDiagnostics", "networkBindingHostId", "getVolumeConnector"),
            INSTANCE_NOT_FOUND),
    /** Queries and cancellation of an operation, by instance. */
    OPERATION(List.of("await", "progress", "cancel")),
    /** The reservation before a spawn. */
    PREPARE_FOR_SPAWN(List.of("prepareForSpawn"), RESOURCES_UNAVAILABLE, NODE_NOT_FOUND, NODE_INVALID, BUILD_ABORT),
    /** The release of a reservation after a failed spawn. */
    FAILED_SPAWN_CLEANUP(List.of("failedSpawnCleanup")),
    /** The deployment of a new instance. */
    SPAWN(
            List.of("spawn"),
            RESOURCES_UNAVAILABLE,
            NODE_NOT_FOUND,
            NODE_INVALID,
            BUILD_ABORT,
            IMAGE_UNACCEPTABLE,
            VIF_PLUG_FAILED,
            DEPLOY_FAILED,
            OPERATION_IN_PROGRESS,
            CANCELLED),
    /** The deployment of an image on the node of an existing instance. */
    REBUILD(
            List.of("rebuild"),
            BUILD_ABORT,
            IMAGE_UNACCEPTABLE,
            VIF_PLUG_FAILED,
            REBUILD_FAILED,
            OPERATION_IN_PROGRESS,
            CANCELLED),
    /** The removal of an instance from its node. */
    DESTROY(List.of("destroy"), DESTROY_FAILED),
    /** Power on. */
    POWER_ON(List.of("powerOn"), INSTANCE_NOT_FOUND, POWER_ON_FAILED),
    /** Power off. */
    POWER_OFF(List.of("powerOff"), INSTANCE_NOT_FOUND, POWER_OFF_FAILED),
    /** A reboot of the machine. */
    REBOOT(List.of("reboot"), INSTANCE_NOT_FOUND, REBOOT_FAILED),
    /** A report of a power change that was made outside the driver. */
    POWER_UPDATE(List.of("powerUpdateEvent"), INSTANCE_NOT_FOUND, RESOURCES_UNAVAILABLE),
    /** The boot into the rescue system. */
    RESCUE(List.of("rescue"), INSTANCE_NOT_FOUND, RESCUE_FAILED, IMAGE_UNACCEPTABLE),
    /** The boot from the rescue system back into the instance. */
    UNRESCUE(List.of("unrescue"), INSTANCE_NOT_FOUND, UNRESCUE_FAILED),
    /** The console output of an instance. */
    CONSOLE_OUTPUT(List.of("getConsoleOutput"), INSTANCE_NOT_FOUND, CONSOLE_NOT_AVAILABLE),
    /** An interactive console. */
    CONSOLE(List.of("getConsole"), INSTANCE_NOT_FOUND, CONSOLE_NOT_AVAILABLE, CONSOLE_TYPE_UNAVAILABLE),
    /** The interfaces of a running instance, and the preparation of its networks before it runs. */
    INTERFACES(
            List.of(
                    "attachInterface",
                    "detachInterface",
                    "plugVifs",
                    "unplugVifs",
                    "prepareNetworks",
                    "cleanNetworksPreparation"),
            INSTANCE_NOT_FOUND,
            VIF_PLUG_FAILED),
    /** A snapshot. */
    SNAPSHOT(List.of("snapshot"), INSTANCE_NOT_FOUND, IMAGE_UNACCEPTABLE),
    /** A crash dump. */
    CRASH_DUMP(List.of("triggerCrashDump"), INSTANCE_NOT_FOUND),
    /** The fetch of an image into the cache. */
    CACHE_IMAGE(List.of("cacheImage"), IMAGE_UNACCEPTABLE);

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes it immutable
    private final List<String> methods;

    @SuppressWarnings("ImmutableEnumChecker") // Set.copyOf makes it immutable
    private final Set<ErrorCode> codes;

    DriverOperation(List<String> methods, ErrorCode... codes) {
        this.methods = methods;
        EnumSet<ErrorCode> all = EnumSet.of(DRIVER_NOT_READY, HOST_UNAVAILABLE);
        all.addAll(List.of(codes));
        this.codes = Set.copyOf(all);
    }

    /** The Java methods of the driver and its capabilities that this constant is for. */
    public List<String> methods() {
        return methods;
    }

    /** The codes that these methods may fail with. */
    public Set<ErrorCode> codes() {
        return codes;
    }

    /** Whether these methods may fail with that code. */
    public boolean mayFailWith(ErrorCode code) {
        return codes.contains(code);
    }

    /**
     * The constant for a method, by the method's Java name. {@code submit} has none: it fails with the codes of the
     * operation that it begins.
     *
     * @throws IllegalArgumentException when there is no constant for the method
     */
    public static DriverOperation ofMethod(String name) {
        return Arrays.stream(values())
                .filter(row -> row.methods.contains(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no error codes are listed for the method '" + name + "'"));
    }
}

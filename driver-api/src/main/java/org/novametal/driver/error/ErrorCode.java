package org.novametal.driver.error;

import java.util.Arrays;
import java.util.Optional;

/**
 * The kind of an error, with the name of Nova's exception class and Nova's reaction to it.
 *
 * <p>{@link DriverOperation} says which method may fail with which code. Source: Nova {@code nova/exception.py}; the
 * dispositions are those of {@code nova/compute/manager.py#_build_and_run_instance}.
 */
public enum ErrorCode {
    /** The driver knows no instance with this id. */
    INSTANCE_NOT_FOUND("instance_not_found", "InstanceNotFound", Disposition.ABORT),
    /** The driver knows no node with this name. */
    NODE_NOT_FOUND("node_not_found", "ComputeHostNotFound", Disposition.RESCHEDULE),
    /** Another instance has the node, or the node cannot take an instance now. */
    RESOURCES_UNAVAILABLE("resources_unavailable", "ComputeResourcesUnavailable", Disposition.RESCHEDULE),
    /** The build cannot succeed anywhere. */
    BUILD_ABORT("build_abort", "BuildAbortException", Disposition.ABORT),
    /** The image is missing, damaged, not an image, or too large. */
    IMAGE_UNACCEPTABLE("image_unacceptable", "ImageUnacceptable", Disposition.ABORT),
    /** A network interface could not be attached. */
    VIF_PLUG_FAILED("vif_plug_failed", "VirtualInterfacePlugException", Disposition.RESCHEDULE),
    /** The deployment failed on this node. */
    DEPLOY_FAILED("deploy_failed", "InstanceDeployFailure", Disposition.RESCHEDULE),
    /** The rebuild failed; the instance still has its node. */
    REBUILD_FAILED("rebuild_failed", "InstanceDeployFailure", Disposition.ABORT),
    /** The node's own data do not allow the operation. */
    NODE_INVALID("node_invalid", "ValidationError", Disposition.RESCHEDULE),
    /** The node has no resource class. */
    NO_RESOURCE_CLASS("no_resource_class", "NoResourceClass", Disposition.RETRY),
    /** Another operation of the instance is under way, and the request cannot join it. */
    OPERATION_IN_PROGRESS("operation_in_progress", "InstanceInvalidState", Disposition.RETRY),
    /** The machine could not be switched on. */
    POWER_ON_FAILED("power_on_failed", "InstancePowerOnFailure", Disposition.RETRY),
    /** The machine could not be switched off. */
    POWER_OFF_FAILED("power_off_failed", "InstancePowerOffFailure", Disposition.RETRY),
    /** The machine could not be started again. */
    REBOOT_FAILED("reboot_failed", "InstanceRebootFailure", Disposition.RETRY),
    /** The rescue failed. */
    RESCUE_FAILED("rescue_failed", "InstanceRescueFailure", Disposition.RETRY),
    /** The return from a rescue failed. */
    UNRESCUE_FAILED("unrescue_failed", "InstanceUnRescueFailure", Disposition.RETRY),
    /** The console cannot be read or opened now. */
    CONSOLE_NOT_AVAILABLE("console_not_available", "ConsoleNotAvailable", Disposition.ABORT),
    /** The driver has no console of that kind. */
    CONSOLE_TYPE_UNAVAILABLE("console_type_unavailable", "ConsoleTypeUnavailable", Disposition.ABORT),
    /** The instance's disks could not be destroyed, or its node could not be freed. */
    DESTROY_FAILED("destroy_failed", "NovaException", Disposition.RETRY),
    /** The placement tree needs a reshape first. */
    RESHAPE_NEEDED("reshape_needed", "ReshapeNeeded", Disposition.RETRY),
    /** The reshape failed. */
    RESHAPE_FAILED("reshape_failed", "ReshapeFailed", Disposition.HOST_DOWN),
    /** The configuration is wrong; the message lists every error with its file and line. */
    CONFIG_INVALID("config_invalid", "InvalidConfiguration", 34, Disposition.ABORT),
    /** The caller cancelled the operation, and it was undone. */
    CANCELLED("cancelled", "BuildAbortException", Disposition.ABORT),
    /** The driver's store does not answer. A method throws this instead of returning an empty list. */
    DRIVER_NOT_READY("driver_not_ready", "VirtDriverNotReady", Disposition.HOST_DOWN),
    /** The driver is closed. */
    HOST_UNAVAILABLE("host_unavailable", "HypervisorUnavailable", Disposition.HOST_DOWN);

    /** The oldest release of Nova that this contract is checked against: Zed. */
    public static final int OLDEST_NOVA_RELEASE = 26;

    /** The base class of all Nova exceptions; every release has it. */
    private static final String BASE_CLASS = "NovaException";

    private final String persistedName;
    private final String novaName;
    private final int sinceRelease;
    private final Disposition disposition;

    ErrorCode(String persistedName, String novaName, Disposition disposition) {
        this(persistedName, novaName, 26, disposition);
    }

    /** A code whose class was added to {@code nova/exception.py} in the given release. */
    ErrorCode(String persistedName, String novaName, int sinceRelease, Disposition disposition) {
        this.persistedName = persistedName;
        this.novaName = novaName;
        this.sinceRelease = sinceRelease;
        this.disposition = disposition;
    }

    /** The name in stores and network messages; it never changes. */
    public String persistedName() {
        return persistedName;
    }

    /**
     * The code with the given persisted name. Names of enum constants, such as {@code DEPLOY_FAILED}, are accepted too,
     * because the program of commit 9f0974e wrote them into its stores.
     */
    public static Optional<ErrorCode> ofPersistedName(String name) {
        if (name.equals("CONSOLE_UNAVAILABLE")) {
            return Optional.of(CONSOLE_NOT_AVAILABLE);
        }
        return Arrays.stream(values())
                .filter(code -> code.persistedName.equals(name) || code.name().equals(name))
                .findFirst();
    }

    /**
     * The class in {@code nova/exception.py} for this error in the given release; {@code NovaException} when the
     * release has no such class.
     *
     * @param release Nova's major version, such as 26 for Zed
     * @throws IllegalArgumentException when the release is older than {@link #OLDEST_NOVA_RELEASE}
     */
    public String novaName(int release) {
        if (release < OLDEST_NOVA_RELEASE) {
            throw new IllegalArgumentException("Nova " + release + " is older than " + OLDEST_NOVA_RELEASE
                    + ", the oldest release whose exceptions are known here");
        }
        return release < sinceRelease ? BASE_CLASS : novaName;
    }

    /** What the compute service should do. */
    public Disposition disposition() {
        return disposition;
    }
}

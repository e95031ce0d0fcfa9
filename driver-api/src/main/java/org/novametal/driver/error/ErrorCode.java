package org.novametal.driver.error;

/**
 * What went wrong, with Nova's name of it and what Nova does about it.
 *
 * <p>Source: Nova {@code nova/exception.py}; the dispositions are those of {@code
 * nova/compute/manager.py#_build_and_run_instance}.
 */
public enum ErrorCode {
    /** No instance of that id is known here. */
    INSTANCE_NOT_FOUND("InstanceNotFound", Disposition.ABORT),
    /** No node of that name is known here. */
    NODE_NOT_FOUND("ComputeHostNotFound", Disposition.RESCHEDULE),
    /** The node is held by another instance, or cannot take one now. */
    RESOURCES_UNAVAILABLE("ComputeResourcesUnavailable", Disposition.RESCHEDULE),
    /** The build cannot succeed anywhere. */
    BUILD_ABORT("BuildAbortException", Disposition.ABORT),
    /** The image is missing, damaged, not an image, or too large. */
    IMAGE_UNACCEPTABLE("ImageUnacceptable", Disposition.ABORT),
    /** A network interface could not be attached. */
    VIF_PLUG_FAILED("VirtualInterfacePlugException", Disposition.RESCHEDULE),
    /** The deployment failed on this node. */
    DEPLOY_FAILED("InstanceDeployFailure", Disposition.RESCHEDULE),
    /** The node's own data do not allow the operation. */
    NODE_INVALID("ValidationError", Disposition.RESCHEDULE),
    /** The node has no resource class. */
    NO_RESOURCE_CLASS("NoResourceClass", Disposition.RETRY),
    /** The machine could not be switched on. */
    POWER_ON_FAILED("InstancePowerOnFailure", Disposition.RETRY),
    /** The machine could not be switched off. */
    POWER_OFF_FAILED("InstancePowerOffFailure", Disposition.RETRY),
    /** The machine could not be started again. */
    REBOOT_FAILED("InstanceRebootFailure", Disposition.RETRY),
    /** The rescue failed. */
    RESCUE_FAILED("InstanceRescueFailure", Disposition.RETRY),
    /** The way back from a rescue failed. */
    UNRESCUE_FAILED("InstanceUnRescueFailure", Disposition.RETRY),
    /** There is no console of that kind, or none now. */
    CONSOLE_UNAVAILABLE("ConsoleNotAvailable", Disposition.ABORT),
    /** The instance's disks could not be destroyed, or the node not freed. */
    DESTROY_FAILED("NovaException", Disposition.RETRY),
    /** The placement tree needs a reshape first. */
    RESHAPE_NEEDED("ReshapeNeeded", Disposition.RETRY),
    /** The reshape failed. */
    RESHAPE_FAILED("ReshapeFailed", Disposition.HOST_DOWN),
    /** The configuration is wrong; the message holds every fault with its file and line. */
    CONFIG_INVALID("ConfigurationError", Disposition.ABORT),
    /** The caller cancelled the operation, and it was undone. */
    CANCELLED("BuildAbortException", Disposition.ABORT),
    /** The driver's store does not answer. Never answered by an empty list. */
    DRIVER_NOT_READY("VirtDriverNotReady", Disposition.HOST_DOWN),
    /** The driver is closed. */
    HOST_UNAVAILABLE("HypervisorUnavailable", Disposition.HOST_DOWN);

    private final String novaName;
    private final Disposition disposition;

    ErrorCode(String novaName, Disposition disposition) {
        this.novaName = novaName;
        this.disposition = disposition;
    }

    /** The class in {@code nova/exception.py} that says the same. */
    public String novaName() {
        return novaName;
    }

    /** What the compute service should do. */
    public Disposition disposition() {
        return disposition;
    }
}

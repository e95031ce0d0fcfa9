package org.novametal.baremetal.state;

/** What can happen to a node. Names follow Ironic's machine where it has the event. */
public enum ProvisionEvent {
    /** An instance is to be put on it. */
    DEPLOY,
    /** An image is to be written again for the instance that holds it. */
    REBUILD,
    /** The deploy ramdisk is to be waited for. */
    WAIT,
    /** The wait is over. */
    RESUME,
    /** The operation reached its end. */
    DONE,
    /** The operation failed. */
    FAIL,
    /** Its instance is to be taken off, or the deployment cancelled. */
    DELETE,
    /** It is to be cleaned. */
    CLEAN,
    /** All is undone and its disk was never touched. */
    RELEASE,
    /** All is undone and its instance runs as it did before. */
    RESTORE
}

package org.novametal.baremetal.state;

/** The events that change the provision state of a node. Events that Ironic's state machine has too have Ironic's names. */
public enum ProvisionEvent {
    /** An instance is to be deployed on the node. */
    DEPLOY,
    /** An image is to be written again for the instance that holds the node. */
    REBUILD,
    /** The operation waits for the deploy ramdisk. */
    WAIT,
    /** The wait is over. */
    RESUME,
    /** The operation succeeded. */
    DONE,
    /** The operation failed. */
    FAIL,
    /** The instance is to be removed, or the deployment is cancelled. */
    DELETE,
    /** The node is to be cleaned. */
    CLEAN,
    /** All steps are undone and the disk was never written. */
    RELEASE,
    /** All steps are undone and the instance runs as it did before. */
    RESTORE
}

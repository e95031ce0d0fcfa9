package org.novametal.baremetal.state;

/** The events that change the provision state of a node. Events that Ironic's state machine has too have Ironic's names. */
public enum ProvisionEvent {
    /** The node is to be verified, or taken back from where it is so that an operator can work on it. */
    MANAGE,
    /** The node is to be cleaned, and is free afterwards. */
    PROVIDE,
    /** The node's hardware is to be inspected. */
    INSPECT,
    /** The running machine is to become an instance as it is. */
    ADOPT,
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
    /** The rescue system is to be booted in place of the instance. */
    RESCUE,
    /** The instance is to be booted again in place of the rescue system. */
    UNRESCUE,
    /** The operation is cancelled; what it did is undone. */
    ABORT,
    /** All steps are undone and the disk was never written. */
    RELEASE,
    /** All steps are undone and the instance runs as it did before. */
    RESTORE
}

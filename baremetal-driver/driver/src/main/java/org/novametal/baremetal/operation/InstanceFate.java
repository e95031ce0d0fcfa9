package org.novametal.baremetal.operation;

/** Whether the instance of an operation keeps its node when the operation ends. */
public enum InstanceFate {
    /** The instance keeps the node. */
    STAYS,
    /** The instance leaves the node. */
    LEAVES
}

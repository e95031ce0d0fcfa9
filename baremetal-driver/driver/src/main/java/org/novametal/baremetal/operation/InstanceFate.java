package org.novametal.baremetal.operation;

/** Whether the instance of an operation keeps its node when the operation ends. */
public enum InstanceFate {
    /** It keeps the node. */
    STAYS,
    /** The node is free of it. */
    LEAVES
}

package org.novametal.baremetal.config;

/** Whether a node is cleaned after its instance was deleted. */
public enum AutomatedClean {
    /** The node is cleaned before it takes another instance. */
    ON,
    /** The node is not cleaned: the next instance may find the data of the previous instance. */
    OFF
}

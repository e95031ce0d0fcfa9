package org.novametal.baremetal.config;

/** Whether a node is cleaned after its instance has left. */
public enum AutomatedClean {
    /** It is, before anybody else gets it. */
    ON,
    /** It is not: the next instance may find the last one's data. */
    OFF
}

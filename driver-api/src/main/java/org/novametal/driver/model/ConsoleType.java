package org.novametal.driver.model;

/** The kinds of interactive console that Nova knows. */
public enum ConsoleType {
    /** A serial line. */
    SERIAL,
    /** VNC. */
    VNC,
    /** SPICE. */
    SPICE,
    /** VMware's MKS. */
    MKS
}

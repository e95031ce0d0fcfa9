package org.novametal.driver.error;

/** What the compute service should do about an error. */
public enum Disposition {
    /** Give up the build: any other node would fail in the same way. */
    ABORT,
    /** Try another node. */
    RESCHEDULE,
    /** Try the same operation again later. */
    RETRY,
    /** Treat the host as not ready: change nothing and try again later. */
    HOST_DOWN
}

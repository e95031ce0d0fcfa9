package org.novametal.driver.error;

/** What the compute service should do about an error. */
public enum Disposition {
    /** Give the build up: another node would fail alike. */
    ABORT,
    /** Try another node. */
    RESCHEDULE,
    /** Try the same again later. */
    RETRY,
    /** Take the host as not ready: change nothing, ask again next time. */
    HOST_DOWN
}

package org.novametal.driver.model;

/**
 * The power state of an instance, with the numbers that Nova stores.
 *
 * <p>Source: Nova {@code nova/compute/power_state.py}.
 */
public enum PowerState {
    /** Unknown: the machine did not answer, or is in the middle of a change. The driver never guesses. */
    NOSTATE(0),
    /** On. */
    RUNNING(1),
    /** Paused; a bare-metal machine never is. */
    PAUSED(3),
    /** Off. */
    SHUTDOWN(4),
    /** Crashed. */
    CRASHED(6),
    /** Suspended; a bare-metal machine never is. */
    SUSPENDED(7);

    private final int novaCode;

    PowerState(int novaCode) {
        this.novaCode = novaCode;
    }

    /** The number Nova stores for this state. */
    public int novaCode() {
        return novaCode;
    }
}

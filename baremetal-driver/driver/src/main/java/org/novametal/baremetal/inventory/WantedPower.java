package org.novametal.baremetal.inventory;

import java.util.Objects;
import org.novametal.driver.model.PowerState;

/**
 * The power state that a node must have: the state requested last or, with {@code power_mismatch = follow}, the state read
 * last.
 *
 * @param state the state; {@code NOSTATE} when no state is wanted, for example while an operation works on the node
 * @param tries how often in a row the driver has tried to switch the machine back to this state
 */
public record WantedPower(PowerState state, int tries) {
    /** No state is wanted. */
    public static final WantedPower NONE = new WantedPower(PowerState.NOSTATE, 0);

    /** Checks that the number of tries is 0 or more. */
    public WantedPower {
        Objects.requireNonNull(state, "state");
        if (tries < 0) {
            throw new IllegalArgumentException("the number of tries is " + tries + "; it must be 0 or more");
        }
    }

    /** This state, with no tries yet. */
    public static WantedPower of(PowerState state) {
        return new WantedPower(state, 0);
    }
}

package org.novametal.baremetal.state;

import java.util.Arrays;
import java.util.Optional;

/**
 * What the driver found wrong with a node. A node with a fault takes no instance.
 *
 * <p>Source: Ironic {@code ironic/common/faults.py}.
 */
public enum NodeFault {
    /** Its BMC does not answer, or an operation failed because of its BMC; ends by itself after good readings in a row. */
    POWER("power failure"),
    /** Its cleaning failed; ends with a cleaning that succeeds. */
    CLEAN("clean failure"),
    /** Its instance could not be rescued, or booted again afterwards; ends with a rescue or unrescue that succeeds. */
    RESCUE("rescue failure");

    private final String persistedName;

    NodeFault(String persistedName) {
        this.persistedName = persistedName;
    }

    /** The name in the store and in every report. */
    public String persistedName() {
        return persistedName;
    }

    /** The fault with this persisted name; empty if there is none. */
    public static Optional<NodeFault> ofPersistedName(String name) {
        return Arrays.stream(values())
                .filter(fault -> fault.persistedName.equals(name))
                .findFirst();
    }
}

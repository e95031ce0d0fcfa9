package org.novametal.examples.computehost.wire;

import java.util.Locale;
import org.novametal.driver.model.InstanceOperation.Kind;

/** The kinds of work on an instance that a caller begins and waits for. */
public enum OperationKind {
    /** Deploys a new instance. */
    SPAWN,
    /** Writes another image. */
    REBUILD,
    /** Removes the instance from its node. */
    DESTROY,
    /** Switches the machine on. */
    POWER_ON,
    /** Switches the machine off. */
    POWER_OFF,
    /** Restarts the machine. */
    REBOOT,
    /** Boots the rescue system. */
    RESCUE,
    /** Boots the instance's own disk again. */
    UNRESCUE,
    /** Attaches a network interface. */
    ATTACH_INTERFACE,
    /** Detaches a network interface. */
    DETACH_INTERFACE;

    /** Whether the driver keeps operations of this kind in its store, so that they continue after a restart. */
    public boolean isStored() {
        return switch (this) {
            case SPAWN, REBUILD, DESTROY -> true;
            case POWER_ON, POWER_OFF, REBOOT, RESCUE, UNRESCUE, ATTACH_INTERFACE, DETACH_INTERFACE -> false;
        };
    }

    /** Whether an operation of the driver is of this kind. */
    public boolean is(Kind kind) {
        return switch (kind) {
            case SPAWN -> this == SPAWN;
            case REBUILD -> this == REBUILD;
            case DESTROY -> this == DESTROY;
            case OTHER -> false;
        };
    }

    /** The name in JSON and in keys, such as {@code power_on}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}

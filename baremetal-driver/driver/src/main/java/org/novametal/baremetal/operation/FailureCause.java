package org.novametal.baremetal.operation;

import java.util.Arrays;
import java.util.Optional;

/** Why a step failed. The {@link OperationRule} of the operation's kind maps it to the error code that the caller gets. */
public enum FailureCause {
    /** The BMC did not answer, refused a command, or does not support it. */
    BMC("bmc"),
    /** The deploy ramdisk did not answer, refused a command, or failed. */
    RAMDISK("ramdisk"),
    /** The image is damaged, not an image, or too large. */
    IMAGE("image"),
    /** The image could not be fetched or converted on this host. */
    IMAGE_SOURCE("image-source"),
    /** The node's network could not be connected. */
    NETWORK("network"),
    /** The configuration, or the node's record, does not allow the step. */
    CONFIG("config"),
    /** A step took longer than its limit. */
    TIMEOUT("timeout"),
    /** The operation was cancelled. */
    CANCEL("cancel"),
    /** A defect in a step, or a cause that an older program did not record. */
    OTHER("other");

    private final String persistedName;

    FailureCause(String persistedName) {
        this.persistedName = persistedName;
    }

    /** The name in the store. */
    public String persistedName() {
        return persistedName;
    }

    /** The cause with this persisted name; empty if there is none. */
    public static Optional<FailureCause> ofPersistedName(String name) {
        return Arrays.stream(values())
                .filter(cause -> cause.persistedName.equals(name))
                .findFirst();
    }
}

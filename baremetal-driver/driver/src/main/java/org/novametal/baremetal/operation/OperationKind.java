package org.novametal.baremetal.operation;

import java.util.regex.Pattern;

/**
 * The kind of an operation on a node. Its rule in {@link OperationRules} defines its meaning; a kind without a rule is unknown
 * to this program.
 *
 * @param persistedName the name in the store: lower case letters and hyphens
 */
public record OperationKind(String persistedName) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z-]{0,31}");

    /** Deploys an instance on the node. */
    public static final OperationKind DEPLOY = new OperationKind("deploy");

    /** Writes an image to the node again; the instance keeps the node. */
    public static final OperationKind REBUILD = new OperationKind("rebuild");

    /** Removes the instance from the node. */
    public static final OperationKind DELETE = new OperationKind("delete");

    /** Erases the node's disks after its instance has left; the node is free afterwards. */
    public static final OperationKind CLEAN = new OperationKind("clean");

    /** Erases the disks of a manageable node, which stays manageable. */
    public static final OperationKind MANUAL_CLEAN = new OperationKind("manual-clean");

    /** Erases the disks of a manageable node, which is free afterwards. */
    public static final OperationKind PROVIDE = new OperationKind("provide");

    /** Checks that the node's BMC can be used; the node is manageable afterwards. */
    public static final OperationKind VERIFY = new OperationKind("verify");

    /** Verifies a new node and cleans it; it is free afterwards. */
    public static final OperationKind ENROLL = new OperationKind("enroll");

    /** Reads what hardware a manageable node has. */
    public static final OperationKind INSPECT = new OperationKind("inspect");

    /** Makes the running machine of a manageable node an instance, without touching it. */
    public static final OperationKind ADOPT = new OperationKind("adopt");

    /** Boots a rescue system in place of the instance that is on the node. */
    public static final OperationKind RESCUE = new OperationKind("rescue");

    /** Boots the instance again in place of the rescue system. */
    public static final OperationKind UNRESCUE = new OperationKind("unrescue");

    /** Makes a verified node manageable, as it is. */
    public static final OperationKind MANAGE = new OperationKind("manage");

    /** Changes the power of the node's machine; a {@link MachineCommand}. */
    public static final OperationKind POWER = new OperationKind("power");

    /** Sets the boot device of the node's machine; a {@link MachineCommand}. */
    public static final OperationKind BOOT_DEVICE = new OperationKind("boot-device");

    /** Checks the syntax of the name. */
    public OperationKind {
        if (!NAME.matcher(persistedName).matches()) {
            throw new IllegalArgumentException(
                    "'" + persistedName + "' cannot name a kind of operation; use only lower case letters and hyphens");
        }
    }

    @Override
    public String toString() {
        return persistedName;
    }
}

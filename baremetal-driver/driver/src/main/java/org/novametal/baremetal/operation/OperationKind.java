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

    /** Erases the node's disks. */
    public static final OperationKind CLEAN = new OperationKind("clean");

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

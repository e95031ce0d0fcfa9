package org.novametal.baremetal.inventory;

import java.util.Arrays;
import java.util.Optional;

/** What an operation does to a node. */
public enum OperationKind {
    /** Puts an instance on it. */
    DEPLOY("deploy"),
    /** Takes its instance off. */
    DELETE("delete"),
    /** Erases its disks. */
    CLEAN("clean");

    private final String persistedName;

    OperationKind(String persistedName) {
        this.persistedName = persistedName;
    }

    /** The name in the store. */
    public String persistedName() {
        return persistedName;
    }

    /** The kind of that persisted name. */
    public static Optional<OperationKind> ofPersistedName(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.persistedName.equals(name))
                .findFirst();
    }
}

package org.novametal.baremetal.operation;

import java.util.Arrays;
import java.util.Optional;

/** What happens to the machine when a deployment or rebuild fails. */
public enum OnFailure {
    /** It is undone at once. */
    UNDO("undo"),
    /** It is kept, powered and untouched, until an operator has it undone or deletes the instance. */
    KEEP("keep");

    private final String persistedName;

    OnFailure(String persistedName) {
        this.persistedName = persistedName;
    }

    /** The name in the store and in the configuration. */
    public String persistedName() {
        return persistedName;
    }

    /** The value with this persisted name; empty if there is none. */
    public static Optional<OnFailure> ofPersistedName(String name) {
        return Arrays.stream(values())
                .filter(value -> value.persistedName.equals(name))
                .findFirst();
    }
}

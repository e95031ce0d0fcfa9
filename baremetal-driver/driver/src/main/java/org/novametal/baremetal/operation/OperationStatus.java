package org.novametal.baremetal.operation;

import java.util.Arrays;
import java.util.Optional;

/** The status of an operation. */
public enum OperationStatus {
    /** It was requested, possibly by another process, and the host has not begun it. */
    REQUESTED("requested", Phase.REQUESTED),
    /** Its steps run, one after the other. */
    RUNNING("running", Phase.UNFINISHED),
    /** It failed; its steps are undone in reverse order. */
    UNDOING("undoing", Phase.UNFINISHED),
    /** It was cancelled; its steps are undone in reverse order. */
    CANCELLING("cancelling", Phase.UNFINISHED),
    /** All its steps are done. */
    SUCCEEDED("succeeded", Phase.FINISHED),
    /** It failed, and what could be undone is undone. */
    FAILED("failed", Phase.FINISHED),
    /** It was cancelled and is undone. */
    CANCELLED("cancelled", Phase.FINISHED);

    /** Whether an operation in this status has begun, and whether it has ended. */
    public enum Phase {
        /** It has not begun: it has no plan yet, and other operations may work on its node. */
        REQUESTED,
        /** It has steps left; it is resumed after a restart. */
        UNFINISHED,
        /** It has ended. */
        FINISHED
    }

    private final String persistedName;
    private final Phase phase;

    OperationStatus(String persistedName, Phase phase) {
        this.persistedName = persistedName;
        this.phase = phase;
    }

    /** The name in the store. */
    public String persistedName() {
        return persistedName;
    }

    /** Whether the operation has begun, and whether it has ended. */
    public Phase phase() {
        return phase;
    }

    /** The status with this persisted name; empty if there is none. */
    public static Optional<OperationStatus> ofPersistedName(String name) {
        return Arrays.stream(values())
                .filter(status -> status.persistedName.equals(name))
                .findFirst();
    }
}

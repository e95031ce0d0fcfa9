package org.novametal.baremetal.state;

import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The provision state of a node, and its meaning. The names are Ironic's and are stored. Other code asks for a state's meaning,
 * for example {@link #use}, and never compares states.
 *
 * <p>Source: Ironic {@code ironic/common/states.py}.
 */
public enum ProvisionState {
    /** Free: an instance may be deployed on it. */
    AVAILABLE("available", Use.FREE, Meaning.POWER_IS_KEPT),
    /** An instance is being deployed on it; a step runs. */
    DEPLOYING("deploying", Use.IN_USE),
    /** An instance is being deployed on it; the operation waits for the deploy ramdisk. */
    WAIT_CALL_BACK("wait call-back", Use.IN_USE, Meaning.WAITS_FOR_RAMDISK),
    /** It has a deployed instance. */
    ACTIVE("active", Use.IN_USE, Meaning.INSTANCE_RUNS, Meaning.POWER_VERBS, Meaning.POWER_IS_KEPT),
    /** A deployment or rebuild failed and is being undone, or could not be undone. */
    DEPLOY_FAILED("deploy failed", Use.UNAVAILABLE),
    /** Its instance is being removed. */
    DELETING("deleting", Use.IN_USE),
    /** It is being cleaned; a step runs. */
    CLEANING("cleaning", Use.UNAVAILABLE),
    /** It is being cleaned; the operation waits for the deploy ramdisk. */
    CLEAN_WAIT("clean wait", Use.UNAVAILABLE, Meaning.WAITS_FOR_RAMDISK),
    /** Cleaning failed; an operator has to find the cause. */
    CLEAN_FAILED("clean failed", Use.UNAVAILABLE),
    /** Its instance could not be removed; destroy the instance again after fixing the cause. */
    ERROR("error", Use.UNAVAILABLE);

    /** Whether a node in this state can take an instance; its current instance and its maintenance do not count here. */
    public enum Use {
        /** It can take an instance. */
        FREE,
        /** An instance holds it. */
        IN_USE,
        /** Neither free nor in use: it is being prepared, or something is wrong with it. */
        UNAVAILABLE
    }

    private enum Meaning {
        WAITS_FOR_RAMDISK,
        INSTANCE_RUNS,
        POWER_VERBS,
        POWER_IS_KEPT
    }

    private static final Map<String, ProvisionState> BY_NAME = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(ProvisionState::persistedName, Function.identity()));

    private final String persistedName;
    private final Use use;
    private final ImmutableSet<Meaning> meanings;

    ProvisionState(String persistedName, Use use, Meaning... meanings) {
        this.persistedName = persistedName;
        this.use = use;
        this.meanings = ImmutableSet.copyOf(meanings);
    }

    /** The name in the store and in every report. */
    public String persistedName() {
        return persistedName;
    }

    /** The state with this persisted name; empty if there is none. */
    public static Optional<ProvisionState> ofPersistedName(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** Whether a node in this state can take an instance. */
    public Use use() {
        return use;
    }

    /** Whether an operation waits for the deploy ramdisk in this state; the wait ends with the event {@code RESUME}. */
    public boolean waitsForRamdisk() {
        return meanings.contains(Meaning.WAITS_FOR_RAMDISK);
    }

    /** Whether the instance's operating system runs on the machine, so that the machine's power is the instance's power. */
    public boolean instanceRuns() {
        return meanings.contains(Meaning.INSTANCE_RUNS);
    }

    /** Whether the instance's user may switch the machine. */
    public boolean allowsPowerVerbs() {
        return meanings.contains(Meaning.POWER_VERBS);
    }

    /** Whether the machine must keep the power state that was wanted last; in other states, operations switch the machine. */
    public boolean keepsPower() {
        return meanings.contains(Meaning.POWER_IS_KEPT);
    }
}

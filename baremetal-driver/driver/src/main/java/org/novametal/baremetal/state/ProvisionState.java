package org.novametal.baremetal.state;

import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where a node is in its life, and what that means. The names are Ironic's and are what the store keeps. Nothing else decides
 * by comparing states.
 *
 * <p>Source: Ironic {@code ironic/common/states.py}.
 */
public enum ProvisionState {
    /** Free: an instance may be put on it. */
    AVAILABLE("available", Use.FREE, Meaning.POWER_IS_KEPT),
    /** An instance is being put on it; a step runs. */
    DEPLOYING("deploying", Use.IN_USE),
    /** An instance is being put on it; the deploy ramdisk is waited for. */
    WAIT_CALL_BACK("wait call-back", Use.IN_USE, Meaning.WAITS_FOR_RAMDISK),
    /** It has an instance. */
    ACTIVE("active", Use.IN_USE, Meaning.INSTANCE_RUNS, Meaning.POWER_VERBS, Meaning.POWER_IS_KEPT),
    /** A deployment or rebuild failed and is being undone, or could not be undone. */
    DEPLOY_FAILED("deploy failed", Use.UNAVAILABLE),
    /** Its instance is being taken off. */
    DELETING("deleting", Use.IN_USE),
    /** It is being cleaned; a step runs. */
    CLEANING("cleaning", Use.UNAVAILABLE),
    /** It is being cleaned; the deploy ramdisk is waited for. */
    CLEAN_WAIT("clean wait", Use.UNAVAILABLE, Meaning.WAITS_FOR_RAMDISK),
    /** Cleaning failed; an operator has to look. */
    CLEAN_FAILED("clean failed", Use.UNAVAILABLE),
    /** Its instance could not be taken off; destroy again, once the cause is mended. */
    ERROR("error", Use.UNAVAILABLE);

    /** Whether a node can take an instance, before its instance and its maintenance are looked at. */
    public enum Use {
        /** It can. */
        FREE,
        /** It is given to an instance. */
        IN_USE,
        /** Neither: it is being prepared, or something is wrong with it. */
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

    /** The state of that persisted name. */
    public static Optional<ProvisionState> ofPersistedName(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** Whether a node in this state can take an instance. */
    public Use use() {
        return use;
    }

    /** Whether an operation waits for the deploy ramdisk in this state; it ends with the event {@code RESUME}. */
    public boolean waitsForRamdisk() {
        return meanings.contains(Meaning.WAITS_FOR_RAMDISK);
    }

    /** Whether the instance's own system is what runs on the machine, so that the machine's power is the instance's. */
    public boolean instanceRuns() {
        return meanings.contains(Meaning.INSTANCE_RUNS);
    }

    /** Whether the instance's user may switch the machine. */
    public boolean allowsPowerVerbs() {
        return meanings.contains(Meaning.POWER_VERBS);
    }

    /** Whether the machine is to keep the power state that was wanted last; in other states operations switch it. */
    public boolean keepsPower() {
        return meanings.contains(Meaning.POWER_IS_KEPT);
    }
}

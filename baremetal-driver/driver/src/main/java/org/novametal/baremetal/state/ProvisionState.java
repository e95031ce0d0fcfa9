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
    /** It is known, but neither verified nor used. */
    ENROLL("enroll", Use.UNAVAILABLE, Meaning.INITIAL),
    /** Its BMC is being verified. */
    VERIFYING("verifying", Use.UNAVAILABLE, Meaning.WORKING),
    /** Its BMC was verified; an operator may inspect, clean, adopt or provide it. */
    MANAGEABLE("manageable", Use.UNAVAILABLE, Meaning.INITIAL),
    /** Its hardware is being inspected; a step runs. */
    INSPECTING("inspecting", Use.UNAVAILABLE, Meaning.WORKING),
    /** Its hardware is being inspected; the operation waits for the deploy ramdisk. */
    INSPECT_WAIT("inspect wait", Use.UNAVAILABLE, Meaning.WORKING, Meaning.WAITS_FOR_RAMDISK),
    /** Its inspection failed. */
    INSPECT_FAILED("inspect failed", Use.UNAVAILABLE, Meaning.FAILED),
    /** Its running machine is becoming an instance. */
    ADOPTING("adopting", Use.IN_USE, Meaning.HELD, Meaning.WORKING),
    /** Its adoption failed; the machine and its instance are as they were. */
    ADOPT_FAILED("adopt failed", Use.UNAVAILABLE, Meaning.FAILED, Meaning.HELD),
    /** Free: an instance may be deployed on it. */
    AVAILABLE("available", Use.FREE, Meaning.INITIAL, Meaning.POWER_IS_KEPT),
    /** An instance is being deployed on it; a step runs. */
    DEPLOYING("deploying", Use.IN_USE, Meaning.HELD, Meaning.WORKING),
    /** An instance is being deployed on it; the operation waits for the deploy ramdisk. */
    WAIT_CALL_BACK("wait call-back", Use.IN_USE, Meaning.HELD, Meaning.WORKING, Meaning.WAITS_FOR_RAMDISK),
    /** It has a deployed instance. */
    ACTIVE("active", Use.IN_USE, Meaning.HELD, Meaning.INSTANCE_RUNS, Meaning.POWER_VERBS, Meaning.POWER_IS_KEPT),
    /** A deployment or rebuild failed: it is being undone, was kept as it is, or could not be undone. */
    DEPLOY_FAILED("deploy failed", Use.UNAVAILABLE, Meaning.FAILED, Meaning.HELD),
    /** Its instance is being removed. */
    DELETING("deleting", Use.IN_USE, Meaning.HELD, Meaning.WORKING),
    /** It is being cleaned; a step runs. */
    CLEANING("cleaning", Use.UNAVAILABLE, Meaning.WORKING),
    /** It is being cleaned; the operation waits for the deploy ramdisk. */
    CLEAN_WAIT("clean wait", Use.UNAVAILABLE, Meaning.WORKING, Meaning.WAITS_FOR_RAMDISK),
    /** Cleaning failed; an operator has to find the cause. */
    CLEAN_FAILED("clean failed", Use.UNAVAILABLE, Meaning.FAILED),
    /** Its instance could not be removed; destroy the instance again after fixing the cause. */
    ERROR("error", Use.UNAVAILABLE, Meaning.HELD),
    /** The rescue system is being booted in place of its instance; a step runs. */
    RESCUING("rescuing", Use.IN_USE, Meaning.HELD, Meaning.WORKING),
    /** The rescue system is being booted in place of its instance; the operation waits for the ramdisk. */
    RESCUE_WAIT("rescue wait", Use.IN_USE, Meaning.HELD, Meaning.WORKING, Meaning.WAITS_FOR_RAMDISK),
    /** The rescue system runs in place of its instance. */
    RESCUE("rescue", Use.IN_USE, Meaning.HELD, Meaning.RESCUE_RUNS),
    /** Its rescue failed; its instance does not run. */
    RESCUE_FAILED("rescue failed", Use.UNAVAILABLE, Meaning.FAILED, Meaning.HELD),
    /** Its instance is being booted again in place of the rescue system. */
    UNRESCUING("unrescuing", Use.IN_USE, Meaning.HELD, Meaning.WORKING),
    /** Its instance could not be booted again after a rescue. */
    UNRESCUE_FAILED("unrescue failed", Use.UNAVAILABLE, Meaning.FAILED, Meaning.HELD);

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
        INITIAL,
        FAILED,
        HELD,
        WORKING,
        RESCUE_RUNS,
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

    /** Whether a node may be enrolled in this state. */
    public boolean isInitial() {
        return meanings.contains(Meaning.INITIAL);
    }

    /** Whether an instance holds every node in this state; in the free state one may have reserved it. */
    public boolean isHeld() {
        return meanings.contains(Meaning.HELD);
    }

    /** Whether an operation on a node in this state failed; the verb of that operation retries it. */
    public boolean isFailed() {
        return meanings.contains(Meaning.FAILED);
    }

    /** Whether an operation works on a node in this state; every such state is left by {@code ABORT} and {@code DELETE}. */
    public boolean isWorking() {
        return meanings.contains(Meaning.WORKING);
    }

    /** Whether an operation waits for the deploy ramdisk in this state; the wait ends with the event {@code RESUME}. */
    public boolean waitsForRamdisk() {
        return meanings.contains(Meaning.WAITS_FOR_RAMDISK);
    }

    /**
     * Whether the machine's power is reported as the power of the instance: the instance's operating system runs on it, or a
     * rescue system in its place.
     */
    public boolean reportsPower() {
        return meanings.contains(Meaning.INSTANCE_RUNS) || meanings.contains(Meaning.RESCUE_RUNS);
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

    /**
     * The state that a node in this state is to reach; empty for a state that a node does not leave without a request. The
     * target of a cleaning that an operator requested is {@link #MANAGEABLE} instead. Source: Ironic {@code
     * ironic/common/states.py}, {@code target} of the states.
     */
    public Optional<ProvisionState> target() {
        return switch (this) {
            case VERIFYING, INSPECTING, INSPECT_WAIT, INSPECT_FAILED -> Optional.of(MANAGEABLE);
            case DELETING, CLEANING, CLEAN_WAIT, CLEAN_FAILED -> Optional.of(AVAILABLE);
            case ADOPTING, ADOPT_FAILED, DEPLOYING, WAIT_CALL_BACK, DEPLOY_FAILED, UNRESCUING, UNRESCUE_FAILED ->
                Optional.of(ACTIVE);
            case RESCUING, RESCUE_WAIT, RESCUE_FAILED -> Optional.of(RESCUE);
            case ENROLL, MANAGEABLE, AVAILABLE, ACTIVE, ERROR, RESCUE -> Optional.empty();
        };
    }
}

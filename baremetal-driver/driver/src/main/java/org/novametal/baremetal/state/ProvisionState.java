package org.novametal.baremetal.state;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where a node is in its life. The names are Ironic's and are what the store keeps.
 *
 * <p>Source: Ironic {@code ironic/common/states.py}.
 */
public enum ProvisionState {
    /** Free: an instance may be put on it. */
    AVAILABLE("available"),
    /** An instance is being put on it; a step runs. */
    DEPLOYING("deploying"),
    /** An instance is being put on it; the deploy ramdisk is waited for. */
    WAIT_CALL_BACK("wait call-back"),
    /** It has an instance. */
    ACTIVE("active"),
    /** The deployment failed and is being undone, or could not be undone. */
    DEPLOY_FAILED("deploy failed"),
    /** Its instance is being taken off. */
    DELETING("deleting"),
    /** It is being cleaned; a step runs. */
    CLEANING("cleaning"),
    /** It is being cleaned; the deploy ramdisk is waited for. */
    CLEAN_WAIT("clean wait"),
    /** Cleaning failed; somebody has to look. */
    CLEAN_FAILED("clean failed"),
    /** Its instance could not be taken off; somebody has to look, or destroy again. */
    ERROR("error");

    private static final Map<String, ProvisionState> BY_NAME = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(ProvisionState::persistedName, Function.identity()));

    private final String persistedName;

    ProvisionState(String persistedName) {
        this.persistedName = persistedName;
    }

    /** The name in the store and in every report. */
    public String persistedName() {
        return persistedName;
    }

    /** The state of that persisted name. */
    public static Optional<ProvisionState> ofPersistedName(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }
}

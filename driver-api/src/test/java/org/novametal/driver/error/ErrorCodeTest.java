package org.novametal.driver.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodeTest {
    /** The constants of commit 9f0974e, whose names are in stores. */
    private static final List<String> OLD_NAMES = List.of(
            "INSTANCE_NOT_FOUND",
            "NODE_NOT_FOUND",
            "RESOURCES_UNAVAILABLE",
            "BUILD_ABORT",
            "IMAGE_UNACCEPTABLE",
            "VIF_PLUG_FAILED",
            "DEPLOY_FAILED",
            "NODE_INVALID",
            "NO_RESOURCE_CLASS",
            "POWER_ON_FAILED",
            "POWER_OFF_FAILED",
            "REBOOT_FAILED",
            "RESCUE_FAILED",
            "UNRESCUE_FAILED",
            "CONSOLE_UNAVAILABLE",
            "DESTROY_FAILED",
            "RESHAPE_NEEDED",
            "RESHAPE_FAILED",
            "CONFIG_INVALID",
            "CANCELLED",
            "DRIVER_NOT_READY",
            "HOST_UNAVAILABLE");

    @ParameterizedTest
    @EnumSource
    void aCodeComesBackByItsPersistedName(ErrorCode code) {
        assertThat(ErrorCode.ofPersistedName(code.persistedName())).contains(code);
        assertThat(code.persistedName()).matches("[a-z_]+");
    }

    @Test
    void persistedNamesNeverChange() {
        assertThat(ErrorCode.values())
                .extracting(ErrorCode::persistedName)
                .containsExactly(
                        "instance_not_found",
                        "node_not_found",
                        "resources_unavailable",
                        "build_abort",
                        "image_unacceptable",
                        "vif_plug_failed",
                        "deploy_failed",
                        "rebuild_failed",
                        "node_invalid",
                        "no_resource_class",
                        "operation_in_progress",
                        "power_on_failed",
                        "power_off_failed",
                        "reboot_failed",
                        "rescue_failed",
                        "unrescue_failed",
                        "console_not_available",
                        "console_type_unavailable",
                        "destroy_failed",
                        "reshape_needed",
                        "reshape_failed",
                        "config_invalid",
                        "cancelled",
                        "driver_not_ready",
                        "host_unavailable");
    }

    @Test
    void namesInOldStoresAreStillRead() {
        assertThat(OLD_NAMES)
                .allSatisfy(name ->
                        assertThat(ErrorCode.ofPersistedName(name)).as(name).isPresent());
        assertThat(ErrorCode.ofPersistedName("DEPLOY_FAILED")).contains(ErrorCode.DEPLOY_FAILED);
        assertThat(ErrorCode.ofPersistedName("CONSOLE_UNAVAILABLE")).contains(ErrorCode.CONSOLE_NOT_AVAILABLE);
        assertThat(ErrorCode.ofPersistedName("no_such_code")).isEmpty();
    }

    // nova/exception.py of Zed has no InvalidConfiguration; ConfigurationError is in no release.
    @Test
    void aNameOfNovaIsGivenOnlyForAReleaseThatHasIt() {
        assertThat(ErrorCode.CONFIG_INVALID.novaName(34)).isEqualTo("InvalidConfiguration");
        assertThat(ErrorCode.CONFIG_INVALID.novaName(26)).isEqualTo("NovaException");
        assertThat(ErrorCode.RESOURCES_UNAVAILABLE.novaName(26)).isEqualTo("ComputeResourcesUnavailable");
        assertThat(ErrorCode.CONSOLE_NOT_AVAILABLE.novaName(34)).isEqualTo("ConsoleNotAvailable");
        assertThat(ErrorCode.CONSOLE_TYPE_UNAVAILABLE.novaName(34)).isEqualTo("ConsoleTypeUnavailable");
        assertThatIllegalArgumentException().isThrownBy(() -> ErrorCode.CANCELLED.novaName(25));
    }
}

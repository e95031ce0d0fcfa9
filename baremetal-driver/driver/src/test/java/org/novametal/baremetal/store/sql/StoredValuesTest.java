package org.novametal.baremetal.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.operation.DeleteInput;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.OnFailure;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.driver.model.PowerAfterSpawn;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.Secret;

class StoredValuesTest {
    @Test
    void powerStatesComeBackByTheirNames() {
        assertThat(Arrays.stream(PowerState.values()).map(StoredValues::nameOf))
                .containsExactly("unknown", "on", "paused", "off", "crashed", "suspended");
        for (PowerState power : PowerState.values()) {
            assertThat(StoredValues.powerState(StoredValues.nameOf(power))).contains(power);
        }
        assertThat(StoredValues.powerState("RUNNING")).isEmpty();
    }

    @Test
    void sessionPoliciesComeBackByTheirNames() {
        assertThat(Arrays.stream(SessionPolicy.values()).map(StoredValues::nameOf))
                .containsExactly("keep", "close");
        for (SessionPolicy policy : SessionPolicy.values()) {
            assertThat(StoredValues.sessionPolicy(StoredValues.nameOf(policy))).isEqualTo(policy);
        }
        assertThatThrownBy(() -> StoredValues.sessionPolicy("KEEP")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void privilegesComeBackByTheirNames() {
        assertThat(Arrays.stream(Privilege.values()).map(StoredValues::nameOf))
                .containsExactly("user", "operator", "administrator");
        for (Privilege privilege : Privilege.values()) {
            assertThat(StoredValues.privilege(StoredValues.nameOf(privilege))).isEqualTo(privilege);
        }
        assertThatThrownBy(() -> StoredValues.privilege("root")).hasMessageContaining("unknown privilege 'root'");
    }

    @Test
    void operationKindsAndStatesComeBackByTheirNames() {
        assertThat(Stream.of(OperationKind.DEPLOY, OperationKind.REBUILD, OperationKind.DELETE, OperationKind.CLEAN)
                        .map(OperationKind::persistedName))
                .containsExactly("deploy", "rebuild", "delete", "clean");
        assertThat(Arrays.stream(FailureCause.values()).map(FailureCause::persistedName))
                .containsExactly(
                        "bmc", "ramdisk", "image", "image-source", "network", "config", "timeout", "cancel", "other");
        for (FailureCause cause : FailureCause.values()) {
            assertThat(FailureCause.ofPersistedName(cause.persistedName())).contains(cause);
        }
        assertThat(Arrays.stream(OperationStatus.values()).map(OperationStatus::persistedName))
                .containsExactly("requested", "running", "undoing", "cancelling", "succeeded", "failed", "cancelled");
        for (OperationStatus status : OperationStatus.values()) {
            assertThat(OperationStatus.ofPersistedName(status.persistedName())).contains(status);
        }
    }

    @Test
    void theDatabaseKnowsWhichOperationsAreUnfinished() {
        assertThat(Arrays.stream(OperationStatus.values())
                        .filter(status -> status.phase() == OperationStatus.Phase.UNFINISHED)
                        .map(OperationStatus::persistedName))
                .containsExactly("running", "undoing", "cancelling"); // as schema-001.sql and Store say
    }

    @Test
    void aSpecComesBackAsItWas() {
        DeploySpec full = StoreFixture.deploySpec();
        assertThat(StoredValues.input(StoredValues.input(full))).isEqualTo(full);
        DeploySpec kept = StoreFixture.deploySpec().withOnFailure(OnFailure.KEEP);
        assertThat(StoredValues.input(StoredValues.input(kept))).isEqualTo(kept);
        DeploySpec bare = new DeploySpec(
                "h",
                "i",
                URI.create("file:///i.raw"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                List.of(),
                PowerAfterSpawn.ON,
                "",
                Set.of());
        assertThat(StoredValues.input(StoredValues.input(bare))).isEqualTo(bare);
    }

    @Test
    void everyTypeOfInputAndTheSecretsComeBackAsTheyWere() {
        OperationInput deletion = new DeleteInput("req-7");
        assertThat(StoredValues.input(StoredValues.input(deletion))).isEqualTo(deletion);
        OperationInput parameters = new OperationInput.Parameters(Map.of("disk", "a \"b\"", "pass", "2"));
        assertThat(StoredValues.input(StoredValues.input(parameters))).isEqualTo(parameters);
        assertThat(StoredValues.input(StoredValues.input(OperationInput.NOTHING)))
                .isEqualTo(OperationInput.NOTHING);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoredValues.input("{\"type\":\"colour\"}"))
                .withMessageContaining("colour");
        assertThat(StoredValues.secrets(StoredValues.secrets(Map.of("password", Secret.of("open \"sesame\"")))))
                .hasEntrySatisfying(
                        "password", secret -> assertThat(secret.reveal()).isEqualTo("open \"sesame\""));
    }

    @Test
    void aSpecOfANewerProgramIsReadAndADamagedOneIsNot() {
        String json = StoredValues.input(StoreFixture.deploySpec());
        assertThat(StoredValues.input(json.replaceFirst("\\{", "{\"colour\":\"red\",")))
                .isEqualTo(StoreFixture.deploySpec());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoredValues.input(json.replace("\"power\":\"off\"", "\"power\":\"half\"")))
                .withMessageContaining("half");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StoredValues.input(json.replace("image_id", "image")))
                .withMessageContaining("image_id");
        assertThatIllegalArgumentException().isThrownBy(() -> StoredValues.input("{"));
    }

    @Test
    void memoryAndTraitsComeBackAsTheyWere() {
        Map<String, String> memory = Map.of("image.path", "a \"b\"\n\\", "power.was", "\u00fc");
        assertThat(StoredValues.memory(StoredValues.memory(memory))).isEqualTo(memory);
        Set<String> traits = Set.of("CUSTOM_B", "CUSTOM_A");
        assertThat(StoredValues.traits(traits)).isEqualTo("[\"CUSTOM_A\",\"CUSTOM_B\"]");
        assertThat(StoredValues.traits(StoredValues.traits(traits))).isEqualTo(traits);
    }
}

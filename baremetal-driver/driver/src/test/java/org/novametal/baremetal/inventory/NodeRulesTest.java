package org.novametal.baremetal.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.baremetal.inventory.RootDevice.Hint;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.bmc.BmcCredentials;

class NodeRulesTest {
    @Test
    void aDescriptionWithAValueInEveryFieldHasNoFaults() {
        assertThat(NodeRules.faults(StoreFixture.fullSpec(1))).isEmpty();
        assertThat(NodeRules.faults(StoreFixture.spec(1))).isEmpty();
    }

    @Test
    void everyFaultOfEveryFieldIsFoundAtOnce() {
        UUID twice = UUID.randomUUID();
        NodeSpec bad = StoreFixture.fullSpec(1).toBuilder()
                .credentials(new BmcCredentials("", "secret-word\0", Optional.of("x".repeat(2000))))
                .vcpus(0)
                .memoryMb(-1)
                .localGb(0)
                .cpuArch("x".repeat(300))
                .traits(Set.of("CUSTOM_lower"))
                .capabilities(Map.of("boot_mode", "uefi", "a b", "1", "list", "a,b", "blank", " "))
                .rootDevice(RootDevice.ANY.with(Hint.SIZE, ">= big").with(Hint.ROTATIONAL, "no"))
                .portGroups(List.of(new PortGroup(
                        " ",
                        Optional.empty(),
                        Optional.of("nonsense"),
                        "fast",
                        JsonDocument.EMPTY,
                        PortGroup.StandalonePorts.SUPPORTED)))
                .ports(List.of(
                        new PortSpec(
                                "52-54-00-00-00-01",
                                Optional.of(twice),
                                Optional.of("tab\there"),
                                PortSpec.Pxe.DISABLED,
                                Optional.empty(),
                                OptionalInt.of(4095),
                                Optional.of(new LocalLink("", "1", Optional.empty())),
                                Optional.of("bond-9")),
                        PortSpec.of("52:54:00:00:00:02").withUuid(twice).withPxe(PortSpec.Pxe.DISABLED),
                        PortSpec.of("52:54:00:00:00:02").withPxe(PortSpec.Pxe.DISABLED)))
                .settings(BmcSettings.NONE.withSecureBoot(SecureBoot.ON))
                .notes(NodeNotes.NONE
                        .withOwnership(new Ownership(Optional.of(" "), Optional.empty()))
                        .withDescription(Optional.of("bell \u0007"))
                        .withShard(Optional.of("half \ud800"))
                        .withExtra(new JsonDocument("{\"a\": \"" + "x".repeat(70_000) + "\"}")))
                .build();

        assertThat(NodeRules.faults(bad))
                .extracting(InventoryFault::field)
                .containsExactlyInAnyOrder(
                        "bmc.username",
                        "bmc.password",
                        "bmc.key",
                        "secure_boot",
                        "cpus",
                        "memory_mb",
                        "local_gb",
                        "cpu_arch",
                        "traits",
                        "capabilities",
                        "capabilities.boot_mode",
                        "capabilities.list",
                        "capabilities.blank",
                        "root_device.size",
                        "root_device.rotational",
                        "port_groups[0].name",
                        "port_groups[0].mac",
                        "port_groups[0].mode",
                        "ports[0].mac",
                        "ports[0].name",
                        "ports[0].vlan_id",
                        "ports[0].link.switch_id",
                        "ports[0].group",
                        "ports[1].uuid",
                        "ports[2].mac",
                        "ports",
                        "owner",
                        "shard",
                        "description",
                        "extra");
        assertThat(NodeRules.faults(bad).toString()).doesNotContain("secret-word");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SIZE | 400",
                "SIZE | >= 400",
                "SIZE | >=400",
                "SIZE | <or> 10 <or> 20",
                "WWN | 0x5002538f00000001",
                "SERIAL | s!= ABC",
                "MODEL | <in> INTEL SSD",
                "MODEL | <or> INTEL <or> Samsung",
                "BY_PATH | /dev/disk/by-path/pci-0000:00:1f.2-ata-1",
                "HCTL | 6:0:0:0",
                "NAME | /dev/sda",
                "VENDOR | s== ATA",
                "ROTATIONAL | true"
            })
    void aHintThatTheAgentUnderstandsIsAccepted(Hint hint, String text) {
        assertThat(RootDevice.ANY.with(hint, text).faults()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SIZE | big",
                "SIZE | 0",
                "SIZE | -5",
                "SIZE | 1.5",
                "SIZE | s== 400",
                "SIZE | <range-in> [ 1 5 ]",
                "SIZE | >=",
                "SIZE | <or> 10 <or> x",
                "SERIAL | == ABC",
                "MODEL | >= 5",
                "MODEL | s==",
                "ROTATIONAL | True"
            })
    void aHintThatTheAgentDoesNotUnderstandIsRefused(Hint hint, String text) {
        assertThat(RootDevice.ANY.with(hint, text).faults()).containsOnlyKeys(hint.key());
    }

    @Test
    void documentsAreEqualWhateverTheirOrderAndSpacing() {
        assertThat(new JsonDocument("{\"b\": [1, {\"y\": 1, \"x\": 2.0}], \"a\": null}"))
                .isEqualTo(new JsonDocument("{\"a\":null,\"b\":[1,{\"x\":2.0,\"y\":1}]}"))
                .hasToString("{\"a\":null,\"b\":[1,{\"x\":2.0,\"y\":1}]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "1", "{\"a\": 1, \"a\": 2}", "{} {}", "{\"a\": \"\\ud800\"}", "{\"a\": NaN}", "{a: 1}"
            })
    void whatIsNotOneJsonObjectIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new JsonDocument(text));
    }

    @Test
    void aDocumentThatIsNestedTooDeeplyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JsonDocument("{\"a\": " + "[".repeat(40) + "]".repeat(40) + "}"))
                .withMessageContaining("nested too deeply");
        assertThatIllegalArgumentException().isThrownBy(() -> new JsonDocument("{\"a\": " + "[".repeat(100_000)));
    }
}

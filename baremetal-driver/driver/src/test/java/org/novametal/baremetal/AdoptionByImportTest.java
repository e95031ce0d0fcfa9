package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.exchange.ImportPlan;
import org.novametal.baremetal.exchange.ImportSource;
import org.novametal.baremetal.exchange.InventoryExport;
import org.novametal.baremetal.exchange.InventoryFormat;
import org.novametal.baremetal.exchange.InventoryImport;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.bmc.PowerAction;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.testing.ScriptedDriverHost;

/** Nodes on which instances run, imported beside a running host over fake machines. */
class AdoptionByImportTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final UUID NODE = UUID.fromString("11111111-0000-4000-8000-000000000001");
    private static final InstanceOnNode INSTANCE =
            new InstanceOnNode(new InstanceId(UUID.fromString("99999999-0000-4000-8000-000000000001")), "web-1");

    @TempDir
    Path folder;

    private final ScriptedDriverHost host = new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system());

    @Test
    void anActiveNodeOfIronicIsAdoptedWithItsUuidAndLivesOnInOurOwnExport() throws Exception {
        SecretCipher key = SecretCipher.ofKeyFile(folder.resolve("exchange.key"));
        try (FakeCloud cloud = new FakeCloud(folder.resolve("one"), 1)) {
            String export = adoptedFromIronic(cloud, key);

            assertThat(export).doesNotContain(FakeCloud.CREDENTIALS.password());
            adoptedFromOurs(export, key);
        }
    }

    /** Adopts the machine, and returns the export of the inventory. */
    private String adoptedFromIronic(FakeCloud cloud, SecretCipher key) throws Exception {
        var slot = cloud.rack().slots().getFirst();
        slot.machine().control(PowerAction.ON);
        try (BareMetalDriver driver = new BareMetalDriver(cloud.conf().build(), host);
                BareMetalInventory beside =
                        BareMetalInventory.open(cloud.options(), InstantSource.system(), Missing.REFUSE)) {
            driver.initHost(new HostName("compute-0"));
            beside.enrolment().delete(FakeCloud.nodeName(0));
            String ironic = """
                    [{"uuid": "%s", "name": "rack1-01", "driver": "ipmi", "provision_state": "active",
                      "instance_uuid": "99999999-0000-4000-8000-000000000001",
                      "instance_info": {"display_name": "web-1", "image_source": "debian-12"},
                      "driver_info": {"ipmi_address": "%s", "ipmi_port": "%d", "ipmi_username": "%s",
                        "ipmi_password": "%s"},
                      "properties": {"cpus": "4", "memory_mb": "8192", "local_gb": "1", "cpu_arch": "x86_64"}}]
                    """.formatted(
                            NODE,
                            slot.bmc().host(),
                            slot.bmc().port(),
                            FakeCloud.CREDENTIALS.username(),
                            FakeCloud.CREDENTIALS.password());
            String ports = """
                    {"ports": [{"uuid": "aaaaaaaa-0000-4000-8000-000000000001", "node_uuid": "%s", "address": "%s",
                      "pxe_enabled": true}]}
                    """.formatted(NODE, slot.machine().settings().macs().getFirst());

            imported(beside, InventoryFormat.IRONIC, List.of(ironic, ports), Optional.empty());

            NodeRecord adopted = adopted(beside);
            assertThat(adopted.uuid()).isEqualTo(NODE);
            assertThat(adopted.instance()).contains(INSTANCE);
            assertThat(adopted.power().seen()).isEqualTo(PowerState.RUNNING);
            assertThat(adopted.maintenance()).isEmpty();
            assertThat(slot.machine().isOn()).isTrue();
            StringWriter text = new StringWriter();
            new InventoryExport(beside.enrolment(), Optional.of(key)).write(InventoryFormat.YAML, _ -> true, text);
            return text.toString();
        }
    }

    private void adoptedFromOurs(String export, SecretCipher key) throws Exception {
        try (FakeCloud other = new FakeCloud(folder.resolve("other"), 1);
                BareMetalDriver driver = new BareMetalDriver(other.conf().build(), host);
                BareMetalInventory beside =
                        BareMetalInventory.open(other.options(), InstantSource.system(), Missing.REFUSE)) {
            driver.initHost(new HostName("compute-0"));
            beside.enrolment().delete(FakeCloud.nodeName(0));

            imported(beside, InventoryFormat.YAML, List.of(export), Optional.of(key));

            assertThat(adopted(beside).instance()).contains(INSTANCE);
            StringWriter again = new StringWriter();
            new InventoryExport(beside.enrolment(), Optional.empty()).write(InventoryFormat.JSON, _ -> true, again);
            assertThat(again.toString()).contains("\"state\" : \"active\"", NODE.toString());
        }
    }

    private static void imported(
            BareMetalInventory inventory, InventoryFormat format, List<String> texts, Optional<SecretCipher> key)
            throws Exception {
        List<ImportSource> sources = texts.stream()
                .map(text -> new ImportSource("a file", new StringReader(text)))
                .toList();
        ImportPlan plan = new ImportPlan(InventoryImport.read(format, sources, key), inventory.enrolment());
        assertThat(plan.isApplicable()).as(plan.findings().toString()).isTrue();
        assertThat(plan.adoptions())
                .singleElement()
                .satisfies(one -> assertThat(one.way()).isEqualTo(ImportPlan.Adoption.Way.REQUESTED));
        plan.apply();
    }

    private static NodeRecord adopted(BareMetalInventory inventory) {
        NodeRecord node = inventory.enrolment().list().getFirst();
        OperationRecord adoption = inventory.operations().ofNode(node.name(), 9).stream()
                .filter(operation -> operation.kind().equals(OperationKind.ADOPT))
                .findFirst()
                .orElseThrow();
        OperationRecord end = inventory.operations().await(adoption.id(), LIMIT);
        assertThat(end.status()).as(end.failure().toString()).isEqualTo(OperationStatus.SUCCEEDED);
        NodeRecord after = inventory.enrolment().list().getFirst();
        assertThat(after.state()).isEqualTo(ProvisionState.ACTIVE);
        return after;
    }
}

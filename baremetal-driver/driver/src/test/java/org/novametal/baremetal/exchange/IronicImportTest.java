package org.novametal.baremetal.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.exchange.Finding.Kind;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.JsonDocument;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.inventory.PortGroup;
import org.novametal.baremetal.inventory.PortSpec;
import org.novametal.baremetal.inventory.RootDevice.Hint;
import org.novametal.baremetal.inventory.SecureBoot;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;

/** Imports of what a real Ironic 39 and its clients printed. */
class IronicImportTest {
    private static final Path SAMPLES = Path.of("src/test/resources/org/novametal/baremetal/exchange/ironic");

    /** Samples that are not about nodes or ports. */
    private static final Set<String> OTHERS = Set.of(
            "allocation",
            "conductor",
            "deploy-template",
            "driver",
            "node-bios",
            "node-history",
            "node-inventory",
            "node-trait",
            "node-validate",
            "runbook",
            "shard",
            "v1",
            "deploy-templates",
            "allocations",
            "runbooks",
            "shards");

    @TempDir
    Path folder;

    private Store store;
    private Enrolment inventory;

    @BeforeEach
    void open() {
        store = StoreFixture.open(folder);
        inventory = new Enrolment(store.nodes());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static ImportSource sample(String name) throws IOException {
        return new ImportSource(
                name, new StringReader(Files.readString(SAMPLES.resolve(name), StandardCharsets.UTF_8)));
    }

    private static ImportDraft read(String... names) throws IOException {
        List<ImportSource> sources = new ArrayList<>();
        for (String name : names) {
            sources.add(sample(name));
        }
        return InventoryImport.read(InventoryFormat.IRONIC, sources, Optional.empty());
    }

    private static ImportDraft text(String json) throws IOException {
        return InventoryImport.read(
                InventoryFormat.IRONIC, List.of(new ImportSource("text", new StringReader(json))), Optional.empty());
    }

    private static ImportDraft passwords(ImportDraft of) throws IOException {
        StringBuilder yaml = new StringBuilder("format: nova-metal-inventory\nversion: 1\nnodes:\n");
        of.nodes()
                .forEach(node -> yaml.append("- {uuid: '")
                        .append(node.uuid().orElseThrow())
                        .append("', bmc: {username: admin, password: a-word}}\n"));
        return InventoryImport.read(
                InventoryFormat.YAML,
                List.of(new ImportSource("passwords", new StringReader(yaml.toString()))),
                Optional.empty());
    }

    private static UUID uuid(int number) {
        return UUID.fromString("00000000-0000-4000-8000-%012d".formatted(number));
    }

    @TestFactory
    Stream<DynamicTest> everySampleIsReadOrSaidToBeOfNoUse() throws IOException {
        try (Stream<Path> files = Files.walk(SAMPLES)) {
            return files
                    .filter(Files::isRegularFile)
                    .map(SAMPLES::relativize)
                    .map(Path::toString)
                    .sorted()
                    .toList()
                    .stream()
                    .map(name -> DynamicTest.dynamicTest(name, () -> {
                        ImportDraft draft = read(name);
                        boolean other = OTHERS.stream()
                                .anyMatch(kind -> name.replaceFirst("^.*/(old-client-)?", "")
                                        .startsWith(kind));
                        if (name.endsWith(".csv")) {
                            assertThat(draft.findings())
                                    .extracting(Finding::kind)
                                    .contains(Kind.FAULT);
                            assertThat(draft.findings().toString()).contains("export with -f json");
                        } else if (name.contains("port")) {
                            assertThat(draft.nodes()).isEmpty();
                            assertThat(draft.findings().toString()).contains("which is not in the export");
                        } else if (other) {
                            assertThat(draft.nodes()).isEmpty();
                            assertThat(draft.findings())
                                    .isNotEmpty()
                                    .extracting(Finding::kind)
                                    .containsOnly(Kind.UNUSED);
                        } else if (name.contains("unmasked")) {
                            assertThat(draft.findings().toString()).contains("fields of a node without its UUID");
                        } else if (name.matches(".*node-list(-fields|-include-children)?\\.json")) {
                            assertThat(draft.findings().toString()).contains("use `node list --long` or `node show`");
                        } else {
                            assertThat(draft.nodes()).isNotEmpty();
                        }
                        // No secret, and no mask in place of one, becomes part of a node.
                        assertThat(draft.nodes())
                                .noneMatch(node -> node.fields().toString().contains("******"));
                        new ImportPlan(draft, inventory);
                    }));
        }
    }

    @Test
    void anIpmiNodeIsImportedWithAllItsFieldsPortsAndGroups() throws Exception {
        ImportDraft draft = read(
                        "cli/node-list-long.json",
                        "cli/node-show/01.json",
                        "rest/ports-detail.json",
                        "rest/portgroups-detail.json")
                .only(node -> node.uuid().equals(Optional.of(uuid(1).toString())));
        ImportPlan masked = new ImportPlan(draft, inventory);
        assertThat(masked.isApplicable()).isFalse();
        assertThat(masked.findings())
                .extracting(Finding::toString)
                .contains("rack1-ipmi-01: bmc.password is masked in the export (ipmi_password)");

        ImportPlan plan = new ImportPlan(draft.completedBy(passwords(draft)), inventory);
        plan.apply();
        NodeSpec spec = store.nodes().spec(uuid(1));
        assertThat(spec.name()).isEqualTo(new NodeName("rack1-ipmi-01"));
        assertThat(spec.bmc()).hasToString("ipmi://192.0.2.11:6230");
        assertThat(spec.credentials().password()).isEqualTo("a-word");
        assertThat(spec.credentials().key()).contains("0xA1B2C3D4E5F60718293A4B5C6D7E8F9001122334");
        assertThat(spec.settings().privilege()).contains(Privilege.OPERATOR);
        assertThat(spec.settings().bootMode()).isEqualTo(BootFirmware.UEFI);
        assertThat(spec.settings().secureBoot()).isEqualTo(SecureBoot.ON);
        assertThat(spec.vcpus()).isEqualTo(32);
        assertThat(spec.capabilities()).containsEntry("disk_label", "gpt").doesNotContainKey("boot_mode");
        assertThat(spec.rootDevice().hints())
                .containsEntry(Hint.WWN, "0x5002538f00000001")
                .containsEntry(Hint.SIZE, ">= 400")
                .containsEntry(Hint.ROTATIONAL, "false");
        assertThat(spec.traits()).containsExactlyInAnyOrder("CUSTOM_GPU", "HW_CPU_X86_VMX");
        assertThat(spec.notes().ownership().owner()).contains("a".repeat(32));
        assertThat(spec.notes().shard()).contains("shard-a"); // which the list lacks and `node show` has
        assertThat(spec.notes().description()).contains("rack 1, unit 4; \"quoted\", \u00fcn\u00efcode");
        assertThat(spec.notes().extra().text()).isEqualTo("{\"rack\":\"r1\",\"tags\":[\"a\",\"b\"],\"unit\":4}");
        PortSpec first = spec.ports().getFirst();
        assertThat(first.mac()).isEqualTo("52:54:00:01:00:01");
        assertThat(first.uuid()).contains(UUID.fromString("00000000-0000-4000-8000-0000000001a1"));
        assertThat(first.link().orElseThrow().portId()).isEqualTo("Ethernet1/1");
        assertThat(first.physicalNetwork()).contains("physnet1");
        assertThat(spec.portGroups()).singleElement().satisfies(group -> {
            assertThat(group.name()).isEqualTo("bond-01");
            assertThat(group.mode()).isEqualTo("802.3ad");
            assertThat(group.standalone()).isEqualTo(PortGroup.StandalonePorts.UNSUPPORTED);
        });
        assertThat(plan.findings())
                .extracting(finding -> finding.kind() + " " + finding.field())
                .contains(
                        "UNUSED driver_info.ipmi_cipher_suite",
                        "UNUSED driver_info.kernel_append_params",
                        "UNUSED properties.vendor",
                        "UNUSED interfaces");
        assertThat(Objects.requireNonNull(inventory.documents(uuid(1)).get("ironic"))
                        .text())
                .contains("\"ipmi_terminal_port\":8101")
                .doesNotContain("A1B2C3");
    }

    @Test
    void bothClientsAndTheApiGiveTheSameNodes() throws Exception {
        List<String> fields = read("cli/node-list-long.json").nodes().stream()
                .map(IronicImportTest::described)
                .toList();
        assertThat(read("cli/old-client-node-list-long.json").nodes().stream().map(IronicImportTest::described))
                .hasSize(fields.size());
        String one = described(read("cli/node-show/01.json").nodes().getFirst());
        assertThat(described(read("cli/old-client-node-show-01.json").nodes().getFirst()))
                .isEqualTo(one);
        assertThat(described(read("cli/node-show-01.yaml").nodes().getFirst())).isEqualTo(one);
        assertThat(read("rest/nodes-detail-include-children.json").nodes().stream()
                        .map(IronicImportTest::described))
                .contains(one);
        assertThat(read("cli/old-client-node-list-long.json").nodes().stream()
                        .map(IronicImportTest::described)
                        .sorted())
                .containsExactlyElementsOf(fields.stream().sorted().toList());
    }

    /** The fields without those that some of the clients lack. */
    private static String described(DraftNode node) {
        ObjectNode fields = node.fields().deepCopy();
        fields.remove(List.of("documents", "shard"));
        return new JsonDocument(fields.toString()).text();
    }

    @Test
    void addressesOfBmcsAreConverted() throws Exception {
        assertThat(addresses())
                .contains(
                        "02 ipmi://bmc2.example.org:623",
                        "03 redfish+http://127.0.78.2:8800/redfish/v1/Systems/11111111-2222-4333-8444-000000000001",
                        "04 redfish://127.0.78.4/redfish/v1/Systems/11111111-2222-4333-8444-000000000002",
                        "05 redfish://127.0.78.9",
                        "06 redfish://192.0.2.16/redfish/v1/Systems/System.Embedded.1",
                        "07 ipmi://[2001:db8::17]");
        assertThat(
                        address(
                                "{\"redfish_address\": \"https://bmc/prefix/redfish/v1/\", \"redfish_system_id\": \"/redfish/v1/Systems/1\"}"))
                .isEqualTo("redfish://bmc/prefix/redfish/v1/Systems/1");
        assertThat(address("{\"redfish_address\": \"fd00::1\"}")).isEqualTo("redfish://[fd00::1]");
    }

    private static List<String> addresses() throws IOException {
        return read("rest/nodes-detail-include-children.json").nodes().stream()
                .map(node -> node.uuid().orElseThrow().substring(34) + " "
                        + node.fields().path("bmc").path("address").asText())
                .toList();
    }

    private static String address(String info) throws IOException {
        return text("[{\"uuid\": \"" + uuid(1)
                        + "\", \"provision_state\": \"enroll\", \"driver\": \"redfish\", \"driver_info\": " + info
                        + "}]")
                .nodes()
                .getFirst()
                .fields()
                .path("bmc")
                .path("address")
                .asText();
    }

    @Test
    void nodesWithoutAManageableBmcAreFaults() throws Exception {
        assertThat(read("rest/nodes-detail.json").findings())
                .extracting(Finding::toString)
                .anyMatch(text ->
                        text.startsWith("rack2-manual-08: driver is 'manual-management', which has no equal here"))
                .anyMatch(text -> text.contains("ipmi_bridging is 'dual'"));
    }

    @Test
    void activeNodesAreMarkedForAdoptionWithTheirUuidsAndStatesBecomeReasons() throws Exception {
        ImportDraft draft = read("rest/nodes-detail-include-children.json");
        assertThat(draft.nodes().stream()
                        .filter(node -> node.instance().isPresent())
                        .map(DraftNode::label))
                .containsExactlyInAnyOrder(
                        "fake-09-active-deployed",
                        "fake-10-active-adopted",
                        "fake-12-deploy-failed",
                        "fake-13-rescued",
                        "fake-15-protected");
        DraftNode nine = draft.nodes().stream()
                .filter(node -> node.label().equals("fake-09-active-deployed"))
                .findFirst()
                .orElseThrow();
        assertThat(nine.uuid()).contains(uuid(9).toString());
        assertThat(nine.instance())
                .map(DraftInstance::instance)
                .contains(new InstanceOnNode(
                        new InstanceId(UUID.fromString("99999999-0000-4000-8000-000000000009")), "web-9"));
        assertThat(draft.nodes().stream()
                        .filter(node -> node.instance()
                                .filter(on -> on.life() == DraftInstance.Life.RUNS)
                                .isPresent())
                        .map(DraftNode::label))
                .containsExactlyInAnyOrder("fake-09-active-deployed", "fake-10-active-adopted", "fake-15-protected");
        assertThat(draft.nodes().stream()
                        .filter(node -> node.fields().has("maintenance"))
                        .map(node -> node.label() + ": "
                                + node.fields().path("maintenance").asText())
                        .map(text -> text.substring(0, Math.min(50, text.length()))))
                .contains(
                        "fake-14-maint-retired: fan 3 dead, ticket 4711",
                        "fake-11-clean-failed: 'clean failed' in Ironic: no");
        assertThat(text(draft, "fake-14-maint-retired", "retired")).isEqualTo("end of lease 2026");
        assertThat(text(draft, "fake-15-protected", "protected")).isNotEmpty();
        assertThat(text(draft, "fake-11-clean-failed", "initial_state")).isEqualTo("manageable");
        assertThat(text(draft, "fake-17-available", "initial_state")).isEqualTo("available");
        assertThat(draft.findings())
                .extracting(Finding::toString)
                .contains(
                        "rack1-redfish-04: maintenance is not taken over: Ironic set it because the BMC did not answer")
                .anyMatch(text -> text.startsWith("fake-17-available: instance_uuid is that of an allocation"))
                .anyMatch(text -> text.startsWith("fake-18-child: parent_node has no place here"))
                .anyMatch(text -> text.startsWith("fake-17-available: network_data has no place here"));
    }

    private static String text(ImportDraft draft, String label, String field) {
        return draft.nodes().stream()
                .filter(node -> node.label().equals(label))
                .findFirst()
                .orElseThrow()
                .fields()
                .path(field)
                .asText();
    }

    @Test
    void aNodeOnWhichIronicWorksIsAFault() throws Exception {
        ImportDraft draft =
                text("[{\"UUID\": \"" + uuid(1) + "\", \"Name\": \"busy\", \"Provisioning State\": \"clean wait\","
                        + " \"Driver\": \"ipmi\", \"Driver Info\": {\"ipmi_address\": \"10.0.0.1\", \"ipmi_username\": \"admin\","
                        + " \"ipmi_password\": 123456, \"ipmi_priv_level\": \"USER\", \"ipmi_hex_kg_key\": \"abc\"}}]");
        assertThat(draft.findings())
                .extracting(Finding::toString)
                .contains(
                        "busy: provision_state is 'clean wait'; wait for its end and export again",
                        "busy: bmc.key is not 2 to 40 hexadecimal digits (ipmi_hex_kg_key)");
        assertThat(draft.nodes()
                        .getFirst()
                        .fields()
                        .path("bmc")
                        .path("password")
                        .textValue())
                .isEqualTo("123456");
    }

    @Test
    void aPageOfSeveralAndAWithheldDriverInfoAreFaults() throws Exception {
        assertThat(read("rest/nodes-page-1.json").findings().toString()).contains("one page of several");
        assertThat(text("{\"uuid\": \"" + uuid(1)
                                + "\", \"driver\": \"ipmi\", \"provision_state\": null, \"driver_info\":"
                                + " {\"content\": \"** Redacted - requires baremetal:node:get:driver_info permission. **\"}}")
                        .findings()
                        .toString())
                .contains("withheld by Ironic's policy");
    }

    @Test
    void anUnmaskedPasswordIsTaken() throws Exception {
        String shown = Files.readString(SAMPLES.resolve("cli/node-show-02-unmasked-driver_info.json"));
        ImportDraft draft = text(shown.replaceFirst(
                "\\{", "{\"uuid\": \"" + uuid(2) + "\", \"driver\": \"ipmi\", \"provision_state\": \"enroll\","));
        assertThat(draft.nodes()
                        .getFirst()
                        .fields()
                        .path("bmc")
                        .path("password")
                        .textValue())
                .isEqualTo("123456");
    }

    @Test
    void aNodeThatAGivenPortListLacksIsNamedAsSuch() throws Exception {
        String nodes = "{\"nodes\": [{\"uuid\": \"" + uuid(1) + "\", \"name\": \"n1\", \"driver\": \"ipmi\","
                + " \"provision_state\": \"manageable\", \"driver_info\": {\"ipmi_address\": \"10.0.0.1\","
                + " \"ipmi_username\": \"admin\", \"ipmi_password\": \"word\"}}]";
        String other = "{\"uuid\": \"" + uuid(9) + "\", \"address\": \"52:54:00:00:00:09\", \"node_uuid\": \"" + uuid(2)
                + "\"}";

        assertThat(ports(nodes + "}")).contains("are not in the export").contains("`port list --long`");
        for (String list : List.of(other, "")) {
            assertThat(ports(nodes + ", \"ports\": [" + list + "]}"))
                    .contains("n1: ports are not in the port list that was given")
                    .contains("port list --node " + uuid(1));
        }
    }

    private static String ports(String json) throws IOException {
        return text(json).findings().stream()
                .filter(finding -> finding.field().equals("ports"))
                .map(Finding::toString)
                .findFirst()
                .orElse("");
    }
}

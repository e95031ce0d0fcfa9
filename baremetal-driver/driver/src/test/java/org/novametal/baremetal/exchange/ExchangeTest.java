package org.novametal.baremetal.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.novametal.baremetal.store.StoreFixture.refused;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.baremetal.exchange.Finding.Kind;
import org.novametal.baremetal.exchange.ImportPlan.Action;
import org.novametal.baremetal.exchange.ImportPlan.Step;
import org.novametal.baremetal.inventory.EnrolledNodes.DescribedNode;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.JsonDocument;
import org.novametal.baremetal.inventory.NodeChange;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.error.ErrorCode;

class ExchangeTest {
    private static final String HEAD = "format: nova-metal-inventory\nversion: 1\nnodes:\n";

    @TempDir
    Path folder;

    private Store store;
    private Store other;
    private Enrolment inventory;
    private Enrolment otherInventory;
    private Optional<SecretCipher> key;

    @BeforeEach
    void open() throws IOException {
        store = StoreFixture.open(Files.createDirectory(folder.resolve("a")));
        other = StoreFixture.open(Files.createDirectory(folder.resolve("b")));
        inventory = new Enrolment(store.nodes());
        otherInventory = new Enrolment(other.nodes());
        key = Optional.of(SecretCipher.ofKeyFile(folder.resolve("exchange.key")));
    }

    @AfterEach
    void close() {
        store.close();
        other.close();
    }

    private static String export(Enrolment from, InventoryFormat format, Optional<SecretCipher> key)
            throws IOException {
        StringWriter text = new StringWriter();
        new InventoryExport(from, key).write(format, _ -> true, text);
        return text.toString();
    }

    private static ImportDraft draft(InventoryFormat format, String text, Optional<SecretCipher> key)
            throws IOException {
        return InventoryImport.read(format, List.of(new ImportSource("the file", new StringReader(text))), key);
    }

    private static ImportDraft yaml(String text) throws IOException {
        return draft(InventoryFormat.YAML, text, Optional.empty());
    }

    private static final List<ProvisionState> STATES =
            List.of(ProvisionState.AVAILABLE, ProvisionState.ENROLL, ProvisionState.MANAGEABLE);

    private static NodeMarks marks(int i) {
        return new NodeMarks(
                i % 5 == 0 ? Optional.of(new NodeMarks.Maintenance("a fan is loud: " + i, "import")) : Optional.empty(),
                Optional.empty(),
                i % 6 == 1 ? Optional.of("too old: " + i) : Optional.empty(),
                i % 6 == 2 ? Optional.of("holds the archive: " + i) : Optional.empty());
    }

    @ParameterizedTest
    @EnumSource(names = {"YAML", "JSON"})
    void anExportThatIsImportedGivesTheSameInventory(InventoryFormat format) throws Exception {
        for (long seed : new long[] {1, 2, 3, new Random().nextLong()}) {
            RandomNodes random = new RandomNodes(seed);
            List<NodeChange> changes = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                changes.add(new NodeChange.Create(
                        random.node((int) (seed & 0xff) * 100 + i).toBuilder()
                                .initialState(STATES.get(i % STATES.size()))
                                .build(),
                        marks(i),
                        i % 7 == 0 ? Map.of("inspection", random.document()) : Map.of()));
            }
            inventory.change(changes, NodeChange.Mode.WRITE);

            String text = export(inventory, format, key);
            ImportPlan plan = new ImportPlan(draft(format, text, key), otherInventory);
            assertThat(plan.findings()).as("seed %d", seed).isEmpty();
            plan.check();
            assertThat(otherInventory.list()).as("seed %d", seed).isEmpty();
            assertThat(plan.apply()).as("seed %d", seed).hasSize(40);

            List<DescribedNode> expected = inventory.described();
            List<DescribedNode> copies = otherInventory.described();
            assertThat(copies).as("seed %d", seed).hasSameSizeAs(expected);
            for (int i = 0; i < copies.size(); i++) {
                assertThat(copies.get(i).spec())
                        .as("seed %d", seed)
                        .usingRecursiveComparison()
                        .isEqualTo(expected.get(i).spec());
                NodeRecord node = expected.get(i).node();
                assertThat(copies.get(i).node().marks()).isEqualTo(node.marks());
                assertThat(copies.get(i).node().state()).isEqualTo(node.state());
                assertThat(otherInventory.documents(node.uuid())).isEqualTo(inventory.documents(node.uuid()));
            }
            assertThat(export(otherInventory, format, Optional.empty()))
                    .isEqualTo(export(inventory, format, Optional.empty()));
            assertThat(new ImportPlan(draft(format, text, key), otherInventory).steps())
                    .extracting(Step::action)
                    .containsOnly(Action.UNCHANGED);
            for (Enrolment each : List.of(inventory, otherInventory)) {
                each.list().forEach(node -> {
                    each.endProtection(node.name());
                    each.delete(node.name());
                });
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"YAML", "JSON"})
    void secretsAreExportedOnlyWithAKeyAndThenSealed(InventoryFormat format) throws Exception {
        inventory.enrol(StoreFixture.fullSpec(1));

        String without = export(inventory, format, Optional.empty());
        String with = export(inventory, format, key);
        assertThat(without + with).doesNotContain("open-sesame").doesNotContain("K_g-1");

        assertThat(new ImportPlan(draft(format, without, Optional.empty()), otherInventory).findings())
                .contains(new Finding(Kind.FAULT, "node-01", "bmc.password", "is missing"));
        assertThat(new ImportPlan(draft(format, with, Optional.empty()), otherInventory).findings())
                .extracting(Finding::toString)
                .contains("node-01: bmc.password is sealed; give the key with which it was exported");
        Optional<SecretCipher> wrong = Optional.of(SecretCipher.ofKeyFile(folder.resolve("wrong.key")));
        assertThat(draft(format, with, wrong).findings())
                .extracting(Finding::toString)
                .contains("the file: key_check shows that its secrets were sealed with another key");
        // The node is known, so its secrets stay.
        assertThat(new ImportPlan(draft(format, without, Optional.empty()), inventory).steps())
                .extracting(Step::action)
                .containsExactly(Action.UNCHANGED);
    }

    @Test
    void aSealedSecretOfAnotherNodeIsRefused() throws Exception {
        inventory.enrol(StoreFixture.fullSpec(1));
        String text = export(inventory, InventoryFormat.YAML, key)
                .replace(new UUID(1, 99).toString(), new UUID(7, 99).toString());
        assertThat(draft(InventoryFormat.YAML, text, key).findings())
                .extracting(Finding::toString)
                .contains(
                        "node-01: bmc.password cannot be decrypted: it was sealed with another key or for another node");
    }

    @Test
    void fieldsThatAreNotMentionedStayAndNullRemovesOne() throws Exception {
        NodeRecord node = inventory.enrol(StoreFixture.fullSpec(1));
        ImportPlan plan = new ImportPlan(
                yaml(HEAD + "- name: node-01\n  memory_mb: 4096\n  owner: null\n  bmc: {username: root}\n"), inventory);

        assertThat(plan.findings()).isEmpty();
        assertThat(plan.steps())
                .containsExactly(new Step(Action.UPDATE, node.uuid(), "node-01", List.of("bmc", "memory_mb", "owner")));
        plan.apply();
        NodeSpec spec = store.nodes().spec(node.uuid());
        assertThat(spec.memoryMb()).isEqualTo(4096);
        assertThat(spec.notes().ownership().owner()).isEmpty();
        assertThat(spec.notes().ownership().lessee()).contains("lessee-1");
        assertThat(spec.credentials().username()).isEqualTo("root");
        assertThat(spec.credentials().password()).isEqualTo(StoreFixture.PASSWORD);
    }

    @Test
    void aNodeIsFoundByItsUuidAndElseByItsName() throws Exception {
        NodeRecord node = inventory.enrol(StoreFixture.spec(1));
        ImportPlan renamed = new ImportPlan(yaml(HEAD + "- {uuid: " + node.uuid() + ", name: renamed}\n"), inventory);
        assertThat(renamed.steps()).containsExactly(new Step(Action.UPDATE, node.uuid(), "renamed", List.of("name")));
        renamed.apply();
        assertThat(inventory.list()).extracting(each -> each.name().value()).containsExactly("renamed");
    }

    @Test
    void portsKeepTheirUuidsByMac() throws Exception {
        NodeRecord node = inventory.enrol(StoreFixture.spec(1));
        UUID first = store.nodes().ports(node.uuid()).getFirst().uuid();
        String ports = "- name: node-01\n  ports: [{mac: 52:54:00:00:00:01}, {mac: '52:54:00:00:01:01'%s}]\n";
        assertThat(new ImportPlan(yaml(HEAD + ports.formatted("")), inventory).steps())
                .extracting(Step::action)
                .containsExactly(Action.UNCHANGED);
        new ImportPlan(yaml(HEAD + ports.formatted(", vlan_id: 7, pxe_enabled: false")), inventory).apply();
        assertThat(store.nodes().ports(node.uuid()).getFirst().uuid()).isEqualTo(first);
        assertThat(store.nodes().ports(node.uuid()).get(1).spec().vlanId()).hasValue(7);
    }

    @Test
    void allFaultsOfAllNodesAreFoundAtOnceWithNodeAndField() throws Exception {
        ImportPlan plan = new ImportPlan(yaml(HEAD + """
                                - name: one
                                  bmc: {address: 'ftp//x', username: '', password: secret-word, colour: red}
                                  cpus: many
                                  memory_mb: 1.5
                                  local_gb: 99999999999
                                  rack: 12
                                  traits: CUSTOM_A
                                  boot_mode: legacy
                                  secure_boot: maybe
                                  root_device: {colour: red, size: big}
                                  ports: [{mac: nonsense, pxe_enabled: 'no'}, 7]
                                  extra: []
                                  weight: 3
                                - name: two
                                  cpus: 0
                                - 5
                                - {}
                                """), inventory);

        assertThat(plan.isApplicable()).isFalse();
        assertThat(plan.findings())
                .allMatch(finding -> finding.kind() == Kind.FAULT)
                .extracting(finding -> finding.subject() + " " + finding.field())
                .contains(
                        "one bmc.address",
                        "one bmc.username",
                        "one bmc.colour",
                        "one cpus",
                        "one memory_mb",
                        "one local_gb",
                        "one rack",
                        "one traits",
                        "one boot_mode",
                        "one secure_boot",
                        "one root_device.colour",
                        "one root_device.size",
                        "one ports[0].mac",
                        "one ports[0].pxe_enabled",
                        "one ports[1]",
                        "one extra",
                        "one weight",
                        "two bmc",
                        "two cpus",
                        "two memory_mb",
                        "two ports",
                        "the file, node 3 ",
                        "the file, node 4 ");
        assertThat(plan.findings())
                .extracting(Finding::toString)
                .contains(
                        "one: cpus 'many' is not an integer",
                        "two: memory_mb is missing",
                        "two: cpus is 0; it must be 1 or more")
                .noneMatch(text -> text.contains("secret-word"));
        refused(ErrorCode.NODE_INVALID, plan::apply).withMessageContaining("one: cpus 'many' is not an integer");
        assertThat(inventory.list()).isEmpty();
    }

    @Test
    void valuesThatAreTakenAreFoundTogetherWithAllOtherFaults() throws Exception {
        inventory.enrol(StoreFixture.spec(1));
        String taken = StoreFixture.spec(1).macs().getFirst();
        String address = StoreFixture.spec(1).bmc().toString();
        ImportPlan plan = new ImportPlan(yaml(HEAD + """
                                - name: one
                                  bmc: {address: '%2$s', username: u, password: p}
                                  cpus: many
                                  memory_mb: 1024
                                  local_gb: 10
                                  ports: [{mac: '%1$s'}]
                                - name: two
                                  bmc: {address: 'ipmi://10.9.9.9', username: u, password: p}
                                  cpus: 1
                                  memory_mb: 1024
                                  local_gb: 10
                                  ports: [{mac: '52:54:00:99:00:01'}]
                                - name: three
                                  bmc: {address: 'ipmi://10.9.9.9', username: u, password: p}
                                  cpus: 1
                                  memory_mb: 1024
                                  local_gb: 10
                                  ports: [{mac: '52:54:00:99:00:02'}]
                                - name: node-01
                                  uuid: 0b4b54ce-5d5c-4c3f-9a4f-3c1c4a0f5a11
                                  bmc: {username: u, password: p}
                                  cpus: 1
                                  memory_mb: 1024
                                  local_gb: 10
                                  ports: [{mac: '52:54:00:99:00:03'}]
                                """.formatted(taken, address)), inventory);

        assertThat(plan.isApplicable()).isFalse();
        assertThat(plan.findings())
                .extracting(Finding::toString)
                .containsExactlyInAnyOrder(
                        "one: cpus 'many' is not an integer",
                        "one: bmc.address is not unique: BMC address " + address + " is taken by node node-01",
                        "one: ports[0].mac is not unique: MAC address " + taken + " is taken by node node-01",
                        "three: bmc.address is not unique: BMC address ipmi://10.9.9.9 is taken by node two",
                        "node-01: bmc.address is missing",
                        "node-01: name is not unique: the name is taken by node node-01");
    }

    @Test
    void valuesMayMoveBetweenNodesOfAnImportThatHasFaults() throws Exception {
        inventory.enrolAll(List.of(StoreFixture.spec(1), StoreFixture.spec(2)));
        String swapped = export(inventory, InventoryFormat.YAML, Optional.empty())
                .replace(StoreFixture.spec(1).bmc().toString(), "ipmi://swapping")
                .replace(
                        StoreFixture.spec(2).bmc().toString(),
                        StoreFixture.spec(1).bmc().toString())
                .replace("ipmi://swapping", StoreFixture.spec(2).bmc().toString());

        ImportPlan plan = new ImportPlan(yaml(swapped + "- {name: faulty}\n"), inventory);

        assertThat(plan.findings())
                .filteredOn(finding -> finding.kind() == Kind.FAULT)
                .isNotEmpty()
                .allMatch(finding -> finding.subject().equals("faulty"))
                .noneMatch(finding -> finding.message().contains("not unique"));
    }

    @ParameterizedTest
    @EnumSource(names = {"YAML", "JSON"})
    void aWrongKeyIsOneFaultHoweverManyNodesThereAre(InventoryFormat format) throws Exception {
        inventory.enrolAll(List.of(StoreFixture.fullSpec(1), StoreFixture.fullSpec(2), StoreFixture.fullSpec(3)));
        Optional<SecretCipher> wrong = Optional.of(SecretCipher.ofKeyFile(folder.resolve("wrong.key")));

        ImportPlan plan = new ImportPlan(draft(format, export(inventory, format, key), wrong), otherInventory);

        assertThat(plan.findings())
                .filteredOn(finding -> finding.kind() == Kind.FAULT)
                .extracting(Finding::toString)
                .containsExactly("the file: key_check shows that its secrets were sealed with another key");
    }

    @Test
    void aPlanIsCheckedAgainstTheStoreWithoutWriting() throws Exception {
        inventory.enrol(StoreFixture.spec(1));
        otherInventory.enrol(StoreFixture.fullSpec(2).toBuilder()
                .bmc(StoreFixture.spec(1).bmc())
                .build());
        ImportPlan plan = new ImportPlan(
                draft(InventoryFormat.JSON, export(otherInventory, InventoryFormat.JSON, key), key), inventory);
        assertThat(plan.isApplicable()).isTrue();
        refused(ErrorCode.NODE_INVALID, plan::check).withMessageContaining("is taken by node node-01");
        refused(ErrorCode.NODE_INVALID, plan::apply).withMessageContaining("is taken by node node-01");
        assertThat(inventory.list()).hasSize(1);
    }

    @Test
    void aNodeWhoseInstanceMayNotRunIsImportedOutOfUseForItsAdoption() throws Exception {
        NodeRecord node = inventory.enrol(StoreFixture.spec(1));
        InstanceOnNode instance = StoreFixture.instance("web-1");
        store.nodes().claim(node.uuid(), instance);
        ImportPlan plan = new ImportPlan(
                draft(InventoryFormat.YAML, export(inventory, InventoryFormat.YAML, key), key), otherInventory);
        plan.apply();

        assertThat(plan.adoptions())
                .containsExactly(new ImportPlan.Adoption(node.uuid(), instance, ImportPlan.Adoption.Way.BY_OPERATOR));
        assertThat(otherInventory.show(node.name()).node().maintenance())
                .get()
                .asString()
                .contains("web-1");
        assertThat(otherInventory.documents(node.uuid()))
                .containsEntry(
                        ImportPlan.ADOPTION,
                        new JsonDocument("{\"uuid\": \"" + instance.id() + "\", \"name\": \"web-1\"}"));
    }

    private static final String NEW_NODE =
            HEAD + "- {name: %s, bmc: {address: 'ipmi://10.0.0.1', username: u, password: p},"
                    + " cpus: 1, memory_mb: 1, local_gb: 1, ports: [{mac: '52:54:00:00:00:01'}], initial_state: %s}\n";

    @ParameterizedTest
    @ValueSource(strings = {"enroll", "manageable", "available"})
    void aNewNodeHasTheInitialStateOfItsDocument(String state) throws Exception {
        new ImportPlan(yaml(NEW_NODE.formatted("one", state)), inventory).apply();

        assertThat(inventory.list())
                .extracting(node -> node.state().persistedName())
                .containsExactly(state);
    }

    @Test
    void aNewNodeThatIsToBeVerifiedIsEnrolledWithoutAnInitialState() throws Exception {
        new ImportPlan(yaml(NEW_NODE.formatted("one", "verify")), inventory).apply();

        assertThat(inventory.list())
                .extracting(node -> node.state().persistedName())
                .containsExactly("enroll");
        assertThat(store.operations().requested())
                .extracting(operation -> operation.kind().persistedName())
                .containsExactly("enroll");
    }

    @Test
    void anInitialStateThatNoNewNodeHasIsAFault() throws Exception {
        assertThat(new ImportPlan(yaml(NEW_NODE.formatted("one", "active")), inventory).findings())
                .extracting(Finding::toString)
                .containsExactly(
                        "one: initial_state cannot be used: 'active' is not one of available, enroll, manageable,"
                                + " verify");
    }

    @Test
    void aNameWithControlCharactersIsAFault() throws Exception {
        assertThat(new ImportPlan(yaml(NEW_NODE.formatted("\"a\\eb\"", "enroll")), inventory).findings())
                .extracting(Finding::field)
                .containsExactly("name");
    }

    @Test
    void aNodeThatIsGivenTwiceIsAFault() throws Exception {
        ImportPlan plan = new ImportPlan(yaml(HEAD + "- {name: one}\n- {name: one}\n"), inventory);
        assertThat(plan.findings())
                .extracting(Finding::toString)
                .contains("one: has the same name one as another node of the import");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "7",
                "format: nova-metal-inventory\nversion: 1\n",
                "format: other\nversion: 1\nnodes: []\n",
                "format: nova-metal-inventory\nversion: 2\nnodes: []\n",
                "format: nova-metal-inventory\nversion: 1\nnodes: {}\n",
                "format: nova-metal-inventory\nversion: 1\nnodes: []\nmore: 1\n",
                "format: nova-metal-inventory\nversion: 1\nnodes: []\n---\nnodes: []\n",
                "format: nova-metal-inventory\nversion: 1\nnodes: [\n",
                "format: nova-metal-inventory\nversion: 1\nnodes: [{name: a, name: b}]\n",
                "nodes: [\u0007]"
            })
    void aTextThatIsNotADocumentIsRefused(String text) throws Exception {
        assertThat(yaml(text).findings()).extracting(Finding::kind).contains(Kind.FAULT);
    }

    @Test
    void aDraftIsCompletedByAnotherOne() throws Exception {
        inventory.enrol(StoreFixture.spec(1));
        ImportDraft export = yaml(export(inventory, InventoryFormat.YAML, Optional.empty()));
        ImportDraft passwords = yaml(HEAD + "- {name: node-01, bmc: {password: new-word}}\n");
        ImportPlan plan = new ImportPlan(export.completedBy(passwords), otherInventory);
        assertThat(plan.findings()).isEmpty();
        UUID node = plan.apply().getFirst().uuid();
        assertThat(other.nodes().credentials(node).password()).isEqualTo("new-word");

        ImportDraft strange = yaml(HEAD + "- {name: nobody, bmc: {password: x}}\n");
        assertThat(export.completedBy(strange).findings())
                .extracting(Finding::toString)
                .containsExactly("nobody: is not in what it is to complete");
        assertThat(export.only(_ -> false).nodes()).isEmpty();
    }

    @Test
    void onlyDocumentsOfThisProjectAreWritten() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> export(inventory, InventoryFormat.IRONIC, Optional.empty()));
        assertThat(InventoryFormat.of("yaml")).contains(InventoryFormat.YAML);
        assertThat(InventoryFormat.of("csv")).isEmpty();
    }
}

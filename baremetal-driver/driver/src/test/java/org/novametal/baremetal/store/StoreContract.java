package org.novametal.baremetal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.novametal.baremetal.store.StoreFixture.refused;

import com.google.common.collect.ImmutableList;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.inventory.BmcSettings;
import org.novametal.baremetal.inventory.EnrolledNodes;
import org.novametal.baremetal.inventory.EnrolledNodes.NodeChanges.Extent;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.JsonDocument;
import org.novametal.baremetal.inventory.Location;
import org.novametal.baremetal.inventory.NodeChange;
import org.novametal.baremetal.inventory.NodeNotes;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeRecords;
import org.novametal.baremetal.inventory.NodeRules;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.inventory.NodeSummary;
import org.novametal.baremetal.inventory.Ownership;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.InstanceFate;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationProgress.Worked;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.operation.Plan;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.HostStore.HostRecord;
import org.novametal.baremetal.store.OperationStore.NodeEnd;
import org.novametal.baremetal.store.OperationStore.OperationEnd;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcOptions.KeyExchange;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.Secret;

/** What every store does, whatever its database. */
public abstract class StoreContract {
    private Store store;

    /** Opens the test's store, again and by several handles at once; its clock stands at {@link StoreFixture#NOW}. */
    protected abstract Store open();

    @BeforeEach
    void openFirst() {
        store = open();
    }

    @AfterEach
    void close() {
        store.close();
    }

    // ---- nodes

    @Test
    void anEnrolledNodeComesBackAsItWasGiven() {
        NodeSpec spec = StoreFixture.spec(1);
        NodeRecord enrolled = store.nodes().enrol(spec);
        assertThat(enrolled)
                .isEqualTo(NodeRecords.atVersion(NodeRecords.of(spec, StoreFixture.NOW), enrolled.version()));
        assertThat(store.nodes().find(spec.uuid())).contains(enrolled);
        assertThat(store.nodes().find(spec.name())).contains(enrolled);
        assertThat(store.nodes().credentials(spec.uuid()))
                .isEqualTo(new BmcCredentials("admin", StoreFixture.PASSWORD));
        assertThat(store.nodes().ports(spec.uuid()))
                .extracting(PortRecord::mac, PortRecord::position, PortRecord::node)
                .containsExactly(
                        tuple("52:54:00:00:00:01", 0, spec.uuid()), tuple("52:54:00:00:01:01", 1, spec.uuid()));
    }

    @Test
    void nodesComeByName() {
        for (int number : List.of(3, 1, 2)) {
            store.nodes().enrol(StoreFixture.spec(number));
        }
        assertThat(store.nodes().all())
                .extracting(node -> node.name().value())
                .containsExactly("node-01", "node-02", "node-03");
    }

    @Test
    void aSummaryHasWhatTheWholeRecordHas() {
        for (int number : List.of(3, 1, 2)) {
            store.nodes()
                    .enrol(StoreFixture.spec(number).toBuilder()
                            .notes(new NodeNotes(
                                    new Ownership(Optional.of("owner-" + number), Optional.of("lessee-" + number)),
                                    new Location(Optional.of("rack-" + number), Optional.of("u" + number)),
                                    Optional.of("shard-" + number),
                                    Optional.empty(),
                                    JsonDocument.EMPTY))
                            .build());
        }
        NodeRecord first = store.nodes().all().getFirst();
        store.nodes().recordPower(first.uuid(), PowerState.RUNNING);
        store.nodes().claim(first.uuid(), StoreFixture.instance("vm-1"));
        store.nodes().setFault(first.uuid(), Optional.of(NodeFault.POWER));
        store.nodes().setRetired(first.uuid(), Optional.of("old"));
        store.nodes().setMaintenance(first.uuid(), Optional.of(new NodeMarks.Maintenance("fan", "an operator")));

        List<NodeSummary> summaries = store.nodes().summaries();

        assertThat(summaries)
                .isEqualTo(store.nodes().all().stream().map(NodeSummary::of).toList());
        assertThat(summaries.getFirst().instance()).isPresent();
        assertThat(summaries.getFirst().marks().fault()).contains(NodeFault.POWER);
        assertThat(summaries.getFirst().location().rack()).contains("rack-1");
    }

    @Test
    void whatIsTakenIsRefusedWithTheOtherNodesName() {
        NodeRecord holder = store.nodes().enrol(StoreFixture.spec(1));
        NodeSpec free = StoreFixture.spec(2);
        refusedAs(free.toBuilder().uuid(holder.uuid()).build(), "UUID " + holder.uuid());
        refusedAs(free.toBuilder().name(holder.name()).build(), "its name");
        refusedAs(at("ipmi://10.0.0.1:623", 2), "BMC address ipmi://10.0.0.1:623");
        refusedAs(
                free.toBuilder()
                        .macs(List.of("52:54:00:00:00:02", "52:54:00:00:01:01"))
                        .build(),
                "MAC address 52:54:00:00:01:01");
        assertThat(store.nodes().all()).containsExactly(holder);
        store.nodes().enrol(free);
        assertThat(store.nodes().all()).hasSize(2);
    }

    private void refusedAs(NodeSpec spec, String what) {
        refused(ErrorCode.NODE_INVALID, () -> store.nodes().enrol(spec))
                .withMessageContaining(what)
                .withMessageContaining("is taken by node node-01");
    }

    private static NodeSpec at(String bmc, int number) {
        return StoreFixture.spec(number).toBuilder().bmc(BmcAddress.parse(bmc)).build();
    }

    @Test
    void aBmcAddressIsTakenInAnyCase() {
        store.nodes().enrol(at("ipmi://bmc.example", 1));
        refusedAs(at("ipmi://BMC.example", 2), "BMC address");
    }

    @Test
    void howABmcIsUsedIsKeptWithItsNode() {
        BmcSettings settings = BmcSettings.NONE
                .withSessionPolicy(SessionPolicy.CLOSE)
                .withPrivilege(Privilege.ADMINISTRATOR)
                .withCertificate("ab:cd")
                .withPowerGroup("rack-7")
                .withBootMode(BootFirmware.UEFI)
                .withKeyExchange(KeyExchange.RSA_ALLOWED);
        BmcCredentials credentials = new BmcCredentials("admin", StoreFixture.PASSWORD, Optional.of("K_g-of-the-BMC"));
        NodeSpec spec = StoreFixture.spec(1).toBuilder()
                .credentials(credentials)
                .settings(settings)
                .build();

        assertThat(store.nodes().enrol(spec).settings()).isEqualTo(settings);

        assertThat(store.nodes().find(spec.uuid())).map(NodeRecord::settings).contains(settings);
        assertThat(store.nodes().credentials(spec.uuid())).isEqualTo(credentials);
    }

    @Test
    void whatAPowerIsToBeIsKept() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        for (PowerState power : PowerState.values()) {
            store.nodes().wantPower(node.uuid(), new WantedPower(power, 3));
            assertThat(store.nodes().find(node.uuid()))
                    .map(NodeRecord::power)
                    .map(NodeRecord.Power::wanted)
                    .contains(new WantedPower(power, 3));
        }
        store.nodes().recordPower(node.uuid(), PowerState.RUNNING, WantedPower.of(PowerState.SHUTDOWN));
        assertThat(store.nodes().find(node.uuid())).get().satisfies(now -> {
            assertThat(now.power().seen()).isEqualTo(PowerState.RUNNING);
            assertThat(now.power().wanted()).isEqualTo(WantedPower.of(PowerState.SHUTDOWN));
        });
    }

    @Test
    void noneIsWantedWhileAnOperationRunsAndWhatWasSeenLastIsFromItsEnd() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        store.nodes().wantPower(node.uuid(), new WantedPower(PowerState.SHUTDOWN, 2));
        OperationRecord operation = begun(node, StoreFixture.instance("vm-1"));
        assertThat(store.nodes().find(node.uuid()))
                .map(NodeRecord::power)
                .map(NodeRecord.Power::wanted)
                .contains(WantedPower.NONE);
        store.nodes().recordPower(node.uuid(), PowerState.RUNNING);
        assertThat(store.nodes().find(node.uuid()))
                .map(NodeRecord::power)
                .map(NodeRecord.Power::wanted)
                .contains(WantedPower.NONE);
        end(
                operation.id(),
                new NodeEnd(List.of(ProvisionEvent.DONE), InstanceFate.STAYS, Optional.empty(), Optional.empty()),
                o -> o.ended(OperationStatus.SUCCEEDED, Optional.empty(), StoreFixture.NOW));
        assertThat(store.nodes().find(node.uuid()))
                .map(NodeRecord::power)
                .map(NodeRecord.Power::wanted)
                .contains(WantedPower.of(PowerState.RUNNING));
    }

    @Test
    void manyNodesAreEnrolledTogetherOrNotAtAll() {
        store.nodes().enrol(StoreFixture.spec(7));
        List<NodeSpec> specs =
                IntStream.rangeClosed(1, 9).mapToObj(StoreFixture::spec).toList();
        NodeSpec twice = StoreFixture.spec(10).toBuilder()
                .name(StoreFixture.spec(2).name())
                .build();

        refused(
                        ErrorCode.NODE_INVALID,
                        () -> store.nodes()
                                .enrol(ImmutableList.<NodeSpec>builder()
                                        .addAll(specs)
                                        .add(twice)
                                        .build()))
                .withMessageContaining("node node-07 cannot be enrolled: its name is taken by node node-07")
                .withMessageContaining("its MAC address 52:54:00:00:01:07 is taken by node node-07")
                .withMessageContaining("node node-02 cannot be enrolled: its name is taken by node node-02");
        assertThat(store.nodes().all()).hasSize(1);

        List<NodeSpec> free = specs.stream()
                .filter(spec -> !spec.name().value().equals("node-07"))
                .toList();
        assertThat(store.nodes().enrol(free))
                .extracting(NodeRecord::uuid)
                .isEqualTo(free.stream().map(NodeSpec::uuid).toList());
        assertThat(store.nodes().all()).hasSize(9);
        assertThat(store.nodes().enrol(List.of())).isEmpty();
    }

    @Test
    void aNodeIsDescribedAsItWasEnrolledAndUpdatedAsAWhole() {
        NodeSpec spec = StoreFixture.spec(1);
        NodeRecord node = store.nodes().enrol(spec);
        NodeSpec described = store.nodes().spec(node.uuid());
        assertThat(described)
                .usingRecursiveComparison()
                .ignoringFieldsMatchingRegexes("ports.*\\.uuid")
                .ignoringFields("initialState")
                .isEqualTo(spec);
        String secondPort = store.nodes().ports(node.uuid()).get(1).uuid().toString();

        NodeSpec next = described.toBuilder()
                .name(new NodeName("renamed"))
                .bmc(BmcAddress.parse("ipmi://10.9.9.9"))
                .credentials(new BmcCredentials("operator", "another-word", Optional.of("K_g")))
                .vcpus(9)
                .memoryMb(10)
                .localGb(11)
                .cpuArch("aarch64")
                .withoutResourceClass()
                .withoutConsoleLog()
                .traits(Set.of("CUSTOM_NEW"))
                .macs(List.of("52:54:00:00:01:01", "52:54:00:0a:0a:0a"))
                .settings(BmcSettings.NONE.withPowerGroup("rack-8"))
                .build();
        NodeRecord updated = store.nodes().update(node.version(), next);

        assertThat(updated.version()).isGreaterThan(node.version());
        assertThat(updated.createdAt()).isEqualTo(node.createdAt());
        assertThat(store.nodes().find(node.uuid())).contains(updated);
        assertThat(store.nodes().spec(node.uuid()))
                .usingRecursiveComparison()
                .ignoringFieldsMatchingRegexes("ports.*\\.uuid")
                .isEqualTo(next);
        assertThat(store.nodes().ports(node.uuid()).getFirst().uuid()).hasToString(secondPort);
        assertThat(store.nodes().byMacs(spec.macs().subList(0, 1))).isEmpty();
    }

    @Test
    void everyFieldOfADescriptionIsKept() {
        NodeSpec spec = StoreFixture.fullSpec(1);
        NodeRecord node = store.nodes().enrol(spec);
        assertThat(store.nodes().spec(node.uuid())).usingRecursiveComparison().isEqualTo(spec);
        assertThat(node.notes()).isEqualTo(spec.notes());
        assertThat(node.hardware().rootDevice()).isEqualTo(spec.rootDevice());
        assertThat(store.nodes().ports(node.uuid()))
                .extracting(PortRecord::spec)
                .isEqualTo(spec.ports());

        NodeSpec other = StoreFixture.fullSpec(2).toBuilder()
                .uuid(spec.uuid())
                .name(spec.name())
                .build();
        store.nodes().update(node.version(), other);
        assertThat(store.nodes().spec(node.uuid())).usingRecursiveComparison().isEqualTo(other);
        assertThat(store.nodes().described()).singleElement().satisfies(described -> {
            assertThat(described.spec()).usingRecursiveComparison().isEqualTo(other);
            assertThat(store.nodes().find(spec.uuid())).contains(described.node());
        });
    }

    @Test
    void valuesThatMustBeUniqueMoveBetweenNodesOfOneChange() {
        NodeRecord first = store.nodes().enrol(StoreFixture.fullSpec(1));
        NodeRecord second = store.nodes().enrol(StoreFixture.fullSpec(2));
        NodeSpec one = StoreFixture.fullSpec(2).toBuilder().uuid(first.uuid()).build();
        NodeSpec two = StoreFixture.fullSpec(1).toBuilder().uuid(second.uuid()).build();
        List<NodeChange> exchange = List.of(
                new NodeChange.Update(first.version(), one, Map.of()),
                new NodeChange.Update(second.version(), two, Map.of()));

        store.nodes().change(exchange, NodeChange.Mode.DRY_RUN);
        assertThat(store.nodes().all()).containsExactly(first, second);
        store.nodes().change(exchange, NodeChange.Mode.WRITE);
        assertThat(store.nodes().spec(first.uuid())).usingRecursiveComparison().isEqualTo(one);
        assertThat(store.nodes().spec(second.uuid())).usingRecursiveComparison().isEqualTo(two);
    }

    @Test
    void aRefusedChangeNamesAllReasonsAndWritesNothingAlsoInADryRun() {
        NodeRecord first = store.nodes().enrol(StoreFixture.fullSpec(1));
        NodeSpec clashing = StoreFixture.fullSpec(1).toBuilder()
                .uuid(UUID.randomUUID())
                .name(new NodeName("clashing"))
                .bmc(BmcAddress.parse("ipmi://10.9.9.9"))
                .build();
        NodeSpec stale = StoreFixture.fullSpec(1);
        for (NodeChange.Mode mode : NodeChange.Mode.values()) {
            refused(
                            ErrorCode.NODE_INVALID,
                            () -> store.nodes()
                                    .change(
                                            List.of(
                                                    NodeChange.create(clashing),
                                                    new NodeChange.Update(
                                                            first.version() - 1,
                                                            stale.toBuilder()
                                                                    .uuid(first.uuid())
                                                                    .build(),
                                                            Map.of())),
                                            mode))
                    .withMessageContaining("node node-01 cannot be updated: it was changed after it was read")
                    .withMessageContaining("is taken by node clashing");
        }
        refused(ErrorCode.NODE_INVALID, () -> store.nodes().enrol(clashing))
                .withMessageContaining("its MAC address 52:54:00:00:00:01 is taken by node node-01")
                .withMessageContaining("its port UUID")
                .withMessageContaining("its port group's MAC address")
                .withMessageContaining("its port group UUID");
        assertThat(store.nodes().all()).containsExactly(first);
    }

    @Test
    void aNodeCanBeEnrolledWithMarksAndDocuments() {
        JsonDocument found = new JsonDocument("{\"disks\": [{\"name\": \"/dev/sda\"}], \"cpu\": 1.50}");
        NodeSpec spec = StoreFixture.spec(1);
        NodeMarks marks = new NodeMarks(
                Optional.of(new NodeMarks.Maintenance("a fan is loud", "an import")),
                Optional.empty(),
                Optional.of("too old"),
                Optional.of("holds the archive"));
        NodeRecord node = store.nodes()
                .change(List.of(new NodeChange.Create(spec, marks, Map.of("inspection", found))), NodeChange.Mode.WRITE)
                .getFirst();
        assertThat(node.marks()).isEqualTo(marks);
        assertThat(store.nodes().documents(node.uuid())).isEqualTo(Map.of("inspection", found));

        store.nodes().putDocument(node.uuid(), "inspection", JsonDocument.EMPTY);
        store.nodes().putDocument(node.uuid(), "burn-in", found);
        assertThat(store.nodes().documents(node.uuid()))
                .isEqualTo(Map.of("burn-in", found, "inspection", JsonDocument.EMPTY));
        store.nodes().removeDocument(node.uuid(), "inspection");
        store.nodes().removeDocument(node.uuid(), "inspection");
        assertThat(store.nodes().documents(node.uuid())).isEqualTo(Map.of("burn-in", found));
        refused(
                ErrorCode.NODE_NOT_FOUND,
                () -> store.nodes().putDocument(UUID.randomUUID(), "inspection", JsonDocument.EMPTY));
        for (int i = 1; i < NodeRules.MAX_DOCUMENTS; i++) {
            store.nodes().putDocument(node.uuid(), "document-" + i, found);
        }
        refused(ErrorCode.NODE_INVALID, () -> store.nodes().putDocument(node.uuid(), "one-more", found))
                .withMessageContaining("more than 16 documents");
        store.nodes().remove(node.uuid());
        assertThat(store.nodes().documents(node.uuid())).isEmpty();
    }

    @Test
    void anUpdateOfWhatWasWrittenMeanwhileIsRefused() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        store.nodes().recordPower(node.uuid(), PowerState.RUNNING);
        NodeSpec spec = store.nodes().spec(node.uuid());
        refused(
                        ErrorCode.NODE_INVALID,
                        () -> store.nodes()
                                .update(
                                        node.version(),
                                        spec.toBuilder().vcpus(99).build()))
                .withMessageContaining("read it again");
        assertThat(store.nodes().spec(node.uuid()).vcpus()).isEqualTo(spec.vcpus());
        refused(ErrorCode.NODE_NOT_FOUND, () -> store.nodes().update(1, StoreFixture.spec(2)));
        refused(ErrorCode.NODE_NOT_FOUND, () -> store.nodes().spec(UUID.randomUUID()));
    }

    @Test
    void anUpdateTakesNothingFromOtherNodesNorFromAnInstance() {
        NodeRecord other = store.nodes().enrol(StoreFixture.spec(2));
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        NodeSpec spec = store.nodes().spec(node.uuid());
        refused(
                        ErrorCode.NODE_INVALID,
                        () -> store.nodes()
                                .update(
                                        node.version(),
                                        spec.toBuilder()
                                                .name(other.name())
                                                .macs(List.of("52:54:00:00:00:02"))
                                                .build()))
                .withMessageContaining("its name is taken by node node-02")
                .withMessageContaining("its MAC address 52:54:00:00:00:02 is taken by node node-02");

        InstanceOnNode instance = StoreFixture.instance("vm-1");
        store.nodes().claim(node.uuid(), instance);
        long held = store.nodes().find(node.uuid()).orElseThrow().version();
        refused(
                        ErrorCode.NODE_INVALID,
                        () -> store.nodes()
                                .update(
                                        held,
                                        spec.toBuilder()
                                                .name(new NodeName("renamed"))
                                                .resourceClass("baremetal.lead")
                                                .build()))
                .withMessageContaining("vm-1")
                .withMessageContaining("its name, resource class cannot change");
        NodeRecord moved = store.nodes()
                .update(
                        held,
                        spec.toBuilder()
                                .bmc(BmcAddress.parse("ipmi://10.9.9.9"))
                                .build());
        assertThat(moved.instance()).contains(instance);

        begin(StoreFixture.deployment(node.uuid(), instance));
        NodeRecord busy = store.nodes().find(node.uuid()).orElseThrow();
        refused(ErrorCode.NODE_INVALID, () -> store.nodes().update(busy.version(), spec))
                .withMessageContaining("works on the node; wait for its end");
    }

    @Test
    void changesSinceARevisionAreWhatWasWrittenAndAllAfterARemoval() {
        EnrolledNodes nodes = store.nodes();
        NodeRecord one = nodes.enrol(StoreFixture.spec(1));
        NodeRecord two = nodes.enrol(StoreFixture.spec(2));
        EnrolledNodes.NodeChanges first = nodes.changesSince(EnrolledNodes.Revision.START);
        assertThat(first.extent()).isEqualTo(Extent.ALL);
        assertThat(first.nodes()).containsExactlyInAnyOrder(one, two);
        assertThat(nodes.changesSince(first.revision()).nodes()).isEmpty();

        try (Store there = open()) {
            there.nodes().setMaintenance(two.uuid(), Optional.of(new NodeMarks.Maintenance("disk swap", "ann")));
        }
        EnrolledNodes.NodeChanges second = nodes.changesSince(first.revision());
        assertThat(second.extent()).isEqualTo(Extent.WRITTEN);
        assertThat(second.nodes()).extracting(NodeRecord::uuid).containsExactly(two.uuid());

        nodes.remove(two.uuid());
        EnrolledNodes.NodeChanges third = nodes.changesSince(second.revision());
        assertThat(third.extent()).isEqualTo(Extent.ALL);
        assertThat(third.nodes()).containsExactly(one);
        assertThat(nodes.changesSince(third.revision()).nodes()).isEmpty();
    }

    @Test
    void aMarkChangesWithEachWriteOfThisOrAnotherHandleAndNotOtherwise() {
        EnrolledNodes nodes = store.nodes();
        NodeRecord node = nodes.enrol(StoreFixture.spec(1));
        long mark = nodes.mark();
        assertThat(nodes.mark()).isEqualTo(mark);
        nodes.setMaintenance(node.uuid(), Optional.of(new NodeMarks.Maintenance("disk swap", "ann")));
        long own = nodes.mark();
        assertThat(own).isNotEqualTo(mark);
        assertThat(nodes.mark()).isEqualTo(own);
        try (Store there = open()) {
            there.nodes().setMaintenance(node.uuid(), Optional.empty());
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (nodes.mark() == own) {
            assertThat(System.nanoTime()).as("seen in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
        store.close();
        refused(ErrorCode.DRIVER_NOT_READY, nodes::mark);
    }

    @Test
    void oneMacTwiceOnANodeIsRefused() {
        NodeSpec spec = StoreFixture.spec(1);
        NodeSpec twice = spec.toBuilder()
                .macs(List.of("52:54:00:00:00:01", "52:54:00:00:00:01"))
                .build();
        refused(ErrorCode.NODE_INVALID, () -> store.nodes().enrol(twice)).withMessageContaining("twice");
    }

    @Test
    void aFreeNodeIsRemovedWithItsPorts() {
        NodeSpec spec = StoreFixture.spec(1);
        store.nodes().enrol(spec);
        store.nodes().remove(spec.uuid());
        assertThat(store.nodes().all()).isEmpty();
        assertThat(store.nodes().ports(spec.uuid())).isEmpty();
        store.nodes().enrol(spec);
        assertThat(store.nodes().byMacs(spec.macs())).map(NodeRecord::name).contains(spec.name());
        refused(ErrorCode.NODE_NOT_FOUND, () -> store.nodes().remove(UUID.randomUUID()));
    }

    @Test
    void aNodeInUseIsNotRemoved() {
        NodeRecord held = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode instance = StoreFixture.instance("vm-1");
        store.nodes().claim(held.uuid(), instance);
        refused(ErrorCode.NODE_INVALID, () -> store.nodes().remove(held.uuid()))
                .withMessageContaining("node-01")
                .withMessageContaining(instance.id().toString());
        assertThat(store.nodes().find(held.uuid())).isPresent();
    }

    @Test
    void aNodeIsFoundByItsMacsUnlessTheyAreOfSeveral() {
        NodeRecord one = store.nodes().enrol(StoreFixture.spec(1));
        store.nodes().enrol(StoreFixture.spec(2));
        assertThat(store.nodes().byMacs(List.of("52:54:00:00:01:01", "aa:aa:aa:aa:aa:aa")))
                .contains(one);
        assertThat(store.nodes().byMacs(List.of("52:54:00:00:00:01", "52:54:00:00:01:01")))
                .contains(one);
        assertThat(store.nodes().byMacs(List.of("52:54:00:00:00:01", "52:54:00:00:00:02")))
                .isEmpty();
        assertThat(store.nodes().byMacs(List.of("aa:aa:aa:aa:aa:aa"))).isEmpty();
        assertThat(store.nodes().byMacs(List.of())).isEmpty();
    }

    @Test
    void powerAndMaintenanceAreKept() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        for (PowerState power : PowerState.values()) {
            store.nodes().recordPower(node.uuid(), power);
            assertThat(store.nodes().find(node.uuid()))
                    .map(NodeRecord::power)
                    .map(NodeRecord.Power::seen)
                    .contains(power);
        }
        store.nodes().setMaintenance(node.uuid(), Optional.of(new NodeMarks.Maintenance("disk swap", "ann")));
        assertThat(store.nodes().find(node.uuid()))
                .flatMap(NodeRecord::maintenance)
                .contains("disk swap");
        store.nodes().setMaintenance(node.uuid(), Optional.empty());
        assertThat(store.nodes().find(node.uuid()))
                .flatMap(NodeRecord::maintenance)
                .isEmpty();
    }

    @Test
    void everyWriteOfANodeRaisesItsVersionAndNoOtherNodes() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        NodeRecord other = store.nodes().enrol(StoreFixture.spec(2));
        InstanceOnNode instance = StoreFixture.instance("vm-1");
        List<Runnable> writes = List.of(
                () -> store.nodes().recordPower(node.uuid(), PowerState.RUNNING),
                () -> store.nodes().wantPower(node.uuid(), WantedPower.of(PowerState.RUNNING)),
                () -> store.nodes()
                        .setMaintenance(node.uuid(), Optional.of(new NodeMarks.Maintenance("disk swap", "ann"))),
                () -> store.nodes().setMaintenance(node.uuid(), Optional.empty()),
                () -> store.nodes().claim(node.uuid(), instance),
                () -> begin(StoreFixture.deployment(node.uuid(), instance)));
        long version = node.version();
        for (Runnable write : writes) {
            write.run();
            long next = store.nodes().find(node.uuid()).orElseThrow().version();
            assertThat(next).isGreaterThan(version);
            version = next;
        }
        store.nodes().recordPower(node.uuid(), PowerState.RUNNING); // changes nothing
        assertThat(store.nodes().find(node.uuid())).map(NodeRecord::version).contains(version);
        assertThat(store.nodes().find(other.uuid())).contains(other);
    }

    @Test
    void nothingIsWrittenAboutAnUnknownNode() {
        UUID nobody = UUID.randomUUID();
        AgentRecord agent =
                AgentRecord.delivered(nobody, Secret.of("t"), InetAddress.ofLiteral("10.0.0.9"), 1, Secret.of("i"));
        refused(ErrorCode.NODE_NOT_FOUND, () -> store.nodes().recordPower(nobody, PowerState.RUNNING));
        refused(
                ErrorCode.NODE_NOT_FOUND,
                () -> store.nodes().recordPower(nobody, PowerState.RUNNING, WantedPower.NONE));
        refused(ErrorCode.NODE_NOT_FOUND, () -> store.nodes().wantPower(nobody, WantedPower.NONE));
        refused(ErrorCode.NODE_NOT_FOUND, () -> store.nodes().setMaintenance(nobody, Optional.empty()));
        refused(ErrorCode.NODE_NOT_FOUND, () -> store.nodes().credentials(nobody));
        refused(ErrorCode.NODE_NOT_FOUND, () -> store.agents().save(agent));
        refused(
                ErrorCode.NODE_NOT_FOUND,
                () -> store.operations().begin(StoreFixture.cleaning(nobody), Map.of(), ProvisionEvent.CLEAN));
        assertThat(store.nodes().find(nobody)).isEmpty();
        assertThat(store.agents().find(nobody)).isEmpty();
    }

    // ---- claims

    @Test
    void aFreeNodeIsClaimedOnceAndAgainByTheSameInstance() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode instance = StoreFixture.instance("vm-1");
        assertThat(store.nodes().claim(node.uuid(), instance)).isTrue();
        assertThat(store.nodes().claim(node.uuid(), instance)).isTrue();
        assertThat(store.nodes().claim(node.uuid(), StoreFixture.instance("vm-2")))
                .isFalse();
        assertThat(store.nodes().ofInstance(instance.id()))
                .flatMap(NodeRecord::instance)
                .contains(instance);
        assertThat(store.nodes().claim(UUID.randomUUID(), StoreFixture.instance("vm-3")))
                .isFalse();
    }

    @Test
    void aNodeInMaintenanceIsNotClaimed() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        store.nodes().setMaintenance(node.uuid(), Optional.of(new NodeMarks.Maintenance("disk swap", "ann")));
        assertThat(store.nodes().claim(node.uuid(), StoreFixture.instance("vm-1")))
                .isFalse();
        assertThat(store.nodes().find(node.uuid()))
                .flatMap(NodeRecord::instance)
                .isEmpty();
    }

    @Test
    void theMarksOfANodeComeBackAndEachKeepsItFromBeingClaimed() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        assertThat(marks(node)).isEqualTo(NodeMarks.NONE);

        for (NodeFault fault : NodeFault.values()) {
            store.nodes().setFault(node.uuid(), Optional.of(fault));
            assertThat(marks(node).fault()).contains(fault);
        }
        assertThat(store.nodes().claim(node.uuid(), StoreFixture.instance("vm-1")))
                .isFalse();
        store.nodes().setFault(node.uuid(), Optional.empty());
        assertThat(marks(node)).isEqualTo(NodeMarks.NONE);
        NodeMarks.Maintenance maintenance = new NodeMarks.Maintenance("disk swap", "ann");
        store.nodes().setMaintenance(node.uuid(), Optional.of(maintenance));
        assertThat(marks(node).maintenance()).contains(maintenance);
        assertThat(marks(node).whyNotFree()).contains("in maintenance (disk swap)");
        store.nodes().setMaintenance(node.uuid(), Optional.empty());
        assertThat(store.nodes().claim(node.uuid(), StoreFixture.instance("vm-1")))
                .isTrue();
    }

    @Test
    void aRetiredNodeIsManageableWhereItWouldBeFree() {
        NodeRecord free = store.nodes().enrol(StoreFixture.spec(1));
        store.nodes().setRetired(free.uuid(), Optional.of("too old"));
        assertThat(store.nodes().find(free.uuid())).map(NodeRecord::state).contains(ProvisionState.MANAGEABLE);
        assertThat(marks(free).retired()).contains("too old");
        store.nodes().setRetired(free.uuid(), Optional.empty());
        assertThat(store.nodes().find(free.uuid())).map(NodeRecord::state).contains(ProvisionState.MANAGEABLE);

        NodeRecord reserved = store.nodes().enrol(StoreFixture.spec(2));
        InstanceOnNode instance = StoreFixture.instance("vm-1");
        store.nodes().claim(reserved.uuid(), instance);
        store.nodes().setRetired(reserved.uuid(), Optional.of("too old"));
        assertThat(store.nodes().find(reserved.uuid())).map(NodeRecord::state).contains(ProvisionState.AVAILABLE);
        assertThat(store.nodes().unclaim(reserved.uuid(), instance.id())).isTrue();
        assertThat(store.nodes().find(reserved.uuid())).map(NodeRecord::state).contains(ProvisionState.MANAGEABLE);
    }

    @Test
    void onlyARunningInstanceIsProtectedAndItsOperationsAreRefusedInWords() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        refused(ErrorCode.NODE_INVALID, () -> store.nodes().setProtection(node.uuid(), Optional.of("payroll")))
                .withMessageContaining("available");
        InstanceOnNode instance = StoreFixture.instance("vm-1");
        store.nodes().claim(node.uuid(), instance);
        OperationRecord deployment = StoreFixture.deployment(node.uuid(), instance);
        begin(deployment);
        end(
                deployment.id(),
                new NodeEnd(List.of(ProvisionEvent.DONE), InstanceFate.STAYS, Optional.empty(), Optional.empty()),
                operation -> operation.ended(OperationStatus.SUCCEEDED, Optional.empty(), StoreFixture.NOW));
        store.nodes().setProtection(node.uuid(), Optional.of("payroll"));

        for (ProvisionEvent event : List.of(ProvisionEvent.DELETE, ProvisionEvent.REBUILD)) {
            refused(
                            ErrorCode.RESOURCES_UNAVAILABLE,
                            () -> store.operations()
                                    .begin(StoreFixture.deployment(node.uuid(), instance), Map.of(), event))
                    .withMessageContaining("payroll");
        }
        store.nodes().setProtection(node.uuid(), Optional.empty());
        store.operations().begin(StoreFixture.deployment(node.uuid(), instance), Map.of(), ProvisionEvent.DELETE);
    }

    @Test
    void anEndOfAnOperationRecordsAFaultAndEndsTheOneItRepaired() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        endCleaning(node, Optional.of(NodeFault.CLEAN), Optional.empty());
        assertThat(marks(node).fault()).contains(NodeFault.CLEAN);
        endCleaning(node, Optional.empty(), Optional.of(NodeFault.POWER));
        assertThat(marks(node).fault()).contains(NodeFault.CLEAN);
        endCleaning(node, Optional.empty(), Optional.of(NodeFault.CLEAN));
        assertThat(marks(node).fault()).isEmpty();
    }

    private void endCleaning(NodeRecord node, Optional<NodeFault> fault, Optional<NodeFault> repaired) {
        OperationRecord operation = StoreFixture.cleaning(node.uuid());
        store.operations().begin(operation, Map.of(), ProvisionEvent.MANAGE);
        end(
                operation.id(),
                new NodeEnd(
                        List.of(ProvisionEvent.PROVIDE, ProvisionEvent.DONE),
                        InstanceFate.LEAVES,
                        Optional.empty(),
                        Optional.empty(),
                        fault,
                        repaired),
                cleaning -> cleaning.ended(OperationStatus.SUCCEEDED, Optional.empty(), StoreFixture.NOW));
    }

    private NodeMarks marks(NodeRecord node) {
        return store.nodes().find(node.uuid()).orElseThrow().marks();
    }

    @Test
    void anInstanceHoldsOneNodeAtMost() {
        NodeRecord one = store.nodes().enrol(StoreFixture.spec(1));
        NodeRecord two = store.nodes().enrol(StoreFixture.spec(2));
        InstanceOnNode instance = StoreFixture.instance("vm-1");
        store.nodes().claim(one.uuid(), instance);
        refused(ErrorCode.NODE_INVALID, () -> store.nodes().claim(two.uuid(), instance))
                .withMessageContaining("node-01");
        assertThat(store.nodes().ofInstance(instance.id()))
                .map(NodeRecord::uuid)
                .contains(one.uuid());
    }

    @Test
    void onlyAnUnusedClaimIsTakenBackAndOnlyFromItsHolder() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode instance = StoreFixture.instance("vm-1");
        store.nodes().claim(node.uuid(), instance);
        assertThat(store.nodes().unclaim(node.uuid(), new InstanceId(UUID.randomUUID())))
                .isFalse();
        assertThat(store.nodes().unclaim(node.uuid(), instance.id())).isTrue();
        assertThat(store.nodes().unclaim(node.uuid(), instance.id())).isFalse();
        store.nodes().claim(node.uuid(), instance);
        store.operations().begin(StoreFixture.deployment(node.uuid(), instance), Map.of(), ProvisionEvent.DEPLOY);
        assertThat(store.nodes().unclaim(node.uuid(), instance.id())).isFalse();
    }

    // ---- operations

    @Test
    void anOperationComesBackAsItWasBegun() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode instance = StoreFixture.instance("vm-1");
        store.nodes().claim(node.uuid(), instance);
        OperationRecord operation = StoreFixture.deployment(node.uuid(), instance);
        NodeRecord deploying = store.operations().begin(operation, Map.of(), ProvisionEvent.DEPLOY);
        assertThat(deploying.state()).isEqualTo(ProvisionState.DEPLOYING);
        assertThat(deploying.operation()).contains(operation.id());
        assertThat(store.operations().find(operation.id())).contains(operation);
        assertThat(store.operations().newest(instance.id(), Set.of(OperationKind.DEPLOY)))
                .contains(operation);
        assertThat(store.operations().newest(instance.id(), Set.of(OperationKind.DELETE)))
                .isEmpty();
        assertThat(store.operations().unfinished()).containsExactly(operation);
    }

    @Test
    void passwordsThatFormerProgramsLeftInInputsAreEncryptedWhenAHostTakesTheStore() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode instance = StoreFixture.instance("vm-1");
        store.nodes().claim(node.uuid(), instance);
        OperationRecord operation = StoreFixture.deployment(node.uuid(), instance);
        store.operations().begin(operation, Map.of("admin-password", Secret.of("open-sesame")), ProvisionEvent.DEPLOY);
        assertThat(StoreFixture.deploySpec().secrets()).isNotEmpty();

        store.holdAlone();

        OperationRecord sealed = store.operations().find(operation.id()).orElseThrow();
        assertThat(sealed.input()).isEqualTo(StoreFixture.deploySpec().withoutSecrets());
        Map<String, Secret> secrets = store.operations().secrets(operation.id());
        assertThat(secrets)
                .hasEntrySatisfying(
                        "admin-password", secret -> assertThat(secret.reveal()).isEqualTo("open-sesame"));
        assertThat(((DeploySpec) sealed.input()).withSecrets(secrets)).isEqualTo(StoreFixture.deploySpec());
    }

    @Test
    void passwordsInInputsOfFinishedOperationsAreDeletedWhenAHostTakesTheStore() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode instance = StoreFixture.instance("vm-1");
        OperationRecord operation = begun(node, instance);
        end(
                operation.id(),
                new NodeEnd(List.of(ProvisionEvent.DONE), InstanceFate.STAYS, Optional.empty(), Optional.empty()),
                o -> o.ended(OperationStatus.SUCCEEDED, Optional.empty(), StoreFixture.NOW));

        store.holdAlone();

        assertThat(store.operations().find(operation.id()).orElseThrow().input())
                .isEqualTo(StoreFixture.deploySpec().withoutSecrets());
        assertThat(store.operations().secrets(operation.id())).isEmpty();
    }

    @Test
    void openOperationsAreTheRequestedAndTheUnfinishedOnesAndThoseOfABackupAreMarked() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        NodeRecord other = store.nodes().enrol(StoreFixture.spec(2));
        OperationRecord running = begun(node, StoreFixture.instance("vm-1"));
        OperationRecord requested = inspection(other);
        OperationRecord withdrawn = inspection(other);
        store.operations().request(requested, Map.of("token", Secret.of("a-secret-input")));
        store.operations().request(withdrawn, Map.of());
        store.operations()
                .endRequest(
                        withdrawn.id(),
                        OperationStatus.CANCELLED,
                        new OperationFailure(FailureCause.CANCEL, ErrorCode.CANCELLED, "withdrawn"));

        assertThat(store.operations().readableOpen().rows())
                .extracting(OperationRecord::id)
                .containsExactly(running.id(), requested.id());
        assertThat(store.operations().markRestored(StoreFixture.NOW)).isEqualTo(2);

        assertThat(store.operations().readableOpen().rows())
                .extracting(OperationRecord::restoredAt)
                .containsOnly(Optional.of(StoreFixture.NOW));
        assertThat(store.operations().find(withdrawn.id()).orElseThrow().restoredAt())
                .isEmpty();
        assertThat(store.operations().secrets(requested.id())).hasSize(1);
        OperationRecord waiting = store.operations()
                .change(running.id(), operation -> operation.waitingFor("the machine to be on", StoreFixture.NOW));
        assertThat(waiting.waitsFor()).contains("the machine to be on");
        assertThat(waiting.atStep(waiting.plan().last(), StoreFixture.NOW).waitsFor())
                .isEmpty();
    }

    private static OperationRecord inspection(NodeRecord node) {
        return OperationRecord.requested(
                node.uuid(),
                Optional.empty(),
                OperationKind.INSPECT,
                OperationInput.NOTHING,
                "a test",
                StoreFixture.NOW);
    }

    @Test
    void whatMayNotBeginLeavesNodeAndOperationAsTheyWere() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode holder = StoreFixture.instance("vm-1");
        InstanceOnNode other = StoreFixture.instance("vm-2");
        refused(ErrorCode.RESOURCES_UNAVAILABLE, () -> begin(StoreFixture.deployment(node.uuid(), holder)))
                .withMessageContaining("held by no instance");
        store.nodes().claim(node.uuid(), holder);
        refused(ErrorCode.RESOURCES_UNAVAILABLE, () -> begin(StoreFixture.deployment(node.uuid(), other)))
                .withMessageContaining(holder.id().toString());
        refused(
                        ErrorCode.RESOURCES_UNAVAILABLE,
                        () -> store.operations()
                                .begin(StoreFixture.deployment(node.uuid(), holder), Map.of(), ProvisionEvent.RESUME))
                .withMessageContaining("node-01 is available")
                .withMessageContaining("RESUME");
        assertThat(store.nodes().find(node.uuid())).map(NodeRecord::state).contains(ProvisionState.AVAILABLE);
        assertThat(store.operations().unfinished()).isEmpty();

        OperationRecord first = StoreFixture.deployment(node.uuid(), holder);
        begin(first);
        OperationRecord second = OperationRecord.begin(
                node.uuid(),
                OperationKind.DELETE,
                Optional.of(holder.id()),
                OperationInput.NOTHING,
                StoreFixture.PLAN,
                StoreFixture.NOW);
        refused(
                        ErrorCode.RESOURCES_UNAVAILABLE,
                        () -> store.operations().begin(second, Map.of(), ProvisionEvent.DELETE))
                .withMessageContaining(first.id().toString());
        assertThat(store.nodes().find(node.uuid())).map(NodeRecord::state).contains(ProvisionState.DEPLOYING);
        assertThat(store.operations().unfinished()).containsExactly(first);
    }

    private NodeRecord end(UUID operation, NodeEnd nodeEnd, UnaryOperator<OperationRecord> ended) {
        return store.operations().end(operation, o -> new OperationEnd(ended.apply(o), nodeEnd));
    }

    private NodeRecord begin(OperationRecord deployment) {
        return store.operations().begin(deployment, Map.of(), ProvisionEvent.DEPLOY);
    }

    private OperationRecord begun(NodeRecord node, InstanceOnNode instance) {
        store.nodes().claim(node.uuid(), instance);
        OperationRecord operation = StoreFixture.deployment(node.uuid(), instance);
        begin(operation);
        return operation;
    }

    @Test
    void anOperationChangesAloneOrWithItsNode() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        OperationRecord operation = begun(node, StoreFixture.instance("vm-1"));
        OperationRecord changed = store.operations()
                .change(
                        operation.id(),
                        o -> o.atStep(Optional.of("c.third"), StoreFixture.NOW)
                                .remembering("image.path", "/x \"y\"", StoreFixture.NOW));
        assertThat(changed.step()).contains("c.third");
        assertThat(store.operations().find(operation.id())).contains(changed);
        NodeRecord waiting = store.operations()
                .change(operation.id(), ProvisionEvent.WAIT, o -> o.atStep(Optional.of("d.fourth"), StoreFixture.NOW));
        assertThat(waiting.state()).isEqualTo(ProvisionState.WAIT_CALL_BACK);
        assertThat(store.operations().find(operation.id()))
                .flatMap(OperationRecord::step)
                .contains("d.fourth");
    }

    @Test
    void anIllegalEventChangesNeitherNodeNorOperation() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        OperationRecord operation = begun(node, StoreFixture.instance("vm-1"));
        refused(
                ErrorCode.RESOURCES_UNAVAILABLE,
                () -> store.operations()
                        .change(
                                operation.id(),
                                ProvisionEvent.CLEAN,
                                o -> o.atStep(Optional.of("b.second"), StoreFixture.NOW)));
        assertThat(store.operations().find(operation.id())).contains(operation);
        assertThat(store.nodes().find(node.uuid())).map(NodeRecord::state).contains(ProvisionState.DEPLOYING);
    }

    @Test
    void aChangeThatThrowsChangesNothing() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        OperationRecord operation = begun(node, StoreFixture.instance("vm-1"));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> store.operations().change(operation.id(), o -> {
                    throw new IllegalStateException("no");
                }));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> store.operations()
                        .change(
                                operation.id(),
                                o -> o.ended(OperationStatus.SUCCEEDED, Optional.empty(), StoreFixture.NOW)));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> store.operations().change(operation.id(), o -> StoreFixture.cleaning(node.uuid())));
        assertThat(store.operations().find(operation.id())).contains(operation);
    }

    @Test
    void aDeploymentEndsActiveWithItsInstance() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode instance = StoreFixture.instance("vm-1");
        OperationRecord operation = begun(node, instance);
        NodeRecord active = end(
                operation.id(),
                new NodeEnd(List.of(ProvisionEvent.DONE), InstanceFate.STAYS, Optional.empty(), Optional.empty()),
                o -> o.ended(OperationStatus.SUCCEEDED, Optional.empty(), StoreFixture.NOW));
        assertThat(active.state()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(active.instance()).contains(instance);
        assertThat(active.operation()).isEmpty();
        assertThat(store.operations().unfinished()).isEmpty();
        refused(ErrorCode.RESOURCES_UNAVAILABLE, () -> store.operations().change(operation.id(), o -> o))
                .withMessageContaining("finished");
        refused(ErrorCode.RESOURCES_UNAVAILABLE, () -> store.operations().change(UUID.randomUUID(), o -> o))
                .withMessageContaining("unknown");
    }

    @Test
    void aDeletionEndsWithTheNodeFreeOfItsInstanceAndTheCleaningBegun() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode instance = StoreFixture.instance("vm-1");
        OperationRecord deployment = begun(node, instance);
        OperationFailure failure = new OperationFailure(FailureCause.RAMDISK, ErrorCode.DEPLOY_FAILED, "disk \u00fc");
        end(
                deployment.id(),
                new NodeEnd(
                        List.of(ProvisionEvent.FAIL), InstanceFate.STAYS, Optional.empty(), Optional.of("bad disk")),
                o -> o.ended(OperationStatus.FAILED, Optional.of(failure), StoreFixture.NOW));
        assertThat(store.nodes().find(node.uuid()))
                .flatMap(NodeRecord::lastError)
                .contains("bad disk");
        assertThat(store.operations().find(deployment.id()))
                .flatMap(OperationRecord::failure)
                .contains(failure);

        OperationRecord deletion = OperationRecord.begin(
                node.uuid(),
                OperationKind.DELETE,
                Optional.of(instance.id()),
                OperationInput.NOTHING,
                StoreFixture.PLAN,
                StoreFixture.NOW);
        assertThat(store.operations()
                        .begin(deletion, Map.of(), ProvisionEvent.DELETE)
                        .lastError())
                .as("the error of an earlier operation")
                .isEmpty();
        OperationRecord cleaning = StoreFixture.cleaning(node.uuid());
        NodeRecord cleaned = end(
                deletion.id(),
                new NodeEnd(
                        List.of(ProvisionEvent.CLEAN), InstanceFate.LEAVES, Optional.of(cleaning), Optional.empty()),
                o -> o.ended(OperationStatus.SUCCEEDED, Optional.empty(), StoreFixture.NOW));
        assertThat(cleaned.state()).isEqualTo(ProvisionState.CLEANING);
        assertThat(cleaned.instance()).isEmpty();
        assertThat(cleaned.lastError()).isEmpty();
        assertThat(cleaned.operation()).contains(cleaning.id());
        assertThat(store.operations().unfinished()).containsExactly(cleaning);
        refused(ErrorCode.NODE_INVALID, () -> store.nodes().remove(node.uuid()))
                .withMessageContaining(cleaning.id().toString());
        assertThat(store.nodes().claim(node.uuid(), instance)).isFalse();
    }

    @Test
    void anEndWhoseNextOperationMayNotBeginChangesNothing() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode instance = StoreFixture.instance("vm-1");
        OperationRecord deployment = begun(node, instance);
        NodeRecord before = store.nodes().find(node.uuid()).orElseThrow();
        NodeEnd ending = new NodeEnd(
                List.of(ProvisionEvent.DONE),
                InstanceFate.STAYS,
                Optional.of(StoreFixture.cleaning(node.uuid())),
                Optional.empty());
        refused(
                ErrorCode.RESOURCES_UNAVAILABLE,
                () -> end(
                        deployment.id(),
                        ending,
                        o -> o.ended(OperationStatus.SUCCEEDED, Optional.empty(), StoreFixture.NOW)));
        assertThat(store.nodes().find(node.uuid())).contains(before);
        assertThat(store.operations().find(deployment.id())).contains(deployment);
    }

    @Test
    void unfinishedOperationsComeOldestFirst() {
        List<OperationRecord> begun = IntStream.rangeClosed(1, 5)
                .mapToObj(number -> begun(
                        store.nodes().enrol(StoreFixture.spec(10 - number)), StoreFixture.instance("vm-" + number)))
                .toList();
        assertThat(store.operations().unfinished()).isEqualTo(begun);
    }

    // ---- requested operations

    private List<String> history(NodeRecord node, int most) {
        return store.history().newest(node.uuid(), most).stream()
                .map(entry -> entry.what() + ": " + entry.from() + " -> " + entry.to()
                        + entry.took()
                                .map(took -> " in " + took.toMillis() + " ms")
                                .orElse("")
                        + entry.error().map(error -> " (" + error + ")").orElse(""))
                .toList();
    }

    @Test
    void theHistoryOfANodeHasItsOperationsWithTheirStepsNewestFirst() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode instance = StoreFixture.instance("web1");
        OperationRecord operation = begun(node, instance);
        OperationStore operations = store.operations();
        operations.change(operation.id(), ProvisionEvent.WAIT, op -> op.workedFor(Duration.ofMillis(1500)));
        operations.change(operation.id(), op -> op.remembering("a.first.key", "value", StoreFixture.NOW));
        operations.change(
                operation.id(),
                ProvisionEvent.RESUME,
                op -> op.workedFor(Duration.ofMillis(2500)).atStep(Optional.of("b.second"), StoreFixture.NOW));
        operations.change(operation.id(), op -> op.backTo("a.first", Map.of(), StoreFixture.NOW));
        operations.change(operation.id(), op -> op.withCancelWanted(StoreFixture.NOW));
        OperationFailure why = new OperationFailure(FailureCause.CANCEL, ErrorCode.CANCELLED, "it was cancelled");
        operations.change(
                operation.id(),
                ProvisionEvent.DELETE,
                op -> op.turnedBack(OperationStatus.CANCELLING, why, StoreFixture.NOW));
        operations.end(
                operation.id(),
                op -> new OperationEnd(
                        op.workedFor(Duration.ofSeconds(4))
                                .ended(OperationStatus.CANCELLED, Optional.of(why), StoreFixture.NOW),
                        new NodeEnd(
                                List.of(ProvisionEvent.RELEASE),
                                InstanceFate.LEAVES,
                                Optional.empty(),
                                Optional.empty())));

        String id = instance.id().toString();
        assertThat(history(node, 100).reversed())
                .containsExactly(
                        "node:  -> enrolled",
                        "instance:  -> " + id,
                        "deploy: available -> deploying",
                        "deploy: deploying -> wait call-back",
                        "deploy: a.first: running -> done in 2500 ms",
                        "deploy: wait call-back -> deploying",
                        "deploy: b.second: running -> back to a.first in 0 ms",
                        "deploy: running -> cancellation requested",
                        "deploy: a.first: running -> cancelling in 0 ms (it was cancelled)",
                        "deploy: deploying -> deleting",
                        "deploy: deleting -> available in 4000 ms (it was cancelled)",
                        "instance: " + id + " -> ");
        assertThat(history(node, 1)).containsExactly("instance: " + id + " -> ");
        assertThat(store.history().newest(node.uuid(), 100))
                .allSatisfy(entry -> assertThat(entry.who()).isEqualTo(StoreOptions.thisUser()))
                .allSatisfy(entry -> assertThat(entry.at()).isEqualTo(StoreFixture.NOW));
    }

    @Test
    void theHistoryHasPowerAndMarksButNoReadingThatChangesNothing() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        NodeStore nodes = store.nodes();
        nodes.recordPower(node.uuid(), PowerState.RUNNING);
        nodes.recordPower(node.uuid(), PowerState.RUNNING);
        nodes.wantPower(node.uuid(), WantedPower.of(PowerState.SHUTDOWN));
        nodes.setMaintenance(node.uuid(), Optional.of(new NodeMarks.Maintenance("new disk", "ann")));
        nodes.setMaintenance(node.uuid(), Optional.empty());
        nodes.setFault(node.uuid(), Optional.of(NodeFault.POWER));
        nodes.setRetired(node.uuid(), Optional.of("too old"));

        assertThat(history(node, 100).reversed())
                .containsExactly(
                        "node:  -> enrolled",
                        "power: unknown -> on",
                        "wanted power: unknown -> off",
                        "maintenance:  -> new disk (by ann)",
                        "maintenance: new disk (by ann) -> ",
                        "fault:  -> power failure",
                        "state: available -> manageable",
                        "retired:  -> too old");
    }

    @Test
    void theHistoryOfANodeKeepsTheNewestEntriesAndEndsWithTheNode() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        NodeRecord other = store.nodes().enrol(StoreFixture.spec(2));
        for (int i = 0; i < StoreOptions.DEFAULTS.keepHistory() + 5; i++) {
            store.nodes().setMaintenance(node.uuid(), Optional.of(new NodeMarks.Maintenance("reason " + i, "ann")));
        }

        assertThat(history(node, 1000)).hasSize(StoreOptions.DEFAULTS.keepHistory());
        assertThat(history(node, 1)).containsExactly("maintenance: reason 203 (by ann) -> reason 204 (by ann)");
        assertThat(history(other, 1000)).containsExactly("node:  -> enrolled");

        store.nodes().setMaintenance(node.uuid(), Optional.empty());
        store.nodes().remove(node.uuid());
        assertThat(history(node, 1000)).isEmpty();
    }

    @Test
    void theHistoryNamesWhoRequestedAnOperation() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        OperationRecord request = StoreFixture.requestedCleaning(node.uuid());
        store.operations().request(request, Map.of());
        store.operations()
                .endRequest(
                        request.id(),
                        OperationStatus.CANCELLED,
                        new OperationFailure(FailureCause.CANCEL, ErrorCode.CANCELLED, "withdrawn"));

        assertThat(history(node, 2))
                .containsExactly("clean: requested -> cancelled (withdrawn)", "clean:  -> requested");
        assertThat(store.history().newest(node.uuid(), 2).getLast().who()).isEqualTo("an operator");
    }

    @Test
    void theStepsAndTheEndOfAnOperationAreThoseOfTheUserWhoRequestedIt() {
        NodeRecord node = store.nodes()
                .enrol(StoreFixture.spec(1).toBuilder()
                        .initialState(ProvisionState.MANAGEABLE)
                        .build());
        OperationRecord request = StoreFixture.requestedCleaning(node.uuid());
        store.operations().request(request, Map.of());
        store.operations()
                .take(
                        request.id(),
                        new Plan(List.of("a", "b")),
                        ProvisionEvent.CLEAN,
                        Set.of(ProvisionState.MANAGEABLE));
        store.operations().change(request.id(), running -> running.atStep(Optional.of("b"), StoreFixture.NOW));
        store.operations().change(request.id(), running -> running.withCancelWanted(StoreFixture.NOW));

        List<HistoryEntry> entries = store.history().newest(node.uuid(), 9);
        assertThat(entries)
                .filteredOn(entry -> entry.what().startsWith("clean"))
                .extracting(HistoryEntry::what, HistoryEntry::to, HistoryEntry::who)
                .contains(
                        org.assertj.core.groups.Tuple.tuple("clean: a", "done", "an operator"),
                        org.assertj.core.groups.Tuple.tuple("clean", "cleaning", "an operator"),
                        org.assertj.core.groups.Tuple.tuple(
                                "clean", "cancellation requested", StoreOptions.thisUser()));
    }

    @Test
    void forHowLongAnOperationWasWorkedOnIsStoredAndNeverBecomesLess() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode instance = StoreFixture.instance("web1");
        OperationRecord operation = begun(node, instance);
        store.operations()
                .change(
                        operation.id(),
                        op -> op.workedFor(Duration.ofMillis(2500)).atStep(Optional.of("b.second"), StoreFixture.NOW));

        store.operations()
                .recordWorked(Map.of(operation.id(), Duration.ofSeconds(60), UUID.randomUUID(), Duration.ofDays(1)));
        store.operations().recordWorked(Map.of(operation.id(), Duration.ofSeconds(59)));

        Worked worked =
                store.operations().find(operation.id()).orElseThrow().progress().worked();
        assertThat(worked).isEqualTo(new Worked(Duration.ofSeconds(60), Duration.ofMillis(2500)));
        assertThat(worked.inStep()).isEqualTo(Duration.ofMillis(57_500));
    }

    @Test
    void aRequestedOperationHoldsNoNodeUntilItIsTaken() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode instance = StoreFixture.instance("vm-1");
        OperationRecord deployment = begun(node, instance);
        OperationRecord deletion = OperationRecord.requested(
                node.uuid(),
                Optional.of(instance.id()),
                OperationKind.DELETE,
                OperationInput.NOTHING,
                "an operator",
                StoreFixture.NOW);
        try (Store other = open()) {
            other.operations().request(deletion, Map.of("password", Secret.of("xyzzy")));
        }

        assertThat(store.operations().requested()).containsExactly(deletion);
        assertThat(store.operations().find(deletion.id())).contains(deletion);
        assertThat(store.operations().unfinished()).containsExactly(deployment);
        assertThat(store.operations().newest(instance.id())).contains(deployment);
        assertThat(deletion.requestedBy()).contains("an operator");
        refused(
                        ErrorCode.RESOURCES_UNAVAILABLE,
                        () -> store.operations()
                                .take(
                                        deletion.id(),
                                        StoreFixture.PLAN,
                                        ProvisionEvent.DELETE,
                                        EnumSet.allOf(ProvisionState.class)))
                .withMessageContaining("operation " + deployment.id() + " on the node is unfinished");
        assertThat(store.operations().requested()).containsExactly(deletion);

        ended(deployment, ProvisionEvent.DONE, InstanceFate.STAYS, Optional.empty());
        NodeRecord taken = store.operations()
                .take(deletion.id(), StoreFixture.PLAN, ProvisionEvent.DELETE, EnumSet.allOf(ProvisionState.class));

        OperationRecord begun = deletion.begun(StoreFixture.PLAN, StoreFixture.NOW);
        assertThat(taken.state()).isEqualTo(ProvisionState.DELETING);
        assertThat(taken.operation()).contains(deletion.id());
        assertThat(begun.instance()).contains(instance.id());
        assertThat(store.operations().requested()).isEmpty();
        assertThat(store.operations().unfinished()).containsExactly(begun);
        assertThat(store.operations().secrets(deletion.id())).containsEntry("password", Secret.of("xyzzy"));
        assertThat(store.operations().ofNode(node.uuid(), 1)).containsExactly(begun);
        assertThat(store.operations().ofNode(node.uuid(), 5))
                .extracting(OperationRecord::id)
                .containsExactly(deletion.id(), deployment.id());
        refused(
                        ErrorCode.RESOURCES_UNAVAILABLE,
                        () -> store.operations()
                                .take(
                                        deletion.id(),
                                        StoreFixture.PLAN,
                                        ProvisionEvent.DELETE,
                                        EnumSet.allOf(ProvisionState.class)))
                .withMessageContaining("has begun");
    }

    @Test
    void aRequestForAnInstanceThatHasLeftTheNodeIsNotTaken() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        OperationRecord deployment = begun(node, StoreFixture.instance("vm-2"));
        ended(deployment, ProvisionEvent.DONE, InstanceFate.STAYS, Optional.empty());
        OperationRecord deletion = OperationRecord.requested(
                node.uuid(),
                Optional.of(StoreFixture.instance("vm-1").id()),
                OperationKind.DELETE,
                OperationInput.NOTHING,
                "an operator",
                StoreFixture.NOW);
        store.operations().request(deletion, Map.of());

        refused(
                        ErrorCode.RESOURCES_UNAVAILABLE,
                        () -> store.operations()
                                .take(
                                        deletion.id(),
                                        StoreFixture.PLAN,
                                        ProvisionEvent.DELETE,
                                        EnumSet.allOf(ProvisionState.class)))
                .withMessageContaining("the node is held by instance");
        assertThat(store.nodes().find(node.uuid())).map(NodeRecord::state).contains(ProvisionState.ACTIVE);
    }

    @Test
    void aRequestedDeploymentReservesItsNodeUntilItsEndAndIsNotStoredWhereTheNodeIsTaken() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode first = StoreFixture.instance("vm-1");
        OperationRecord requested = requestedDeployment(node, first);
        OperationRecord late = requestedDeployment(node, StoreFixture.instance("vm-2"));

        store.operations().request(requested, Map.of(), first);

        assertThat(store.nodes().find(node.uuid()).flatMap(NodeRecord::instance))
                .contains(first);
        refused(
                        ErrorCode.RESOURCES_UNAVAILABLE,
                        () -> store.operations().request(late, Map.of(), StoreFixture.instance("vm-2")))
                .withMessageContaining("cannot take an instance now");
        assertThat(store.operations().requested())
                .extracting(OperationRecord::id)
                .containsExactly(requested.id());
        OperationFailure why = new OperationFailure(FailureCause.CANCEL, ErrorCode.CANCELLED, "withdrawn");
        assertThat(store.operations().endRequest(requested.id(), OperationStatus.CANCELLED, why))
                .isTrue();
        assertThat(store.nodes().find(node.uuid()).flatMap(NodeRecord::instance))
                .isEmpty();
    }

    private static OperationRecord requestedDeployment(NodeRecord node, InstanceOnNode instance) {
        return OperationRecord.requested(
                node.uuid(),
                Optional.of(instance.id()),
                OperationKind.DEPLOY,
                OperationInput.NOTHING,
                "an operator",
                StoreFixture.NOW);
    }

    @Test
    void aRequestIsEndedOnceAndNotAfterItHasBegun() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        OperationFailure why = new OperationFailure(FailureCause.CANCEL, ErrorCode.CANCELLED, "withdrawn");
        OperationRecord cleaning = StoreFixture.requestedCleaning(node.uuid());
        store.operations().request(cleaning, Map.of("password", Secret.of("xyzzy")));

        assertThat(store.operations().endRequest(cleaning.id(), OperationStatus.CANCELLED, why))
                .isTrue();
        assertThat(store.operations().endRequest(cleaning.id(), OperationStatus.CANCELLED, why))
                .isFalse();
        assertThat(store.operations().requested()).isEmpty();
        assertThat(store.operations().find(cleaning.id()).orElseThrow())
                .returns(OperationStatus.CANCELLED, OperationRecord::status)
                .returns(Optional.of(why), OperationRecord::failure);
        assertThat(store.operations().secrets(cleaning.id())).isEmpty();

        OperationRecord running = begun(node, StoreFixture.instance("vm-1"));
        assertThat(store.operations().endRequest(running.id(), OperationStatus.CANCELLED, why))
                .isFalse();
        refused(
                ErrorCode.NODE_NOT_FOUND,
                () -> store.operations().request(StoreFixture.requestedCleaning(UUID.randomUUID()), Map.of()));
    }

    @Test
    void aRequestIsNotPruned() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        OperationRecord cleaning = StoreFixture.requestedCleaning(node.uuid());
        store.operations().request(cleaning, Map.of());

        assertThat(store.operations().prune(StoreFixture.NOW.plusSeconds(1), 0)).isZero();
        assertThat(store.operations().requested()).containsExactly(cleaning);
    }

    @Test
    void whatIsToBeCancelledIsListedUntilItsCancellationBegins() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        OperationRecord running = begun(node, StoreFixture.instance("vm-1"));
        assertThat(store.operations().toCancel()).isEmpty();

        try (Store other = open()) {
            other.operations().change(running.id(), o -> o.withCancelWanted(StoreFixture.NOW));
        }

        assertThat(store.operations().toCancel())
                .extracting(OperationRecord::id)
                .containsExactly(running.id());
        store.operations()
                .change(
                        running.id(),
                        o -> o.turnedBack(
                                OperationStatus.CANCELLING,
                                new OperationFailure(FailureCause.CANCEL, ErrorCode.CANCELLED, "cancelled"),
                                StoreFixture.NOW));
        assertThat(store.operations().toCancel()).isEmpty();
    }

    @Test
    void theMarkOfRequestsChangesWithARequestOfAnotherProcessWhereThereIsOne() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        OptionalLong before = store.operations().requestMark();
        try (Store other = open()) {
            other.operations().request(StoreFixture.requestedCleaning(node.uuid()), Map.of());
        }
        if (before.isPresent()) {
            assertThat(store.operations().requestMark()).isNotEqualTo(before);
        } else {
            assertThat(store.operations().requestMark()).isEmpty();
        }
    }

    // ---- hosts

    @Test
    void aHostIsKnownFromItsAnnouncementToItsWithdrawal() {
        HostRecord host = host(17);
        store.hosts().announce(host);
        assertThat(store.hosts().all()).containsExactly(host);

        assertThat(store.hosts().heartbeat(host, StoreFixture.NOW.plusSeconds(5)))
                .isTrue();
        assertThat(store.hosts().all())
                .extracting(HostRecord::heartbeatAt)
                .containsExactly(StoreFixture.NOW.plusSeconds(5));

        HostRecord later = host(18);
        store.hosts().announce(later);
        assertThat(store.hosts().heartbeat(host, StoreFixture.NOW.plusSeconds(9)))
                .isFalse();
        store.hosts().withdraw(host);
        assertThat(store.hosts().all()).containsExactly(later);
        store.hosts().withdraw(later);
        assertThat(store.hosts().all()).isEmpty();
    }

    private static HostRecord host(long pid) {
        return new HostRecord(new HostName("rack-1"), "a-boot", pid, StoreFixture.NOW, StoreFixture.NOW);
    }

    @Test
    void finishedOperationsThatAreOldOrManyArePrunedButNotWhatAnInstanceOnANodeReliesOn() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        InstanceOnNode gone = StoreFixture.instance("vm-1");
        OperationRecord deployment = begun(node, gone);
        ended(deployment, ProvisionEvent.DONE, InstanceFate.STAYS, Optional.empty());
        assertThat(store.operations().prune(StoreFixture.NOW.plusSeconds(1), 0)).isZero();
        OperationRecord deletion = OperationRecord.begin(
                node.uuid(),
                OperationKind.DELETE,
                Optional.of(gone.id()),
                OperationInput.NOTHING,
                StoreFixture.PLAN,
                StoreFixture.NOW);
        store.operations().begin(deletion, Map.of(), ProvisionEvent.DELETE);
        OperationRecord cleaning = StoreFixture.cleaning(node.uuid());
        ended(deletion, ProvisionEvent.CLEAN, InstanceFate.LEAVES, Optional.of(cleaning));

        assertThat(store.operations().prune(StoreFixture.NOW, 2)).isZero();
        assertThat(store.operations().prune(StoreFixture.NOW, 1)).isEqualTo(1);
        assertThat(store.operations().find(deployment.id())).isEmpty();
        assertThat(store.operations().find(deletion.id())).isPresent();
        assertThat(store.operations().prune(StoreFixture.NOW.plusSeconds(1), 1)).isEqualTo(1);
        assertThat(store.operations().find(deletion.id())).isEmpty();
        assertThat(store.operations().unfinished()).containsExactly(cleaning);
    }

    private void ended(
            OperationRecord operation, ProvisionEvent event, InstanceFate fate, Optional<OperationRecord> next) {
        end(
                operation.id(),
                new NodeEnd(List.of(event), fate, next, Optional.empty()),
                o -> o.ended(OperationStatus.SUCCEEDED, Optional.empty(), StoreFixture.NOW));
    }

    // ---- ramdisks and settings

    @Test
    void whatIsKnownOfARamdiskIsKeptAndForgotten() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        AgentRecord young = AgentRecord.delivered(
                node.uuid(), Secret.of("token-1"), InetAddress.ofLiteral("10.0.0.9"), 2, Secret.of("image-1"));
        store.agents().save(young);
        assertThat(store.agents().find(node.uuid())).contains(young);
        AgentRecord heard = AgentRecord.delivered(
                        node.uuid(), Secret.of("token-2"), InetAddress.ofLiteral("fd00::9"), 3, Secret.of("image-2"))
                .alive(
                        URI.create("https://[fd00::9]:9999"),
                        "-----BEGIN CERTIFICATE-----\nMII\n",
                        "11.5.0",
                        StoreFixture.NOW);
        store.agents().save(heard);
        assertThat(store.agents().find(node.uuid())).contains(heard);
        AgentRecord intruded = heard.intruded(Secret.of("token-3"), "10.0.0.66 looked the node up");
        store.agents().save(intruded);
        assertThat(store.agents().find(node.uuid())).contains(intruded);
        store.agents().forget(node.uuid());
        assertThat(store.agents().find(node.uuid())).isEmpty();
        store.agents().forget(node.uuid());
    }

    @Test
    void theTokenOfARamdiskIsVoidAfterTheEndOfItsOperation() {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
        NodeRecord other = store.nodes().enrol(StoreFixture.spec(2));
        for (NodeRecord booted : List.of(node, other)) {
            store.agents()
                    .save(AgentRecord.delivered(
                            booted.uuid(),
                            Secret.of("token"),
                            InetAddress.ofLiteral("10.0.0.9"),
                            1,
                            Secret.of("image")));
        }

        endCleaning(node, Optional.empty(), Optional.empty());

        assertThat(store.agents().find(node.uuid())).isEmpty();
        assertThat(store.agents().find(other.uuid())).isPresent();
    }

    @Test
    void settingsAreKeptAcrossAReopening() {
        assertThat(store.settings().find("http_port")).isEmpty();
        store.settings().save("http_port", "8080");
        store.settings().save("http_port", "8081");
        store.close();
        store = open();
        assertThat(store.settings().find("http_port")).contains("8081");
    }

    // ---- several at once

    @Test
    void ofManyClaimsInTwoStoresExactlyOneWins() throws Exception {
        int threads = 16;
        Store here = store;
        try (Store there = open();
                ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 1; round <= 20; round++) {
                UUID node = here.nodes().enrol(StoreFixture.spec(round)).uuid();
                CyclicBarrier start = new CyclicBarrier(threads);
                List<Future<Boolean>> outcomes = new ArrayList<>();
                List<InstanceOnNode> instances = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    Store store = i % 2 == 0 ? here : there;
                    InstanceOnNode instance = StoreFixture.instance("vm-" + round + "-" + i);
                    instances.add(instance);
                    outcomes.add(pool.submit(() -> {
                        start.await(60, TimeUnit.SECONDS);
                        return store.nodes().claim(node, instance);
                    }));
                }
                List<InstanceOnNode> winners = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    if (outcomes.get(i).get()) {
                        winners.add(instances.get(i));
                    }
                }
                assertThat(winners).hasSize(1);
                assertThat(there.nodes().find(node))
                        .flatMap(NodeRecord::instance)
                        .contains(winners.getFirst());
            }
        }
    }

    @Test
    void changesOfOneOperationFromTwoStoresAreNotLost() throws Exception {
        Store here = store;
        try (Store there = open();
                ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            UUID node = here.nodes().enrol(StoreFixture.spec(1)).uuid();
            InstanceOnNode instance = StoreFixture.instance("vm-1");
            here.nodes().claim(node, instance);
            OperationRecord operation = StoreFixture.deployment(node, instance);
            here.operations().begin(operation, Map.of(), ProvisionEvent.DEPLOY);
            List<Future<OperationRecord>> changes = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Store store = i % 2 == 0 ? here : there;
                changes.add(pool.submit(() -> store.operations().change(operation.id(), StoreContract::counted)));
            }
            for (Future<OperationRecord> change : changes) {
                change.get();
            }
            assertThat(here.operations().find(operation.id()))
                    .map(o -> o.memory().get("count"))
                    .contains("100");
        }
    }

    private static OperationRecord counted(OperationRecord operation) {
        int count = Integer.parseInt(operation.memory().getOrDefault("count", "0"));
        return operation.remembering("count", String.valueOf(count + 1), StoreFixture.NOW);
    }

    @Test
    void oneComputeHostHasAnInventoryAndOthersOnlyReadAndWrite() {
        store.holdAlone();
        store.holdAlone();
        try (Store second = open()) {
            refused(ErrorCode.DRIVER_NOT_READY, second::holdAlone)
                    .withMessageContaining("another compute host works on the inventory");
            NodeRecord node = second.nodes().enrol(StoreFixture.spec(1));
            assertThat(store.nodes().all()).containsExactly(node);
            store.close();
            second.holdAlone();
        }
    }
}

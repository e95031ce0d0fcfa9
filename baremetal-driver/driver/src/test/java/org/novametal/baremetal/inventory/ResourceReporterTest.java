package org.novametal.baremetal.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.placement.Inventory;
import org.novametal.driver.placement.ProviderTree;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;

class ResourceReporterTest {
    private static final InstanceOnNode INSTANCE = StoreFixture.instance("vm-1");
    private static final ResourceClass GOLD = new ResourceClass("CUSTOM_BAREMETAL_GOLD");

    private static final NodeSpec SPEC = StoreFixture.spec(1).toBuilder()
            .cpuArch("aarch64")
            .traits(Set.of("CUSTOM_SSD"))
            .build();

    private final ResourceReporter reporter = new ResourceReporter(0);

    private static NodeRecord node(
            ProvisionState state, Optional<InstanceOnNode> instance, Optional<String> maintenance) {
        return NodeRecords.of(
                SPEC,
                StoreFixture.NOW,
                new NodeRecords.Condition(
                        state,
                        instance,
                        PowerState.NOSTATE,
                        WantedPower.NONE,
                        new NodeMarks(
                                maintenance.map(reason -> new NodeMarks.Maintenance(reason, "ann")),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        Optional.of("bad disk")));
    }

    private static NodeRecord free() {
        return node(ProvisionState.AVAILABLE, Optional.empty(), Optional.empty());
    }

    @Test
    void aFreeNodeHasAllToGive() {
        AvailableResource report = reporter.report(free());
        assertThat(report.availability()).isEqualTo(Availability.FREE);
        assertThat(report.vcpus()).isEqualTo(8);
        assertThat(report.vcpusUsed()).isZero();
        assertThat(report.memoryMb()).isEqualTo(16_384);
        assertThat(report.memoryMbUsed()).isZero();
        assertThat(report.localGb()).isEqualTo(200);
        assertThat(report.localGbUsed()).isZero();
        assertThat(report.cpuArch()).isEqualTo("aarch64");
        assertThat(report.resourceClass()).contains(GOLD);
        assertThat(report.traits()).containsExactly(new Trait("CUSTOM_SSD"));
        assertThat(report.instance()).isEmpty();
        assertThat(report.stats())
                .isEqualTo(Map.of("provision_state", "available", "cpu_arch", "aarch64", "last_error", "bad disk"));
    }

    @Test
    void reservedMemoryIsUsedOnAFreeNodeButNeverMoreThanThereIs() {
        assertThat(new ResourceReporter(512).report(free()).memoryMbUsed()).isEqualTo(512);
        assertThat(new ResourceReporter(99_999).report(free()).memoryMbUsed()).isEqualTo(16_384);
        assertThatIllegalArgumentException().isThrownBy(() -> new ResourceReporter(-1));
    }

    @Test
    void aNameThatPlacementDoesNotAcceptIsRefusedWithItsBeginning() {
        String name = "x".repeat(3_000_000);
        for (NodeSpec wrong : List.of(
                SPEC.toBuilder().resourceClass(name).build(),
                SPEC.toBuilder().traits(Set.of(name)).build())) {
            assertThatExceptionOfType(DriverException.class)
                    .isThrownBy(() -> reporter.report(NodeRecords.of(wrong, StoreFixture.NOW)))
                    .withMessageContaining(SPEC.name().value())
                    .withMessageContaining("(3000000 characters)")
                    .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NODE_INVALID));
        }
    }

    @Test
    void aNodeWithAnInstanceIsTakenWholeInEveryState() {
        for (ProvisionState state : ProvisionState.values()) {
            AvailableResource report = reporter.report(node(state, Optional.of(INSTANCE), Optional.empty()));
            assertThat(report.availability()).isEqualTo(Availability.IN_USE);
            assertThat(report.instance()).contains(INSTANCE.id());
            takenWhole(report);
        }
    }

    @Test
    void aNodeWithoutInstanceIsFreeInOneStateOnly() {
        for (ProvisionState state : ProvisionState.values()) {
            AvailableResource report = reporter.report(node(state, Optional.empty(), Optional.empty()));
            assertThat(report.availability())
                    .isEqualTo(
                            switch (state) {
                                case AVAILABLE -> Availability.FREE;
                                case ADOPTING,
                                        DEPLOYING,
                                        WAIT_CALL_BACK,
                                        ACTIVE,
                                        DELETING,
                                        RESCUING,
                                        RESCUE_WAIT,
                                        RESCUE,
                                        UNRESCUING -> Availability.IN_USE;
                                case ENROLL,
                                        VERIFYING,
                                        MANAGEABLE,
                                        INSPECTING,
                                        INSPECT_WAIT,
                                        INSPECT_FAILED,
                                        ADOPT_FAILED,
                                        DEPLOY_FAILED,
                                        CLEANING,
                                        CLEAN_WAIT,
                                        CLEAN_FAILED,
                                        ERROR,
                                        RESCUE_FAILED,
                                        UNRESCUE_FAILED -> Availability.UNAVAILABLE;
                            });
            if (state != ProvisionState.AVAILABLE) {
                takenWhole(report);
            }
        }
    }

    @Test
    void aNodeInMaintenanceIsTakenWholeAndSaysWhy() {
        AvailableResource report =
                reporter.report(node(ProvisionState.AVAILABLE, Optional.empty(), Optional.of("disk swap")));
        assertThat(report.availability()).isEqualTo(Availability.UNAVAILABLE);
        assertThat(report.stats()).containsEntry("maintenance", "disk swap");
        takenWhole(report);
    }

    private static void takenWhole(AvailableResource report) {
        assertThat(report.vcpusUsed()).isEqualTo(8);
        assertThat(report.memoryMbUsed()).isEqualTo(16_384);
        assertThat(report.localGbUsed()).isEqualTo(200);
    }

    @Test
    void aFreeNodeIsOneUnitOfItsClass() {
        ProviderTree tree = reporter.update(ProviderTree.empty(), free());
        assertThat(tree.provider("node-01"))
                .contains(new ProviderTree.Provider(
                        free().uuid(),
                        "node-01",
                        Optional.empty(),
                        Map.of(GOLD, Inventory.wholeNode(0)),
                        Set.of(new Trait("CUSTOM_SSD"))));
        assertThat(reporter.update(tree, free())).isEqualTo(tree);
    }

    @Test
    void whatIsNotFreeIsReserved() {
        for (NodeRecord node : Set.of(
                node(ProvisionState.ACTIVE, Optional.of(INSTANCE), Optional.empty()),
                node(ProvisionState.CLEANING, Optional.empty(), Optional.empty()),
                node(ProvisionState.AVAILABLE, Optional.empty(), Optional.of("disk swap")))) {
            assertThat(reporter.update(ProviderTree.empty(), node)
                            .provider("node-01")
                            .orElseThrow()
                            .inventories())
                    .isEqualTo(Map.of(GOLD, Inventory.wholeNode(1)));
        }
    }

    @Test
    void theNodesTraitsAreAddedToThoseThatAreThere() {
        ProviderTree.Provider rack = new ProviderTree.Provider(
                UUID.randomUUID(), "rack", Optional.empty(), Map.of(), Set.of(new Trait("CUSTOM_RACK")));
        ProviderTree.Provider before = new ProviderTree.Provider(
                free().uuid(),
                "node-01",
                Optional.of("rack"),
                Map.of(new ResourceClass("CUSTOM_OLD"), Inventory.wholeNode(0)),
                Set.of(new Trait("CUSTOM_HDD"), new Trait("HW_CPU_X86_AVX"), new Trait("COMPUTE_NODE")));
        ProviderTree tree = reporter.update(ProviderTree.empty().with(rack).with(before), free());
        assertThat(tree.provider("rack")).contains(rack);
        ProviderTree.Provider after = tree.provider("node-01").orElseThrow();
        assertThat(after.parent()).contains("rack");
        assertThat(after.inventories()).containsOnlyKeys(GOLD);
        assertThat(after.traits())
                .containsExactlyInAnyOrder(
                        new Trait("CUSTOM_SSD"),
                        new Trait("CUSTOM_HDD"),
                        new Trait("HW_CPU_X86_AVX"),
                        new Trait("COMPUTE_NODE"));
    }

    @Test
    void aNodeWithoutResourceClassIsReportedButHasNoPlaceInTheTree() {
        NodeSpec plain = NodeSpec.builder(SPEC.name(), SPEC.bmc(), SPEC.credentials())
                .vcpus(1)
                .memoryMb(1)
                .localGb(1)
                .macs(SPEC.macs())
                .build();
        NodeRecord node = NodeRecords.of(plain, StoreFixture.NOW);
        assertThat(reporter.report(node).resourceClass()).isEmpty();
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> reporter.update(ProviderTree.empty(), node))
                .withMessageContaining("node-01")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_RESOURCE_CLASS));
    }

    @Test
    void aTraitThatPlacementRefusesIsSaid() {
        NodeRecord node =
                NodeRecords.of(SPEC.toBuilder().traits(Set.of("fast-disk")).build(), StoreFixture.NOW);
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> reporter.report(node))
                .withMessageContaining("fast-disk")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_INVALID));
    }
}

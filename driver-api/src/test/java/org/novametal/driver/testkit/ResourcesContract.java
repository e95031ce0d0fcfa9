package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.Inventory;
import org.novametal.driver.placement.ProviderTree;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;

/** The reports of a driver on its nodes, for the resource tracker and placement. */
abstract class ResourcesContract extends DriverContract {
    private static final NodeName UNKNOWN = new NodeName("no-such-node");
    private static final Trait FOREIGN = new Trait("CUSTOM_SET_BY_AN_OPERATOR");

    ResourcesContract(Fixtures fixtures) {
        super(fixtures);
    }

    ResourceClass resourceClass(NodeName node) {
        return driver.getAvailableResource(node).resourceClass().orElseThrow();
    }

    /** A tree as placement has it before the first report: only the node's root. */
    ProviderTree bareTree(NodeName node) {
        return ProviderTree.empty()
                .with(new ProviderTree.Provider(
                        driver.getAvailableResource(node).uuid(), node.value(), Optional.empty(), Map.of(), Set.of()));
    }

    Inventory inventory(ProviderTree tree, NodeName node) {
        Map<ResourceClass, Inventory> inventories =
                tree.provider(node.value()).orElseThrow().inventories();
        assertThat(inventories).containsKey(resourceClass(node));
        return inventories.getOrDefault(resourceClass(node), Inventory.wholeNode(-1));
    }

    // nova/virt/driver.py#get_available_resource: "Dictionary describing resources"; a free node has all its resources
    // free.
    @Test
    void aFreeNodeIsWhollyFree() {
        for (NodeName node : fixture.nodes()) {
            AvailableResource free = driver.getAvailableResource(node);

            assertThat(free.node()).isEqualTo(node);
            assertThat(free.availability()).isEqualTo(Availability.FREE);
            assertThat(free.instance()).isEmpty();
            assertThat(free.vcpus()).isPositive();
            assertThat(free.memoryMb()).isPositive();
            assertThat(free.localGb()).isPositive();
            assertThat(free.vcpusUsed()).isZero();
            assertThat(free.localGbUsed()).isZero();
            assertThat(free.resourceClass()).isPresent();
        }
    }

    // nova/virt/driver.py#get_available_resource: the total resources of a node do not change when it is used.
    @Test
    void aNodeInUseHasWhatItHadWhenItWasFree() throws Exception {
        AvailableResource free = driver.getAvailableResource(node(0));
        AvailableResource neighbour = driver.getAvailableResource(node(1));

        spawnedOn(node(0));

        AvailableResource taken = driver.getAvailableResource(node(0));
        assertThat(taken.vcpus()).isEqualTo(free.vcpus());
        assertThat(taken.memoryMb()).isEqualTo(free.memoryMb());
        assertThat(taken.localGb()).isEqualTo(free.localGb());
        assertThat(taken.uuid()).isEqualTo(free.uuid());
        assertThat(taken.resourceClass()).isEqualTo(free.resourceClass());
        assertThat(driver.getAvailableResource(node(1))).hasToString(neighbour.toString());
    }

    // nova/exception.py#ComputeHostNotFound: a report on a node that does not exist would create a compute node.
    @Test
    void anUnknownNodeHasNoResources() {
        assertFailsWith(ErrorCode.NODE_NOT_FOUND, () -> driver.getAvailableResource(UNKNOWN));
        assertFailsWith(
                ErrorCode.NODE_NOT_FOUND, () -> driver.updateProviderTree(bareTreeOf(UNKNOWN.value()), UNKNOWN));
    }

    private static ProviderTree bareTreeOf(String name) {
        return ProviderTree.empty()
                .with(new ProviderTree.Provider(UUID.randomUUID(), name, Optional.empty(), Map.of(), Set.of()));
    }

    // nova/virt/ironic/driver.py#update_provider_tree: total 1, min_unit 1, max_unit 1, step_size 1, allocation_ratio
    // 1.0, nothing reserved while the node is free.
    @Test
    void aFreeNodeOffersOneUnitOfItsResourceClass() {
        ProviderTree tree = driver.updateProviderTree(bareTree(node(0)), node(0));

        assertThat(inventory(tree, node(0))).isEqualTo(Inventory.wholeNode(0));
        assertThat(tree.provider(node(0).value()).orElseThrow().traits())
                .containsAll(driver.getAvailableResource(node(0)).traits());
    }

    // nova/virt/ironic/driver.py#update_provider_tree: "Make resources as reserved once we have and instance here."
    @Test
    void aNodeInUseReservesItsOneUnit() throws Exception {
        spawnedOn(node(0));

        ProviderTree tree = driver.updateProviderTree(bareTree(node(0)), node(0));

        assertThat(inventory(tree, node(0))).isEqualTo(Inventory.wholeNode(1));
    }

    // nova/scheduler/client/report.py#update_from_provider_tree: after a conflict the driver is called again with the
    // same arguments.
    @Test
    void updateProviderTreeIsIdempotent() {
        ProviderTree once = driver.updateProviderTree(bareTree(node(0)), node(0));
        ProviderTree twice = driver.updateProviderTree(once, node(0));

        assertThat(twice).isEqualTo(once);
    }

    // nova/virt/driver.py#update_provider_tree: "be careful only to add/remove traits/aggregates it explicitly
    // controls".
    @Test
    void updateProviderTreeKeepsTheTraitsOfOthers() {
        ProviderTree.Provider root = bareTree(node(0)).provider(node(0).value()).orElseThrow();
        ProviderTree marked = ProviderTree.empty()
                .with(new ProviderTree.Provider(
                        root.uuid(), root.name(), root.parent(), root.inventories(), Set.of(FOREIGN)));

        ProviderTree tree = driver.updateProviderTree(marked, node(0));

        assertThat(tree.provider(root.name()).orElseThrow().traits()).contains(FOREIGN);
        assertThat(tree.provider(root.name()).orElseThrow().uuid()).isEqualTo(root.uuid());
    }

    // nova/virt/driver.py#update_provider_tree: "it may contain providers not directly owned/controlled by the compute
    // host. Care must be taken not to remove or modify such providers inadvertently."
    @Test
    void updateProviderTreeLeavesOtherProvidersAlone() {
        ProviderTree.Provider foreign = new ProviderTree.Provider(
                UUID.randomUUID(),
                "shared-storage",
                Optional.empty(),
                Map.of(new ResourceClass("DISK_GB"), new Inventory(1000, 0, 1, 1000, 1, 1.0)),
                Set.of(FOREIGN));

        ProviderTree tree = driver.updateProviderTree(bareTree(node(0)).with(foreign), node(0));

        assertThat(tree.provider("shared-storage")).contains(foreign);
        assertThat(tree.providers()).containsOnlyKeys("shared-storage", node(0).value());
    }

    // nova/virt/driver.py#update_provider_tree changes its argument; here the method returns a new tree.
    @Test
    void updateProviderTreeDoesNotChangeItsArgument() {
        ProviderTree given = bareTree(node(0));
        ProviderTree same = bareTree(node(0));

        ProviderTree tree = driver.updateProviderTree(given, node(0));

        assertThat(given).isEqualTo(same);
        assertThat(tree).isNotEqualTo(given);
    }
}

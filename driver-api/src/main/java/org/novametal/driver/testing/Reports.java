package org.novametal.driver.testing;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.InstanceInfo;
import org.novametal.driver.model.PortBinding;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.placement.Inventory;
import org.novametal.driver.placement.ProviderTree;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;

/** Makes the reports on a node for the compute service: its resources, ports and provider tree. */
final class Reports {
    private Reports() {}

    static AvailableResource resource(NodeRow row) {
        InMemoryNode node = row.node();
        boolean used = row.tenant().isPresent();
        AvailableResource.Builder report = AvailableResource.builder(node.name(), node.uuid())
                .vcpus(node.vcpus(), used ? node.vcpus() : 0)
                .memoryMb(node.memoryMb(), used ? node.memoryMb() : 0)
                .localGb(node.localGb(), used ? node.localGb() : 0)
                .cpuArch(node.cpuArch())
                .traits(node.traits())
                .availability(availability(row))
                .stat("provision_state", row.state().ironicName());
        node.resourceClass().ifPresent(report::resourceClass);
        row.tenant().ifPresent(tenant -> report.instance(tenant.instance().id()));
        return report.build();
    }

    private static Availability availability(NodeRow row) {
        if (row.tenant().isPresent()) {
            return Availability.IN_USE;
        }
        return row.state() == NodeRow.State.AVAILABLE ? Availability.FREE : Availability.UNAVAILABLE;
    }

    static Map<String, PortBinding> ports(NodeRow row) {
        return row.interfaces().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, vif -> PortBinding.single(vif.getValue())));
    }

    static ProviderTree tree(ProviderTree current, NodeRow row) {
        InMemoryNode node = row.node();
        ResourceClass resourceClass = node.resourceClass()
                .orElseThrow(() -> new DriverException(
                        ErrorCode.NO_RESOURCE_CLASS,
                        "node '" + node.name() + "' has no resource class; set one in InMemoryNode.builder()"));
        Optional<ProviderTree.Provider> present = current.provider(node.name().value());
        Set<Trait> traits =
                new HashSet<>(present.map(ProviderTree.Provider::traits).orElse(Set.of()));
        traits.addAll(node.traits());
        // Reserved until the node is clean, as in nova/virt/ironic/driver.py#update_provider_tree: when the node's
        // allocation is deleted, the node is not yet free.
        Inventory inventory = Inventory.wholeNode(availability(row) == Availability.FREE ? 0 : 1);
        return current.with(new ProviderTree.Provider(
                present.map(ProviderTree.Provider::uuid).orElse(node.uuid()),
                node.name().value(),
                present.flatMap(ProviderTree.Provider::parent),
                Map.of(resourceClass, inventory),
                traits));
    }

    static InstanceInfo info(NodeRow row) {
        PowerState state = switch (row.state()) {
            case ACTIVE, AVAILABLE, DEPLOY_FAILED -> row.power();
            case DEPLOYING, DELETING, CLEANING -> PowerState.NOSTATE;
        };
        return new InstanceInfo(state, Optional.of(row.node().name().value()));
    }
}

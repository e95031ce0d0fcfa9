package org.novametal.baremetal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.step.network.DhcpFiles;
import org.novametal.baremetal.step.network.HostEntry;
import org.novametal.baremetal.store.Store;
import org.novametal.dhcp.DhcpException;
import org.novametal.driver.error.DriverException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DHCP entries of running instances, as their deployments and rebuilds in the store determine them. The files of the DHCP
 * server are derived from the store: what is missing there is written again at start.
 */
final class InstanceEntries {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceEntries.class);

    private InstanceEntries() {}

    /**
     * Writes the entries of running instances again that are missing or damaged. An operation that is under way writes the
     * entries of its node itself. What fails is logged: the host starts nevertheless.
     */
    static void restore(Store store, List<NodeRecord> nodes, DhcpFiles files) throws InterruptedException {
        Map<UUID, HostEntry> wanted = new HashMap<>();
        for (NodeRecord node : nodes) {
            if (node.instance().isEmpty()
                    || node.operation().isPresent()
                    || !node.state().instanceRuns()) {
                continue;
            }
            try {
                wanted(store, node, node.instance().get()).ifPresent(entry -> wanted.put(node.uuid(), entry));
            } catch (DriverException e) {
                LOG.error("the DHCP entry of node {} cannot be checked: {}", node.name(), e.getMessage());
            }
        }
        try {
            Set<UUID> restored = files.restore(wanted);
            nodes.stream()
                    .filter(node -> restored.contains(node.uuid()))
                    .forEach(node -> LOG.warn(
                            "node {} instance {}: its DHCP entry was lost or changed, and was written again",
                            node.name(),
                            node.instance().map(InstanceOnNode::id).orElseThrow()));
        } catch (DhcpException e) {
            LOG.error(
                    "DHCP entries of instances were written again, but dnsmasq has not read them: {}", e.getMessage());
        }
    }

    private static Optional<HostEntry> wanted(Store store, NodeRecord node, InstanceOnNode instance) {
        return Stream.of(OperationKind.REBUILD, OperationKind.DEPLOY)
                .flatMap(kind -> store.operations().newest(instance.id(), Set.of(kind)).stream())
                .filter(operation -> operation.status() == OperationStatus.SUCCEEDED)
                .map(OperationRecord::input)
                .filter(DeploySpec.class::isInstance)
                .map(DeploySpec.class::cast)
                .findFirst()
                .flatMap(spec -> HostEntry.of(spec, store.nodes().ports(node.uuid())));
    }
}

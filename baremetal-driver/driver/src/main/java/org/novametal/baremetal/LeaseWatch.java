package org.novametal.baremetal;

import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.step.network.DhcpFiles;
import org.novametal.baremetal.store.NodeStore;
import org.novametal.dhcp.LeaseFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the leases of instances with the addresses that they must have: a machine that got another address
 * has a fault until it gets the right one. An instance without a lease has none: its image may never ask for an address.
 *
 * <p>Leases from before the instance, such as that of the deploy ramdisk, do not count. Faults are kept in memory; after a
 * restart the first check finds them again.
 *
 * <p>Safe for several threads.
 */
final class LeaseWatch {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseWatch.class);

    private final DhcpFiles files;
    private final LeaseFile leases;
    private final NodeStore nodes;
    private final Listener listener;
    private final InstantSource clock;
    private final Map<UUID, String> faults = new ConcurrentHashMap<>();

    /** Notified of faults that began or ended. */
    @FunctionalInterface
    interface Listener {
        /**
         * The fault of a node changed.
         *
         * @param fault the present fault, for people; empty when there is none any more
         */
        void networkFault(NodeRecord node, Optional<String> fault);
    }

    LeaseWatch(DhcpFiles files, LeaseFile leases, NodeStore nodes, Listener listener, InstantSource clock) {
        this.files = files;
        this.leases = leases;
        this.nodes = nodes;
        this.listener = listener;
        this.clock = clock;
    }

    /** The fault of a node's network; empty when none is known. */
    Optional<String> fault(UUID node) {
        return Optional.ofNullable(faults.get(node));
    }

    /** Checks all instances once. */
    synchronized void check() {
        Map<UUID, String> found = new HashMap<>();
        List<LeaseFile.Lease> present = leases.leases();
        for (DhcpFiles.Entry entry : files.entries()) {
            wrongAddress(entry, present)
                    .ifPresent(address -> found.merge(
                            entry.node(),
                            "MAC " + entry.mac() + " was leased " + address.getHostAddress() + " and must have "
                                    + entry.address().getHostAddress(),
                            (one, more) -> one + "; " + more));
        }
        for (UUID node : Set.copyOf(faults.keySet())) {
            if (!found.containsKey(node)) {
                faults.remove(node);
                nodes.find(node).ifPresent(record -> report(record, Optional.empty()));
            }
        }
        found.forEach((uuid, fault) -> nodes.find(uuid)
                .filter(node -> node.instance().isPresent())
                .ifPresent(node -> {
                    if (!fault.equals(faults.put(uuid, fault))) {
                        report(node, Optional.of(fault));
                    }
                }));
    }

    /** The address of the newest lease of the entry's MAC, if it is not the wanted one. */
    private Optional<InetAddress> wrongAddress(DhcpFiles.Entry entry, List<LeaseFile.Lease> present) {
        return present.stream()
                .filter(lease -> lease.mac().equals(entry.mac()) && lease.holdsAt(clock.instant()))
                .filter(lease -> !entry.before().contains(DhcpFiles.KnownLease.of(lease)))
                .max(Comparator.comparing(lease -> lease.expiry().orElse(Instant.MAX)))
                .map(LeaseFile.Lease::address)
                .filter(address -> !address.equals(entry.address()));
    }

    private void report(NodeRecord node, Optional<String> fault) {
        if (fault.isPresent()) {
            LOG.warn(
                    "node {} instance {}: wrong address: {}; check the DHCP server, then restart the instance's network",
                    node.name(),
                    node.instance().map(instance -> instance.id().toString()).orElse("-"),
                    fault.get());
        } else {
            LOG.info("node {}: its network fault has ended", node.name());
        }
        listener.networkFault(node, fault);
    }
}

package org.novametal.baremetal.inventory;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.EnrolledNodes.NodeChanges;
import org.novametal.baremetal.inventory.EnrolledNodes.Revision;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ProviderTree;

/**
 * The resource reports of all nodes, from a snapshot that is updated from the store.
 *
 * <p>Each call checks in the store whether nodes were written, and reads the written ones. If the store does not answer, the
 * call throws; no call returns data that may be outdated.
 *
 * <p>Any thread may call. {@link #snapshot} and its maps are written under this object's lock.
 */
public final class ResourceReports {
    private final EnrolledNodes nodes;
    private final ResourceReporter reporter;
    private volatile @Nullable Snapshot snapshot;

    /** Creates the reports of these nodes. */
    public ResourceReports(EnrolledNodes nodes, ResourceReporter reporter) {
        this.nodes = Objects.requireNonNull(nodes, "nodes");
        this.reporter = Objects.requireNonNull(reporter, "reporter");
    }

    /** A node and its reports, each computed once. */
    private static final class Entry {
        private final NodeRecord node;
        private volatile @Nullable AvailableResource report;
        private volatile ProviderTree.@Nullable Provider provider;

        Entry(NodeRecord node) {
            this.node = node;
        }

        AvailableResource report(ResourceReporter reporter) {
            AvailableResource present = report;
            if (present == null) {
                present = reporter.report(node);
                report = present;
            }
            return present;
        }

        ProviderTree.Provider provider(ResourceReporter reporter) {
            ProviderTree.Provider present = provider;
            if (present == null) {
                present = reporter.provider(node);
                provider = present;
            }
            return present;
        }
    }

    /** All nodes at one value of the change counter {@link EnrolledNodes#mark}. The maps are shared with later snapshots. */
    private record Snapshot(
            long mark, Revision revision, Map<NodeName, Entry> byName, Map<UUID, NodeName> names, Lists lists) {}

    /** Names and UUIDs of all nodes; the same object until a node is added, removed or renamed. */
    private record Lists(Set<NodeName> names, Map<UUID, NodeName> byUuid) {}

    /** The names of all nodes. */
    public Set<NodeName> names() {
        return current().lists().names();
    }

    /** The names of all nodes by UUID. */
    public Map<UUID, NodeName> namesByUuid() {
        return current().lists().byUuid();
    }

    /**
     * A node's report, made by {@link ResourceReporter#report}.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code NODE_INVALID} as for that method; {@code DRIVER_NOT_READY}
     */
    public AvailableResource report(NodeName node) {
        return require(node).report(reporter);
    }

    /**
     * A tree with a node's provider updated by {@link ResourceReporter#update}.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code NO_RESOURCE_CLASS} and {@code NODE_INVALID} as for that method;
     *     {@code DRIVER_NOT_READY}
     */
    public ProviderTree update(ProviderTree tree, NodeName node) {
        return ResourceReporter.update(tree, require(node).provider(reporter));
    }

    private Entry require(NodeName node) {
        Entry entry = current().byName().get(node);
        if (entry == null) {
            throw new DriverException(
                    ErrorCode.NODE_NOT_FOUND, "no node '" + node + "' is enrolled here; see the list of nodes");
        }
        return entry;
    }

    private Snapshot current() {
        // The counter is read before the nodes, so that a write between the two reads makes the next call read again.
        long mark = nodes.mark();
        Snapshot present = snapshot;
        return present != null && present.mark() == mark ? present : refreshed();
    }

    private synchronized Snapshot refreshed() {
        long mark = nodes.mark();
        Snapshot before = snapshot;
        if (before != null && before.mark() == mark) {
            return before;
        }
        NodeChanges changes = nodes.changesSince(before == null ? Revision.START : before.revision());
        Snapshot after = switch (changes.extent()) {
            case ALL -> whole(mark, changes);
            case WRITTEN -> before == null ? whole(mark, changes) : changed(mark, before, changes);
        };
        snapshot = after;
        return after;
    }

    private static Snapshot whole(long mark, NodeChanges changes) {
        Map<NodeName, Entry> byName = new ConcurrentHashMap<>();
        Map<UUID, NodeName> names = new ConcurrentHashMap<>();
        for (NodeRecord node : changes.nodes()) {
            byName.put(node.name(), new Entry(node));
            names.put(node.uuid(), node.name());
        }
        return new Snapshot(mark, changes.revision(), byName, names, lists(names));
    }

    private static Snapshot changed(long mark, Snapshot before, NodeChanges changes) {
        List<NodeRecord> renamed = changes.nodes().stream()
                .filter(node -> !node.name().equals(before.names().get(node.uuid())))
                .toList();
        // Two nodes may have exchanged their names: all old names are removed before new ones are added.
        for (NodeRecord node : renamed) {
            NodeName old = before.names().put(node.uuid(), node.name());
            if (old != null) {
                before.byName().remove(old);
            }
        }
        changes.nodes().forEach(node -> before.byName().put(node.name(), new Entry(node)));
        return new Snapshot(
                mark,
                changes.revision(),
                before.byName(),
                before.names(),
                renamed.isEmpty() ? before.lists() : lists(before.names()));
    }

    private static Lists lists(Map<UUID, NodeName> names) {
        return new Lists(names.values().stream().collect(Collectors.toUnmodifiableSet()), Map.copyOf(names));
    }
}

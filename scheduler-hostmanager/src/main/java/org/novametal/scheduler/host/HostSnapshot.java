package org.novametal.scheduler.host;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;

/**
 * All nodes at one time, sorted by name. Immutable.
 *
 * @param time when the reading of the nodes began; no node's state is older
 * @param states the nodes by name
 */
public record HostSnapshot(Instant time, SortedMap<NodeName, HostState> states) {
    /** Copies the nodes. */
    public HostSnapshot {
        states = Collections.unmodifiableSortedMap(new TreeMap<>(states));
    }

    /**
     * Makes the snapshot from a driver's reports.
     *
     * @throws DriverException {@code NODE_INVALID} when two reports have the same node name, or a report or all are null
     */
    public static HostSnapshot of(Instant time, @Nullable Collection<? extends @Nullable AvailableResource> reports) {
        if (reports == null) {
            throw new DriverException(
                    ErrorCode.NODE_INVALID,
                    "the source of host attributes returned null; it must return an empty list when there are no nodes");
        }
        SortedMap<NodeName, HostState> states = new TreeMap<>();
        for (AvailableResource report : reports) {
            if (report == null) {
                throw new DriverException(
                        ErrorCode.NODE_INVALID,
                        "the source of host attributes returned null in place of a node's report, among "
                                + reports.size() + " reports; leave such a node out");
            }
            HostState earlier = states.put(report.node(), HostState.of(report));
            if (earlier != null) {
                throw new DriverException(
                        ErrorCode.NODE_INVALID,
                        "the source of host attributes reports node " + report.node() + " twice, with the UUIDs "
                                + earlier.uuid() + " and " + report.uuid() + "; give each node its own name");
            }
        }
        return new HostSnapshot(time, states);
    }

    /** The nodes, sorted by name. */
    public List<HostState> hosts() {
        return List.copyOf(states.values());
    }

    /** One node. */
    public Optional<HostState> host(NodeName node) {
        return Optional.ofNullable(states.get(node));
    }

    /** The node that an instance is on. */
    public Optional<HostState> holding(InstanceId instance) {
        return states.values().stream()
                .filter(host -> host.instance().equals(Optional.of(instance)))
                .findFirst();
    }
}

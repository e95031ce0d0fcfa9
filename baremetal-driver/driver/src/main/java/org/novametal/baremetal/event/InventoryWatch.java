package org.novametal.baremetal.event;

import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.novametal.baremetal.inventory.EnrolledNodes.DescribedNode;
import org.novametal.baremetal.inventory.EnrolledNodes.NodeChanges;
import org.novametal.baremetal.inventory.EnrolledNodes.Revision;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.inventory.PortGroup;
import org.novametal.baremetal.inventory.PortSpec;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.NodeStore;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects what operators change in the inventory, in this process or another: one platform thread compares the stored nodes
 * with those that it has seen, every {@link #INTERVAL}. A node that is created and deleted in between is not detected, nor is a
 * change while no compute host runs.
 *
 * <p>The known nodes belong to that thread; {@link #states} is replaced as a whole.
 */
public final class InventoryWatch implements AutoCloseable {
    /** How often the store is looked at. */
    static final Duration INTERVAL = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(InventoryWatch.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final NodeStore store;
    private final Optional<Listener> listener;
    private final Map<UUID, Known> known = new HashMap<>();
    private final Set<UUID> undescribed = new HashSet<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().name("inventory-watch").daemon(true).unstarted(this::run);

    private volatile Map<ProvisionState, Integer> states = Map.of();
    private Revision seen = Revision.START;
    private long mark;
    private boolean failing;

    /** Notified of differences, on the watching thread. */
    interface Listener {
        /** A node was enrolled. */
        void created(NodeRecord node, Ports ports);

        /** A node is not as it was: other than its provision state, its power, and its ports. */
        void updated(NodeRecord before, NodeRecord now);

        /** A node's maintenance began, ended or has another reason. */
        void maintenanceSet(NodeRecord before, NodeRecord now);

        /** A node's console was switched on or off, or has another source. */
        void consoleSet(NodeRecord before, NodeRecord now);

        /** A node has other ports or port groups. */
        void portsChanged(NodeRecord node, Ports before, Ports now);

        /** A node was deleted. */
        void removed(NodeRecord node);
    }

    /**
     * The ports and port groups of a node.
     *
     * @param ports the ports, each with its UUID
     * @param groups the groups, each with its UUID
     */
    record Ports(List<PortSpec> ports, List<PortGroup> groups) {
        static final Ports NONE = new Ports(List.of(), List.of());

        Ports {
            ports = List.copyOf(ports);
            groups = List.copyOf(groups);
        }

        static Ports of(NodeSpec spec) {
            return new Ports(spec.ports(), spec.portGroups());
        }
    }

    private record Known(NodeRecord node, Ports ports) {}

    /** Makes a watch that looks at nothing before {@link #start}. */
    InventoryWatch(NodeStore store, Optional<Listener> listener) {
        this.store = store;
        this.listener = listener;
    }

    /** Makes a watch that sends notifications if somebody receives them, and else only counts. */
    public static InventoryWatch of(NodeStore store, Notifications notifications) {
        return new InventoryWatch(
                store,
                notifications.isWanted() ? Optional.of(new InventoryNotifications(notifications)) : Optional.empty());
    }

    /**
     * Takes the present inventory as known, and starts the thread.
     *
     * @throws DriverException {@code DRIVER_NOT_READY}
     */
    public void start() {
        begin();
        thread.start();
    }

    void begin() {
        mark = store.mark();
        seen = store.changesSince(Revision.START).revision();
        if (listener.isPresent()) {
            for (DescribedNode node : store.described()) {
                known.put(node.node().uuid(), new Known(node.node(), Ports.of(node.spec())));
            }
        } else {
            store.all().forEach(node -> known.put(node.uuid(), new Known(node, Ports.NONE)));
        }
        count();
    }

    /** How many nodes are in each state, as last seen. */
    public Map<ProvisionState, Integer> states() {
        return states;
    }

    private void run() {
        try {
            while (!stop.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                guardedLook();
            }
        } catch (InterruptedException e) {
            LOG.debug("the watch of the inventory was interrupted", e);
        }
    }

    private void guardedLook() {
        try {
            look();
            failing = false;
        } catch (DriverException e) {
            if (!failing) {
                LOG.warn(
                        "the inventory cannot be compared with what is known; this is tried again: {}", e.getMessage());
            }
            failing = true;
        } catch (RuntimeException e) {
            LOG.error("the watch of the inventory failed; it goes on", e);
        }
    }

    /** Looks once. */
    void look() {
        long now = store.mark();
        if (now == mark && undescribed.isEmpty()) {
            return;
        }
        NodeChanges changes = store.changesSince(seen);
        for (NodeRecord node : changes.nodes()) {
            if (listener.isPresent()) {
                compare(node, listener.get());
            } else {
                known.put(node.uuid(), new Known(node, Ports.NONE));
            }
        }
        if (changes.extent() == NodeChanges.Extent.ALL) {
            removeAllBut(changes.nodes());
        }
        listener.ifPresent(this::describe);
        seen = changes.revision();
        mark = now;
        count();
    }

    private void compare(NodeRecord now, Listener to) {
        Known before = known.get(now.uuid());
        if (before == null) {
            Ports ports = Ports.of(store.spec(now.uuid()));
            known.put(now.uuid(), new Known(now, ports));
            to.created(now, ports);
            return;
        }
        NodeRecord old = before.node();
        if (old.version() == now.version()) {
            return;
        }
        known.put(now.uuid(), new Known(now, before.ports()));
        undescribed.add(now.uuid());
        if (!old.marks().maintenance().equals(now.marks().maintenance())) {
            to.maintenanceSet(old, now);
        }
        if (!old.access().console().equals(now.access().console())) {
            to.consoleSet(old, now);
        }
        if (isUpdated(old, now)) {
            to.updated(old, now);
        }
    }

    private static boolean isUpdated(NodeRecord old, NodeRecord now) {
        boolean described = old.identity().equals(now.identity())
                && old.hardware().equals(now.hardware())
                && old.access().equals(now.access())
                && old.notes().equals(now.notes())
                && old.marks().fault().equals(now.marks().fault())
                && old.marks().retired().equals(now.marks().retired())
                && old.marks().protection().equals(now.marks().protection());
        // What a record does not show, such as a password, is the only difference then.
        boolean hidden = old.provision().equals(now.provision()) && old.power().equals(now.power());
        return !described || hidden;
    }

    /** Compares the ports of changed nodes; those of a node on which an operation works cannot change before its end. */
    private void describe(Listener to) {
        for (UUID node : List.copyOf(undescribed)) {
            Known before = known.get(node);
            if (before != null && before.node().operation().isPresent()) {
                continue;
            }
            undescribed.remove(node);
            if (before != null) {
                describe(before, to);
            }
        }
    }

    private void describe(Known before, Listener to) {
        Ports ports;
        try {
            ports = Ports.of(store.spec(before.node().uuid()));
        } catch (DriverException e) {
            if (e.code() == ErrorCode.NODE_NOT_FOUND) {
                return; // the next look finds that it was removed
            }
            undescribed.add(before.node().uuid());
            throw e;
        }
        if (!ports.equals(before.ports())) {
            known.put(before.node().uuid(), new Known(before.node(), ports));
            to.portsChanged(before.node(), before.ports(), ports);
        }
    }

    private void removeAllBut(List<NodeRecord> nodes) {
        Set<UUID> present = new HashSet<>();
        nodes.forEach(node -> present.add(node.uuid()));
        for (Known gone : new ArrayList<>(known.values())) {
            if (!present.contains(gone.node().uuid())) {
                known.remove(gone.node().uuid());
                listener.ifPresent(to -> to.removed(gone.node()));
            }
        }
    }

    private void count() {
        Map<ProvisionState, Integer> counts = new EnumMap<>(ProvisionState.class);
        known.values().forEach(one -> counts.merge(one.node().state(), 1, Integer::sum));
        states = Map.copyOf(counts);
    }

    /** Ends the thread. */
    @Override
    public void close() {
        stop.countDown();
        Uninterruptibles.joinUninterruptibly(thread, CLOSE_LIMIT);
        if (thread.isAlive()) {
            LOG.warn("the watch of the inventory did not end within {}", CLOSE_LIMIT);
        }
    }
}

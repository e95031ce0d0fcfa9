package org.novametal.baremetal.event;

import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.event.Notification.Priority;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.power.PowerCommand;
import org.novametal.baremetal.power.PowerListener;
import org.novametal.baremetal.provision.ProvisionListener;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.state.ProvisionTable;
import org.novametal.baremetal.store.NodeStore;
import org.novametal.bmc.PowerAction;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.PowerState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends notifications of provision states and power.
 *
 * <p>A change of the provision state is a {@code start} when the node leaves a state that it keeps without a request, an {@code
 * end} when it reaches one, a {@code success} between two of the same kind, and an {@code error} after the event {@code fail}.
 * Source: Ironic {@code ironic/conductor/task_manager.py}.
 *
 * <p>Safe for several threads.
 */
public final class NodeNotifications implements ProvisionListener, PowerListener {
    private static final Logger LOG = LoggerFactory.getLogger(NodeNotifications.class);
    private static final String STATE = "baremetal.node.provision_set.";
    private static final String CONSOLE = "baremetal.node.console_restore.";
    private static final String POWER = "baremetal.node.power_set.";

    private final Notifications notifications;
    private final NodeStore nodes;

    /** @param nodes read for the record of a node whose power changed */
    public NodeNotifications(Notifications notifications, NodeStore nodes) {
        this.notifications = notifications;
        this.nodes = nodes;
    }

    @Override
    public void stateChanged(StateChange change) {
        ProvisionState before = change.before();
        int last = change.events().size() - 1;
        for (int i = 0; i <= last; i++) {
            ProvisionEvent event = change.events().get(i);
            ProvisionState after = i == last
                    ? change.node().state()
                    : ProvisionTable.next(before, event).orElse(before);
            if (after != before) {
                stateChanged(change, event, before, after);
            }
            before = after;
        }
    }

    private void stateChanged(StateChange change, ProvisionEvent event, ProvisionState before, ProvisionState after) {
        boolean failed = event == ProvisionEvent.FAIL;
        notifications.send(
                STATE + (failed ? "error" : status(before, after)),
                failed ? Priority.ERROR : Priority.INFO,
                () -> NodePayload.of(change.node())
                        .withState(
                                after,
                                change.operation().kind(),
                                change.operation().step())
                        .stateSet(event, before));
    }

    private static String status(ProvisionState before, ProvisionState after) {
        if (before.target().isPresent() == after.target().isPresent()) {
            return "success";
        }
        return after.target().isPresent() ? "start" : "end";
    }

    @Override
    public void powerChanged(NodeRecord node, PowerState before, PowerState now) {
        NodeRecord present = present(node);
        notifications.send(
                "baremetal.node.power_state_corrected.success",
                Priority.INFO,
                () -> NodePayload.of(present).withPower(now, Optional.empty()).powerCorrected(before));
    }

    @Override
    public void commandBegins(NodeRecord node, PowerCommand command) {
        notifications.send(
                POWER + "start",
                Priority.INFO,
                () -> NodePayload.of(node)
                        .withPower(node.power().seen(), Optional.of(command))
                        .powerSet(command));
    }

    @Override
    public void commandEnded(NodeRecord node, PowerCommand command, Optional<String> failure) {
        NodeRecord present = present(node);
        notifications.send(
                POWER + (failure.isPresent() ? "error" : "end"),
                failure.isPresent() ? Priority.ERROR : Priority.INFO,
                () -> NodePayload.of(present).powerSet(command));
    }

    @Override
    public void powerBegins(NodeRecord node, PowerAction action) {
        commandBegins(node, PowerCommand.of(action));
    }

    @Override
    public void powerEnded(NodeRecord node, PowerAction action, Optional<String> failure) {
        commandEnded(node, PowerCommand.of(action), failure);
    }

    /** Reports that the consoles of nodes are connected again after a start of this host. */
    public void consolesRestored(List<NodeRecord> restored) {
        restored.stream().filter(NodeRecord::isConsoleRecorded).forEach(node -> {
            notifications.send(
                    CONSOLE + "start", Priority.INFO, () -> NodePayload.of(node).plain());
            notifications.send(
                    CONSOLE + "end", Priority.INFO, () -> NodePayload.of(node).plain());
        });
    }

    /** The node as it is stored now, with what was written after the given record was read. */
    private NodeRecord present(NodeRecord node) {
        if (!notifications.isWanted()) {
            return node;
        }
        try {
            return nodes.find(node.uuid()).orElse(node);
        } catch (DriverException e) {
            LOG.debug("a notification has an earlier record of node {}", node.name(), e);
            return node;
        }
    }
}

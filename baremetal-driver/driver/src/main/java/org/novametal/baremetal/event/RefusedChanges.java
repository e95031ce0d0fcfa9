package org.novametal.baremetal.event;

import java.time.Instant;
import java.util.Optional;
import org.novametal.baremetal.event.Notification.Payload;
import org.novametal.baremetal.event.Notification.Priority;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.model.PowerState;

/**
 * Sends notifications of changes to the inventory that this process refused: a {@code start} and an {@code error}. Both have the
 * node as it is stored, never the refused values; the ones of a creation have the node as it was to be, without times.
 *
 * @param notifications receives them
 */
public record RefusedChanges(Notifications notifications) {
    /** A node was not created. */
    public void created(NodeSpec spec) {
        both(
                "create",
                InventoryNotifications.withoutTimes(
                        NodePayload.of(unstored(spec)).crud()));
    }

    /** A node was not changed. */
    public void updated(NodeRecord present) {
        both("update", NodePayload.of(present).crud());
    }

    /** A node was not deleted. */
    public void deleted(NodeRecord present) {
        both("delete", NodePayload.of(present).crud());
    }

    private void both(String change, Payload payload) {
        notifications.send(InventoryNotifications.NODE + change + ".start", Priority.INFO, () -> payload);
        notifications.send(InventoryNotifications.NODE + change + ".error", Priority.ERROR, () -> payload);
    }

    /** The record that the node would have; the stored one is made by the store. */
    private static NodeRecord unstored(NodeSpec spec) {
        return new NodeRecord(
                new NodeRecord.Identity(spec.uuid(), spec.name()),
                NodeRecord.Hardware.of(spec),
                NodeRecord.Access.of(spec),
                new NodeRecord.Provision(
                        spec.initialState().orElse(ProvisionState.ENROLL),
                        Optional.empty(),
                        Optional.empty(),
                        NodeMarks.NONE,
                        Optional.empty()),
                new NodeRecord.Power(PowerState.NOSTATE, WantedPower.NONE),
                spec.notes(),
                1,
                Instant.EPOCH,
                Instant.EPOCH);
    }
}

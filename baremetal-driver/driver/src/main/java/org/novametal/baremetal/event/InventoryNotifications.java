package org.novametal.baremetal.event;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.event.InventoryWatch.Ports;
import org.novametal.baremetal.event.Notification.Payload;
import org.novametal.baremetal.event.Notification.Priority;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.PortGroup;
import org.novametal.baremetal.inventory.PortSpec;

/**
 * Sends notifications of changes to the inventory: a {@code start} with the object before the change, and an {@code end} with
 * the object after it, both when the change was detected. The {@code start} of a creation has the object too, without the time of
 * its creation. {@link RefusedChanges} sends an {@code error}.
 */
record InventoryNotifications(Notifications notifications) implements InventoryWatch.Listener {
    static final String NODE = "baremetal.node.";
    private static final Set<String> TIMES = Set.of("created_at", "updated_at", "provision_updated_at");

    @Override
    public void created(NodeRecord node, Ports ports) {
        created(NODE, NodePayload.of(node).crud());
        Map<String, PortGroup> groups = groups(ports);
        ports.groups().forEach(group -> created("baremetal.portgroup.", PortPayload.group(node, group)));
        ports.ports().forEach(port -> created("baremetal.port.", PortPayload.port(node, port, groups)));
    }

    @Override
    public void updated(NodeRecord before, NodeRecord now) {
        both(NODE + "update", NodePayload.of(before).crud(), NodePayload.of(now).crud());
    }

    @Override
    public void maintenanceSet(NodeRecord before, NodeRecord now) {
        both(
                NODE + "maintenance_set",
                NodePayload.of(before).plain(),
                NodePayload.of(now).plain());
    }

    @Override
    public void consoleSet(NodeRecord before, NodeRecord now) {
        both(
                NODE + "console_set",
                NodePayload.of(before).plain(),
                NodePayload.of(now).plain());
    }

    @Override
    public void removed(NodeRecord node) {
        Payload payload = NodePayload.of(node).crud();
        both(NODE + "delete", payload, payload);
    }

    @Override
    public void portsChanged(NodeRecord node, Ports before, Ports now) {
        Map<String, PortGroup> oldGroups = groups(before);
        Map<String, PortGroup> newGroups = groups(now);
        changed(
                "baremetal.portgroup.",
                before.groups(),
                now.groups(),
                PortGroup::uuid,
                (group, _) -> PortPayload.group(node, group));
        changed(
                "baremetal.port.",
                before.ports(),
                now.ports(),
                PortSpec::uuid,
                (port, time) -> PortPayload.port(node, port, time == Time.BEFORE ? oldGroups : newGroups));
    }

    private enum Time {
        BEFORE,
        NOW
    }

    private <T> void changed(
            String type,
            List<T> before,
            List<T> now,
            Function<T, Optional<UUID>> uuid,
            BiFunction<T, Time, Payload> payload) {
        Map<Optional<UUID>, T> old = new LinkedHashMap<>();
        before.forEach(one -> old.put(uuid.apply(one), one));
        for (T one : now) {
            T earlier = old.remove(uuid.apply(one));
            if (earlier == null) {
                created(type, payload.apply(one, Time.NOW));
            } else if (!earlier.equals(one)) {
                both(type + "update", payload.apply(earlier, Time.BEFORE), payload.apply(one, Time.NOW));
            }
        }
        for (T gone : old.values()) {
            Payload payloadOfGone = payload.apply(gone, Time.BEFORE);
            both(type + "delete", payloadOfGone, payloadOfGone);
        }
    }

    private void created(String type, Payload created) {
        both(type + "create", withoutTimes(created), created);
    }

    /** The object as it is before it is stored. */
    static Payload withoutTimes(Payload object) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>(object.data());
        data.replaceAll((field, value) -> TIMES.contains(field) ? null : value);
        return new Payload(object.name(), object.version(), data);
    }

    private void both(String type, Payload before, Payload after) {
        notifications.send(type + ".start", Priority.INFO, () -> before);
        notifications.send(type + ".end", Priority.INFO, () -> after);
    }

    private static Map<String, PortGroup> groups(Ports ports) {
        Map<String, PortGroup> groups = new LinkedHashMap<>();
        ports.groups().forEach(group -> groups.put(group.name(), group));
        return groups;
    }
}

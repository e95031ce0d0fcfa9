package org.novametal.baremetal.event;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.event.Notification.Payload;
import org.novametal.baremetal.inventory.LocalLink;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.PortGroup;
import org.novametal.baremetal.inventory.PortSpec;

/**
 * The fields of ports and port groups in notifications, in the order and with the types of Ironic's. Times of ports are not
 * recorded: those of their node stand for them. A port's VLAN has no field.
 *
 * <p>Source: notifications of Ironic 39.0; Ironic {@code ironic/objects/port.py}, {@code portgroup.py}.
 */
final class PortPayload {
    private PortPayload() {}

    static Payload port(NodeRecord node, PortSpec port, Map<String, PortGroup> groups) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("address", port.mac());
        data.put("extra", Map.of());
        data.put("local_link_connection", port.link().map(PortPayload::link).orElse(Map.of()));
        data.put("pxe_enabled", port.pxe() == PortSpec.Pxe.ENABLED);
        data.put("node_uuid", node.uuid().toString());
        data.put(
                "portgroup_uuid",
                port.group()
                        .flatMap(name -> Optional.ofNullable(groups.get(name)))
                        .flatMap(PortGroup::uuid)
                        .map(UUID::toString)
                        .orElse(null));
        data.put("physical_network", port.physicalNetwork().orElse(null));
        data.put("created_at", NodePayload.time(node.createdAt()));
        data.put("updated_at", NodePayload.time(node.updatedAt()));
        data.put("uuid", port.uuid().map(UUID::toString).orElse(null));
        data.put("is_smartnic", false);
        data.put("name", port.name().orElse(null));
        data.put("description", null);
        data.put("vendor", null);
        data.put("category", null);
        data.put("available_for_dynamic_portgroup", true);
        return new Payload("PortCRUDPayload", "1.8", data);
    }

    static Payload group(NodeRecord node, PortGroup group) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("address", group.mac().orElse(null));
        data.put("category", null);
        data.put("extra", Map.of());
        data.put("mode", group.mode());
        data.put("name", group.name());
        data.put("node_uuid", node.uuid().toString());
        data.put("physical_network", null);
        data.put("properties", NodePayload.object(group.properties()));
        data.put("standalone_ports_supported", group.standalone() == PortGroup.StandalonePorts.SUPPORTED);
        data.put("created_at", NodePayload.time(node.createdAt()));
        data.put("updated_at", NodePayload.time(node.updatedAt()));
        data.put("uuid", group.uuid().map(UUID::toString).orElse(null));
        data.put("dynamic_portgroup", false);
        return new Payload("PortgroupCRUDPayload", "1.3", data);
    }

    private static Map<String, Object> link(LocalLink link) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("switch_id", link.switchId());
        object.put("port_id", link.portId());
        link.switchInfo().ifPresent(info -> object.put("switch_info", info));
        return object;
    }
}

package org.novametal.baremetal.store.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.JsonDocument;
import org.novametal.baremetal.inventory.LocalLink;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.inventory.PortGroup;
import org.novametal.baremetal.inventory.PortGroup.StandalonePorts;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.inventory.PortSpec;

/** Reads and writes the tables of ports, port groups and hardware documents. */
final class PortRows {
    private static final String PORTS =
            "SELECT uuid, node_uuid, mac, position, name, pxe_enabled, physical_network, vlan_id, link_switch_id,"
                    + " link_port_id, link_switch_info, group_name FROM ports";
    private static final String GROUPS =
            "SELECT uuid, node_uuid, name, mac, mode, properties, standalone_ports FROM port_groups";
    private static final String OF_NODE = " WHERE node_uuid = ? ORDER BY position";
    private static final String OF_ALL = " ORDER BY node_uuid, position";

    private PortRows() {}

    /**
     * The UUIDs of a node's ports and port groups before a change.
     *
     * @param ports by MAC
     * @param groups by name
     */
    record Known(Map<String, String> ports, Map<String, String> groups) {
        static final Known NONE = new Known(Map.of(), Map.of());
    }

    /** A group and its node. */
    record GroupOfNode(UUID node, PortGroup group) {}

    /** Removes the node's ports and port groups, and returns their UUIDs. */
    static Known remove(SqlSession session, String node) throws SQLException {
        Map<String, String> ports = new HashMap<>();
        for (PortRecord port : ports(session, node)) {
            ports.put(port.mac(), port.uuid().toString());
        }
        Map<String, String> groups = new HashMap<>();
        for (PortGroup group : groups(session, node)) {
            groups.put(group.name(), group.uuid().orElseThrow().toString());
        }
        session.update("DELETE FROM ports WHERE node_uuid = ?", node);
        session.update("DELETE FROM port_groups WHERE node_uuid = ?", node);
        return new Known(ports, groups);
    }

    /** Stores the ports and port groups of a node that has none; without a UUID, they get the one that they are known by. */
    static void insert(SqlSession session, NodeSpec spec, Known known) throws SQLException {
        String node = spec.uuid().toString();
        Set<UUID> given = new HashSet<>();
        spec.ports().forEach(port -> port.uuid().ifPresent(given::add));
        for (int position = 0; position < spec.ports().size(); position++) {
            PortSpec port = spec.ports().get(position);
            session.update(
                    "INSERT INTO ports (uuid, node_uuid, mac, position, name, pxe_enabled, physical_network, vlan_id,"
                            + " link_switch_id, link_port_id, link_switch_info, group_name)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    uuid(port.uuid(), known.ports().get(port.mac()), given),
                    node,
                    port.mac(),
                    position,
                    port.name().orElse(null),
                    port.pxe() == PortSpec.Pxe.ENABLED ? 1 : 0,
                    port.physicalNetwork().orElse(null),
                    port.vlanId().isPresent() ? (Object) port.vlanId().getAsInt() : null,
                    port.link().map(LocalLink::switchId).orElse(null),
                    port.link().map(LocalLink::portId).orElse(null),
                    port.link().flatMap(LocalLink::switchInfo).orElse(null),
                    port.group().orElse(null));
        }
        Set<UUID> givenGroups = new HashSet<>();
        spec.portGroups().forEach(group -> group.uuid().ifPresent(givenGroups::add));
        for (int position = 0; position < spec.portGroups().size(); position++) {
            PortGroup group = spec.portGroups().get(position);
            session.update(
                    "INSERT INTO port_groups (uuid, node_uuid, name, position, mac, mode, properties, standalone_ports)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    uuid(group.uuid(), known.groups().get(group.name()), givenGroups),
                    node,
                    group.name(),
                    position,
                    group.mac().orElse(null),
                    group.mode(),
                    group.properties().text(),
                    group.standalone() == StandalonePorts.SUPPORTED ? 1 : 0);
        }
    }

    /** The UUID that was given; else the known one, unless it was given to another; else a new one. */
    private static String uuid(Optional<UUID> given, @Nullable String known, Set<UUID> others) {
        return given.map(UUID::toString)
                .orElseGet(() -> known != null && !others.contains(UUID.fromString(known))
                        ? known
                        : UUID.randomUUID().toString());
    }

    static List<PortRecord> ports(SqlSession session, String node) throws SQLException {
        return session.list(PORTS + OF_NODE, PortRows::port, node);
    }

    static List<PortRecord> allPorts(SqlSession session) throws SQLException {
        return session.list(PORTS + OF_ALL, PortRows::port);
    }

    static List<PortGroup> groups(SqlSession session, String node) throws SQLException {
        return session.list(GROUPS + OF_NODE, PortRows::group, node).stream()
                .map(GroupOfNode::group)
                .toList();
    }

    static List<GroupOfNode> allGroups(SqlSession session) throws SQLException {
        return session.list(GROUPS + OF_ALL, PortRows::group);
    }

    private static PortRecord port(ResultSet set) throws SQLException {
        return StoredRow.of(set, "ports", "uuid", PortRows::port);
    }

    private static PortRecord port(StoredRow row) throws SQLException {
        UUID uuid = row.value("uuid", UUID::fromString);
        Optional<LocalLink> link = Optional.empty();
        if (row.optionalText("link_switch_id").isPresent()) {
            link = Optional.of(new LocalLink(
                    row.text("link_switch_id"), row.text("link_port_id"), row.optionalText("link_switch_info")));
        }
        PortSpec spec = new PortSpec(
                row.value("mac", StoredValues::mac),
                Optional.of(uuid),
                row.optionalText("name"),
                row.number("pxe_enabled") == 0 ? PortSpec.Pxe.DISABLED : PortSpec.Pxe.ENABLED,
                row.optionalText("physical_network"),
                row.optionalText("vlan_id").isPresent() ? OptionalInt.of(row.number("vlan_id")) : OptionalInt.empty(),
                link,
                row.optionalText("group_name"));
        return new PortRecord(uuid, row.value("node_uuid", UUID::fromString), spec, row.number("position"));
    }

    private static GroupOfNode group(ResultSet set) throws SQLException {
        return StoredRow.of(set, "port_groups", "uuid", PortRows::group);
    }

    private static GroupOfNode group(StoredRow row) throws SQLException {
        return new GroupOfNode(
                row.value("node_uuid", UUID::fromString),
                new PortGroup(
                        row.text("name"),
                        Optional.of(row.value("uuid", UUID::fromString)),
                        row.optionalValue("mac", StoredValues::mac),
                        row.text("mode"),
                        row.value("properties", JsonDocument::new),
                        row.number("standalone_ports") == 0 ? StandalonePorts.UNSUPPORTED : StandalonePorts.SUPPORTED));
    }

    // ---- hardware documents

    static SortedMap<String, JsonDocument> documents(SqlSession session, String node) throws SQLException {
        SortedMap<String, JsonDocument> documents = new TreeMap<>();
        session.list(
                "SELECT node_uuid, name, document FROM node_documents WHERE node_uuid = ?",
                set -> StoredRow.of(set, "node_documents", "node_uuid", row -> {
                    documents.put(row.text("name"), row.value("document", JsonDocument::new));
                    return true;
                }),
                node);
        return documents;
    }

    /** Stores documents in place of those of the same names. */
    static void putDocuments(SqlSession session, String node, Map<String, JsonDocument> documents, Instant time)
            throws SQLException {
        for (Map.Entry<String, JsonDocument> document : documents.entrySet()) {
            session.update(
                    "INSERT INTO node_documents (node_uuid, name, document, updated_at) VALUES (?, ?, ?, ?)"
                            + " ON CONFLICT (node_uuid, name) DO UPDATE SET document = excluded.document,"
                            + " updated_at = excluded.updated_at",
                    node,
                    document.getKey(),
                    document.getValue().text(),
                    time.toString());
        }
    }

    static int countDocuments(SqlSession session, String node) throws SQLException {
        return session.first(
                        "SELECT count(*) AS documents FROM node_documents WHERE node_uuid = ?",
                        row -> row.getInt("documents"),
                        node)
                .orElseThrow();
    }
}

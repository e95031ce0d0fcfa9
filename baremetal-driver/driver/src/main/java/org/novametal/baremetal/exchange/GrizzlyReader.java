package org.novametal.baremetal.exchange;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ListMultimap;
import com.google.common.collect.Multimaps;
import com.google.common.io.CharStreams;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.novametal.baremetal.exchange.DraftInstance.Life;
import org.novametal.baremetal.exchange.Finding.Kind;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.driver.model.InstanceId;

/**
 * Reads the tables {@code bm_nodes} and {@code bm_interfaces} of Nova's bare-metal driver of 2013, as databases print them: with
 * a header, separated by commas or tabs, NULL as nothing, {@code NULL} or {@code \N}.
 *
 * <p>The node's UUID becomes its name, as Nova named it. A node with a {@code prov_mac_address} boots from that port alone; else
 * it boots from each of its interfaces.
 */
final class GrizzlyReader {
    private static final Set<String> USED = Set.of(
            "id",
            "deleted",
            "uuid",
            "instance_uuid",
            "instance_name",
            "cpus",
            "memory_mb",
            "local_gb",
            "pm_address",
            "pm_user",
            "pm_password",
            "prov_mac_address",
            "prov_vlan_id",
            "task_state",
            "registration_status");

    /** States of a node on which nobody works. */
    private static final Set<String> RESTING =
            Set.of("active", "deleted", "error", "deploy failed", "deploy complete", "prepared");

    private final List<Map<String, String>> nodes = new ArrayList<>();
    private final List<Map<String, String>> interfaces = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    ImportDraft read(List<ImportSource> sources) throws IOException {
        for (ImportSource source : sources) {
            List<List<String>> rows;
            try {
                rows = CsvRows.parse(CharStreams.toString(source.text()));
            } catch (IllegalArgumentException e) {
                findings.add(new Finding(Kind.FAULT, source.name(), "", String.valueOf(e.getMessage())));
                continue;
            }
            table(source.name(), rows);
        }
        ListMultimap<String, Map<String, String>> byNode =
                Multimaps.index(interfaces, row -> row.getOrDefault("bm_node_id", ""));
        List<DraftNode> drafts = new ArrayList<>();
        for (Map<String, String> row : nodes) {
            String deleted = row.getOrDefault("deleted", "0");
            if (deleted.equals("0") || deleted.equalsIgnoreCase("false")) {
                drafts.add(draft(row, byNode.get(row.getOrDefault("id", "?"))));
            } else {
                findings.add(new Finding(Kind.NOTE, label(row), "deleted", "is set; the node is left out"));
            }
        }
        Set<String> ids = nodes.stream().map(row -> row.getOrDefault("id", "")).collect(Collectors.toSet());
        interfaces.stream()
                .filter(row -> !ids.contains(row.getOrDefault("bm_node_id", "")))
                .forEach(row -> findings.add(new Finding(
                        Kind.UNUSED,
                        "interface " + row.getOrDefault("address", "?"),
                        "",
                        "belongs to node " + row.getOrDefault("bm_node_id", "?") + ", which is not in bm_nodes")));
        return new ImportDraft(drafts, findings);
    }

    private void table(String source, List<List<String>> rows) {
        if (rows.isEmpty()) {
            findings.add(new Finding(Kind.FAULT, source, "", "is empty; export the tables with their headers"));
            return;
        }
        List<String> header = rows.getFirst().stream().map(String::strip).toList();
        List<Map<String, String>> into;
        if (header.contains("pm_address")) {
            into = nodes;
        } else if (header.contains("bm_node_id") && header.contains("address")) {
            into = interfaces;
        } else {
            findings.add(new Finding(
                    Kind.FAULT,
                    source,
                    "",
                    "has a header of neither bm_nodes nor bm_interfaces: " + String.join(", ", header)));
            return;
        }
        for (int i = 1; i < rows.size(); i++) {
            List<String> values = rows.get(i);
            if (values.size() != header.size()) {
                findings.add(new Finding(
                        Kind.FAULT,
                        source,
                        "row " + i,
                        "has " + values.size() + " values, and the header has " + header.size()));
                continue;
            }
            Map<String, String> row = new LinkedHashMap<>();
            for (int column = 0; column < header.size(); column++) {
                String value = values.get(column);
                if (!value.isEmpty() && !value.equals("NULL") && !value.equals("\\N")) {
                    row.put(header.get(column), value);
                }
            }
            into.add(row);
        }
    }

    private static String label(Map<String, String> row) {
        return row.getOrDefault("uuid", "bm-node-" + row.getOrDefault("id", "?"));
    }

    private DraftNode draft(Map<String, String> row, List<Map<String, String>> itsInterfaces) {
        String label = label(row);
        ObjectNode fields = ExchangeJson.object();
        Optional.ofNullable(row.get("uuid")).ifPresent(uuid -> fields.put("uuid", uuid));
        fields.put("name", label);
        ObjectNode bmc = fields.putObject(NodeJson.BMC);
        copy(row, "pm_user", bmc, "username");
        copy(row, "pm_password", bmc, NodeJson.PASSWORD);
        Optional.ofNullable(row.get("pm_address"))
                .ifPresent(host -> bmc.put(
                        "address",
                        "ipmi://" + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host)));
        bmc.put("privilege", "administrator"); // as ipmitool, which Nova ran, logs in
        for (String field : List.of("cpus", "memory_mb", "local_gb")) {
            copy(row, field, fields, field);
        }
        findings.add(
                new Finding(Kind.NOTE, label, "cpu_arch", "is not in the tables; x86_64 is assumed for a new node"));
        ports(row, itsInterfaces, fields.putArray("ports"));
        for (Map.Entry<String, String> column : row.entrySet()) {
            if (!USED.contains(column.getKey()) && !column.getKey().endsWith("_at")) {
                findings.add(new Finding(Kind.UNUSED, label, column.getKey(), "has no place here"));
            }
        }
        return new DraftNode(label, fields, life(row, label, fields));
    }

    private static void copy(Map<String, String> row, String column, ObjectNode into, String field) {
        Optional.ofNullable(row.get(column)).ifPresent(value -> into.put(field, value));
    }

    private static void ports(Map<String, String> row, List<Map<String, String>> interfaces, ArrayNode ports) {
        Optional<String> boots = Optional.ofNullable(row.get("prov_mac_address"));
        boots.ifPresent(mac -> {
            ObjectNode port = ports.addObject().put("mac", mac).put("pxe_enabled", true);
            Optional.ofNullable(row.get("prov_vlan_id")).ifPresent(vlan -> port.put("vlan_id", vlan));
        });
        for (Map<String, String> given : interfaces) {
            String mac = given.getOrDefault("address", "");
            if (boots.filter(mac::equalsIgnoreCase).isPresent()) {
                continue;
            }
            ObjectNode port = ports.addObject().put("mac", mac).put("pxe_enabled", boots.isEmpty());
            if (given.containsKey("datapath_id") && given.containsKey("port_no")) {
                port.putObject("link")
                        .put("switch_id", given.get("datapath_id"))
                        .put("port_id", given.get("port_no"));
            }
        }
    }

    private Optional<DraftInstance> life(Map<String, String> row, String label, ObjectNode fields) {
        String state = row.getOrDefault("task_state", "");
        if (!state.isEmpty() && !RESTING.contains(state)) {
            findings.add(new Finding(
                    Kind.FAULT, label, "task_state", "is '" + state + "'; wait for its end and export again"));
        }
        Optional<String> uuid = Optional.ofNullable(row.get("instance_uuid"));
        if (uuid.isEmpty()) {
            if (state.equals("error") || state.equals("deploy failed")) {
                findings.add(new Finding(
                        Kind.NOTE, label, "task_state", "is '" + state + "': the node is enrolled out of use"));
                fields.put(NodeJson.MAINTENANCE, "'" + state + "' in Nova's former driver");
            }
            return Optional.empty();
        }
        try {
            InstanceOnNode instance = new InstanceOnNode(
                    new InstanceId(NodeJson.uuid(uuid.get())), row.getOrDefault("instance_name", uuid.get()));
            return Optional.of(new DraftInstance(
                    instance,
                    state.equals("active") ? Life.RUNS : Life.UNCERTAIN,
                    Optional.ofNullable(row.get("image_path"))));
        } catch (IllegalArgumentException e) {
            findings.add(new Finding(Kind.FAULT, label, "instance_uuid", String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }
}

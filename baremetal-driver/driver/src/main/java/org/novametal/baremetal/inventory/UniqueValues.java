package org.novametal.baremetal.inventory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.bmc.BmcAddress;

/**
 * The values that no two nodes may have: names, BMC addresses, and the MACs and UUIDs of ports and port groups. The store
 * refuses a second one; this finds them in descriptions that never get to the store, because they have other faults.
 *
 * <p>Not thread-safe.
 */
final class UniqueValues {
    private final Enrolment.BmcKinds kinds;
    private final Map<String, String> owners = new HashMap<>();

    /** A value, with its field and how a message names it. */
    private record Value(String field, String text, String key) {}

    UniqueValues(Enrolment.BmcKinds kinds) {
        this.kinds = kinds;
    }

    /**
     * Adds the values of a node.
     *
     * @return a fault for each value that a node has which was added before; these keep their owner
     */
    List<InventoryFault> add(NodeSpec spec) {
        List<InventoryFault> faults = new ArrayList<>();
        Set<String> own = new HashSet<>();
        for (Value value : values(spec)) {
            if (!own.add(value.key())) {
                continue; // twice in one node is a fault of that node
            }
            Optional.ofNullable(owners.putIfAbsent(value.key(), spec.name().value()))
                    .ifPresent(other -> faults.add(new InventoryFault(
                            spec.name().value(),
                            value.field(),
                            "is not unique: " + value.text() + " is taken by node " + other)));
        }
        return faults.stream().distinct().toList();
    }

    private List<Value> values(NodeSpec spec) {
        List<Value> values = new ArrayList<>();
        values.add(new Value("name", "the name", "name " + spec.name()));
        values.add(new Value("uuid", "UUID " + spec.uuid(), "node " + spec.uuid()));
        addAddress(values, spec.bmc(), spec.bmc());
        kinds.otherSpelling(spec.bmc()).ifPresent(twin -> addAddress(values, spec.bmc(), twin));
        for (int i = 0; i < spec.ports().size(); i++) {
            PortSpec port = spec.ports().get(i);
            addPart(values, "ports[" + i + "]", "MAC address ", Optional.of(port.mac()), port.uuid());
        }
        for (int i = 0; i < spec.portGroups().size(); i++) {
            PortGroup group = spec.portGroups().get(i);
            addPart(values, "port_groups[" + i + "]", "the port group's MAC address ", group.mac(), group.uuid());
        }
        return values;
    }

    private static void addAddress(List<Value> values, BmcAddress written, BmcAddress address) {
        values.add(new Value("bmc.address", "BMC address " + written, "bmc " + address));
    }

    private static void addPart(
            List<Value> values, String field, String named, Optional<String> mac, Optional<UUID> uuid) {
        String kind = field.startsWith("ports") ? "port " : "group ";
        mac.ifPresent(text -> values.add(new Value(field + ".mac", named + text, kind + "mac " + text)));
        uuid.ifPresent(id -> values.add(new Value(field + ".uuid", "UUID " + id, kind + "uuid " + id)));
    }
}

package org.novametal.examples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.novametal.baremetal.exchange.ImportPlan;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.NodeChange;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

/** A change of the descriptions of nodes: of all of them, or of none. */
final class NodeEdit {
    private static final String BMC = "bmc";
    private static final String TRAITS = "traits";
    private static final Set<String> ENTRIES = Set.of("capabilities", "root_device");

    private NodeEdit() {}

    /** The change of one node. */
    @FunctionalInterface
    interface Change {
        /**
         * Describes the change.
         *
         * @param known all fields of the node, without the BMC's password and key
         * @param object gets the fields that change; it has the UUID and the name
         * @param faults gets what is wrong with the change
         */
        void of(ObjectNode known, ObjectNode object, List<String> faults);
    }

    /**
     * Makes the change, or only checks it.
     *
     * @param faults what is wrong with the request itself
     * @return the nodes as they are afterwards, sorted by name
     * @throws WrongUsage with all faults
     * @throws DriverException as {@link Enrolment#change}
     */
    static List<NodeRecord> make(
            Enrolment enrolment, List<NodeRecord> nodes, List<String> faults, NodeChange.Mode mode, Change change) {
        Map<UUID, NodeRecord> before = new LinkedHashMap<>();
        nodes.forEach(node -> before.put(node.uuid(), node));
        Map<UUID, ObjectNode> current = NodeDocument.read(enrolment, before.keySet());
        List<String> all = new ArrayList<>(faults);
        List<ObjectNode> wanted = new ArrayList<>();
        for (NodeRecord node : before.values()) {
            ObjectNode known = current.getOrDefault(node.uuid(), NodeDocument.object());
            ObjectNode object = NodeDocument.object()
                    .put("uuid", node.uuid().toString())
                    .put("name", node.name().value());
            change.of(known, object, all);
            wanted.add(object);
        }
        ImportPlan plan = NodeDocument.plan(enrolment, wanted);
        NodeDocument.requireApplicable(plan, all.stream().distinct().toList());
        requireUnchanged(enrolment, before);
        switch (mode) {
            case WRITE -> plan.apply();
            case DRY_RUN -> plan.check();
        }
        return enrolment.list().stream()
                .filter(node -> before.containsKey(node.uuid()))
                .toList();
    }

    /** The plan was made of what was read before; it holds only if nobody wrote the nodes in between. */
    private static void requireUnchanged(Enrolment enrolment, Map<UUID, NodeRecord> before) {
        for (NodeRecord now : enrolment.list()) {
            NodeRecord then = before.get(now.uuid());
            if (then != null && then.version() != now.version()) {
                throw new DriverException(
                        ErrorCode.NODE_INVALID,
                        "node " + now.name() + " was changed by another request at the same time; try again");
            }
        }
    }

    /**
     * Removes a field, such as {@code rack}, {@code bmc.key}, {@code capabilities.gpu} or {@code traits.CUSTOM_GPU}.
     *
     * @param option the option that names the field, for messages
     */
    static void unset(String option, ObjectNode object, ObjectNode known, String field, List<String> faults) {
        String[] path = field.split("\\.", 2);
        String head = path[0];
        boolean isKnown;
        if (path.length == 1) {
            isKnown = known.has(head);
            object.putNull(head);
            if (ENTRIES.contains(head)) {
                known.putNull(head);
            }
        } else if (head.equals(BMC)) {
            // An export has neither the password nor the key.
            isKnown = known.path(BMC).has(path[1]) || path[1].equals("key");
            object.withObjectProperty(BMC).putNull(path[1]);
        } else if (ENTRIES.contains(head)) {
            isKnown = true;
            known.withObjectProperty(head).remove(path[1]);
            object.set(head, known.path(head));
        } else {
            isKnown = head.equals(TRAITS);
            ArrayNode others = known.arrayNode();
            known.path(TRAITS).forEach(trait -> {
                if (!trait.asText().equals(path[1])) {
                    others.add(trait);
                }
            });
            known.set(TRAITS, others);
            object.set(TRAITS, others);
        }
        if (!isKnown) {
            List<String> names = new ArrayList<>();
            known.fieldNames().forEachRemaining(names::add);
            faults.add(option + " " + field + " is not a field; the fields are " + String.join(", ", names));
        }
    }
}

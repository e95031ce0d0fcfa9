package org.novametal.baremetal.inventory;

import java.util.Objects;
import org.novametal.text.ForeignText;

/**
 * One fault of the description of one node.
 *
 * @param node the node's name
 * @param field the field as import files name it, such as {@code ports[0].mac}
 * @param message what is wrong, such as {@code 'many' is not an integer}; safe for logs and terminals, contains no secret
 */
public record InventoryFault(String node, String field, String message) {
    /** Makes the parts safe to log: they may repeat what a file says. */
    public InventoryFault {
        node = ForeignText.line(node);
        field = ForeignText.line(Objects.requireNonNull(field, "field"));
        message = ForeignText.message(message);
    }

    /** The fault without the node's name: {@code memory_mb 'many' is not an integer}. */
    public String inNode() {
        return field + " " + message;
    }

    @Override
    public String toString() {
        return "node " + node + ": " + inNode();
    }
}

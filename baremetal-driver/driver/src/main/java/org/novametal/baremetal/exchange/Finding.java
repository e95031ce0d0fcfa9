package org.novametal.baremetal.exchange;

import java.util.Objects;
import org.novametal.baremetal.inventory.InventoryFault;
import org.novametal.text.ForeignText;

/**
 * One statement about an import, safe for logs and terminals; contains no secret.
 *
 * @param kind what it means for the import
 * @param subject the node's name, or the name of a source
 * @param field the field, such as {@code ports[0].mac}; empty for the whole
 * @param message what was found, a text that follows the field
 */
public record Finding(Kind kind, String subject, String field, String message) {
    /** What a finding means for the import. */
    public enum Kind {
        /** Nothing can be imported while this is so. */
        FAULT,
        /** A value that the source does not contain and that must be given. */
        MISSING,
        /** A value that has no place in this inventory. */
        UNUSED,
        /** Something that an operator should know. */
        NOTE
    }

    /** Makes the parts safe to log. */
    public Finding {
        Objects.requireNonNull(kind, "kind");
        subject = ForeignText.line(subject);
        field = ForeignText.line(field);
        message = ForeignText.message(message);
    }

    static Finding fault(InventoryFault fault) {
        return new Finding(Kind.FAULT, fault.node(), fault.field(), fault.message());
    }

    @Override
    public String toString() {
        return subject + ": " + (field.isEmpty() ? "" : field + " ") + message;
    }
}

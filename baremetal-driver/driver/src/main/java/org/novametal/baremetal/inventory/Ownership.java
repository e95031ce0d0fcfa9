package org.novametal.baremetal.inventory;

import java.util.Objects;
import java.util.Optional;

/**
 * The projects that own and use a node, as recorded by operators. The driver does not enforce it.
 *
 * @param owner the project that owns the node
 * @param lessee the project that the node is lent to
 */
public record Ownership(Optional<String> owner, Optional<String> lessee) {
    /** No owner and no lessee. */
    public static final Ownership NONE = new Ownership(Optional.empty(), Optional.empty());

    /** Checks that no part is null. */
    public Ownership {
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(lessee, "lessee");
    }
}

package org.novametal.baremetal.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is marked at a node beside its provision state.
 *
 * @param maintenance why the node was taken out of use, and by whom; absent while it may be used
 * @param fault what the driver found wrong with the node
 * @param retired why the node is to be removed; it never becomes free again while this is present
 * @param protection why the node's instance must not be deleted or rebuilt
 */
public record NodeMarks(
        Optional<Maintenance> maintenance,
        Optional<NodeFault> fault,
        Optional<String> retired,
        Optional<String> protection) {
    /** No marks. */
    public static final NodeMarks NONE =
            new NodeMarks(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * A maintenance.
     *
     * @param reason the reason, for people
     * @param by who began it, for people
     */
    public record Maintenance(String reason, String by) {
        /** Checks that no part is null. */
        public Maintenance {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(by, "by");
        }
    }

    /** Checks that no part is null. */
    public NodeMarks {
        Objects.requireNonNull(maintenance, "maintenance");
        Objects.requireNonNull(fault, "fault");
        Objects.requireNonNull(retired, "retired");
        Objects.requireNonNull(protection, "protection");
    }

    /** The marks that keep the node from taking an instance, as a text; empty if none does. */
    public Optional<String> whyNotFree() {
        List<String> reasons = new ArrayList<>();
        maintenance.ifPresent(why -> reasons.add("in maintenance (" + why.reason() + ")"));
        fault.ifPresent(found -> reasons.add("faulty (" + found.persistedName() + ")"));
        retired.ifPresent(why -> reasons.add("retired (" + why + ")"));
        return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", reasons));
    }

    /** The state of a node with these marks after a transition to {@code next}: a retired node is manageable, not free. */
    public ProvisionState after(ProvisionState next) {
        return retired.isPresent() && next.use() == ProvisionState.Use.FREE ? ProvisionState.MANAGEABLE : next;
    }
}

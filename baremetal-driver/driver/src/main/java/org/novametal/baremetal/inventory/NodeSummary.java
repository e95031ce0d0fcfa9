package org.novametal.baremetal.inventory;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;

/**
 * What a list of nodes shows of each: a part of its {@link NodeRecord} that the store reads much faster than the record. A
 * snapshot; later changes do not show in it.
 *
 * @param uuid the node's UUID
 * @param name the node's name
 * @param state provision state
 * @param power the power state read last; {@code NOSTATE} when it was never read or is unknown
 * @param instance the instance that holds the node
 * @param resourceClass resource class as operators write it
 * @param marks what is marked at the node beside its state
 * @param ownership the projects that own and use the node
 * @param location the machine's place
 * @param shard the part of the inventory to which the node belongs
 */
public record NodeSummary(
        UUID uuid,
        NodeName name,
        ProvisionState state,
        PowerState power,
        Optional<InstanceOnNode> instance,
        Optional<String> resourceClass,
        NodeMarks marks,
        Ownership ownership,
        Location location,
        Optional<String> shard) {
    /** Checks that no part is null. */
    public NodeSummary {
        Objects.requireNonNull(uuid, "uuid");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(power, "power");
        Objects.requireNonNull(instance, "instance");
        Objects.requireNonNull(resourceClass, "resourceClass");
        Objects.requireNonNull(marks, "marks");
        Objects.requireNonNull(ownership, "ownership");
        Objects.requireNonNull(location, "location");
        Objects.requireNonNull(shard, "shard");
    }

    /** The summary of a whole record. */
    public static NodeSummary of(NodeRecord node) {
        return new NodeSummary(
                node.uuid(),
                node.name(),
                node.state(),
                node.power().seen(),
                node.instance(),
                node.hardware().resourceClass(),
                node.marks(),
                node.notes().ownership(),
                node.notes().location(),
                node.notes().shard());
    }
}

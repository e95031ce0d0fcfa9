package org.novametal.baremetal.provision;

import java.util.List;
import java.util.Objects;
import org.novametal.baremetal.inventory.OperationKind;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.Step.DiskUse;

/**
 * The steps of each kind of operation, in order. An operation that an earlier process began goes on by these plans, so a
 * change of their order has to wait until no such operation is left.
 *
 * @param deploy puts an instance on a node
 * @param delete takes it off
 * @param clean erases the node's disks; without steps a node is clean at once
 */
public record Plans(List<Step> deploy, List<Step> delete, List<Step> clean) {
    /** Copies the lists. */
    public Plans {
        deploy = List.copyOf(deploy);
        delete = List.copyOf(delete);
        clean = List.copyOf(clean);
    }

    /** The steps of one kind. */
    public List<Step> of(OperationKind kind) {
        Objects.requireNonNull(kind, "kind");
        return switch (kind) {
            case DEPLOY -> deploy;
            case DELETE -> delete;
            case CLEAN -> clean;
        };
    }

    /** Whether an operation of that kind that got as far as that step wrote to the node's disk. */
    DiskUse diskUse(OperationKind kind, int reachedStep) {
        List<Step> steps = of(kind);
        return steps.stream().limit(reachedStep + 1L).anyMatch(step -> step.diskUse() == DiskUse.WRITES)
                ? DiskUse.WRITES
                : DiskUse.NONE;
    }
}

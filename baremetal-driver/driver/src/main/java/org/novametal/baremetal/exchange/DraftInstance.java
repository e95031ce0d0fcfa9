package org.novametal.baremetal.exchange;

import java.util.Objects;
import java.util.Optional;
import org.novametal.baremetal.inventory.InstanceOnNode;

/**
 * An instance on the machine of a node that is imported.
 *
 * @param instance the instance
 * @param life whether it runs
 * @param image the image that is on the disk, where the source has it
 */
public record DraftInstance(InstanceOnNode instance, Life life, Optional<String> image) {
    /** Whether the instance runs. */
    public enum Life {
        /** It does: the node is adopted. */
        RUNS,
        /** The source does not say that: an operator must look at the machine before the node is adopted. */
        UNCERTAIN
    }

    /** Checks that the parts are given. */
    public DraftInstance {
        Objects.requireNonNull(instance, "instance");
        Objects.requireNonNull(life, "life");
        Objects.requireNonNull(image, "image");
    }
}

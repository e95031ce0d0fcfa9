package org.novametal.baremetal.inventory;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionState;

/** One change of the inventory; several are made in one transaction, all or none. */
public sealed interface NodeChange {
    /** The whole description of the node after the change. */
    NodeSpec spec();

    /** Hardware documents to store, by name; others stay as they are. */
    Map<String, JsonDocument> documents();

    /**
     * Enrols a node.
     *
     * @param marks what is marked at the node from the beginning; a fault is not stored, because the host finds it again
     * @param adoption what runs on the machine: its adoption is requested in the same transaction; absent if nothing does
     */
    record Create(
            NodeSpec spec, NodeMarks marks, Map<String, JsonDocument> documents, Optional<RunningInstance> adoption)
            implements NodeChange {
        /** Copies the documents. */
        public Create {
            Objects.requireNonNull(spec, "spec");
            Objects.requireNonNull(marks, "marks");
            documents = Map.copyOf(documents);
            Objects.requireNonNull(adoption, "adoption");
            if (adoption.isPresent() && !spec.initialState().equals(Optional.of(ProvisionState.MANAGEABLE))) {
                throw new IllegalArgumentException(
                        "node " + spec.name() + " is to be adopted, so it must be enrolled as manageable");
            }
        }

        /** Enrols a node on which nothing runs. */
        public Create(NodeSpec spec, NodeMarks marks, Map<String, JsonDocument> documents) {
            this(spec, marks, documents, Optional.empty());
        }
    }

    /**
     * An instance that runs on a machine before its node is enrolled.
     *
     * @param instance the instance
     * @param imageId the id of the image that is on the disk, which is only recorded; empty if unknown
     */
    record RunningInstance(InstanceOnNode instance, String imageId) {
        /** Checks that the parts are given. */
        public RunningInstance {
            Objects.requireNonNull(instance, "instance");
            Objects.requireNonNull(imageId, "imageId");
        }
    }

    /**
     * Replaces the description of a node.
     *
     * @param version the version of the node to which the change applies; an other version is refused
     */
    record Update(long version, NodeSpec spec, Map<String, JsonDocument> documents) implements NodeChange {
        /** Copies the documents. */
        public Update {
            Objects.requireNonNull(spec, "spec");
            documents = Map.copyOf(documents);
        }
    }

    /** Enrols a node that may be used at once. */
    static NodeChange create(NodeSpec spec) {
        return new Create(spec, NodeMarks.NONE, Map.of());
    }

    /** Whether changes are made, or only checked. */
    enum Mode {
        /** They are made. */
        WRITE,
        /** They are refused as they would be, and nothing is written. */
        DRY_RUN
    }
}

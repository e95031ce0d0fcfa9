package org.novametal.baremetal.inventory;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** One change of the inventory; several are made in one transaction, all or none. */
public sealed interface NodeChange {
    /** The whole description of the node after the change. */
    NodeSpec spec();

    /** Hardware documents to store, by name; others stay as they are. */
    Map<String, JsonDocument> documents();

    /**
     * Enrols a node.
     *
     * @param maintenance why the node is out of use from the beginning; absent if it may be used
     */
    record Create(NodeSpec spec, Optional<String> maintenance, Map<String, JsonDocument> documents)
            implements NodeChange {
        /** Copies the documents. */
        public Create {
            Objects.requireNonNull(spec, "spec");
            Objects.requireNonNull(maintenance, "maintenance");
            documents = Map.copyOf(documents);
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
        return new Create(spec, Optional.empty(), Map.of());
    }

    /** Whether changes are made, or only checked. */
    enum Mode {
        /** They are made. */
        WRITE,
        /** They are refused as they would be, and nothing is written. */
        DRY_RUN
    }
}

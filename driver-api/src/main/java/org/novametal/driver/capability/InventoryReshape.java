package org.novametal.driver.capability;

import java.util.Map;
import java.util.UUID;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ProviderTree;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.trace.NovaMethod;

/** Moves inventory and allocations between providers when the shape of a node's tree changes. */
public non-sealed interface InventoryReshape extends DriverCapability {
    /**
     * A provider tree and the allocations from it.
     *
     * @param tree the node's tree
     * @param allocations amounts by consumer, provider and resource class
     */
    record Reshaped(ProviderTree tree, Map<UUID, Map<UUID, Map<ResourceClass, Integer>>> allocations) {
        /** Copies the outer map. */
        public Reshaped {
            allocations = Map.copyOf(allocations);
        }
    }

    /**
     * Returns the tree and allocations that the node should have: Nova's {@code update_provider_tree} with allocations.
     */
    @NovaMethod("update_provider_tree")
    Reshaped reshape(Reshaped current, NodeName node);
}

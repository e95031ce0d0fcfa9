package org.novametal.driver.placement;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * An immutable tree of resource providers; methods that change it return a new tree.
 *
 * <p>A driver gets the subtree of one node and returns the wanted subtree. Source: Nova {@code
 * nova/compute/provider_tree.py}.
 *
 * @param providers the providers by name; a child names its parent
 */
public record ProviderTree(Map<String, Provider> providers) {
    /**
     * One resource provider.
     *
     * @param uuid the provider's identity in placement
     * @param name the provider's name; the root of a node's tree has the node's name
     * @param parent the name of its parent; absent for a root
     * @param inventories its resources
     * @param traits its traits
     */
    public record Provider(
            UUID uuid,
            String name,
            Optional<String> parent,
            Map<ResourceClass, Inventory> inventories,
            Set<Trait> traits) {
        /** Copies the collections. */
        public Provider {
            Objects.requireNonNull(uuid, "uuid");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(parent, "parent");
            inventories = Map.copyOf(inventories);
            traits = Set.copyOf(traits);
        }
    }

    /** Copies the providers; checks that each is stored under its own name, and that its parent is in the tree. */
    public ProviderTree {
        providers = Map.copyOf(providers);
        for (Map.Entry<String, Provider> entry : providers.entrySet()) {
            Provider provider = entry.getValue();
            if (!entry.getKey().equals(provider.name())) {
                throw new IllegalArgumentException(
                        "provider '" + provider.name() + "' is stored under the name '" + entry.getKey() + "'");
            }
            if (provider.parent().isPresent()
                    && !providers.containsKey(provider.parent().get())) {
                throw new IllegalArgumentException("provider '" + provider.name() + "' has the unknown parent '"
                        + provider.parent().get() + "'");
            }
        }
    }

    /** A tree without providers. */
    public static ProviderTree empty() {
        return new ProviderTree(Map.of());
    }

    /** The provider of that name. */
    public Optional<Provider> provider(String name) {
        return Optional.ofNullable(providers.get(name));
    }

    /** A copy of this tree with the given provider, which replaces a provider of the same name. */
    public ProviderTree with(Provider provider) {
        Map<String, Provider> next = new LinkedHashMap<>(providers);
        next.put(provider.name(), provider);
        return new ProviderTree(next);
    }
}

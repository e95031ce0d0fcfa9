package org.novametal.examples.computehost.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.placement.Inventory;
import org.novametal.driver.placement.ProviderTree;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;

/** The resources of nodes, and their trees of resource providers. */
public final class ResourceJson {
    private ResourceJson() {}

    /** The resources of one node: all that Nova's {@code get_available_resource} asks for, with its names, and more. */
    public static ObjectNode resource(AvailableResource resource) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("hypervisor_hostname", resource.node().value())
                .put("uuid", resource.uuid().toString())
                .put("vcpus", resource.vcpus())
                .put("vcpus_used", resource.vcpusUsed())
                .put("memory_mb", resource.memoryMb())
                .put("memory_mb_used", resource.memoryMbUsed())
                .put("local_gb", resource.localGb())
                .put("local_gb_used", resource.localGbUsed())
                .put("disk_available_least", Math.max(0, resource.localGb() - resource.localGbUsed()))
                .put("cpu_arch", resource.cpuArch())
                .putNull("cpu_info")
                .putNull("numa_topology")
                .put("hypervisor_type", resource.hypervisorType())
                .put("hypervisor_version", resource.hypervisorVersion())
                .put("availability", WireNames.of(resource.availability()));
        // Nova: architecture, hypervisor type and virtual machine mode of nova/objects/fields.py.
        json.putArray("supported_instances")
                .addArray()
                .add(resource.cpuArch())
                .add("baremetal")
                .add("baremetal");
        resource.resourceClass().ifPresent(name -> json.put("resource_class", name.name()));
        resource.instance().ifPresent(instance -> json.put("instance_uuid", instance.toString()));
        traits(resource.traits(), json.putArray("traits"));
        ObjectNode stats = json.putObject("stats");
        new TreeMap<>(resource.stats()).forEach(stats::put);
        return json;
    }

    private static void traits(Iterable<Trait> traits, ArrayNode json) {
        TreeSet<Trait> sorted = new TreeSet<>();
        traits.forEach(sorted::add);
        sorted.forEach(trait -> json.add(trait.name()));
    }

    /**
     * A tree of resource providers.
     *
     * @throws WireFormatException when a field is missing or wrong
     */
    public static ProviderTree tree(JsonFields json) {
        return json.convert(fields -> {
            Map<String, ProviderTree.Provider> providers = new LinkedHashMap<>();
            for (JsonFields provider : fields.objects("providers")) {
                String name = provider.requiredText("name");
                Map<ResourceClass, Inventory> inventories = new HashMap<>();
                provider.objectMap("inventories")
                        .forEach((key, inventory) -> inventories.put(new ResourceClass(key), inventory(inventory)));
                providers.put(
                        name,
                        new ProviderTree.Provider(
                                provider.uuid("uuid"),
                                name,
                                provider.text("parent"),
                                inventories,
                                provider.texts("traits").stream()
                                        .map(Trait::new)
                                        .collect(Collectors.toUnmodifiableSet())));
            }
            return new ProviderTree(providers);
        });
    }

    private static Inventory inventory(JsonFields fields) {
        int total =
                fields.number("total").orElseThrow(() -> new WireFormatException(fields.path("total") + " is missing"));
        return new Inventory(
                total,
                fields.number("reserved").orElse(0),
                fields.number("min_unit").orElse(1),
                fields.number("max_unit").orElse(Integer.MAX_VALUE),
                fields.number("step_size").orElse(1),
                fields.decimal("allocation_ratio").orElse(1.0));
    }

    /** A tree of resource providers, sorted by name. */
    public static ObjectNode tree(ProviderTree tree) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode providers = json.putArray("providers");
        new TreeMap<>(tree.providers()).values().forEach(provider -> {
            ObjectNode item = providers
                    .addObject()
                    .put("uuid", provider.uuid().toString())
                    .put("name", provider.name());
            provider.parent().ifPresent(parent -> item.put("parent", parent));
            ObjectNode inventories = item.putObject("inventories");
            new TreeMap<>(provider.inventories())
                    .forEach((name, inventory) -> inventories
                            .putObject(name.name())
                            .put("total", inventory.total())
                            .put("reserved", inventory.reserved())
                            .put("min_unit", inventory.minUnit())
                            .put("max_unit", inventory.maxUnit())
                            .put("step_size", inventory.stepSize())
                            .put("allocation_ratio", inventory.allocationRatio()));
            traits(provider.traits(), item.putArray("traits"));
        });
        return json;
    }
}

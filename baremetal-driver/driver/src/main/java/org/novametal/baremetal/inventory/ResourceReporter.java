package org.novametal.baremetal.inventory;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.placement.Inventory;
import org.novametal.driver.placement.ProviderTree;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;
import org.novametal.text.ForeignText;

/**
 * Converts records of nodes to resources for Nova and for placement: a node is either wholly free or wholly in use.
 *
 * <p>Source: Nova {@code nova/virt/ironic/driver.py#update_provider_tree}; {@code nova/compute/resource_tracker.py} for the
 * reserved memory.
 *
 * @param reservedHostMemoryMb memory that counts as used on a free node, MiB, 0 or more
 */
public record ResourceReporter(int reservedHostMemoryMb) {
    /** The longest part of a name that a message shows, in characters. */
    private static final int SHOWN = 80;

    /** Checks that the reserved memory is 0 or more. */
    public ResourceReporter {
        if (reservedHostMemoryMb < 0) {
            throw new IllegalArgumentException(
                    "reserved_host_memory_mb is " + reservedHostMemoryMb + "; it must be 0 or more");
        }
    }

    /** Whether the node can take an instance now. */
    public static Availability availability(NodeRecord node) {
        if (node.instance().isPresent()) {
            return Availability.IN_USE;
        }
        return switch (node.state().use()) {
            case FREE -> node.marks().whyNotFree().isPresent() ? Availability.UNAVAILABLE : Availability.FREE;
            case IN_USE -> Availability.IN_USE;
            case UNAVAILABLE -> Availability.UNAVAILABLE;
        };
    }

    /**
     * The resources of the node and how much of them is in use: on a free node only the reserved memory, otherwise everything.
     * The stats are the node's capabilities, {@code provision_state}, {@code cpu_arch} and, if set, {@code maintenance}, {@code
     * fault}, {@code retired}, {@code protected} and {@code last_error}.
     *
     * @throws DriverException {@code NODE_INVALID} when placement does not accept the name of a trait or of the resource class
     */
    public AvailableResource report(NodeRecord node) {
        Availability availability = availability(node);
        boolean free = availability == Availability.FREE;
        NodeRecord.Hardware hardware = node.hardware();
        AvailableResource.Builder report = AvailableResource.builder(node.name(), node.uuid())
                .vcpus(hardware.vcpus(), free ? 0 : hardware.vcpus())
                .memoryMb(
                        hardware.memoryMb(),
                        free ? Math.min(reservedHostMemoryMb, hardware.memoryMb()) : hardware.memoryMb())
                .localGb(hardware.localGb(), free ? 0 : hardware.localGb())
                .cpuArch(hardware.cpuArch())
                .traits(traits(node))
                .availability(availability);
        hardware.capabilities().forEach(report::stat);
        report.stat("provision_state", node.state().persistedName()).stat("cpu_arch", hardware.cpuArch());
        resourceClass(node).ifPresent(report::resourceClass);
        node.instance().ifPresent(instance -> report.instance(instance.id()));
        node.maintenance().ifPresent(reason -> report.stat("maintenance", reason));
        node.marks().fault().ifPresent(fault -> report.stat("fault", fault.persistedName()));
        node.marks().retired().ifPresent(reason -> report.stat("retired", reason));
        node.marks().protection().ifPresent(reason -> report.stat("protected", reason));
        node.lastError().ifPresent(error -> report.stat("last_error", error));
        return report.build();
    }

    /**
     * The tree with the node's provider updated. The provider has one unit of the node's resource class, reserved unless the
     * node is free. The node's traits are added, and none is removed, because an operator or Nova may have set others.
     * Idempotent.
     *
     * @throws DriverException {@code NO_RESOURCE_CLASS} when the node has no resource class; {@code NODE_INVALID} as for
     *     {@link #report}
     */
    public ProviderTree update(ProviderTree tree, NodeRecord node) {
        return update(tree, provider(node));
    }

    /**
     * The node's provider, as {@link #update} adds it to an empty tree.
     *
     * @throws DriverException as for {@link #update}
     */
    ProviderTree.Provider provider(NodeRecord node) {
        ResourceClass resourceClass = resourceClass(node)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.NO_RESOURCE_CLASS,
                        "node " + node.name()
                                + " has no resource class; placement cannot count it. Give it one, such as baremetal"));
        int reserved = availability(node) == Availability.FREE ? 0 : 1;
        return new ProviderTree.Provider(
                node.uuid(),
                node.name().value(),
                Optional.empty(),
                Map.of(resourceClass, Inventory.wholeNode(reserved)),
                traits(node));
    }

    /** The tree with the provider added, or merged into the tree's provider of the same name. */
    static ProviderTree update(ProviderTree tree, ProviderTree.Provider own) {
        Optional<ProviderTree.Provider> before = tree.provider(own.name());
        if (before.isEmpty()) {
            return tree.with(own);
        }
        Set<Trait> traits = new TreeSet<>(own.traits());
        traits.addAll(before.get().traits());
        return tree.with(new ProviderTree.Provider(
                before.get().uuid(), own.name(), before.get().parent(), own.inventories(), traits));
    }

    private static Optional<ResourceClass> resourceClass(NodeRecord node) {
        try {
            return node.hardware().resourceClass().map(ResourceClass::custom);
        } catch (IllegalArgumentException e) {
            // The message of the exception repeats the whole name.
            throw new DriverException(
                    ErrorCode.NODE_INVALID,
                    "node " + node.name() + " has the resource class '"
                            + ForeignText.line(node.hardware().resourceClass().orElse(""), SHOWN)
                            + "', which placement does not accept; enrol the node with another name, such as baremetal");
        }
    }

    /**
     * The node's traits.
     *
     * @throws DriverException {@code NODE_INVALID} when placement does not accept the name of a trait
     */
    public static Set<Trait> traits(NodeRecord node) {
        Set<Trait> traits = new TreeSet<>();
        for (String name : node.hardware().traits()) {
            try {
                traits.add(new Trait(name));
            } catch (IllegalArgumentException e) {
                throw new DriverException(
                        ErrorCode.NODE_INVALID,
                        "node " + node.name() + " has the trait '" + ForeignText.line(name, SHOWN)
                                + "', which placement does not accept; use upper-case letters, digits and underscores");
            }
        }
        return traits;
    }
}

package org.novametal.driver.testing;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;

/**
 * A machine that is only a description.
 *
 * @param name the name under which the driver reports it
 * @param uuid its identity
 * @param vcpus processors
 * @param memoryMb memory, MiB
 * @param localGb disk, GiB
 * @param cpuArch the processor architecture, such as {@code x86_64}
 * @param resourceClass its resource class; a node without one has no inventory to report
 * @param traits its traits
 */
public record InMemoryNode(
        NodeName name,
        UUID uuid,
        int vcpus,
        int memoryMb,
        int localGb,
        String cpuArch,
        Optional<ResourceClass> resourceClass,
        Set<Trait> traits) {
    /** Copies the traits. */
    public InMemoryNode {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(uuid, "uuid");
        Objects.requireNonNull(cpuArch, "cpuArch");
        Objects.requireNonNull(resourceClass, "resourceClass");
        traits = Set.copyOf(traits);
    }

    /** Starts a node with 8 processors, 16 GiB, 100 GiB of disk, and a UUID made from its name. */
    public static Builder builder(String name) {
        return new Builder(new NodeName(name));
    }

    /** Collects the parts of an {@link InMemoryNode}. Not for several threads. */
    public static final class Builder {
        private final NodeName name;
        private UUID uuid;
        private int vcpus = 8;
        private int memoryMb = 16 * 1024;
        private int localGb = 100;
        private String cpuArch = "x86_64";
        private Optional<ResourceClass> resourceClass = Optional.empty();
        private Set<Trait> traits = Set.of();

        private Builder(NodeName name) {
            this.name = name;
            this.uuid = UUID.nameUUIDFromBytes(name.value().getBytes(StandardCharsets.UTF_8));
        }

        /** Sets the UUID. */
        public Builder uuid(UUID value) {
            uuid = Objects.requireNonNull(value, "uuid");
            return this;
        }

        /** Sets the processors. */
        public Builder vcpus(int value) {
            vcpus = value;
            return this;
        }

        /** Sets the memory in MiB. */
        public Builder memoryMb(int value) {
            memoryMb = value;
            return this;
        }

        /** Sets the disk in GiB. */
        public Builder localGb(int value) {
            localGb = value;
            return this;
        }

        /** Sets the processor architecture. */
        public Builder cpuArch(String value) {
            cpuArch = Objects.requireNonNull(value, "cpuArch");
            return this;
        }

        /** Sets the resource class. */
        public Builder resourceClass(ResourceClass value) {
            resourceClass = Optional.of(value);
            return this;
        }

        /** Sets the traits. */
        public Builder traits(Set<Trait> values) {
            traits = Set.copyOf(values);
            return this;
        }

        /** The node. */
        public InMemoryNode build() {
            return new InMemoryNode(name, uuid, vcpus, memoryMb, localGb, cpuArch, resourceClass, traits);
        }
    }
}

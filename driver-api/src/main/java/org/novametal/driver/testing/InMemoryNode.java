package org.novametal.driver.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.novametal.driver.capability.NodeFacts;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;

/**
 * The description of a machine that exists only in memory.
 *
 * @param name the name under which the driver reports the node
 * @param uuid the node's UUID
 * @param vcpus the number of processors
 * @param memoryMb the memory in MiB
 * @param localGb the disk size in GiB
 * @param cpuArch the processor architecture, such as {@code x86_64}
 * @param resourceClass the node's resource class; a node without a resource class has no inventory to report
 * @param traits its traits
 * @param macs the hardware addresses of its ports, in order, lower case with colons
 * @param firmwareTypes the firmware types that the machine boots with: {@code bios}, {@code uefi} or both
 * @param capabilities the values that {@code capabilities:…} extra specs are compared with
 */
public record InMemoryNode(
        NodeName name,
        UUID uuid,
        int vcpus,
        int memoryMb,
        int localGb,
        String cpuArch,
        Optional<ResourceClass> resourceClass,
        Set<Trait> traits,
        List<String> macs,
        Set<String> firmwareTypes,
        Map<String, String> capabilities) {
    /** Copies the collections. */
    public InMemoryNode {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(uuid, "uuid");
        Objects.requireNonNull(cpuArch, "cpuArch");
        Objects.requireNonNull(resourceClass, "resourceClass");
        traits = Set.copyOf(traits);
        macs = List.copyOf(macs);
        firmwareTypes = Set.copyOf(firmwareTypes);
        capabilities = Map.copyOf(capabilities);
    }

    NodeFacts facts() {
        NodeFacts.Builder facts = NodeFacts.builder(name)
                .processors(vcpus, cpuArch)
                .memoryMb(memoryMb)
                .localGb(localGb)
                .ports(macs.size())
                .firmwareTypes(firmwareTypes)
                .traits(traits)
                .capabilities(capabilities);
        resourceClass.ifPresent(facts::resourceClass);
        return facts.build();
    }

    /**
     * Starts a node with 8 processors, 16 GiB of memory, 100 GiB of disk, four ports, and a UUID and addresses made
     * from its name.
     */
    public static Builder builder(String name) {
        return new Builder(new NodeName(name));
    }

    /** Collects the parts of an {@link InMemoryNode}. Not thread-safe. */
    public static final class Builder {
        private static final int DEFAULT_PORTS = 4;

        private final NodeName name;
        private UUID uuid;
        private int vcpus = 8;
        private int memoryMb = 16 * 1024;
        private int localGb = 100;
        private String cpuArch = "x86_64";
        private Optional<ResourceClass> resourceClass = Optional.empty();
        private Set<Trait> traits = Set.of();
        private List<String> macs;
        private Set<String> firmwareTypes = Set.of("bios", "uefi");
        private Map<String, String> capabilities = Map.of();

        private Builder(NodeName name) {
            this.name = name;
            this.uuid = UUID.nameUUIDFromBytes(name.value().getBytes(StandardCharsets.UTF_8));
            long bits = uuid.getLeastSignificantBits();
            this.macs = IntStream.range(0, DEFAULT_PORTS)
                    .mapToObj(port -> String.format(
                            Locale.ROOT,
                            "52:54:%02x:%02x:%02x:%02x",
                            bits >> 16 & 255,
                            bits >> 8 & 255,
                            bits & 255,
                            port))
                    .toList();
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

        /** Sets the hardware addresses of the node's ports. */
        public Builder macs(List<String> values) {
            macs = List.copyOf(values);
            return this;
        }

        /** Sets the firmware types that the machine boots with. */
        public Builder firmwareTypes(Set<String> values) {
            firmwareTypes = Set.copyOf(values);
            return this;
        }

        /** Sets the values that {@code capabilities:…} extra specs are compared with. */
        public Builder capabilities(Map<String, String> values) {
            capabilities = Map.copyOf(values);
            return this;
        }

        /** Builds the node. */
        public InMemoryNode build() {
            return new InMemoryNode(
                    name,
                    uuid,
                    vcpus,
                    memoryMb,
                    localGb,
                    cpuArch,
                    resourceClass,
                    traits,
                    macs,
                    firmwareTypes,
                    capabilities);
        }
    }
}

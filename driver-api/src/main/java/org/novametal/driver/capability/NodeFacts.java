package org.novametal.driver.capability;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;

/** The properties of one node that a request can demand. */
public final class NodeFacts {
    private final NodeName name;
    private final int vcpus;
    private final int memoryMb;
    private final int localGb;
    private final String cpuArch;
    private final int ports;
    private final Set<String> firmwareTypes;
    private final Optional<ResourceClass> resourceClass;
    private final Set<Trait> traits;
    private final Map<String, String> capabilities;

    private NodeFacts(Builder builder) {
        this.name = builder.name;
        this.vcpus = builder.vcpus;
        this.memoryMb = builder.memoryMb;
        this.localGb = builder.localGb;
        this.cpuArch = builder.cpuArch;
        this.ports = builder.ports;
        this.firmwareTypes = builder.firmwareTypes;
        this.resourceClass = builder.resourceClass;
        this.traits = builder.traits;
        this.capabilities = builder.capabilities;
    }

    /** Starts the facts about a node without resources. */
    public static Builder builder(NodeName name) {
        return new Builder(name);
    }

    /** The node's name. */
    public NodeName name() {
        return name;
    }

    /** The number of processors. */
    public int vcpus() {
        return vcpus;
    }

    /** The memory size in MiB. */
    public int memoryMb() {
        return memoryMb;
    }

    /** The size of the disk that images are written to, in GiB. */
    public int localGb() {
        return localGb;
    }

    /** The processor architecture, such as {@code x86_64}. */
    public String cpuArch() {
        return cpuArch;
    }

    /** How many network ports an instance can use. */
    public int ports() {
        return ports;
    }

    /** The firmware types that the node can boot with: {@code bios}, {@code uefi} or both. */
    public Set<String> firmwareTypes() {
        return firmwareTypes;
    }

    /** The node's resource class. */
    public Optional<ResourceClass> resourceClass() {
        return resourceClass;
    }

    /** The node's traits. */
    public Set<Trait> traits() {
        return traits;
    }

    /** The values that {@code capabilities:…} extra specs are compared with, by name, such as {@code boot_mode}. */
    public Map<String, String> capabilities() {
        return capabilities;
    }

    /** Collects the parts of {@link NodeFacts}. Not thread-safe. */
    public static final class Builder {
        private final NodeName name;
        private int vcpus;
        private int memoryMb;
        private int localGb;
        private String cpuArch = "";
        private int ports;
        private Set<String> firmwareTypes = Set.of();
        private Optional<ResourceClass> resourceClass = Optional.empty();
        private Set<Trait> traits = Set.of();
        private Map<String, String> capabilities = Map.of();

        private Builder(NodeName name) {
            this.name = Objects.requireNonNull(name, "name");
        }

        /** Sets the processors and their architecture. */
        public Builder processors(int count, String architecture) {
            vcpus = count;
            cpuArch = Objects.requireNonNull(architecture, "architecture");
            return this;
        }

        /** Sets the memory size in MiB. */
        public Builder memoryMb(int value) {
            memoryMb = value;
            return this;
        }

        /** Sets the size of the disk that images are written to, in GiB. */
        public Builder localGb(int value) {
            localGb = value;
            return this;
        }

        /** Sets how many network ports an instance can use. */
        public Builder ports(int value) {
            ports = value;
            return this;
        }

        /** Sets the firmware types that the node can boot with. */
        public Builder firmwareTypes(Set<String> values) {
            firmwareTypes = Set.copyOf(values);
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

        /** Sets the values that {@code capabilities:…} extra specs are compared with. */
        public Builder capabilities(Map<String, String> values) {
            capabilities = Map.copyOf(values);
            return this;
        }

        /** Builds the facts. */
        public NodeFacts build() {
            return new NodeFacts(this);
        }
    }
}

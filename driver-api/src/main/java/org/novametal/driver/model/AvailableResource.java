package org.novametal.driver.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;

/**
 * The total and used resources of one node: Nova's resource dictionary as an immutable object.
 *
 * <p>Source: Nova {@code nova/virt/driver.py#get_available_resource}. Of a bare-metal node, either all resources are
 * used or none.
 */
public final class AvailableResource {
    private final NodeName node;
    private final UUID uuid;
    private final int vcpus;
    private final int vcpusUsed;
    private final int memoryMb;
    private final int memoryMbUsed;
    private final int localGb;
    private final int localGbUsed;
    private final String cpuArch;
    private final Optional<ResourceClass> resourceClass;
    private final Set<Trait> traits;
    private final Optional<InstanceId> instance;
    private final Availability availability;
    private final Map<String, String> stats;

    /** Whether a node can take an instance, and if not, why not. */
    public enum Availability {
        /** The node can take an instance. */
        FREE,
        /** The node has an instance, or an instance is being deployed on it or removed from it. */
        IN_USE,
        /** The node cannot be used now: it is being cleaned, has failed, or is in maintenance. */
        UNAVAILABLE
    }

    private AvailableResource(Builder builder) {
        this.node = builder.node;
        this.uuid = builder.uuid;
        this.vcpus = builder.vcpus;
        this.vcpusUsed = builder.vcpusUsed;
        this.memoryMb = builder.memoryMb;
        this.memoryMbUsed = builder.memoryMbUsed;
        this.localGb = builder.localGb;
        this.localGbUsed = builder.localGbUsed;
        this.cpuArch = builder.cpuArch;
        this.resourceClass = builder.resourceClass;
        this.traits = Set.copyOf(builder.traits);
        this.instance = builder.instance;
        this.availability = builder.availability;
        this.stats = Map.copyOf(builder.stats);
    }

    /** Starts a report on a free node without resources. */
    public static Builder builder(NodeName node, UUID uuid) {
        return new Builder(node, uuid);
    }

    /** The node; Nova's {@code hypervisor_hostname}. */
    public NodeName node() {
        return node;
    }

    /** The node's UUID, which is also the UUID of its resource provider. */
    public UUID uuid() {
        return uuid;
    }

    /** The total number of processors. */
    public int vcpus() {
        return vcpus;
    }

    /** The number of used processors. */
    public int vcpusUsed() {
        return vcpusUsed;
    }

    /** The total memory in MiB. */
    public int memoryMb() {
        return memoryMb;
    }

    /** The used memory in MiB, including memory that the host reserves. */
    public int memoryMbUsed() {
        return memoryMbUsed;
    }

    /** The total disk size in GiB. */
    public int localGb() {
        return localGb;
    }

    /** The used disk size in GiB. */
    public int localGbUsed() {
        return localGbUsed;
    }

    /** The processor architecture, such as {@code x86_64}. */
    public String cpuArch() {
        return cpuArch;
    }

    /** The node's resource class. */
    public Optional<ResourceClass> resourceClass() {
        return resourceClass;
    }

    /** The node's traits. */
    public Set<Trait> traits() {
        return traits;
    }

    /** The instance on the node. */
    public Optional<InstanceId> instance() {
        return instance;
    }

    /** Whether the node can take an instance. */
    public Availability availability() {
        return availability;
    }

    /** Further facts, such as {@code provision_state}, with the keys of Nova's {@code stats}. */
    public Map<String, String> stats() {
        return stats;
    }

    /** Nova's {@code hypervisor_type}. */
    public String hypervisorType() {
        return "baremetal";
    }

    /** Nova's {@code hypervisor_version}. */
    public int hypervisorVersion() {
        return 1;
    }

    @Override
    public String toString() {
        return "AvailableResource[" + node + ", " + availability + ", vcpus=" + vcpusUsed + "/" + vcpus + ", memoryMb="
                + memoryMbUsed + "/" + memoryMb + ", localGb=" + localGbUsed + "/" + localGb + "]";
    }

    /** Collects the parts of an {@link AvailableResource}. Not thread-safe. */
    public static final class Builder {
        private final NodeName node;
        private final UUID uuid;
        private int vcpus;
        private int vcpusUsed;
        private int memoryMb;
        private int memoryMbUsed;
        private int localGb;
        private int localGbUsed;
        private String cpuArch = "x86_64";
        private Optional<ResourceClass> resourceClass = Optional.empty();
        private Set<Trait> traits = Set.of();
        private Optional<InstanceId> instance = Optional.empty();
        private Availability availability = Availability.FREE;
        private final Map<String, String> stats = new LinkedHashMap<>();

        private Builder(NodeName node, UUID uuid) {
            this.node = Objects.requireNonNull(node, "node");
            this.uuid = Objects.requireNonNull(uuid, "uuid");
        }

        /** Sets the total and used number of processors. */
        public Builder vcpus(int total, int used) {
            vcpus = total;
            vcpusUsed = used;
            return this;
        }

        /** Sets the total and used memory in MiB. */
        public Builder memoryMb(int total, int used) {
            memoryMb = total;
            memoryMbUsed = used;
            return this;
        }

        /** Sets the total and used disk size in GiB. */
        public Builder localGb(int total, int used) {
            localGb = total;
            localGbUsed = used;
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

        /** Sets the instance on the node. */
        public Builder instance(InstanceId value) {
            instance = Optional.of(value);
            return this;
        }

        /** Sets whether the node can take an instance. */
        public Builder availability(Availability value) {
            availability = Objects.requireNonNull(value, "availability");
            return this;
        }

        /** Adds a further fact. */
        public Builder stat(String key, String value) {
            stats.put(key, value);
            return this;
        }

        /** Builds the report. */
        public AvailableResource build() {
            return new AvailableResource(this);
        }
    }
}

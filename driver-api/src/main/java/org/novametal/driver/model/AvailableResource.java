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
 * What one node has and what of it is taken: Nova's resource dictionary as a value.
 *
 * <p>Source: Nova {@code nova/virt/driver.py#get_available_resource}. For a bare-metal node "used" is all or nothing.
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

    /** Whether a node can take an instance, and if not, why. */
    public enum Availability {
        /** It can. */
        FREE,
        /** It has an instance, or is being given one or freed of one. */
        IN_USE,
        /** It cannot be used now: being cleaned, failed, or in maintenance. */
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

    /** Starts a report on a free node with nothing in it. */
    public static Builder builder(NodeName node, UUID uuid) {
        return new Builder(node, uuid);
    }

    /** The node; Nova's {@code hypervisor_hostname}. */
    public NodeName node() {
        return node;
    }

    /** The node's UUID, which is its resource provider's too. */
    public UUID uuid() {
        return uuid;
    }

    /** Processors in all. */
    public int vcpus() {
        return vcpus;
    }

    /** Processors taken. */
    public int vcpusUsed() {
        return vcpusUsed;
    }

    /** Memory in all, MiB. */
    public int memoryMb() {
        return memoryMb;
    }

    /** Memory taken, MiB, what the host reserves included. */
    public int memoryMbUsed() {
        return memoryMbUsed;
    }

    /** Disk in all, GiB. */
    public int localGb() {
        return localGb;
    }

    /** Disk taken, GiB. */
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

    /** The instance that holds the node. */
    public Optional<InstanceId> instance() {
        return instance;
    }

    /** Whether the node can take an instance. */
    public Availability availability() {
        return availability;
    }

    /** Further facts, such as {@code provision_state}; keys as Nova's {@code stats}. */
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

    /** Collects the parts of an {@link AvailableResource}. Not for several threads. */
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

        /** Sets processors in all and taken. */
        public Builder vcpus(int total, int used) {
            vcpus = total;
            vcpusUsed = used;
            return this;
        }

        /** Sets memory in all and taken, MiB. */
        public Builder memoryMb(int total, int used) {
            memoryMb = total;
            memoryMbUsed = used;
            return this;
        }

        /** Sets disk in all and taken, GiB. */
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

        /** Sets the instance that holds the node. */
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

        /** The report. */
        public AvailableResource build() {
            return new AvailableResource(this);
        }
    }
}

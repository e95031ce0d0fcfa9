package org.novametal.scheduler.host;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;

/**
 * What one instance demands of a node, from flavor, image and request. The demands are read once, so that a filter only
 * compares. Immutable; an empty demand fits every free node.
 */
public final class HostDemand {
    private final Amount vcpus;
    private final Amount memoryMb;
    private final Amount localGb;
    private final List<Architecture> architectures;
    private final SortedMap<ResourceClass, Integer> resourceClasses;
    private final SortedSet<Trait> requiredTraits;
    private final SortedSet<Trait> forbiddenTraits;
    private final Optional<NodeName> forcedNode;
    private final Set<NodeName> ignoredNodes;
    private final Set<NodeName> triedNodes;

    /** The part of a request that makes a demand. */
    public enum Asker {
        /** The flavor, its extra specs included. */
        FLAVOR,
        /** The image's own requirements. */
        IMAGE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The minimum amount of a resource that an instance needs.
     *
     * @param value the amount, 0 or more
     * @param asker the part of the request that demands this amount
     */
    public record Amount(int value, Asker asker) {
        /** No demand. */
        public static final Amount NONE = new Amount(0, Asker.FLAVOR);

        /** The greater of two amounts; this amount when they are equal. */
        public Amount orMore(Amount other) {
            return other.value > value ? other : this;
        }
    }

    /**
     * A processor architecture that the node must have.
     *
     * @param name the name as the flavor or image gives it, such as {@code x86_64}
     * @param asker the part of the request that demands the architecture
     */
    public record Architecture(String name, Asker asker) {}

    private HostDemand(Builder builder) {
        this.vcpus = builder.vcpus;
        this.memoryMb = builder.memoryMb;
        this.localGb = builder.localGb;
        this.architectures = List.copyOf(builder.architectures);
        this.resourceClasses = Collections.unmodifiableSortedMap(new TreeMap<>(builder.resourceClasses));
        this.requiredTraits = Collections.unmodifiableSortedSet(new TreeSet<>(builder.requiredTraits));
        this.forbiddenTraits = Collections.unmodifiableSortedSet(new TreeSet<>(builder.forbiddenTraits));
        this.forcedNode = builder.forcedNode;
        this.ignoredNodes = Set.copyOf(builder.ignoredNodes);
        this.triedNodes = Set.copyOf(builder.triedNodes);
    }

    /** Starts an empty demand. */
    public static Builder builder() {
        return new Builder();
    }

    /** The demanded number of processors. */
    public Amount vcpus() {
        return vcpus;
    }

    /** The demanded memory in MiB. */
    public Amount memoryMb() {
        return memoryMb;
    }

    /** The demanded disk size in GiB. */
    public Amount localGb() {
        return localGb;
    }

    /** The demanded architectures; more than one when flavor and image both demand an architecture. */
    public List<Architecture> architectures() {
        return architectures;
    }

    /**
     * The demanded amount of each resource class, 1 or more; without the standard classes for processors, memory and
     * disk.
     */
    public SortedMap<ResourceClass, Integer> resourceClasses() {
        return resourceClasses;
    }

    /** The traits that the node must have. */
    public SortedSet<Trait> requiredTraits() {
        return requiredTraits;
    }

    /** The traits that the node must not have. */
    public SortedSet<Trait> forbiddenTraits() {
        return forbiddenTraits;
    }

    /** The only node that may be chosen. */
    public Optional<NodeName> forcedNode() {
        return forcedNode;
    }

    /** The nodes that the request excludes. */
    public Set<NodeName> ignoredNodes() {
        return ignoredNodes;
    }

    /** The nodes on which this instance failed before. */
    public Set<NodeName> triedNodes() {
        return triedNodes;
    }

    /**
     * A description for people: {@code 4 vcpus, 8192 MiB, 100 GiB, x86_64, 1 CUSTOM_GOLD, trait CUSTOM_SSD, not trait
     * CUSTOM_OLD}.
     */
    @Override
    public String toString() {
        List<String> parts =
                new ArrayList<>(List.of(vcpus.value() + " vcpus", memoryMb.value() + " MiB", localGb.value() + " GiB"));
        architectures.stream().map(Architecture::name).distinct().forEach(parts::add);
        resourceClasses.forEach((name, amount) -> parts.add(amount + " " + name));
        requiredTraits.forEach(trait -> parts.add("trait " + trait));
        forbiddenTraits.forEach(trait -> parts.add("not trait " + trait));
        return String.join(", ", parts);
    }

    /** Collects the parts of a {@link HostDemand}. Not thread-safe. */
    public static final class Builder {
        private Amount vcpus = Amount.NONE;
        private Amount memoryMb = Amount.NONE;
        private Amount localGb = Amount.NONE;
        private final List<Architecture> architectures = new ArrayList<>();
        private final SortedMap<ResourceClass, Integer> resourceClasses = new TreeMap<>();
        private final SortedSet<Trait> requiredTraits = new TreeSet<>();
        private final SortedSet<Trait> forbiddenTraits = new TreeSet<>();
        private Optional<NodeName> forcedNode = Optional.empty();
        private Set<NodeName> ignoredNodes = Set.of();
        private Set<NodeName> triedNodes = Set.of();

        private Builder() {}

        /** Sets the processors. */
        public Builder vcpus(Amount value) {
            vcpus = value;
            return this;
        }

        /** Sets the memory in MiB. */
        public Builder memoryMb(Amount value) {
            memoryMb = value;
            return this;
        }

        /** Sets the disk in GiB. */
        public Builder localGb(Amount value) {
            localGb = value;
            return this;
        }

        /** Adds an architecture. */
        public Builder architecture(Architecture value) {
            architectures.add(value);
            return this;
        }

        /** Adds a resource class, 1 unit or more. */
        public Builder resourceClass(ResourceClass name, int amount) {
            resourceClasses.put(name, amount);
            return this;
        }

        /** Adds a trait that the node must have. */
        public Builder requiredTrait(Trait trait) {
            requiredTraits.add(trait);
            return this;
        }

        /** Adds a trait that the node must not have. */
        public Builder forbiddenTrait(Trait trait) {
            forbiddenTraits.add(trait);
            return this;
        }

        /** Sets the only node that may be chosen. */
        public Builder forcedNode(Optional<NodeName> node) {
            forcedNode = node;
            return this;
        }

        /** Sets the nodes that the request excludes. */
        public Builder ignoredNodes(Set<NodeName> nodes) {
            ignoredNodes = nodes;
            return this;
        }

        /** Sets the nodes on which the instance failed before. */
        public Builder triedNodes(Set<NodeName> nodes) {
            triedNodes = nodes;
            return this;
        }

        /** Builds the demand. */
        public HostDemand build() {
            return new HostDemand(this);
        }
    }
}

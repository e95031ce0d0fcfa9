package org.novametal.driver.model;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The machine size that a user has requested.
 *
 * <p>Source: Nova {@code nova/objects/flavor.py}.
 */
public final class Flavor {
    private final String name;
    private final int vcpus;
    private final int memoryMb;
    private final int rootGb;
    private final int ephemeralGb;
    private final int swapMb;
    private final Map<String, String> extraSpecs;

    private Flavor(Builder builder) {
        this.name = builder.name;
        this.vcpus = builder.vcpus;
        this.memoryMb = builder.memoryMb;
        this.rootGb = builder.rootGb;
        this.ephemeralGb = builder.ephemeralGb;
        this.swapMb = builder.swapMb;
        this.extraSpecs = Map.copyOf(builder.extraSpecs);
    }

    /** Starts a flavor with no resources. */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** The flavor's name. */
    public String name() {
        return name;
    }

    /** The number of processors; 0 when the flavor demands only a resource class. */
    public int vcpus() {
        return vcpus;
    }

    /** The memory in MiB. */
    public int memoryMb() {
        return memoryMb;
    }

    /** The size of the root disk in GiB; 0 means "as large as the image". */
    public int rootGb() {
        return rootGb;
    }

    /** The size of the ephemeral disk in GiB. */
    public int ephemeralGb() {
        return ephemeralGb;
    }

    /** The swap size in MiB. */
    public int swapMb() {
        return swapMb;
    }

    /** Further demands by key, such as {@code resources:CUSTOM_GOLD}, {@code trait:…} or {@code cpu_arch}. */
    public Map<String, String> extraSpecs() {
        return extraSpecs;
    }

    @Override
    public String toString() {
        return "Flavor[" + name + ", vcpus=" + vcpus + ", memoryMb=" + memoryMb + ", rootGb=" + rootGb + "]";
    }

    /** Collects the parts of a {@link Flavor}. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private int vcpus;
        private int memoryMb;
        private int rootGb;
        private int ephemeralGb;
        private int swapMb;
        private final Map<String, String> extraSpecs = new HashMap<>();

        private Builder(String name) {
            this.name = Objects.requireNonNull(name, "name");
        }

        /** Sets the processors. */
        public Builder vcpus(int value) {
            vcpus = notNegative("vcpus", value);
            return this;
        }

        /** Sets the memory in MiB. */
        public Builder memoryMb(int value) {
            memoryMb = notNegative("memoryMb", value);
            return this;
        }

        /** Sets the root disk in GiB. */
        public Builder rootGb(int value) {
            rootGb = notNegative("rootGb", value);
            return this;
        }

        /** Sets the ephemeral disk in GiB. */
        public Builder ephemeralGb(int value) {
            ephemeralGb = notNegative("ephemeralGb", value);
            return this;
        }

        /** Sets the swap in MiB. */
        public Builder swapMb(int value) {
            swapMb = notNegative("swapMb", value);
            return this;
        }

        /** Adds one extra spec. */
        public Builder extraSpec(String key, String value) {
            extraSpecs.put(key, value);
            return this;
        }

        /** Adds several extra specs. */
        public Builder extraSpecs(Map<String, String> values) {
            extraSpecs.putAll(values);
            return this;
        }

        /** Builds the flavor. */
        public Flavor build() {
            return new Flavor(this);
        }

        private static int notNegative(String what, int value) {
            if (value < 0) {
                throw new IllegalArgumentException("a flavor's " + what + " is " + value + "; it must be 0 or more");
            }
            return value;
        }
    }
}

package org.novametal.driver.model;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a driver is told of an instance.
 *
 * <p>Source: Nova {@code nova/objects/instance.py}, the fields that a bare-metal driver reads.
 */
public final class Instance {
    private final InstanceId id;
    private final String name;
    private final String hostname;
    private final Optional<NodeName> node;
    private final Flavor flavor;
    private final Optional<String> userData;
    private final Map<String, String> keypairs;
    private final Map<String, String> metadata;
    private final Optional<String> availabilityZone;

    private Instance(Builder builder) {
        this.id = builder.id;
        this.name = builder.name;
        this.hostname = builder.hostname;
        this.node = builder.node;
        this.flavor = builder.flavor;
        this.userData = builder.userData;
        this.keypairs = Map.copyOf(builder.keypairs);
        this.metadata = Map.copyOf(builder.metadata);
        this.availabilityZone = builder.availabilityZone;
    }

    /** Starts an instance; its name is {@code instance-<id>} and its host name its name until set. */
    public static Builder builder(InstanceId id, Flavor flavor) {
        return new Builder(id, flavor);
    }

    /** Its identity. */
    public InstanceId id() {
        return id;
    }

    /** Nova's {@code instance.name}, from {@code instance_name_template}. */
    public String name() {
        return name;
    }

    /** The host name that the machine is to have. */
    public String hostname() {
        return hostname;
    }

    /** The node that the scheduler chose, where one is chosen. */
    public Optional<NodeName> node() {
        return node;
    }

    /** Its size. */
    public Flavor flavor() {
        return flavor;
    }

    /** User data, base64 as Nova carries it. */
    public Optional<String> userData() {
        return userData;
    }

    /** Public SSH keys by their names. */
    public Map<String, String> keypairs() {
        return keypairs;
    }

    /** The user's own keys and values. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** Its availability zone. */
    public Optional<String> availabilityZone() {
        return availabilityZone;
    }

    /** A builder with these values, to change some. */
    public Builder toBuilder() {
        Builder builder = new Builder(id, flavor).name(name).hostname(hostname);
        builder.node = node;
        builder.userData = userData;
        builder.availabilityZone = availabilityZone;
        builder.keypairs.putAll(keypairs);
        builder.metadata.putAll(metadata);
        return builder;
    }

    @Override
    public String toString() {
        return "Instance[" + id + ", " + name + node.map(n -> ", on " + n).orElse("") + "]";
    }

    /** Collects the parts of an {@link Instance}. Not for several threads. */
    public static final class Builder {
        private final InstanceId id;
        private final Flavor flavor;
        private String name;
        private String hostname;
        private Optional<NodeName> node = Optional.empty();
        private Optional<String> userData = Optional.empty();
        private Optional<String> availabilityZone = Optional.empty();
        private final Map<String, String> keypairs = new HashMap<>();
        private final Map<String, String> metadata = new HashMap<>();

        private Builder(InstanceId id, Flavor flavor) {
            this.id = Objects.requireNonNull(id, "id");
            this.flavor = Objects.requireNonNull(flavor, "flavor");
            this.name = "instance-" + id;
            this.hostname = name;
        }

        /** Sets Nova's {@code instance.name}. */
        public Builder name(String value) {
            name = Objects.requireNonNull(value, "name");
            return this;
        }

        /** Sets the host name. */
        public Builder hostname(String value) {
            hostname = Objects.requireNonNull(value, "hostname");
            return this;
        }

        /** Sets the chosen node. */
        public Builder node(NodeName value) {
            node = Optional.of(value);
            return this;
        }

        /** Sets the user data, base64. */
        public Builder userData(String value) {
            userData = Optional.of(value);
            return this;
        }

        /** Sets the availability zone. */
        public Builder availabilityZone(String value) {
            availabilityZone = Optional.of(value);
            return this;
        }

        /** Adds a public SSH key. */
        public Builder keypair(String keyName, String publicKey) {
            keypairs.put(keyName, publicKey);
            return this;
        }

        /** Adds a metadata item. */
        public Builder metadata(String key, String value) {
            metadata.put(key, value);
            return this;
        }

        /** The instance. */
        public Instance build() {
            return new Instance(this);
        }
    }
}

package org.novametal.driver.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * An instance as its owner has requested it: identity, size, node, metadata.
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
    private final List<KeyPair> keyPairs;
    private final Map<String, String> metadata;
    private final Optional<String> availabilityZone;
    private final Optional<String> displayName;
    private final int launchIndex;
    private final Optional<String> projectId;
    private final Optional<String> userId;
    private final ConfigDriveDemand configDriveDemand;
    private final Set<String> tags;
    private final Map<String, String> systemMetadata;

    private Instance(Builder builder) {
        this.id = builder.id;
        this.name = builder.name;
        this.hostname = builder.hostname;
        this.node = builder.node;
        this.flavor = builder.flavor;
        this.userData = builder.userData;
        this.keyPairs = List.copyOf(builder.keyPairs);
        this.metadata = Map.copyOf(builder.metadata);
        this.availabilityZone = builder.availabilityZone;
        this.displayName = builder.displayName;
        this.launchIndex = builder.launchIndex;
        this.projectId = builder.projectId;
        this.userId = builder.userId;
        this.configDriveDemand = builder.configDriveDemand;
        this.tags = Set.copyOf(builder.tags);
        this.systemMetadata = Map.copyOf(builder.systemMetadata);
    }

    /** Whether the user asked for a config drive: Nova's {@code config_drive}. */
    public enum ConfigDriveDemand {
        /** The user asked for a config drive, or the operator forces one. */
        ASKED,
        /** Nobody asked for a config drive. */
        NOT_ASKED
    }

    /** Starts an instance; by default its name is {@code instance-<id>}, and its host name is the same. */
    public static Builder builder(InstanceId id, Flavor flavor) {
        return new Builder(id, flavor);
    }

    /** The instance's identity. */
    public InstanceId id() {
        return id;
    }

    /** Nova's {@code instance.name}, from {@code instance_name_template}. */
    public String name() {
        return name;
    }

    /** The host name that the machine gets by DHCP: the first label of the requested host name. */
    public String hostname() {
        int dot = hostname.indexOf('.');
        return dot < 0 ? hostname : hostname.substring(0, dot);
    }

    /** The host name with its domain, where the user gave a name with dots (compute API 2.94). */
    public Optional<String> fqdn() {
        return hostname.indexOf('.') < 0 ? Optional.empty() : Optional.of(hostname);
    }

    /** The node that the scheduler chose for the instance, where one was chosen. */
    public Optional<NodeName> node() {
        return node;
    }

    /** The requested machine size. */
    public Flavor flavor() {
        return flavor;
    }

    /** The user data, encoded in base64 as in Nova. */
    public Optional<String> userData() {
        return userData;
    }

    /** The public keys that the guest is to accept, in order. */
    public List<KeyPair> keyPairs() {
        return keyPairs;
    }

    /** The user's metadata: keys and values. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The instance's availability zone. */
    public Optional<String> availabilityZone() {
        return availabilityZone;
    }

    /** The display name that the user gave the instance. */
    public Optional<String> displayName() {
        return displayName;
    }

    /** The instance's index among the instances of one request, from 0. */
    public int launchIndex() {
        return launchIndex;
    }

    /** The project that owns the instance, which need not be the caller's project. */
    public Optional<String> projectId() {
        return projectId;
    }

    /** The user who owns the instance, who need not be the caller. */
    public Optional<String> userId() {
        return userId;
    }

    /** Whether the user asked for a config drive. */
    public ConfigDriveDemand configDriveDemand() {
        return configDriveDemand;
    }

    /** The user's tags. */
    public Set<String> tags() {
        return tags;
    }

    /** Nova's own metadata of the instance, such as {@code image_base_image_ref} or {@code owner_project_name}. */
    public Map<String, String> systemMetadata() {
        return systemMetadata;
    }

    /** A builder that starts with the values of this instance. */
    public Builder toBuilder() {
        Builder builder = new Builder(id, flavor).name(name).hostname(hostname);
        builder.node = node;
        builder.userData = userData;
        builder.availabilityZone = availabilityZone;
        builder.keyPairs.addAll(keyPairs);
        builder.metadata.putAll(metadata);
        builder.displayName = displayName;
        builder.launchIndex = launchIndex;
        builder.projectId = projectId;
        builder.userId = userId;
        builder.configDriveDemand = configDriveDemand;
        builder.tags.addAll(tags);
        builder.systemMetadata.putAll(systemMetadata);
        return builder;
    }

    @Override
    public String toString() {
        return "Instance[" + id + ", " + name + node.map(n -> ", on " + n).orElse("") + "]";
    }

    /** Collects the parts of an {@link Instance}. Not thread-safe. */
    public static final class Builder {
        private final InstanceId id;
        private final Flavor flavor;
        private String name;
        private String hostname;
        private Optional<NodeName> node = Optional.empty();
        private Optional<String> userData = Optional.empty();
        private Optional<String> availabilityZone = Optional.empty();
        private final List<KeyPair> keyPairs = new ArrayList<>();
        private final Map<String, String> metadata = new HashMap<>();
        private Optional<String> displayName = Optional.empty();
        private int launchIndex;
        private Optional<String> projectId = Optional.empty();
        private Optional<String> userId = Optional.empty();
        private ConfigDriveDemand configDriveDemand = ConfigDriveDemand.NOT_ASKED;
        private final Set<String> tags = new LinkedHashSet<>();
        private final Map<String, String> systemMetadata = new HashMap<>();

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

        /** Sets the host name, with or without its domain. */
        public Builder hostname(String value) {
            hostname = Objects.requireNonNull(value, "hostname");
            return this;
        }

        /** Sets the chosen node. */
        public Builder node(NodeName value) {
            node = Optional.of(value);
            return this;
        }

        /** Sets the user data, encoded in base64. */
        public Builder userData(String value) {
            userData = Optional.of(value);
            return this;
        }

        /** Sets the availability zone. */
        public Builder availabilityZone(String value) {
            availabilityZone = Optional.of(value);
            return this;
        }

        /** Adds a public key. */
        public Builder keyPair(KeyPair value) {
            keyPairs.add(Objects.requireNonNull(value, "keyPair"));
            return this;
        }

        /** Sets the display name. */
        public Builder displayName(String value) {
            displayName = Optional.of(value);
            return this;
        }

        /**
         * Sets the instance's index among the instances of one request.
         *
         * @throws IllegalArgumentException when the index is negative
         */
        public Builder launchIndex(int value) {
            if (value < 0) {
                throw new IllegalArgumentException("launch index is " + value + "; it must be 0 or more");
            }
            launchIndex = value;
            return this;
        }

        /** Sets the project and the user that own the instance. */
        public Builder owner(String project, String user) {
            projectId = Optional.of(project);
            userId = Optional.of(user);
            return this;
        }

        /** Sets whether the user asked for a config drive. */
        public Builder configDriveDemand(ConfigDriveDemand value) {
            configDriveDemand = Objects.requireNonNull(value, "configDriveDemand");
            return this;
        }

        /** Adds a tag. */
        public Builder tag(String value) {
            tags.add(value);
            return this;
        }

        /** Adds an item of Nova's own metadata. */
        public Builder systemMetadata(String key, String value) {
            systemMetadata.put(key, value);
            return this;
        }

        /** Adds a metadata item. */
        public Builder metadata(String key, String value) {
            metadata.put(key, value);
            return this;
        }

        /** Builds the instance. */
        public Instance build() {
            return new Instance(this);
        }
    }
}

package org.novametal.driver.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The common part of spawn and rebuild requests: an image, and the instance's networks, disks and metadata. */
public abstract sealed class DeployRequest implements OperationRequest permits SpawnRequest, RebuildRequest {
    private final Instance instance;
    private final ImageMeta image;
    private final List<NetworkInterface> networks;
    private final List<InjectedFile> injectedFiles;
    private final Optional<Secret> adminPassword;
    private final BlockDevices blockDevices;
    private final ConfigDrive configDrive;
    private final MetadataDelivery metadataDelivery;

    DeployRequest(Builder<?> builder) {
        this.instance = builder.instance;
        this.image = builder.image;
        this.networks = List.copyOf(builder.networks);
        this.injectedFiles = List.copyOf(builder.injectedFiles);
        this.adminPassword = builder.adminPassword;
        this.blockDevices = builder.blockDevices;
        this.configDrive = builder.configDrive;
        this.metadataDelivery = builder.metadataDelivery;
    }

    @Override
    public final Instance instance() {
        return instance;
    }

    /** The image to write. */
    public final ImageMeta image() {
        return image;
    }

    /** The networks of the instance, in order; the machine boots over the first network. */
    public final List<NetworkInterface> networks() {
        return networks;
    }

    /** The disks in addition to the image. */
    public final BlockDevices blockDevices() {
        return blockDevices;
    }

    /** The files to put into the instance. */
    public final List<InjectedFile> injectedFiles() {
        return injectedFiles;
    }

    /**
     * The password of the instance's administrator. Nova always sets a password, so it is never a reason to refuse a
     * request; {@link InstanceOperation#unused()} says when it was not used.
     */
    public final Optional<Secret> adminPassword() {
        return adminPassword;
    }

    /** The content of the config drive. */
    public final ConfigDrive configDrive() {
        return configDrive;
    }

    /** How user data, keys and other metadata reach the guest. */
    public final MetadataDelivery metadataDelivery() {
        return metadataDelivery;
    }

    @Override
    public final String toString() {
        return getClass().getSimpleName() + "[" + instance + ", " + image + "]";
    }

    /**
     * Collects the parts of a {@link DeployRequest}. Not thread-safe.
     *
     * @param <B> the builder itself
     */
    public abstract static sealed class Builder<B extends Builder<B>>
            permits SpawnRequest.Builder, RebuildRequest.Builder {
        private final Instance instance;
        private final ImageMeta image;
        private final List<NetworkInterface> networks = new ArrayList<>();
        private final List<InjectedFile> injectedFiles = new ArrayList<>();
        private Optional<Secret> adminPassword = Optional.empty();
        private BlockDevices blockDevices = BlockDevices.none();
        private ConfigDrive configDrive = ConfigDrive.absent();
        private MetadataDelivery metadataDelivery = MetadataDelivery.CONFIG_DRIVE;

        Builder(Instance instance, ImageMeta image) {
            this.instance = Objects.requireNonNull(instance, "instance");
            this.image = Objects.requireNonNull(image, "image");
        }

        abstract B self();

        /** Adds a network. */
        public final B network(NetworkInterface value) {
            networks.add(value);
            return self();
        }

        /** Adds a file. */
        public final B injectedFile(InjectedFile value) {
            injectedFiles.add(value);
            return self();
        }

        /** Sets the administrator's password. */
        public final B adminPassword(Secret value) {
            adminPassword = Optional.of(value);
            return self();
        }

        /** Sets the disks in addition to the image. */
        public final B blockDevices(BlockDevices value) {
            blockDevices = Objects.requireNonNull(value, "blockDevices");
            return self();
        }

        /** Sets the content of the config drive. */
        public final B configDrive(ConfigDrive value) {
            configDrive = Objects.requireNonNull(value, "configDrive");
            return self();
        }

        /** Sets how metadata reaches the guest; the default is a config drive. */
        public final B metadataDelivery(MetadataDelivery value) {
            metadataDelivery = Objects.requireNonNull(value, "metadataDelivery");
            return self();
        }
    }
}

package org.novametal.driver.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A new instance on the node that was chosen for it.
 *
 * <p>Source: Nova {@code nova/virt/driver.py#spawn}; its ten positional arguments as one value, so that one more breaks
 * nobody.
 */
public final class SpawnRequest implements DeployRequest {
    private final Instance instance;
    private final ImageMeta image;
    private final List<NetworkInterface> networks;
    private final List<InjectedFile> injectedFiles;
    private final Optional<Secret> adminPassword;
    private final BlockDevices blockDevices;
    private final ConfigDrive configDrive;
    private final MetadataDelivery metadataDelivery;
    private final PowerAfterSpawn power;

    private SpawnRequest(Builder builder) {
        this.instance = builder.instance;
        this.image = builder.image;
        this.networks = List.copyOf(builder.networks);
        this.injectedFiles = List.copyOf(builder.injectedFiles);
        this.adminPassword = builder.adminPassword;
        this.blockDevices = builder.blockDevices;
        this.configDrive = builder.configDrive;
        this.metadataDelivery = builder.metadataDelivery;
        this.power = builder.power;
    }

    /** Starts a request; the machine ends switched on until {@link Builder#power} changes it. */
    public static Builder builder(Instance instance, ImageMeta image) {
        return new Builder(instance, image);
    }

    @Override
    public Instance instance() {
        return instance;
    }

    @Override
    public ImageMeta image() {
        return image;
    }

    @Override
    public List<NetworkInterface> networks() {
        return networks;
    }

    @Override
    public BlockDevices blockDevices() {
        return blockDevices;
    }

    @Override
    public List<InjectedFile> injectedFiles() {
        return injectedFiles;
    }

    @Override
    public Optional<Secret> adminPassword() {
        return adminPassword;
    }

    @Override
    public ConfigDrive configDrive() {
        return configDrive;
    }

    @Override
    public MetadataDelivery metadataDelivery() {
        return metadataDelivery;
    }

    /** How it ends. */
    public PowerAfterSpawn power() {
        return power;
    }

    @Override
    public String toString() {
        return "SpawnRequest[" + instance + ", " + image + "]";
    }

    /** Collects the parts of a {@link SpawnRequest}. Not for several threads. */
    public static final class Builder {
        private final Instance instance;
        private final ImageMeta image;
        private final List<NetworkInterface> networks = new ArrayList<>();
        private final List<InjectedFile> injectedFiles = new ArrayList<>();
        private Optional<Secret> adminPassword = Optional.empty();
        private BlockDevices blockDevices = BlockDevices.none();
        private ConfigDrive configDrive = ConfigDrive.absent();
        private MetadataDelivery metadataDelivery = MetadataDelivery.CONFIG_DRIVE;
        private PowerAfterSpawn power = PowerAfterSpawn.ON;

        private Builder(Instance instance, ImageMeta image) {
            this.instance = Objects.requireNonNull(instance, "instance");
            this.image = Objects.requireNonNull(image, "image");
        }

        /** Adds a network. */
        public Builder network(NetworkInterface value) {
            networks.add(value);
            return this;
        }

        /** Adds a file. */
        public Builder injectedFile(InjectedFile value) {
            injectedFiles.add(value);
            return this;
        }

        /** Sets the administrator's password. */
        public Builder adminPassword(Secret value) {
            adminPassword = Optional.of(value);
            return this;
        }

        /** Sets the disks beside the image. */
        public Builder blockDevices(BlockDevices value) {
            blockDevices = Objects.requireNonNull(value, "blockDevices");
            return this;
        }

        /** Sets the content of the config drive. */
        public Builder configDrive(ConfigDrive value) {
            configDrive = Objects.requireNonNull(value, "configDrive");
            return this;
        }

        /** Sets how metadata reaches the guest; by config drive until set. */
        public Builder metadataDelivery(MetadataDelivery value) {
            metadataDelivery = Objects.requireNonNull(value, "metadataDelivery");
            return this;
        }

        /** Sets how the machine ends. */
        public Builder power(PowerAfterSpawn value) {
            power = Objects.requireNonNull(value, "power");
            return this;
        }

        /** The request. */
        public SpawnRequest build() {
            return new SpawnRequest(this);
        }
    }
}

package org.novametal.driver.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * All that a spawn is told.
 *
 * <p>Source: Nova {@code nova/virt/driver.py#spawn}; its ten positional arguments as one value, so that one more breaks
 * nobody.
 */
public final class SpawnRequest {
    private final Instance instance;
    private final ImageMeta image;
    private final List<NetworkInterface> networks;
    private final List<InjectedFile> injectedFiles;
    private final Optional<Secret> adminPassword;
    private final PowerAfterSpawn power;

    private SpawnRequest(Builder builder) {
        this.instance = builder.instance;
        this.image = builder.image;
        this.networks = List.copyOf(builder.networks);
        this.injectedFiles = List.copyOf(builder.injectedFiles);
        this.adminPassword = builder.adminPassword;
        this.power = builder.power;
    }

    /** Starts a request; the machine ends switched on until told otherwise. */
    public static Builder builder(Instance instance, ImageMeta image) {
        return new Builder(instance, image);
    }

    /** The instance, its node chosen. */
    public Instance instance() {
        return instance;
    }

    /** The image to write. */
    public ImageMeta image() {
        return image;
    }

    /** Its networks, in order; the first is the one it boots by. */
    public List<NetworkInterface> networks() {
        return networks;
    }

    /** Files to put inside. */
    public List<InjectedFile> injectedFiles() {
        return injectedFiles;
    }

    /** The password of its administrator. */
    public Optional<Secret> adminPassword() {
        return adminPassword;
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

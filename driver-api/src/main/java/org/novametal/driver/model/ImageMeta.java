package org.novametal.driver.model;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.novametal.driver.placement.Trait;

/**
 * The image to write.
 *
 * <p>Names follow Glance's image record ({@code disk_format}, {@code os_hash_algo}, {@code os_hash_value}, {@code
 * min_disk}, {@code min_ram}); {@link #source()} is the location of an image that is not in Glance.
 */
public final class ImageMeta {
    private final Optional<String> id;
    private final Optional<String> name;
    private final Optional<URI> source;
    private final Optional<String> diskFormat;
    private final Optional<String> containerFormat;
    private final Optional<String> checksum;
    private final Optional<String> owner;
    private final Optional<String> kernelId;
    private final Optional<String> ramdiskId;
    private final List<Trait> requiredTraits;
    private final OptionalLong sizeBytes;
    private final Optional<String> hashAlgorithm;
    private final Optional<String> hashValue;
    private final int minDiskGb;
    private final int minRamMb;
    private final Map<String, String> properties;

    private ImageMeta(Builder builder) {
        this.id = builder.id;
        this.name = builder.name;
        this.source = builder.source;
        this.diskFormat = builder.diskFormat;
        this.containerFormat = builder.containerFormat;
        this.checksum = builder.checksum;
        this.owner = builder.owner;
        this.kernelId = builder.kernelId;
        this.ramdiskId = builder.ramdiskId;
        this.requiredTraits = List.copyOf(builder.requiredTraits);
        this.sizeBytes = builder.sizeBytes;
        this.hashAlgorithm = builder.hashAlgorithm;
        this.hashValue = builder.hashValue;
        this.minDiskGb = builder.minDiskGb;
        this.minRamMb = builder.minRamMb;
        this.properties = Map.copyOf(builder.properties);
    }

    /** Starts the record of an image with an id. */
    public static Builder builder(String id) {
        return new Builder(Optional.of(id));
    }

    /** Starts the record of an image without an id, as Nova passes it for an instance that boots from a volume. */
    public static Builder builder() {
        return new Builder(Optional.empty());
    }

    /** The image's id, which is Glance's id for an image in Glance; absent for a boot from volume. */
    public Optional<String> id() {
        return id;
    }

    /** The image's name. */
    public Optional<String> name() {
        return name;
    }

    /** The image's name in messages: its id, or else its name, or else {@code (no id)}. */
    public String label() {
        return id.or(() -> name).orElse("(no id)");
    }

    /**
     * The image's URL: {@code http}, {@code https} or {@code file}; absent means that Glance has the image under {@link
     * #id()}.
     */
    public Optional<URI> source() {
        return source;
    }

    /** The declared format, {@code raw} or {@code qcow2}; it is checked against the content. */
    public Optional<String> diskFormat() {
        return diskFormat;
    }

    /** Glance's container format, {@code bare} for a plain file. */
    public Optional<String> containerFormat() {
        return containerFormat;
    }

    /** The MD5 of the file, hexadecimal: the only hash that Nova passes. It detects damage, but not an attack. */
    public Optional<String> checksum() {
        return checksum;
    }

    /** The project that owns the image. */
    public Optional<String> owner() {
        return owner;
    }

    /** The id of the kernel's image, for a partition image. */
    public Optional<String> kernelId() {
        return kernelId;
    }

    /** The id of the initial RAM disk's image, which goes with {@link #kernelId()}. */
    public Optional<String> ramdiskId() {
        return ramdiskId;
    }

    /**
     * The processor architecture that the image is for: property {@code hw_architecture}, or the older {@code
     * architecture}.
     */
    public Optional<String> architecture() {
        return Optional.ofNullable(properties.get("hw_architecture"))
                .or(() -> Optional.ofNullable(properties.get("architecture")));
    }

    /** The firmware type that the image boots with, {@code bios} or {@code uefi}: property {@code hw_firmware_type}. */
    public Optional<String> firmwareType() {
        return Optional.ofNullable(properties.get("hw_firmware_type"));
    }

    /** The traits that a node must have: Nova's {@code traits_required}. */
    public List<Trait> requiredTraits() {
        return requiredTraits;
    }

    /** The declared size of the file in bytes. */
    public OptionalLong sizeBytes() {
        return sizeBytes;
    }

    /** The algorithm of {@link #hashValue()}: {@code sha256} or {@code sha512}. */
    public Optional<String> hashAlgorithm() {
        return hashAlgorithm;
    }

    /** The hash of the file as it is stored at its source, lower-case hexadecimal. */
    public Optional<String> hashValue() {
        return hashValue;
    }

    /** The smallest disk that the image fits on, in GiB; 0 when not stated. */
    public int minDiskGb() {
        return minDiskGb;
    }

    /** The least memory that the image needs, in MiB; 0 when not stated. */
    public int minRamMb() {
        return minRamMb;
    }

    /** Further properties, as text. */
    public Map<String, String> properties() {
        return properties;
    }

    /** Leaves out {@link #source()}, whose user part or query may be a secret. */
    @Override
    public String toString() {
        return "ImageMeta[" + label() + "]";
    }

    /** Collects the parts of an {@link ImageMeta}. Not thread-safe. */
    public static final class Builder {
        private final Optional<String> id;
        private Optional<String> name = Optional.empty();
        private Optional<URI> source = Optional.empty();
        private Optional<String> diskFormat = Optional.empty();
        private Optional<String> containerFormat = Optional.empty();
        private Optional<String> checksum = Optional.empty();
        private Optional<String> owner = Optional.empty();
        private Optional<String> kernelId = Optional.empty();
        private Optional<String> ramdiskId = Optional.empty();
        private final List<Trait> requiredTraits = new ArrayList<>();
        private OptionalLong sizeBytes = OptionalLong.empty();
        private Optional<String> hashAlgorithm = Optional.empty();
        private Optional<String> hashValue = Optional.empty();
        private int minDiskGb;
        private int minRamMb;
        private final Map<String, String> properties = new HashMap<>();

        private Builder(Optional<String> id) {
            this.id = id;
        }

        /** Sets the name. */
        public Builder name(String value) {
            name = Optional.of(value);
            return this;
        }

        /** Sets the image's URL. */
        public Builder source(URI value) {
            source = Optional.of(value);
            return this;
        }

        /** Sets the declared format. */
        public Builder diskFormat(String value) {
            diskFormat = Optional.of(value);
            return this;
        }

        /** Sets Glance's container format. */
        public Builder containerFormat(String value) {
            containerFormat = Optional.of(value);
            return this;
        }

        /** Sets the MD5 of the file. */
        public Builder checksum(String hexadecimal) {
            checksum = Optional.of(hexadecimal);
            return this;
        }

        /** Sets the project that owns the image. */
        public Builder owner(String projectId) {
            owner = Optional.of(projectId);
            return this;
        }

        /** Sets the id of the kernel's image. */
        public Builder kernelId(String value) {
            kernelId = Optional.of(value);
            return this;
        }

        /** Sets the id of the initial RAM disk's image. */
        public Builder ramdiskId(String value) {
            ramdiskId = Optional.of(value);
            return this;
        }

        /** Adds a trait that a node must have. */
        public Builder requiredTrait(Trait value) {
            requiredTraits.add(Objects.requireNonNull(value, "trait"));
            return this;
        }

        /** Sets the declared size in bytes. */
        public Builder sizeBytes(long value) {
            sizeBytes = OptionalLong.of(value);
            return this;
        }

        /** Sets the hash that the file must have. */
        public Builder hash(String algorithm, String hexadecimal) {
            hashAlgorithm = Optional.of(algorithm);
            hashValue = Optional.of(hexadecimal);
            return this;
        }

        /** Sets the smallest disk in GiB. */
        public Builder minDiskGb(int value) {
            minDiskGb = value;
            return this;
        }

        /** Sets the least memory in MiB. */
        public Builder minRamMb(int value) {
            minRamMb = value;
            return this;
        }

        /** Adds a property. */
        public Builder property(String key, String value) {
            properties.put(key, value);
            return this;
        }

        /** Builds the image record. */
        public ImageMeta build() {
            return new ImageMeta(this);
        }
    }
}

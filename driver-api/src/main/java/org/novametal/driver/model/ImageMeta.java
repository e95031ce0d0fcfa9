package org.novametal.driver.model;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a driver is told of the image to write.
 *
 * <p>Names follow Glance's image record ({@code disk_format}, {@code os_hash_algo}, {@code os_hash_value}, {@code
 * min_disk}, {@code min_ram}); {@link #source()} is where an image lies that no Glance keeps.
 */
public final class ImageMeta {
    private final String id;
    private final String name;
    private final Optional<URI> source;
    private final Optional<String> diskFormat;
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
        this.sizeBytes = builder.sizeBytes;
        this.hashAlgorithm = builder.hashAlgorithm;
        this.hashValue = builder.hashValue;
        this.minDiskGb = builder.minDiskGb;
        this.minRamMb = builder.minRamMb;
        this.properties = Map.copyOf(builder.properties);
    }

    /** Starts an image record; its name is its id until set. */
    public static Builder builder(String id) {
        return new Builder(id);
    }

    /** The image's id, Glance's where Glance keeps it. */
    public String id() {
        return id;
    }

    /** The image's name. */
    public String name() {
        return name;
    }

    /** Where the image lies: {@code http}, {@code https} or {@code file}; absent means Glance, by {@link #id()}. */
    public Optional<URI> source() {
        return source;
    }

    /** The declared format, {@code raw} or {@code qcow2}; it is checked against the content. */
    public Optional<String> diskFormat() {
        return diskFormat;
    }

    /** The declared size of the file in bytes. */
    public OptionalLong sizeBytes() {
        return sizeBytes;
    }

    /** {@code sha256} or {@code sha512}. */
    public Optional<String> hashAlgorithm() {
        return hashAlgorithm;
    }

    /** The hash of the file as it lies at its source, lower-case hexadecimal. */
    public Optional<String> hashValue() {
        return hashValue;
    }

    /** The smallest disk it fits on, in GiB; 0 where not stated. */
    public int minDiskGb() {
        return minDiskGb;
    }

    /** The least memory it needs, in MiB; 0 where not stated. */
    public int minRamMb() {
        return minRamMb;
    }

    /** Further properties. */
    public Map<String, String> properties() {
        return properties;
    }

    @Override
    public String toString() {
        return "ImageMeta[" + id + source.map(s -> ", " + s).orElse("") + "]";
    }

    /** Collects the parts of an {@link ImageMeta}. Not for several threads. */
    public static final class Builder {
        private final String id;
        private String name;
        private Optional<URI> source = Optional.empty();
        private Optional<String> diskFormat = Optional.empty();
        private OptionalLong sizeBytes = OptionalLong.empty();
        private Optional<String> hashAlgorithm = Optional.empty();
        private Optional<String> hashValue = Optional.empty();
        private int minDiskGb;
        private int minRamMb;
        private final Map<String, String> properties = new HashMap<>();

        private Builder(String id) {
            this.id = Objects.requireNonNull(id, "id");
            this.name = id;
        }

        /** Sets the name. */
        public Builder name(String value) {
            name = Objects.requireNonNull(value, "name");
            return this;
        }

        /** Sets where the image lies. */
        public Builder source(URI value) {
            source = Optional.of(value);
            return this;
        }

        /** Sets the declared format. */
        public Builder diskFormat(String value) {
            diskFormat = Optional.of(value);
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

        /** The image record. */
        public ImageMeta build() {
            return new ImageMeta(this);
        }
    }
}

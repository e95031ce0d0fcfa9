package org.novametal.driver.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The disks that a request demands in addition to the image.
 *
 * <p>Source: Nova {@code nova/virt/driver.py#get_block_device_info}.
 */
public final class BlockDevices {
    private static final BlockDevices NONE = new Builder().build();

    private final Optional<String> rootDeviceName;
    private final List<Volume> volumes;
    private final List<Ephemeral> ephemerals;
    private final Optional<Swap> swap;

    private BlockDevices(Builder builder) {
        this.rootDeviceName = builder.rootDeviceName;
        this.volumes = List.copyOf(builder.volumes);
        this.ephemerals = List.copyOf(builder.ephemerals);
        this.swap = builder.swap;
    }

    /**
     * A volume of a volume service.
     *
     * @param volumeId the volume
     * @param attachmentId the id of the volume service's record of the attachment, where there is one
     * @param mountDevice the device name in the guest, such as {@code /dev/sdb}, where one is requested
     * @param bootIndex the volume's place in the boot order; 0 is the disk to boot from
     * @param connectionType the protocol to connect to the volume, such as {@code iscsi}
     * @param connection the data needed to connect to the volume; may contain passwords
     */
    public record Volume(
            String volumeId,
            Optional<String> attachmentId,
            Optional<String> mountDevice,
            OptionalInt bootIndex,
            String connectionType,
            Map<String, Secret> connection) {
        /** Copies the connection. */
        public Volume {
            Objects.requireNonNull(volumeId, "volumeId");
            Objects.requireNonNull(attachmentId, "attachmentId");
            Objects.requireNonNull(mountDevice, "mountDevice");
            Objects.requireNonNull(bootIndex, "bootIndex");
            Objects.requireNonNull(connectionType, "connectionType");
            connection = Map.copyOf(connection);
        }
    }

    /**
     * An empty local disk.
     *
     * @param deviceName the device name in the guest, where one is requested
     * @param sizeGb its size in GiB
     * @param guestFormat the file system to make, where one is requested
     */
    public record Ephemeral(Optional<String> deviceName, int sizeGb, Optional<String> guestFormat) {}

    /**
     * A local disk for swapping.
     *
     * @param deviceName the device name in the guest, where one is requested
     * @param sizeMb its size in MiB
     */
    public record Swap(Optional<String> deviceName, int sizeMb) {}

    /** No disks in addition to the image. */
    public static BlockDevices none() {
        return NONE;
    }

    /** Starts with no disks. */
    public static Builder builder() {
        return new Builder();
    }

    /** The root disk's device name, such as {@code /dev/sda}, where one is requested. */
    public Optional<String> rootDeviceName() {
        return rootDeviceName;
    }

    /** Volumes, in order. */
    public List<Volume> volumes() {
        return volumes;
    }

    /** Empty local disks, in order. */
    public List<Ephemeral> ephemerals() {
        return ephemerals;
    }

    /** The disk for swapping. */
    public Optional<Swap> swap() {
        return swap;
    }

    /** Whether the machine is to boot from a volume. */
    public boolean bootsFromVolume() {
        return volumes.stream().anyMatch(volume -> volume.bootIndex().equals(OptionalInt.of(0)));
    }

    @Override
    public String toString() {
        return "BlockDevices[volumes=" + volumes + ", ephemerals=" + ephemerals + ", swap=" + swap + "]";
    }

    /** Collects the parts of {@link BlockDevices}. Not thread-safe. */
    public static final class Builder {
        private Optional<String> rootDeviceName = Optional.empty();
        private final List<Volume> volumes = new ArrayList<>();
        private final List<Ephemeral> ephemerals = new ArrayList<>();
        private Optional<Swap> swap = Optional.empty();

        private Builder() {}

        /** Sets the root disk's device name. */
        public Builder rootDeviceName(String value) {
            rootDeviceName = Optional.of(value);
            return this;
        }

        /** Adds a volume. */
        public Builder volume(Volume value) {
            volumes.add(Objects.requireNonNull(value, "volume"));
            return this;
        }

        /** Adds an empty disk. */
        public Builder ephemeral(Ephemeral value) {
            ephemerals.add(Objects.requireNonNull(value, "ephemeral"));
            return this;
        }

        /** Sets the disk for swapping. */
        public Builder swap(Swap value) {
            swap = Optional.of(value);
            return this;
        }

        /** Builds the disks. */
        public BlockDevices build() {
            return new BlockDevices(this);
        }
    }
}

package org.novametal.fake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * A config drive on a fake machine's disk: written as the agent does, into a partition of 64 MiB at the end of the disk, and
 * read as a guest does, by the partition table and the drive's label.
 *
 * <p>Sources: Ironic Python Agent, {@code partition_utils.create_config_drive_partition}; ECMA-119 §8.4, §9.1; Joliet
 * Specification 1995.
 */
final class FakeConfigDrive {
    private static final int MAX_BYTES = 64 << 20;
    private static final int SECTOR = 512;
    private static final int BLOCK = 2048;
    private static final int ENTRY_BYTES = 16;
    private static final int FIRST_ENTRY = 446;
    private static final int MAX_FILES = 1000;
    private static final byte FAT32_LBA = 0x0c;

    private FakeConfigDrive() {}

    /** Writes a drive: base64 of its gzipped bytes. The disk has an MBR. */
    static void write(FakeDisk disk, String packed) throws FakeAgentFailure, IOException {
        byte[] drive = unpack(packed);
        if (drive.length > MAX_BYTES) {
            throw FakeAgentFailure.deployment(
                    "Config drive size exceeds maximum limit of 64MiB. Size is " + drive.length + " bytes");
        }
        long size = Math.min(MAX_BYTES, disk.length() / 4 / BLOCK * BLOCK);
        long start = (disk.length() - size) / (1 << 20) * (1 << 20);
        ByteBuffer mbr = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        disk.read(mbr, 0);
        if (mbr.getShort(SECTOR - 2) != (short) 0xAA55) {
            throw FakeAgentFailure.deployment("this fake agent adds config drives to disks with an MBR only");
        }
        int entry = freeEntry(mbr, start / SECTOR);
        if (drive.length > size) {
            throw FakeAgentFailure.deployment("the disk is too small for a config drive of " + drive.length + " bytes");
        }
        mbr.put(entry, (byte) 0).put(entry + 4, FAT32_LBA);
        mbr.putInt(entry + 8, (int) (start / SECTOR)).putInt(entry + 12, (int) (size / SECTOR));
        disk.zero(start, size);
        disk.write(ByteBuffer.wrap(drive), start);
        disk.write(mbr.rewind(), 0);
        disk.sync();
    }

    private static int freeEntry(ByteBuffer mbr, long startSector) throws FakeAgentFailure {
        int free = -1;
        for (int i = 0; i < 4; i++) {
            int at = FIRST_ENTRY + i * ENTRY_BYTES;
            long end = Integer.toUnsignedLong(mbr.getInt(at + 8)) + Integer.toUnsignedLong(mbr.getInt(at + 12));
            if (mbr.get(at + 4) == 0) {
                free = free < 0 ? at : free;
            } else if (end > startSector) {
                throw FakeAgentFailure.deployment("partition " + (i + 1) + " leaves no room for a config drive");
            }
        }
        if (free < 0) {
            throw FakeAgentFailure.deployment(
                    "Config drive cannot be created for MBR partition table, because 4 primary"
                            + " partitions exist already");
        }
        return free;
    }

    private static byte[] unpack(String packed) throws FakeAgentFailure {
        try (InputStream in =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(packed)))) {
            return in.readNBytes(MAX_BYTES + 1);
        } catch (IOException | IllegalArgumentException e) {
            throw FakeAgentFailure.deployment("Cannot decompress and write the config drive, "
                    + e.getClass().getSimpleName());
        }
    }

    /**
     * A drive that was found.
     *
     * @param entry where its entry begins in the first sector
     * @param files its files, by path
     */
    record Found(int entry, Map<String, byte[]> files) {
        /** Removes the drive's entry from a copy of the first sector, which then is that of the image again. */
        void hide(ByteBuffer firstSector) {
            firstSector.put(entry, new byte[ENTRY_BYTES]);
        }
    }

    /**
     * The drive on a disk.
     *
     * @return empty when no partition has a drive
     * @throws IOException when the drive is damaged
     */
    static Optional<Found> read(FakeDisk disk) throws IOException {
        ByteBuffer mbr = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        disk.read(mbr, 0);
        if (mbr.getShort(SECTOR - 2) != (short) 0xAA55) {
            return Optional.empty();
        }
        for (int i = 0; i < 4; i++) {
            long start = Integer.toUnsignedLong(mbr.getInt(FIRST_ENTRY + i * ENTRY_BYTES + 8)) * SECTOR;
            long size = Integer.toUnsignedLong(mbr.getInt(FIRST_ENTRY + i * ENTRY_BYTES + 12)) * SECTOR;
            if (size >= 20 * BLOCK && size <= MAX_BYTES && start + size <= disk.length()) {
                ByteBuffer drive = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
                disk.read(drive, start);
                Optional<ByteBuffer> root = root(drive);
                if (root.isPresent()) {
                    Map<String, byte[]> files = new TreeMap<>();
                    list(drive, root.get(), "", files);
                    return Optional.of(new Found(FIRST_ENTRY + i * ENTRY_BYTES, files));
                }
            }
        }
        return Optional.empty();
    }

    /** The record of the Joliet tree's root, if the drive has the right label. */
    private static Optional<ByteBuffer> root(ByteBuffer drive) {
        for (int at = 16 * BLOCK; at + BLOCK <= drive.capacity(); at += BLOCK) {
            if (!text(drive, at + 1, 5, false).equals("CD001") || drive.get(at) == (byte) 255) {
                return Optional.empty();
            }
            if (drive.get(at) == 2
                    && text(drive, at + 88, 2, false).equals("%/")
                    && text(drive, at + 40, 32, true).strip().equals("config-2")) {
                return Optional.of(drive.slice(at + 156, 34).order(ByteOrder.LITTLE_ENDIAN));
            }
        }
        return Optional.empty();
    }

    private static void list(ByteBuffer drive, ByteBuffer folder, String path, Map<String, byte[]> files)
            throws IOException {
        int start = folder.getInt(2) * BLOCK;
        int end = start + folder.getInt(10);
        if (start < 0 || end < start || end > drive.capacity() || path.length() > 1000) {
            throw new IOException("the folder '" + path + "' of the config drive is outside of it");
        }
        for (int at = start; at < end; ) {
            int length = Byte.toUnsignedInt(drive.get(at));
            if (length == 0) {
                at = (at / BLOCK + 1) * BLOCK;
                continue;
            }
            ByteBuffer record = drive.slice(at, length).order(ByteOrder.LITTLE_ENDIAN);
            at += length;
            int nameBytes = Byte.toUnsignedInt(record.get(32));
            if (nameBytes == 1) {
                continue; // the folder itself, or its parent
            }
            String name = path + text(record, 33, nameBytes, true);
            if ((record.get(25) & 2) != 0) {
                list(drive, record, name + "/", files);
                continue;
            }
            byte[] content = new byte[record.getInt(10)];
            drive.get(record.getInt(2) * BLOCK, content);
            files.put(name, content);
            if (files.size() > MAX_FILES) {
                throw new IOException("the config drive has more than " + MAX_FILES + " files");
            }
        }
    }

    private static String text(ByteBuffer buffer, int at, int length, boolean wide) {
        byte[] bytes = new byte[length];
        buffer.get(at, bytes);
        return new String(bytes, wide ? StandardCharsets.UTF_16BE : StandardCharsets.ISO_8859_1);
    }
}

package org.novametal.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * The partition table that a whole-disk image must hold; the deploy agent fails on a disk without one.
 *
 * <p>MBR: the bytes {@code 55 AA} at 510, and at 446 four entries of 16 bytes (0 status, 4 type, 8 first sector, 12 sectors,
 * little-endian), each empty or plausible, at least one of them not empty. GPT: {@code EFI PART} in the second sector, which
 * has 512 or 4096 bytes, and at offset 32 of it the number of the sector with the backup header, the disk's last (8 bytes,
 * little-endian). Where there is a GPT, the MBR only protects it. Source: UEFI 2.10, 5.2 and 5.3.
 */
final class PartitionTable {
    private static final int SECTOR = 512;
    private static final int LARGE_SECTOR = 4096;
    private static final int FIRST_ENTRY = 446;
    private static final int ENTRY_BYTES = 16;
    private static final int END_OF_ENTRIES = 510;
    private static final int GPT_ALTERNATE = 32;
    private static final String GPT_SIGNATURE = "EFI PART";

    private PartitionTable() {}

    /** Refuses a raw image without a partition table. */
    static void require(FileChannel raw, String image) throws IOException {
        if (!isPresent(raw)) {
            throw new ImageException(
                    ImageException.Reason.NOT_AN_IMAGE,
                    image + ": not a disk image: neither an MBR nor a GPT partition table (it is "
                            + ImageFormat.describe(raw) + "); use a whole-disk image, raw or qcow2");
        }
    }

    /**
     * Refuses a raw image that ends before its own table says: before the end of an MBR partition, or before the backup
     * header of a GPT. The image must have a partition table, and must have been fetched completely.
     *
     * @throws ImageException with {@code TRUNCATED}, naming the offset that should be inside and the image's length
     */
    static void requireInside(FileChannel raw, String image) throws IOException {
        for (int sectorBytes : new int[] {SECTOR, LARGE_SECTOR}) {
            if (hasGpt(raw, sectorBytes)) {
                requireBackupHeader(raw, sectorBytes, image);
                return;
            }
        }
        ByteBuffer sector = FileBytes.read(raw, 0, SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        for (int entry = FIRST_ENTRY; entry < END_OF_ENTRIES; entry += ENTRY_BYTES) {
            long end = (Integer.toUnsignedLong(sector.getInt(entry + 8))
                            + Integer.toUnsignedLong(sector.getInt(entry + 12)))
                    * SECTOR;
            if (sector.get(entry + 4) != 0 && end > raw.size()) {
                throw truncated(
                        "MBR partition " + ((entry - FIRST_ENTRY) / ENTRY_BYTES + 1) + " ends at offset " + end,
                        raw,
                        image);
            }
        }
    }

    private static void requireBackupHeader(FileChannel raw, int sectorBytes, String image) throws IOException {
        ByteBuffer header =
                FileBytes.read(raw, sectorBytes, GPT_ALTERNATE + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (header.remaining() < GPT_ALTERNATE + Long.BYTES) {
            throw truncated("its GPT header begins at offset " + sectorBytes, raw, image);
        }
        long backup = header.getLong(GPT_ALTERNATE);
        if (Long.compareUnsigned(backup, raw.size() / sectorBytes) >= 0) {
            throw truncated(
                    "its backup GPT header is in sector " + Long.toUnsignedString(backup) + " (of " + sectorBytes
                            + " bytes)",
                    raw,
                    image);
        }
    }

    private static ImageException truncated(String finding, FileChannel raw, String image) throws IOException {
        return new ImageException(
                ImageException.Reason.TRUNCATED,
                image + ": this disk image is truncated: " + finding + ", but the image has only " + raw.size()
                        + " bytes; copy it again from a complete source");
    }

    static boolean isPresent(FileChannel raw) throws IOException {
        return hasGpt(raw, SECTOR) || hasGpt(raw, LARGE_SECTOR) || hasMbr(raw);
    }

    private static boolean hasGpt(FileChannel raw, int sectorBytes) throws IOException {
        ByteBuffer header = FileBytes.read(raw, sectorBytes, GPT_SIGNATURE.length());
        return header.remaining() == GPT_SIGNATURE.length()
                && ImageFormat.ascii(header, 0, GPT_SIGNATURE.length()).equals(GPT_SIGNATURE);
    }

    private static boolean hasMbr(FileChannel raw) throws IOException {
        ByteBuffer sector = FileBytes.read(raw, 0, SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        if (sector.remaining() < SECTOR || sector.getShort(510) != (short) 0xAA55) {
            return false;
        }
        int partitions = 0;
        for (int entry = FIRST_ENTRY; entry < END_OF_ENTRIES; entry += ENTRY_BYTES) {
            int status = sector.get(entry) & 0xFF;
            int type = sector.get(entry + 4) & 0xFF;
            long firstSector = Integer.toUnsignedLong(sector.getInt(entry + 8));
            long sectors = Integer.toUnsignedLong(sector.getInt(entry + 12));
            if (status != 0 && status != 0x80) {
                return false;
            }
            if (type != 0) {
                if (firstSector == 0 || sectors == 0) {
                    return false;
                }
                partitions++;
            }
        }
        return partitions > 0;
    }
}

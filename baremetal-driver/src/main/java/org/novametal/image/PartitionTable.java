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
 * has 512 or 4096 bytes.
 */
final class PartitionTable {
    private static final int SECTOR = 512;
    private static final int LARGE_SECTOR = 4096;
    private static final String GPT_SIGNATURE = "EFI PART";

    private PartitionTable() {}

    /** Refuses a raw image without a partition table. */
    static void require(FileChannel raw, String image) throws IOException {
        if (!isPresent(raw)) {
            throw new ImageException(
                    ImageException.Reason.NOT_AN_IMAGE,
                    image + ": no disk image: neither an MBR nor a GPT partition table (it is "
                            + ImageFormat.describe(raw) + "); give a whole-disk image, raw or qcow2");
        }
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
        for (int entry = 446; entry < 510; entry += 16) {
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

package org.novametal.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Disk images and qcow2 headers made by hand. */
public final class DiskImages {
    private DiskImages() {}

    /** A raw disk of that length with one MBR partition and random bytes behind the first sector. */
    static byte[] withMbr(int bytes, long seed) {
        byte[] disk = new byte[bytes];
        new Random(seed).nextBytes(disk);
        ByteBuffer sector = ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 512; i++) {
            disk[i] = 0;
        }
        sector.put(446, (byte) 0x80).put(450, (byte) 0x83).putInt(454, 1).putInt(458, bytes / 512 - 1);
        sector.putShort(510, (short) 0xAA55);
        return disk;
    }

    /** A raw disk with a GPT header in its second sector of {@code sectorBytes}, and no MBR. */
    static byte[] withGpt(int bytes, int sectorBytes) {
        byte[] disk = new byte[bytes];
        byte[] signature = "EFI PART".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(signature, 0, disk, sectorBytes, signature.length);
        ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN).putLong(sectorBytes + 32, bytes / sectorBytes - 1);
        return disk;
    }

    /** A version 3 qcow2 file that is taken, of four clusters of 64 KiB, the last its empty L1 table, to be spoilt by a test. */
    public static ByteBuffer qcow2(long virtualSize) {
        ByteBuffer header = ByteBuffer.allocate(4 << 16);
        header.putInt(0, 0x514649FB).putInt(4, 3).putInt(20, 16).putLong(24, virtualSize);
        header.putInt(36, 1).putLong(40, 3L << 16).putLong(48, 1L << 16).putInt(56, 1);
        header.putInt(96, 4).putInt(100, 104);
        return header;
    }

    /** All bytes of a buffer that {@link #qcow2} made. */
    public static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.get(0, bytes);
        return bytes;
    }
}

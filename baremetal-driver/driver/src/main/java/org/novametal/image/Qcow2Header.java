package org.novametal.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The header of a qcow2 file, read before any program sees the file: a hostile one can name other files of this host as its
 * backing or data file, or claim a size that fills the disk.
 *
 * <p>Layout, big-endian: 0 magic {@code QFI\xfb}, 4 version, 8 backing file offset (8), 16 its length, 20 cluster bits,
 * 24 virtual size (8), 32 encryption, 36 entries of the L1 table, 40 its offset (8), 48 refcount table offset (8),
 * 56 its clusters, 60 snapshots, 64 their offset (8); from version 3: 72 incompatible, 80 compatible, 88 autoclear features
 * (8 each), 96 refcount order, 100 header length. Extensions follow the header: type (4), length (4), data padded to 8.
 * Source: QEMU, docs/interop/qcow2.txt.
 *
 * @param version 2 or 3
 * @param virtualSize the length of the disk that the file contains, in bytes
 * @param clusterBits the power of two that is the length of a cluster in bytes, from 9 to 21
 * @param l1Entries how many entries of 8 bytes the L1 table has
 * @param l1Offset where the L1 table begins, in bytes from the file's start
 * @param extendedL2 whether an entry of an L2 table has 16 bytes, not 8
 */
record Qcow2Header(int version, long virtualSize, int clusterBits, int l1Entries, long l1Offset, boolean extendedL2) {
    static final String MAGIC_HEX = "514649fb";

    private static final int MAGIC = 0x514649FB;
    private static final int HEADER_V2_BYTES = 72;
    private static final int HEADER_V3_BYTES = 104;
    private static final int MAX_HEADER_BYTES = 64 << 10;
    private static final int MAX_L1_ENTRIES = (32 << 20) / Long.BYTES;
    private static final int SECTOR = 512;

    private static final long FEATURE_DIRTY = 1;
    private static final long FEATURE_CORRUPT = 1 << 1;
    private static final long FEATURE_DATA_FILE = 1 << 2;
    private static final long FEATURE_COMPRESSION = 1 << 3;
    private static final long FEATURE_EXTENDED_L2 = 1 << 4;
    private static final long FEATURES_TAKEN = FEATURE_DIRTY | FEATURE_COMPRESSION | FEATURE_EXTENDED_L2;

    private static final int EXTENSION_END = 0;
    private static final int EXTENSION_BACKING_FORMAT = 0xE2792ACA;
    private static final int EXTENSION_DATA_FILE = 0x44415441;
    private static final int EXTENSION_ENCRYPTION = 0x0537BE77;

    /**
     * Reads and checks the header.
     *
     * @throws ImageException with {@code FORMAT_REFUSED}, naming the field that is not accepted
     */
    static Qcow2Header read(FileChannel file, String image) throws IOException {
        ByteBuffer header = FileBytes.read(file, 0, MAX_HEADER_BYTES);
        require(header.remaining() >= HEADER_V2_BYTES, image, "its header is cut off");
        require(header.getInt(0) == MAGIC, image, "it has no qcow2 magic");
        int version = header.getInt(4);
        require(version == 2 || version == 3, image, "its version is " + Integer.toUnsignedString(version));
        require(
                header.getLong(8) == 0 && header.getInt(16) == 0,
                image,
                "it names a backing file; flatten it with 'qemu-img convert -O qcow2'");
        int clusterBits = header.getInt(20);
        require(clusterBits >= 9 && clusterBits <= 21, image, "its cluster bits are " + clusterBits);
        long virtualSize = header.getLong(24);
        require(
                virtualSize > 0 && virtualSize <= Long.MAX_VALUE - SECTOR,
                image,
                "its virtual size is " + Long.toUnsignedString(virtualSize));
        require(header.getInt(32) == 0, image, "it is encrypted");
        int l1Entries = header.getInt(36);
        require(l1Entries >= 0 && l1Entries <= MAX_L1_ENTRIES, image, "its L1 table has " + l1Entries + " entries");
        require(l1Entries == 0 || header.getLong(40) > 0, image, "its L1 table has no offset");
        int headerBytes = version == 2 ? HEADER_V2_BYTES : checkVersion3(header, image);
        checkExtensions(header, headerBytes, 1 << clusterBits, image);
        boolean extendedL2 = version != 2 && (header.getLong(72) & FEATURE_EXTENDED_L2) != 0;
        return new Qcow2Header(version, virtualSize, clusterBits, l1Entries, header.getLong(40), extendedL2);
    }

    /** The length of the raw image: the virtual size in whole sectors. */
    long rawBytes() {
        return (virtualSize + SECTOR - 1) / SECTOR * SECTOR;
    }

    /** The length of an entry of an L2 table, in bytes. */
    int l2EntryBytes() {
        return extendedL2 ? 2 * Long.BYTES : Long.BYTES;
    }

    private static int checkVersion3(ByteBuffer header, String image) {
        require(header.remaining() >= HEADER_V3_BYTES, image, "its header is cut off");
        long incompatible = header.getLong(72);
        require((incompatible & FEATURE_DATA_FILE) == 0, image, "it keeps its data in another file");
        require((incompatible & FEATURE_CORRUPT) == 0, image, "it is marked as corrupt");
        require(
                (incompatible & ~FEATURES_TAKEN) == 0,
                image,
                "it needs unknown features (bits 0x" + Long.toHexString(incompatible) + ")");
        int headerBytes = header.getInt(100);
        require(
                headerBytes >= HEADER_V3_BYTES && headerBytes % 8 == 0 && headerBytes <= header.remaining(),
                image,
                "its header length is " + Integer.toUnsignedString(headerBytes));
        return headerBytes;
    }

    /** As QEMU does, walks to the end marker or to the end of the first cluster. */
    private static void checkExtensions(ByteBuffer header, int headerBytes, int clusterBytes, String image) {
        int end = Math.min(clusterBytes, header.remaining());
        int at = headerBytes;
        while (at + 8 <= end) {
            int type = header.getInt(at);
            int length = header.getInt(at + 4);
            if (type == EXTENSION_END) {
                return;
            }
            require(type != EXTENSION_BACKING_FORMAT, image, "it names the format of a backing file");
            require(type != EXTENSION_DATA_FILE, image, "it names an external data file");
            require(type != EXTENSION_ENCRYPTION, image, "it is encrypted");
            require(
                    length >= 0 && length <= end - at - 8,
                    image,
                    "a header extension has " + Integer.toUnsignedString(length) + " bytes");
            at += 8 + (length + 7) / 8 * 8;
        }
        require(end == clusterBytes, image, "its header extensions have no end");
    }

    private static void require(boolean holds, String image, String finding) {
        if (!holds) {
            throw new ImageException(
                    ImageException.Reason.FORMAT_REFUSED,
                    image + ": this qcow2 image is refused: " + finding
                            + "; only self-contained, unencrypted qcow2 images of version 2 or 3 are supported");
        }
    }
}

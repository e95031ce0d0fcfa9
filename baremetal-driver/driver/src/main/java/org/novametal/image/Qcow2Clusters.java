package org.novametal.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The tables of a qcow2 file that say where the clusters of its disk are. They reveal a truncated file: {@code qemu-img}
 * reads clusters past the end of the file as zeroes, without an error.
 *
 * <p>Entries, big-endian. L1, 8 bytes: bits 9 to 55 are the offset of an L2 table, 0 for none. L2, 8 bytes, or 16 with a
 * second word of which bits 0 to 31 mark the allocated subclusters: bit 62 clear, bits 9 to 55 are the offset of a cluster, 0
 * for none, and bit 0 (in entries of 8 bytes) says that it reads as zeroes; bit 62 set, the cluster is compressed and the
 * lowest 70 minus cluster bits are its offset. An L2 table fills a cluster. Source: QEMU, docs/interop/qcow2.txt.
 */
final class Qcow2Clusters {
    private static final int CHUNK_BYTES = 64 << 10;
    private static final long OFFSET_MASK = 0x00FFFFFFFFFFFE00L;
    private static final long COMPRESSED = 1L << 62;
    private static final long READS_AS_ZERO = 1;
    private static final long SUBCLUSTERS_ALLOCATED = 0xFFFFFFFFL;
    private static final int COMPRESSED_OFFSET_BITS = 70;

    /**
     * How many clusters with data are converted when they are smaller than {@link #USUAL_CLUSTER_BITS}: the time of a
     * conversion grows with their number. These are 1 GiB of 512 bytes each, 64 GiB of 32 KiB.
     */
    private static final long MAX_SMALL_CLUSTERS = 2L << 20;

    private static final int USUAL_CLUSTER_BITS = 16;

    private final FileChannel file;
    private final Qcow2Header header;
    private final String image;
    private final long fileBytes;
    private long clustersWithData;

    private Qcow2Clusters(FileChannel file, Qcow2Header header, String image) throws IOException {
        this.file = file;
        this.header = header;
        this.image = image;
        this.fileBytes = file.size();
    }

    /**
     * Refuses a file that lacks a part of its tables, or in which a cluster of the disk begins at or past the end of the
     * file. The last cluster may be short, as QEMU writes it.
     *
     * @return how many bytes of its disk hold data at most; the others read as zeroes
     * @throws ImageException with {@code TRUNCATED}, naming the first such offset and the file's length; with {@code
     *     FORMAT_REFUSED} when it has so many small clusters that a conversion would take too long
     */
    static long requireInside(FileChannel file, Qcow2Header header, String image) throws IOException {
        Qcow2Clusters clusters = new Qcow2Clusters(file, header, image);
        clusters.walkL1();
        return Math.min(header.rawBytes(), clusters.clustersWithData << header.clusterBits());
    }

    private void walkL1() throws IOException {
        long clusters = ((header.virtualSize() - 1) >>> header.clusterBits()) + 1;
        long clustersEach = (1L << header.clusterBits()) / header.l2EntryBytes();
        long tables = Math.min(header.l1Entries(), (clusters - 1) / clustersEach + 1);
        int perChunk = CHUNK_BYTES / Long.BYTES;
        for (long first = 0; first < tables; first += perChunk) {
            int count = (int) Math.min(perChunk, tables - first);
            ByteBuffer entries = readTable("the L1 table", header.l1Offset(), first * Long.BYTES, count * Long.BYTES);
            for (int i = 0; i < count; i++) {
                long l2 = entries.getLong(i * Long.BYTES) & OFFSET_MASK;
                if (l2 != 0) {
                    walkL2(l2, Math.min(clustersEach, clusters - (first + i) * clustersEach));
                }
            }
        }
    }

    private void walkL2(long table, long clusters) throws IOException {
        int perChunk = CHUNK_BYTES / header.l2EntryBytes();
        for (long first = 0; first < clusters; first += perChunk) {
            int count = (int) Math.min(perChunk, clusters - first);
            ByteBuffer entries =
                    readTable("an L2 table", table, first * header.l2EntryBytes(), count * header.l2EntryBytes());
            for (int i = 0; i < count; i++) {
                checkCluster(entries, i * header.l2EntryBytes());
            }
        }
    }

    private void checkCluster(ByteBuffer entries, int at) {
        long entry = entries.getLong(at);
        if ((entry & COMPRESSED) != 0) {
            int bits = COMPRESSED_OFFSET_BITS - header.clusterBits();
            requireBefore("a compressed cluster", entry & ((1L << bits) - 1));
            countData();
            return;
        }
        boolean hasData = header.extendedL2()
                ? (entries.getLong(at + Long.BYTES) & SUBCLUSTERS_ALLOCATED) != 0
                : (entry & READS_AS_ZERO) == 0;
        if (hasData) {
            requireBefore("a cluster", entry & OFFSET_MASK);
            if ((entry & OFFSET_MASK) != 0) {
                countData();
            }
        }
    }

    private void countData() {
        clustersWithData++;
        if (clustersWithData > MAX_SMALL_CLUSTERS && header.clusterBits() < USUAL_CLUSTER_BITS) {
            throw new ImageException(
                    ImageException.Reason.FORMAT_REFUSED,
                    image + ": this qcow2 image has more than " + MAX_SMALL_CLUSTERS + " clusters of "
                            + (1 << header.clusterBits()) + " bytes, which take too long to convert; write it with"
                            + " 'qemu-img convert -O qcow2 -o cluster_size=64k'");
        }
    }

    private ByteBuffer readTable(String what, long table, long from, int count) throws IOException {
        requireBefore(what, table);
        ByteBuffer entries = FileBytes.read(file, table + from, count);
        if (entries.remaining() < count) {
            throw truncated("the end of " + what, table + from + count - 1);
        }
        return entries;
    }

    private void requireBefore(String what, long offset) {
        if (offset >= fileBytes) {
            throw truncated(what, offset);
        }
    }

    private ImageException truncated(String what, long offset) {
        return new ImageException(
                ImageException.Reason.TRUNCATED,
                image + ": this qcow2 image is truncated: " + what + " is at offset " + offset
                        + ", but the file has only " + fileBytes + " bytes; copy it again from a complete source");
    }
}

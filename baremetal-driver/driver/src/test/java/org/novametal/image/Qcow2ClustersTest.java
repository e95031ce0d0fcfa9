package org.novametal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Qcow2ClustersTest {
    private static final int CLUSTER = 64 << 10;
    private static final int L1 = 3 * CLUSTER;
    private static final int L2 = 2 * CLUSTER;
    private static final int END = 4 * CLUSTER;
    private static final long COPIED = 1L << 63;
    private static final long COMPRESSED = 1L << 62;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void tablesAndClustersInsideAreTaken(int version) throws IOException {
        check(withL2().putInt(4, version).putLong(L2, COPIED | CLUSTER).putLong(L2 + 8, COMPRESSED | (END - 1)));
    }

    @Test
    void aDiskOfHolesIsTaken() throws IOException {
        check(DiskImages.qcow2(1 << 20));
    }

    @Test
    void anL1TableBehindTheEndIsTruncated() {
        assertTruncated(DiskImages.qcow2(1 << 20).putLong(40, END), "the L1 table is at offset 262144");
        assertTruncated(DiskImages.qcow2(1 << 20).putLong(40, Long.MAX_VALUE), "9223372036854775807");
    }

    @Test
    void anL1TableThatIsCutIsTruncated() {
        byte[] cut = Arrays.copyOf(DiskImages.bytes(DiskImages.qcow2(1 << 20)), L1 + 7);
        assertTruncated(ByteBuffer.wrap(cut), "the end of the L1 table is at offset 196615");
    }

    @Test
    void anL2TableThatBeginsAtTheEndIsTruncated() {
        assertTruncated(
                DiskImages.qcow2(1 << 20).putLong(L1, COPIED | END),
                "an L2 table is at offset 262144, but the file has only 262144 bytes");
    }

    @Test
    void anL2TableWithoutAllEntriesOfTheDiskIsTruncated() throws IOException {
        byte[] cut = new byte[L1 + 16 * 8];
        DiskImages.qcow2(1 << 20).putLong(40, L2).putLong(L2, L1).get(0, cut);
        check(ByteBuffer.wrap(cut));
        assertTruncated(ByteBuffer.wrap(Arrays.copyOf(cut, cut.length - 1)), "the end of an L2 table");
    }

    @Test
    void aClusterThatBeginsAtTheEndIsTruncated() {
        assertTruncated(withL2().putLong(L2 + 15 * 8, COPIED | END), "a cluster is at offset 262144");
    }

    @Test
    void aShortLastClusterIsTaken() throws IOException {
        byte[] cut = Arrays.copyOf(DiskImages.bytes(withL2().putLong(L2, L1)), L1 + 512);
        check(ByteBuffer.wrap(cut));
    }

    @Test
    void entriesBehindTheEndOfTheDiskDoNotCount() throws IOException {
        check(withL2().putLong(L2 + 16 * 8, END));
    }

    @Test
    void aClusterThatReadsAsZeroesNeedsNoBytes() throws IOException {
        check(withL2().putLong(L2, END | 1));
    }

    @Test
    void aCompressedClusterThatBeginsAtTheEndIsTruncated() {
        long sectors = 3L << (70 - 16);
        assertTruncated(withL2().putLong(L2, COMPRESSED | sectors | END), "a compressed cluster is at offset 262144");
    }

    @Test
    void extendedEntriesHaveSixteenBytes() throws IOException {
        ByteBuffer extended = withL2().putLong(72, 1 << 4);
        check(extended.putLong(L2, CLUSTER).putLong(L2 + 8, 0xFFFFFFFFL));
        check(extended.putLong(L2 + 16, END).putLong(L2 + 24, 0xFFFFFFFFL << 32));
        assertTruncated(extended.putLong(L2 + 24, 1), "a cluster is at offset 262144");
    }

    @Test
    void tablesLongerThanOneReadAreWalkedToTheirEnd() {
        ByteBuffer many = withL2().putInt(20, 9).putLong(24, 8193L * 64 * 512).putInt(36, 8193);
        many.putLong(40, L2).putLong(L2, 0).putLong(L2 + 8192 * 8, END);
        assertTruncated(many, "an L2 table is at offset 262144");
    }

    private static ByteBuffer withL2() {
        return DiskImages.qcow2(1 << 20).putLong(L1, COPIED | L2);
    }

    private void assertTruncated(ByteBuffer bytes, String message) {
        assertThatThrownBy(() -> check(bytes))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.reason()).isEqualTo(ImageException.Reason.TRUNCATED))
                .hasMessageContaining(message);
    }

    private void check(ByteBuffer bytes) throws IOException {
        Path file = folder.resolve("a.qcow2");
        Files.write(file, DiskImages.bytes(bytes));
        try (FileChannel channel = FileChannel.open(file)) {
            Qcow2Clusters.requireInside(channel, Qcow2Header.read(channel, "image test"), "image test");
        }
    }
}

package org.novametal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTableTest {
    @TempDir
    Path folder;

    @Test
    void anMbrWithAPartitionIsATable() throws IOException {
        assertThat(isPresent(DiskImages.withMbr(64 << 10, 1))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void aGptHeaderIsATableWithSectorsOfEitherLength(int sectorBytes) throws IOException {
        assertThat(isPresent(DiskImages.withGpt(64 << 10, sectorBytes))).isTrue();
    }

    @Test
    void theMbrSignatureAloneIsNone() throws IOException {
        byte[] disk = new byte[1024];
        disk[510] = 0x55;
        disk[511] = (byte) 0xAA;
        assertThat(isPresent(disk)).isFalse();
    }

    @Test
    void anEntryWithAnImpossibleStatusIsNone() throws IOException {
        byte[] disk = DiskImages.withMbr(1024, 1);
        disk[446] = 0x17;
        assertThat(isPresent(disk)).isFalse();
    }

    @Test
    void anEntryThatBeginsAtTheTableItselfIsNone() throws IOException {
        byte[] disk = DiskImages.withMbr(1024, 1);
        disk[454] = 0;
        assertThat(isPresent(disk)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 511, 512, 1024})
    void zeroesOfAnyLengthAreNone(int bytes) throws IOException {
        assertThat(isPresent(new byte[bytes])).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 64 << 10})
    void anMbrPartitionMayEndWithTheImage(int bytes) throws IOException {
        requireInside(DiskImages.withMbr(bytes, 1));
    }

    @Test
    void anImageThatEndsInsideAnMbrPartitionIsTruncated() {
        byte[] cut = Arrays.copyOf(DiskImages.withMbr(64 << 10, 1), (64 << 10) - 1);
        assertTruncated(cut, "MBR partition 1 ends at offset 65536, but the image has only 65535 bytes");
    }

    @Test
    void aPartitionOfTheGreatestLengthIsTruncatedToo() {
        byte[] disk = DiskImages.withMbr(1024, 1);
        ByteBuffer.wrap(disk).put(498, (byte) 7).putInt(502, -1).putInt(506, -1);
        assertTruncated(disk, "MBR partition 4 ends at offset 4398046510080");
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 4096})
    void aGptImageEndsWithItsBackupHeader(int sectorBytes) throws IOException {
        byte[] disk = DiskImages.withGpt(64 << 10, sectorBytes);
        requireInside(disk);
        assertTruncated(Arrays.copyOf(disk, disk.length - 1), "in sector " + (disk.length / sectorBytes - 1));
        assertTruncated(Arrays.copyOf(disk, sectorBytes + 8), "its GPT header begins at offset " + sectorBytes);
    }

    @Test
    void theProtectiveMbrOfAGptMayClaimTheGreatestDisk() throws IOException {
        byte[] disk = DiskImages.withGpt(64 << 10, 512);
        ByteBuffer.wrap(disk)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(450, (byte) 0xEE)
                .putInt(454, 1)
                .putInt(458, -1)
                .putShort(510, (short) 0xAA55);
        requireInside(disk);
    }

    @Test
    void aBackupHeaderInTheGreatestSectorIsTruncated() {
        byte[] disk = DiskImages.withGpt(64 << 10, 512);
        ByteBuffer.wrap(disk).putLong(512 + 32, -1);
        assertTruncated(disk, "in sector 18446744073709551615");
    }

    private void assertTruncated(byte[] bytes, String message) {
        assertThatThrownBy(() -> requireInside(bytes))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.reason()).isEqualTo(ImageException.Reason.TRUNCATED))
                .hasMessageContaining(message);
    }

    private void requireInside(byte[] bytes) throws IOException {
        Path file = folder.resolve("disk");
        Files.write(file, bytes);
        try (FileChannel channel = FileChannel.open(file)) {
            PartitionTable.requireInside(channel, "image test");
        }
    }

    private boolean isPresent(byte[] bytes) throws IOException {
        Path file = folder.resolve("disk");
        Files.write(file, bytes);
        try (FileChannel channel = FileChannel.open(file)) {
            return PartitionTable.isPresent(channel);
        }
    }
}

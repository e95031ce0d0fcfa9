package org.novametal.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private boolean isPresent(byte[] bytes) throws IOException {
        Path file = folder.resolve("disk");
        Files.write(file, bytes);
        try (FileChannel channel = FileChannel.open(file)) {
            return PartitionTable.isPresent(channel);
        }
    }
}

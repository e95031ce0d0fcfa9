package org.novametal.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleImageTest {
    @TempDir
    Path folder;

    @Test
    void itHasOnePartitionThatFillsTheRestOfTheDisk() throws Exception {
        SampleImage image = SampleImage.write(folder.resolve("sample.raw"));

        ByteBuffer disk = ByteBuffer.wrap(Files.readAllBytes(image.file())).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(disk.getShort(510)).isEqualTo((short) 0xAA55);
        assertThat(disk.get(450)).as("type").isEqualTo((byte) 0x83);
        assertThat(disk.getInt(454)).as("first sector").isEqualTo(2048);
        assertThat((disk.getInt(454) + disk.getInt(458)) * 512L).isEqualTo(disk.capacity());
    }

    @Test
    void itIsTheSameEachTimeAndTellsItsDigest() throws Exception {
        SampleImage first = SampleImage.write(folder.resolve("first.raw"));
        SampleImage second = SampleImage.write(folder.resolve("second.raw"));

        assertThat(second.sha256()).isEqualTo(first.sha256()).isEqualTo(SampleFiles.sha256(first.file()));
    }
}

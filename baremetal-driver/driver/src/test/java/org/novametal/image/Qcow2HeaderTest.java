package org.novametal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class Qcow2HeaderTest {
    @TempDir
    Path folder;

    /** A way to spoil a good header, and a word of the message that it must lead to. */
    record Hostile(String name, Consumer<ByteBuffer> spoil, String message) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Hostile> hostileHeaders() {
        return Stream.of(
                new Hostile("backing file", h -> h.putLong(8, 0x200).putInt(16, 11), "backing file"),
                new Hostile("backing file without length", h -> h.putLong(8, 0x200), "backing file"),
                new Hostile("backing file length without place", h -> h.putInt(16, 11), "backing file"),
                new Hostile("data file bit", h -> h.putLong(72, 4), "another file"),
                new Hostile("data file name", h -> h.putInt(104, 0x44415441).putInt(108, 11), "external data file"),
                new Hostile(
                        "data file name behind another extension",
                        h -> h.putInt(104, 0x6803F857)
                                .putInt(108, 9)
                                .putInt(128, 0x44415441)
                                .putInt(132, 5),
                        "external data file"),
                new Hostile("backing format", h -> h.putInt(104, 0xE2792ACA).putInt(108, 3), "backing file"),
                new Hostile("encryption method", h -> h.putInt(32, 2), "encrypted"),
                new Hostile("encryption header", h -> h.putInt(104, 0x0537BE77).putInt(108, 16), "encrypted"),
                new Hostile("corrupt", h -> h.putLong(72, 2), "corrupt"),
                new Hostile("unknown feature", h -> h.putLong(72, 1L << 40), "unknown features"),
                new Hostile("version 1", h -> h.putInt(4, 1), "version is 1"),
                new Hostile("version 4", h -> h.putInt(4, 4), "version is 4"),
                new Hostile("no size", h -> h.putLong(24, 0), "virtual size"),
                new Hostile("negative size", h -> h.putLong(24, -1), "virtual size is 18446744073709551615"),
                new Hostile("great size", h -> h.putLong(24, Long.MAX_VALUE), "virtual size"),
                new Hostile("small clusters", h -> h.putInt(20, 8), "cluster bits"),
                new Hostile("large clusters", h -> h.putInt(20, 22), "cluster bits"),
                new Hostile("great l1 table", h -> h.putInt(36, Integer.MAX_VALUE), "L1 table"),
                new Hostile("negative l1 table", h -> h.putInt(36, -1), "L1 table"),
                new Hostile("no l1 table", h -> h.putLong(40, 0), "L1 table"),
                new Hostile("short header length", h -> h.putInt(100, 72), "header length"),
                new Hostile("great header length", h -> h.putInt(100, 1 << 20), "header length"),
                new Hostile(
                        "great extension", h -> h.putInt(104, 1).putInt(108, Integer.MAX_VALUE), "header extension"),
                new Hostile("negative extension", h -> h.putInt(104, 1).putInt(108, -8), "header extension"));
    }

    @ParameterizedTest
    @MethodSource("hostileHeaders")
    void aHostileHeaderIsRefusedByName(Hostile hostile) {
        ByteBuffer header = DiskImages.qcow2(1 << 20);
        hostile.spoil.accept(header);
        assertThatThrownBy(() -> read(DiskImages.bytes(header)))
                .isInstanceOfSatisfying(
                        ImageException.class,
                        e -> assertThat(e.reason()).isEqualTo(ImageException.Reason.FORMAT_REFUSED))
                .hasMessageContaining(hostile.message);
    }

    @Test
    void aPlainHeaderTellsItsVirtualSizeInWholeSectors() throws IOException {
        Qcow2Header header = read(DiskImages.bytes(DiskImages.qcow2(1_000_000)));
        assertThat(header).isEqualTo(new Qcow2Header(3, 1_000_000, 16, 1, 3 << 16, false));
        assertThat(header.rawBytes()).isEqualTo(1_000_448);
    }

    @Test
    void aVersion2HeaderHasNoFeatureBits() throws IOException {
        ByteBuffer header = DiskImages.qcow2(4096).putInt(4, 2).putLong(72, 0);
        assertThat(read(DiskImages.bytes(header))).isEqualTo(new Qcow2Header(2, 4096, 16, 1, 3 << 16, false));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 8, 16, 25})
    void harmlessFeaturesAreTaken(long features) throws IOException {
        assertThat(read(DiskImages.bytes(DiskImages.qcow2(4096).putLong(72, features)))
                        .virtualSize())
                .isEqualTo(4096);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 71, 72, 103})
    void aHeaderThatIsCutOffIsRefused(int bytes) {
        byte[] cut = new byte[bytes];
        System.arraycopy(DiskImages.bytes(DiskImages.qcow2(4096)), 0, cut, 0, bytes);
        assertThatThrownBy(() -> read(cut)).hasMessageContaining("cut off");
    }

    private Qcow2Header read(byte[] bytes) throws IOException {
        Path file = folder.resolve("header");
        Files.write(file, bytes);
        try (FileChannel channel = FileChannel.open(file)) {
            return Qcow2Header.read(channel, "image test");
        }
    }
}

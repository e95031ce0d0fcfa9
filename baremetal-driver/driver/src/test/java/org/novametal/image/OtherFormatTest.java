package org.novametal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of other formats behind a partition table that is complete. */
class OtherFormatTest {
    private static final int BYTES = 300 * 1024;

    @TempDir
    Path folder;

    @Test
    void aContainerWithAnMbrIsNamedAndRefused() throws Exception {
        for (List<String> format : List.of(
                List.of("0", hex("KDMV"), "VMDK"),
                List.of("0", hex("COWD"), "VMDK"),
                List.of("0", "bebafeca00000000", "VMDK"),
                List.of("0", hex("# Disk DescriptorFile\nversion=1\n"), "VMDK description"),
                List.of("0", hex("vhdxfile"), "VHDX"),
                List.of("0", hex("conectix"), "VHD"),
                List.of("" + (BYTES - 512), hex("conectix"), "VHD"),
                List.of("0", "51454400", "QED"),
                List.of("0", hex("<<< Oracle VM VirtualBox Disk Image >>>\n"), "VDI"),
                List.of("64", "7f10dabe", "VDI"),
                List.of("0", hex("WithoutFreeSpace"), "Parallels"),
                List.of("0", "4c554b53babe0001", "LUKS"),
                List.of("32769", hex("CD001"), "ISO 9660"),
                List.of("32769", hex("BEA01"), "UDF"),
                List.of("" + (BYTES - 512), hex("koly"), "DMG"),
                List.of("257", hex("ustar"), "tar archive"),
                List.of("0", "1f8b0800", "gzip"))) {
            byte[] disk = DiskImages.withMbr(BYTES, 5);
            byte[] mark = HexFormat.of().parseHex(format.get(1));
            System.arraycopy(mark, 0, disk, Integer.parseInt(format.get(0)), mark.length);

            ImageException failure = failure(disk);
            assertThat(failure.reason()).as("%s", format).isEqualTo(ImageException.Reason.FORMAT_REFUSED);
            assertThat(failure).as("%s", format).hasMessageContaining(format.get(2));
        }
    }

    @Test
    void aContainerWithAGptIsRefusedToo() throws Exception {
        byte[] disk = DiskImages.withGpt(BYTES, 512);
        System.arraycopy("CD001".getBytes(StandardCharsets.US_ASCII), 0, disk, 32769, 5);

        assertThat(failure(disk)).hasMessageContaining("ISO 9660");
    }

    @Test
    void aFileOfAnotherFormatWithoutAPartitionTableIsStillNoImage() throws Exception {
        byte[] file = new byte[BYTES];
        System.arraycopy("vhdxfile".getBytes(StandardCharsets.US_ASCII), 0, file, 0, 8);

        ImageException failure = failure(file);
        assertThat(failure.reason()).isEqualTo(ImageException.Reason.NOT_AN_IMAGE);
        assertThat(failure).hasMessageContaining("a VHDX image");
    }

    private ImageException failure(byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("a.raw"), content);
        try (ImageService images =
                new ImageService(ImageOptions.of(folder.resolve("images"), List.of(folder)), new OkHttpClient())) {
            return catchThrowableOfType(
                    ImageException.class,
                    () -> images.prepare(ImageRequest.of(file.toUri(), 1 << 20), ImageProgressListener.NONE));
        }
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }
}

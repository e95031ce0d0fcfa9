package org.novametal.configdrive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigDriveImageTest {
    private static final int SECTOR = 2048;

    @TempDir
    Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, byte[]> files() {
        Map<String, byte[]> files = new TreeMap<>();
        files.put("openstack/latest/meta_data.json", bytes("{\"uuid\": \"1\"}"));
        files.put("openstack/latest/user_data", bytes("#cloud-config\n"));
        files.put("openstack/2012-08-10/meta_data.json", bytes("{}"));
        files.put("openstack/content/0000", new byte[5000]);
        files.put("openstack/content/empty", new byte[0]);
        files.put("ec2/latest/meta-data.json", bytes("{}"));
        files.put("a", bytes("a"));
        for (int i = 0; i < 100; i++) {
            files.put("many/a-file-with-a-long-name-to-fill-several-sectors-" + i, bytes("" + i));
        }
        return files;
    }

    @Test
    void aDriveHasTheLabelsAndEndsOfIso9660() {
        byte[] drive = ConfigDriveImage.of(files());

        assertThat(drive.length % SECTOR).isZero();
        assertThat(new String(drive, 16 * SECTOR + 1, 5, StandardCharsets.US_ASCII))
                .isEqualTo("CD001");
        assertThat(new String(drive, 16 * SECTOR + 40, 32, StandardCharsets.US_ASCII).strip())
                .isEqualTo("config-2");
        assertThat(new String(drive, 17 * SECTOR + 40, 32, StandardCharsets.UTF_16BE).strip())
                .isEqualTo("config-2");
        assertThat(drive[18 * SECTOR]).isEqualTo((byte) 255);
        assertThat(ConfigDriveImage.of(new HashMap<>(files()))).isEqualTo(drive);
    }

    @Test
    void theAgentGetsItPackedAsText() throws Exception {
        byte[] drive = ConfigDriveImage.of(files());

        String packed = ConfigDriveImage.forAgent(drive);

        try (GZIPInputStream in =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(packed)))) {
            assertThat(in.readAllBytes()).isEqualTo(drive);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a//b",
                "/a",
                "a/",
                "../a",
                "a/./b",
                "a\nb",
                "a:b",
                "a;1",
                "a\\b",
                "a?b",
                "a*b",
                "1/2/3/4/5/6/7/8/9"
            })
    void aPathThatCannotBeOnADriveIsRefused(String path) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> ConfigDriveImage.of(Map.of(path, new byte[0])))
                .withMessageContaining("config drive path");
    }

    @Test
    void aNameThatIsTooLongOrBothFileAndFolderIsRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> ConfigDriveImage.of(Map.of("x".repeat(65), new byte[0])));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> ConfigDriveImage.of(Map.of("a", new byte[0], "a/b", new byte[0])))
                .withMessageContaining("also a file");
    }

    @Test
    void aDriveThatIsTooLargeIsRefused() {
        byte[] large = new byte[ConfigDriveImage.MAX_BYTES];

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> ConfigDriveImage.of(Map.of("a", large)))
                .withMessageContaining("too large");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> ConfigDriveImage.forAgent(new byte[ConfigDriveImage.MAX_BYTES + 1]));
    }

    @Test
    @Tag("peers")
    void cdrkitListsAndReadsEveryFile() throws Exception {
        Path drive = Files.write(folder.resolve("drive.iso"), ConfigDriveImage.of(files()));

        assertThat(run("isoinfo", "-J", "-f", "-i", drive.toString()).lines())
                .containsAll(files().keySet().stream().map(path -> "/" + path).toList());
        assertThat(run("isoinfo", "-d", "-i", drive.toString())).contains("Volume id: config-2");
        assertThat(run("isoinfo", "-J", "-i", drive.toString(), "-x", "/openstack/latest/user_data"))
                .isEqualTo("#cloud-config\n");
        assertThat(run("isoinfo", "-l", "-i", drive.toString())).contains("F0000001.");
    }

    @Test
    @Tag("peers")
    void theKernelsToolsFindTheLabel() throws Exception {
        Path drive = Files.write(folder.resolve("drive.iso"), ConfigDriveImage.of(files()));

        assertThat(run("/usr/sbin/blkid", "-p", "-o", "export", drive.toString()))
                .contains("LABEL=config-2", "TYPE=iso9660");
    }

    private String run(String... command) throws Exception {
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(List.of(command))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(out);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}

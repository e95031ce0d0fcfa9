package org.novametal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversion by the real {@code qemu-img}, and by shell scripts in its place that misbehave. */
@Tag("peers")
class ImageConversionTest {
    private static final long DISK = 64 << 20;

    @TempDir
    Path folder;

    @Test
    void aQcow2ImageBecomesWhatQemuImgMakesOfIt() throws Exception {
        Path raw = folder.resolve("disk.raw");
        Files.write(raw, DiskImages.withMbr(9_000_000 / 512 * 512, 11));
        for (List<String> how :
                List.of(List.of("compat=0.10"), List.of("compat=1.1"), List.of("compat=1.1,extended_l2=on"))) {
            for (String compress : List.of("", "-c")) {
                List<String> command = new ArrayList<>(List.of("qemu-img", "convert", "-O", "qcow2", "-o"));
                command.addAll(how);
                if (!compress.isEmpty()) {
                    command.add(compress);
                }
                command.addAll(List.of(raw.toString(), folder + "/disk.qcow2"));
                run(command);
                run(List.of("qemu-img", "convert", "-O", "raw", folder + "/disk.qcow2", folder + "/theirs.raw"));
                Path cache = Files.createTempDirectory(folder, "cache");
                try (ImageService images = service(cache, "qemu-img", Duration.ofMinutes(1))) {
                    PreparedImage ours = images.prepare(request("disk.qcow2"), ImageProgressListener.NONE);
                    assertThat(Files.mismatch(ours.rawFile(), folder.resolve("theirs.raw")))
                            .as("%s %s", how, compress)
                            .isEqualTo(-1);
                    assertThat(ours.sizeBytes()).isEqualTo(Files.size(raw));
                    assertThat(images.prepare(
                                    ImageRequest.of(ours.rawFile().toUri(), DISK)
                                            .withChecksum(ours.rawChecksum()),
                                    ImageProgressListener.NONE))
                            .as("its raw checksum is that of the file")
                            .extracting(PreparedImage::rawChecksum)
                            .isEqualTo(ours.rawChecksum());
                }
            }
        }
    }

    @Test
    void filesThatQemuImgMadeWithABackingOrADataFileAreRefused() throws Exception {
        run(List.of("qemu-img", "create", "-f", "raw", folder + "/secret.raw", "1M"));
        run(List.of(
                "qemu-img", "create", "-f", "qcow2", "-b", folder + "/secret.raw", "-F", "raw", folder + "/b.qcow2"));
        run(List.of(
                "qemu-img",
                "create",
                "-f",
                "qcow2",
                "-o",
                "data_file=" + folder + "/data.raw",
                folder + "/d.qcow2",
                "1M"));
        assertThat(failure("b.qcow2", "/no/such/program")).hasMessageContaining("backing file");
        assertThat(failure("d.qcow2", "/no/such/program")).hasMessageContaining("another file");
    }

    @Test
    void aQcow2ImageWithoutAPartitionTableInsideIsNoImage() throws Exception {
        run(List.of("qemu-img", "create", "-f", "qcow2", folder + "/empty.qcow2", "1M"));
        assertThat(failure("empty.qcow2", "qemu-img").reason()).isEqualTo(ImageException.Reason.NOT_AN_IMAGE);
    }

    @Test
    void aQcow2ImageCutInHalfIsTruncated() throws Exception {
        Path raw = folder.resolve("disk.raw");
        Files.write(raw, DiskImages.withMbr(9_000_000 / 512 * 512, 11));
        for (String options : List.of("compat=0.10", "compat=1.1", "compat=1.1,extended_l2=on")) {
            for (String compress : List.of("-q", "-c")) {
                run(List.of(
                        "qemu-img",
                        "convert",
                        compress,
                        "-O",
                        "qcow2",
                        "-o",
                        options,
                        raw + "",
                        folder + "/half.qcow2"));
                Path half = folder.resolve("half.qcow2");
                byte[] whole = Files.readAllBytes(half);
                Files.write(half, Arrays.copyOf(whole, whole.length / 2));
                ImageException failure = failure("half.qcow2", "/no/such/program");
                assertThat(failure.reason()).as("%s %s", options, compress).isEqualTo(ImageException.Reason.TRUNCATED);
                assertThat(failure).hasMessageContaining("has only " + whole.length / 2 + " bytes");
            }
        }
    }

    @Test
    void aDamagedQcow2ImageFailsWithWhatTheProgramSays() throws Exception {
        byte[] damaged = DiskImages.bytes(DiskImages.qcow2(1 << 20).putLong(40, (3 << 16) + 8));
        Files.write(folder.resolve("damaged.qcow2"), damaged);
        ImageException failure = failure("damaged.qcow2", "qemu-img");
        assertThat(failure.reason()).isEqualTo(ImageException.Reason.CONVERSION_FAILED);
        assertThat(failure).hasMessageContaining("exited with 1").hasMessageContaining("qemu-img: ");
    }

    @Test
    void aProgramThatTakesTooLongIsEndedWithItsChildren() throws Exception {
        Files.write(folder.resolve("a.qcow2"), DiskImages.bytes(DiskImages.qcow2(1 << 20)));
        Path children = folder.resolve("children");
        Path program = script("#!/bin/sh\nsleep 300 &\necho $$ $! >" + children + "\nwait\n");
        try (ImageService images = service(folder.resolve("images"), program.toString(), Duration.ofSeconds(2))) {
            ImageException failure = catchThrowableOfType(
                    ImageException.class, () -> images.prepare(request("a.qcow2"), ImageProgressListener.NONE));
            assertThat(failure.reason()).isEqualTo(ImageException.Reason.CONVERSION_FAILED);
            assertThat(failure).hasMessageContaining("stopped after PT2S");
        }
        for (String process : Files.readString(children).strip().split(" ", -1)) {
            ProcessHandle.of(Long.parseLong(process))
                    .ifPresent(handle ->
                            handle.onExit().orTimeout(10, TimeUnit.SECONDS).join());
        }
    }

    @Test
    void aProgramThatPrintsWithoutEndIsStillRead() throws Exception {
        Files.write(folder.resolve("a.qcow2"), DiskImages.bytes(DiskImages.qcow2(1 << 20)));
        Path program = script("#!/bin/sh\nhead -c 5000000 /dev/zero | tr '\\0' x\nexit 3\n");
        ImageException failure = failure("a.qcow2", program.toString());
        assertThat(failure).hasMessageContaining("exited with 3");
        assertThat(failure.getMessage()).hasSizeLessThan(1000);
    }

    @Test
    void aProgramThatWritesMoreThanTheDiskHasIsStopped() throws Exception {
        Files.write(folder.resolve("a.qcow2"), DiskImages.bytes(DiskImages.qcow2(1 << 20)));
        Path program = script("#!/bin/sh\nfor last; do :; done\nexec head -c 50000000 /dev/zero >\"$last\"\n");
        assertThat(failure("a.qcow2", program.toString()).reason()).isEqualTo(ImageException.Reason.CONVERSION_FAILED);
    }

    private ImageException failure(String file, String program) {
        try (ImageService images = service(folder.resolve("images"), program, Duration.ofMinutes(1))) {
            return catchThrowableOfType(
                    ImageException.class, () -> images.prepare(request(file), ImageProgressListener.NONE));
        }
    }

    private ImageRequest request(String file) {
        return ImageRequest.of(folder.resolve(file).toUri(), DISK);
    }

    private ImageService service(Path cache, String program, Duration limit) {
        return new ImageService(
                new ImageOptions(
                        cache,
                        List.of(folder),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(30),
                        5,
                        limit,
                        2,
                        2L << 30,
                        program),
                new OkHttpClient());
    }

    private Path script(String text) throws IOException {
        Path script = folder.resolve("program");
        Files.writeString(script, text);
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    private void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
    }
}

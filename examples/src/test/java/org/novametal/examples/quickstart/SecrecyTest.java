package org.novametal.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.examples.quickstart.QuickstartRun.Outcome;

/** Searches files and command lines for the password of the BMCs while the quickstart runs. */
class SecrecyTest {
    private static final long LARGEST_FILE = 64L << 20;

    @TempDir
    Path folder;

    @Test
    void noPasswordIsInAnyCommandLineFileOrOutputDuringARun() throws Exception {
        Path kept = folder.resolve("kept");
        CompletableFuture<String> begun = new CompletableFuture<>();
        Set<String> leaks = new TreeSet<>();
        Set<Path> seen = new TreeSet<>();
        int samples = 0;
        Outcome outcome;
        String password;
        try (QuickstartRun run = QuickstartRun.start(
                folder,
                begun::complete,
                "--config-file",
                SampleFiles.NOVA_CONF.toString(),
                "--keep",
                kept.toString(),
                "-f",
                "json")) {
            begun.get(60, TimeUnit.SECONDS);
            Path passwordFile = kept.resolve("bmc-password");
            password = Files.readString(passwordFile).strip();
            assertThat(password).hasSizeGreaterThanOrEqualTo(16);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(passwordFile)))
                    .isEqualTo("rw-------");
            assertThat(QuickstartRun.commandLines(kept.toString()))
                    .as("the sampling sees the quickstart and its rack")
                    .hasSize(2);
            while (run.isAlive()) {
                samples++;
                leaks.addAll(QuickstartRun.commandLines(password));
                seen.addAll(holders(kept, password, leaks, passwordFile));
            }
            outcome = run.await();
            seen.addAll(holders(kept, password, leaks, passwordFile));
        }

        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
        assertThat(samples).isGreaterThan(3);
        assertThat(seen)
                .as("the sampling saw log, inventory, serial log")
                .contains(kept.resolve("quickstart.log"), kept.resolve("rack.log"))
                .anyMatch(file -> file.startsWith(kept.resolve("state")))
                .anyMatch(file -> file.startsWith(kept.resolve("serial")));
        assertThat(leaks).isEmpty();
        assertThat(String.join("\n", outcome.lines()) + outcome.errors()).doesNotContain(password);
    }

    /** Adds the files that contain the password to {@code leaks}; returns all files that were read. */
    private static List<Path> holders(Path top, String password, Set<String> leaks, Path passwordFile)
            throws IOException {
        List<Path> read = new ArrayList<>();
        for (Path file : files(top)) {
            if (file.equals(passwordFile)) {
                continue;
            }
            try {
                // Disks are large and sparse, and contain the image.
                if (Files.size(file) <= LARGEST_FILE) {
                    String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                    read.add(file);
                    if (content.contains(password)) {
                        leaks.add(file.toString());
                    }
                }
            } catch (NoSuchFileException e) {
                // Removed between listing and reading.
            }
        }
        return read;
    }

    private static List<Path> files(Path top) throws IOException {
        List<Path> files = new ArrayList<>();
        List<Path> folders = new ArrayList<>(List.of(top));
        while (!folders.isEmpty()) {
            try (Stream<Path> entries = Files.list(folders.removeLast())) {
                for (Path entry : entries.toList()) {
                    (Files.isDirectory(entry) ? folders : files).add(entry);
                }
            } catch (NoSuchFileException e) {
                // Removed between listing and reading.
            }
        }
        return files;
    }
}

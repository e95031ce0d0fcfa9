package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the launchers, laid out as in a distribution, with a program instead of the JVM that prints its standard input. */
class LauncherTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path home;

    @Test
    void aClosedStandardInputIsAnEmptyOne() throws Exception {
        assertThat(standardInput("exec bash \"$0\" <&-")).isEqualTo("/dev/null");
    }

    @Test
    void anOpenStandardInputIsTheProgramsOwn() throws Exception {
        Path given = Files.createFile(home.resolve("given")).toRealPath();

        assertThat(standardInput("exec bash \"$0\" < " + given)).isEqualTo(given.toString());
    }

    /** Returns the JVM's standard input when bash runs that command, in which {@code $0} is the launcher. */
    private String standardInput(String command) throws Exception {
        Path programs = Files.createDirectory(home.resolve("bin"));
        Files.createDirectory(home.resolve("lib"));
        for (String file : new String[] {".launcher.sh", "nova-metal"}) {
            Files.copy(Path.of("bin", file), programs.resolve(file));
        }
        Path java = Files.createDirectory(home.resolve("java"));
        Files.writeString(java.resolve("release"), "JAVA_VERSION=\"25\"\n");
        Path jvm = Files.createDirectory(java.resolve("bin")).resolve("java");
        Files.writeString(jvm, "#!/bin/sh\nreadlink /proc/self/fd/0\n");
        Files.setPosixFilePermissions(jvm, PosixFilePermissions.fromString("rwx------"));
        ProcessBuilder program = new ProcessBuilder(
                        "bash", "-c", command, programs.resolve("nova-metal").toString())
                .redirectErrorStream(true);
        program.environment().put("JAVA_HOME", java.toString());
        Process process = program.start();
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } finally {
            process.destroyForcibly();
        }
    }
}

package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

    @Test
    void aClosedStandardOutputIsOneThatCannotBeWritten() throws Exception {
        assertThat(output("readlink /proc/self/fd/3 3>&1 >&2", "exec bash \"$0\" 2>&1 >&-"))
                .isEqualTo("/dev/full");
    }

    @Test
    void theLocaleOfCronBecomesOneThatKnowsAllLetters() throws Exception {
        String shown = "echo \"${LC_ALL-} ${LC_CTYPE-} ${LANG-}\"";

        assertThat(output(shown, "unset LC_CTYPE LANG; LC_ALL=C exec bash \"$0\""))
                .isEqualTo("C.UTF-8");
        assertThat(output(shown, "unset LC_ALL LC_CTYPE LANG; exec bash \"$0\""))
                .isEqualTo("C.UTF-8");
        assertThat(output(shown, "unset LC_ALL LC_CTYPE; LANG=POSIX exec bash \"$0\""))
                .isEqualTo("C.UTF-8 POSIX");
        assertThat(output(shown, "unset LC_ALL; LC_CTYPE=C.utf8 LANG=C exec bash \"$0\""))
                .isEqualTo("C.utf8 C");
    }

    @Test
    void classesComeFromAnArchiveInTheCacheOfTheUserIfThatCanBeWritten() throws Exception {
        String options = "printf '%s\\n' \"$@\"";
        Path cache = home.resolve("cache");

        assertThat(output(options, "XDG_CACHE_HOME=" + cache + " exec bash \"$0\"")
                        .lines())
                .contains("-XX:SharedArchiveFile=" + cache + "/nova-metal/nova-metal.jsa");
        assertThat(Files.getPosixFilePermissions(cache.resolve("nova-metal")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(output(options, "XDG_CACHE_HOME=/dev/null exec bash \"$0\"")).doesNotContain("SharedArchiveFile");
    }

    /** Returns the JVM's standard input when bash runs that command, in which {@code $0} is the launcher. */
    private String standardInput(String command) throws Exception {
        return output("readlink /proc/self/fd/0", command);
    }

    /** Returns the output of a shell command that takes the place of the JVM. */
    private String output(String jvmCommand, String command) throws Exception {
        Path programs = Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        for (String file : new String[] {".launcher.sh", "nova-metal"}) {
            Files.copy(Path.of("bin", file), programs.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Path java = Files.createDirectories(home.resolve("java"));
        Files.writeString(java.resolve("release"), "JAVA_VERSION=\"25\"\n");
        Path jvm = Files.createDirectories(java.resolve("bin")).resolve("java");
        Files.writeString(jvm, "#!/bin/sh\n" + jvmCommand + "\n");
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

package org.novametal.baremetal.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs in other processes whose commits {@link CommitAgent} counts. */
final class CountedProgram {
    private CountedProgram() {}

    /** The command of a program of this class path. The agent lies in the folder. */
    static List<String> command(Path folder, Class<?> program, List<String> arguments) throws IOException {
        Path agent = folder.resolve("agent.jar");
        if (Files.notExists(agent)) {
            CommitAgent.jar(agent);
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-javaagent:" + agent,
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(arguments);
        return command;
    }

    /** Runs a program to its end; returns whether it was killed, or else ended well. */
    static boolean isKilled(Path folder, Class<?> program, List<String> arguments, Duration limit) throws Exception {
        Path log = folder.resolve("program.log");
        Process process = new ProcessBuilder(command(folder, program, arguments))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(log)).isIn(128 + 9, 0);
        return process.exitValue() != 0;
    }
}

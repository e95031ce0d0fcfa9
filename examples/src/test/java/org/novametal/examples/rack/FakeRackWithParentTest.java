package org.novametal.examples.rack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FakeRackWithParentTest {
    @TempDir
    Path folder;

    @Test
    void aRackThatIsToldToEndsWhenItsParentIsKilled() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "correct horse\n");
        Process parent = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RackParent.class.getName(),
                        "--with-parent",
                        "--nodes",
                        "1",
                        "--user",
                        "admin",
                        "--password-file",
                        password.toString(),
                        "--state-dir",
                        folder.resolve("state").toString(),
                        "--dhcp-dir",
                        folder.resolve("dhcp").toString(),
                        "--log",
                        folder.resolve("log").toString(),
                        "-f",
                        "json"))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines = parent.inputReader()) {
            ProcessHandle rack =
                    ProcessHandle.of(Long.parseLong(lines.readLine())).orElseThrow();
            assertThat(lines.readLine()).as("the rack is up").contains("\"bmc\"");

            parent.destroyForcibly();

            rack.onExit().get(30, TimeUnit.SECONDS);
            assertThat(rack.isAlive()).isFalse();
        } finally {
            parent.destroyForcibly();
        }
    }
}

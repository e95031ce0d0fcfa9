package org.novametal.examples.computehost;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.examples.computehost.server.ServerFixture;

/** The program with Python as its caller and as its service manager, and its unit file with systemd's own check. */
@Tag("peers")
class ForeignProgramsTest {
    private static final Path SCRIPTS = Path.of("src/test/resources/computehost");
    private static final Path UNIT = Path.of("etc/nova-metal-computehost.service");
    private static final Path DROP_IN = Path.of("etc/nova-metal-computehost.service.d/managed-dhcp.conf");

    @TempDir
    Path folder;

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    @Test
    void aClientOfPythonsStandardLibrarySpawnsAnInstance() throws Exception {
        try (HostProcess host = HostProcess.started(folder, "")) {
            JsonNode result = new JsonMapper()
                    .readTree(run(
                            "/usr/bin/python3",
                            SCRIPTS.resolve("foreign_client.py").toString(),
                            host.socket.toString()));
            assertThat(result.path("phase").asText()).isEqualTo("succeeded");
            assertThat(result.path("instances").get(0).asText()).isEqualTo(ServerFixture.SERVER_UUID);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATH", "ABSTRACT"})
    void systemdReceivesReadyAliveAndStopping(String kind) throws Exception {
        String name = kind.equals("PATH") ? folder.resolve("notify").toString() : "@" + folder.resolve("notify");
        Process manager = new ProcessBuilder(
                        "/usr/bin/python3", SCRIPTS.resolve("notify_socket.py").toString(), name)
                .start();
        try (BufferedReader datagrams = manager.inputReader(StandardCharsets.UTF_8)) {
            assertThat(next(datagrams)).isEqualTo("bound");
            try (HostProcess host = HostProcess.run(
                    folder,
                    Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "400000"),
                    "--config-file",
                    HostProcess.configuration(folder, "").toString())) {
                host.awaitReady();
                assertThat(next(datagrams)).startsWith("READY=1\nSTATUS=").contains("metal-1");
                assertThat(next(datagrams)).isEqualTo("WATCHDOG=1");
                assertThat(next(datagrams)).isEqualTo("WATCHDOG=1");
                host.terminate();
                String datagram = next(datagrams);
                while (datagram.equals("WATCHDOG=1")) {
                    datagram = next(datagrams);
                }
                assertThat(datagram).startsWith("STOPPING=1");
                assertThat(host.exitCode()).isZero();
            }
        } finally {
            manager.destroyForcibly();
        }
    }

    private static String next(BufferedReader datagrams) throws IOException {
        return new JsonMapper()
                .readTree(Objects.requireNonNull(datagrams.readLine(), "the service manager ended"))
                .asText();
    }

    @Test
    void systemdAcceptsTheUnitFileAndFindsItHardened() throws Exception {
        Path unit = folder.resolve("nova-metal-computehost.service");
        Files.writeString(
                unit,
                Files.readString(UNIT)
                        .replace("/usr/lib/nova-metal/bin/computehost", "/bin/true")
                        .replace("file:///usr/share/doc/nova-metal/README.md", "https://example.org/")
                        .replace("User=nova-metal", "User=daemon")
                        .replace("Group=nova-metal", "Group=daemon"));
        assertThat(run("systemd-analyze", "verify", "--man=no", unit.toString()))
                .doesNotContain("nova-metal-computehost");
        run("systemd-analyze", "security", "--offline=true", "--threshold=30", "--no-pager", unit.toString());
        Path dropIns = Files.createDirectory(folder.resolve("nova-metal-computehost.service.d"));
        Files.copy(DROP_IN, dropIns.resolve("managed-dhcp.conf"));
        run("systemd-analyze", "security", "--offline=true", "--threshold=45", "--no-pager", unit.toString());
        assertThat(List.of(UNIT, DROP_IN)).allMatch(Files::exists);
    }
}

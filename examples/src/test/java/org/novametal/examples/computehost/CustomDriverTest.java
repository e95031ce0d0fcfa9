package org.novametal.examples.computehost;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.examples.computehost.server.ServerFixture;
import org.novametal.examples.computehost.server.SocketClient;
import org.novametal.examples.computehost.server.SocketClient.Reply;

/** The program with a driver that this build knows nothing of: {@code examples/customdriver}. */
class CustomDriverTest {
    private static final Path SOURCES = Path.of("customdriver/src/main");

    @TempDir
    Path folder;

    private static Path build(Path target) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("-proc:none", "-d", target.toString(), "-cp", System.getProperty("java.class.path")));
        try (Stream<Path> files = Files.walk(SOURCES.resolve("java"))) {
            files.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(arguments::add);
        }
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        assertThat(result).isZero();
        try (Stream<Path> files = Files.walk(SOURCES.resolve("resources"))) {
            files.filter(Files::isRegularFile).forEach(file -> copy(file, target));
        }
        return target;
    }

    private static void copy(Path file, Path target) {
        try {
            Path copy =
                    target.resolve(SOURCES.resolve("resources").relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theProcessHostsADriverThatItKnowsOnlyByName() throws Exception {
        Path classes = build(Files.createDirectory(folder.resolve("classes")));
        Path file = HostProcess.configuration(folder, "[lab]\nmachines = 3");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("org.novametal.driver.testing.InMemoryComputeDriverFactory", "lab.LabDriver"));
        try (HostProcess host = HostProcess.run(
                folder,
                Map.of(),
                List.of(
                        System.getProperty("java.class.path") + File.pathSeparator + classes,
                        "--config-file",
                        file.toString()))) {
            host.awaitReady();
            assertThat(SocketClient.call(host.socket, "GET", "/v1/nodes", "")
                            .json()
                            .path("nodes"))
                    .hasSize(3);
            Reply spawned = SocketClient.call(
                    host.socket,
                    "POST",
                    ServerFixture.operations(ServerFixture.SERVER_UUID) + "?wait=30",
                    ServerFixture.spawn("req-1", ServerFixture.SERVER_UUID, "lab-2", ""));
            assertThat(spawned.json().path("phase").asText()).isEqualTo("succeeded");
            host.terminate();
            assertThat(host.exitCode()).isZero();
        }
    }
}

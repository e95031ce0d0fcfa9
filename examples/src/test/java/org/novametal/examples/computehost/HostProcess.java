package org.novametal.examples.computehost;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.novametal.driver.testkit.Eventually;
import org.novametal.examples.InstalledPrograms;
import org.novametal.examples.computehost.server.SocketClient;

/** The program in a separate JVM, over the in-memory driver unless its configuration names another. */
final class HostProcess implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern HEALTH = Pattern.compile("health and metrics are at (http://[0-9.:]+)");

    final Process process;
    final Path socket;
    private final List<String> output = new CopyOnWriteArrayList<>();

    private HostProcess(Process process, Path socket) {
        this.process = process;
        this.socket = socket;
        Thread.ofVirtual().start(() -> {
            try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    output.add(line);
                }
            } catch (IOException e) {
                output.add(e.toString());
            }
        });
    }

    /** Writes a configuration with the in-memory driver. */
    static Path configuration(Path folder, String more) throws IOException {
        return Files.writeString(folder.resolve("nova.conf"), """
                [DEFAULT]
                host = metal-1
                compute_driver = org.novametal.driver.testing.InMemoryComputeDriverFactory
                [compute_host]
                socket = %s
                http_listen = 127.0.0.1:0
                %s
                """.formatted(folder.resolve("compute.sock"), more));
    }

    /** Starts the program with these arguments; it may end at once. */
    static HostProcess run(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(System.getProperty("java.class.path")));
        all.addAll(List.of(arguments));
        return run(folder, environment, all);
    }

    /** Starts the program with the class path and then the arguments in the list. */
    static HostProcess run(Path folder, Map<String, String> environment, List<String> classPathAndArguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPathAndArguments.getFirst(),
                ComputeHostMain.class.getName()));
        command.addAll(classPathAndArguments.subList(1, classPathAndArguments.size()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return new HostProcess(builder.start(), folder.resolve("compute.sock"));
    }

    /** Starts the installed program, whose configuration has its socket in the folder, by its launcher. */
    static HostProcess installed(InstalledPrograms programs, Path folder, List<String> arguments) throws IOException {
        return new HostProcess(
                programs.program("computehost", arguments)
                        .redirectErrorStream(true)
                        .start(),
                folder.resolve("compute.sock"));
    }

    /** Starts the program and waits until it answers. */
    static HostProcess started(Path folder, String more) throws Exception {
        HostProcess host = run(
                folder, Map.of(), "--config-file", configuration(folder, more).toString());
        host.awaitReady();
        return host;
    }

    void awaitReady() throws Exception {
        Eventually.holds("the host answers", LIMIT, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("the host ended: " + output);
            }
            try {
                return SocketClient.call(socket, "GET", "/v1/nodes", "").status() == 200;
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** The address of health and metrics. */
    String http() throws Exception {
        Eventually.holds(
                "the health address is printed",
                LIMIT,
                () -> HEALTH.matcher(output()).find());
        Matcher found = HEALTH.matcher(output());
        return found.find() ? found.group(1) : "";
    }

    String output() {
        return String.join("\n", output);
    }

    void terminate() {
        // Not process.destroy(): that would also close the output.
        process.toHandle().destroy();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the host does not end: " + output);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

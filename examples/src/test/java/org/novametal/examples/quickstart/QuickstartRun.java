package org.novametal.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The quickstart in a separate process, on this test's class path. Its temporary files are in a folder of the test; the
 * processes that it starts have this folder's path in their command lines, by which they are found.
 */
final class QuickstartRun implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private final Path temporary;
    private final Path errors;
    private final Process process;
    private final CompletableFuture<List<String>> output = new CompletableFuture<>();

    /**
     * How a run ended.
     *
     * @param exitCode its exit code
     * @param lines the lines of its standard output
     * @param errors the text of its error stream
     */
    record Outcome(int exitCode, List<String> lines, String errors) {
        Outcome {
            lines = List.copyOf(lines);
        }

        /** The JSON objects of that event. */
        List<JsonNode> events(String event) {
            return lines.stream()
                    .map(QuickstartRun::json)
                    .filter(line -> line.required("event").asText().equals(event))
                    .toList();
        }

        /** The only error that it reported. */
        JsonNode error() {
            assertThat(events("error")).as("errors in %s; %s", lines, errors).hasSize(1);
            return events("error").getFirst();
        }
    }

    private QuickstartRun(Path temporary, Path errors, Process process, Consumer<String> listener) {
        this.temporary = temporary;
        this.errors = errors;
        this.process = process;
        Thread.ofVirtual().name("quickstart-output").start(() -> {
            List<String> lines = new ArrayList<>();
            try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.add(line);
                    listener.accept(line);
                }
                output.complete(lines);
            } catch (IOException | RuntimeException e) {
                output.completeExceptionally(e);
            }
        });
    }

    /** Starts the quickstart below that folder; {@code listener} gets each line of its standard output. */
    static QuickstartRun start(Path folder, Consumer<String> listener, String... arguments) throws IOException {
        Path temporary = Files.createTempDirectory(folder, "run-");
        Path errors = Files.createTempFile(folder, "errors-", ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Quickstart.class.getName()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        return new QuickstartRun(temporary, errors, process, listener);
    }

    /** Runs the quickstart to its end, and checks that it left no process and no file. */
    static Outcome run(Path folder, String... arguments) throws Exception {
        try (QuickstartRun run = start(folder, line -> {}, arguments)) {
            Outcome outcome = run.await();
            run.assertNothingLeft();
            return outcome;
        }
    }

    Outcome await() throws Exception {
        assertThat(process.waitFor(LIMIT)).as("it ends within %s", LIMIT).isTrue();
        return new Outcome(
                process.exitValue(), output.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS), Files.readString(errors));
    }

    /** Sends SIGTERM, and leaves the streams open, because they are still read. */
    void terminate() {
        process.toHandle().destroy();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The folder of its temporary files. */
    Path temporary() {
        return temporary;
    }

    /** Checks that no process of the run is alive, and that its temporary folder is empty. */
    void assertNothingLeft() throws IOException {
        assertThat(commandLines(temporary.toString())).as("processes left").isEmpty();
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).as("files left").isEmpty();
        }
    }

    /** The command lines of all processes on this machine that contain that text. */
    static List<String> commandLines(String text) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            for (Path entry : entries.filter(path -> path.toString().matches("/proc/[0-9]+"))
                    .toList()) {
                String commandLine = commandLine(entry);
                if (commandLine.contains(text)) {
                    found.add(commandLine);
                }
            }
        }
        return found;
    }

    private static String commandLine(Path process) {
        try {
            return new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            // The process has ended meanwhile.
            return "";
        }
    }

    static JsonNode json(String line) {
        try {
            return JsonMapper.builder().build().readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException("not JSON: " + line, e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}

package org.novametal.bmc.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * The program of a peer. It reads names of steps, one on each line, does each for all BMCs, and answers with a line
 * {@code CPU-nanoseconds wall-nanoseconds failures}; CPU is user and system of that process.
 */
public final class StepProgram implements AutoCloseable {
    private final String name;
    private final Process process;
    private final PrintWriter steps;
    private final BufferedReader answers;
    private final int bmcs;

    private StepProgram(String name, Process process, int bmcs) {
        this.name = name;
        this.process = process;
        this.steps = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.bmcs = bmcs;
    }

    /** Starts the program for a number of BMCs; it may write messages to standard error. */
    public static StepProgram start(String name, ProcessBuilder program, int bmcs) throws IOException {
        return new StepProgram(name, program.redirectError(Redirect.INHERIT).start(), bmcs);
    }

    /** Does a step for all BMCs. */
    public Sample step(String step) throws IOException {
        String[] numbers = ask(step).split(" ", -1);
        long wall = Long.parseLong(numbers[1]);
        return new Sample(Long.parseLong(numbers[0]), wall, wall, bmcs, Integer.parseInt(numbers[2]));
    }

    private String ask(String step) throws IOException {
        steps.println(step);
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException(name + " ended in the step " + step + "; its messages stand above");
        }
        return answer;
    }

    /**
     * Builds a program in Go with the module proxy.
     *
     * @param main the file {@code main.go} among the resources of this class path, in a folder with its {@code go.mod}
     * @param program the name of the program in {@code target}
     * @param folder where the log may be kept
     * @throws PeerMissingException when it cannot be built here
     */
    public static Path buildGo(URL main, String program, Path folder)
            throws IOException, InterruptedException, PeerMissingException {
        Path source = Objects.requireNonNull(path(main).getParent(), "the folder of main.go");
        Path built = target(source).resolve(program);
        run(
                List.of("go", "-C", source.toString(), "build", "-o", built.toString(), "."),
                folder,
                program + " needs Go 1.25 or newer to be built");
        return built;
    }

    /**
     * Runs a program that installs a peer, to its end.
     *
     * @param missing what to say when the program is missing
     * @throws PeerMissingException when it is missing or fails
     */
    public static void run(List<String> command, Path folder, String missing)
            throws IOException, InterruptedException, PeerMissingException {
        Path log = Files.createTempFile(folder, "install", ".log");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new PeerMissingException(missing + ": " + e.getMessage());
        }
        if (process.waitFor() != 0) {
            throw new PeerMissingException(String.join(" ", command) + " failed: "
                    + Files.readString(log).strip().replace('\n', ' '));
        }
    }

    /** The folder {@code target} in which a file of the class path lies. */
    public static Path target(Path file) {
        Path folder = file;
        while (!folder.endsWith("test-classes")) {
            folder = Objects.requireNonNull(folder.getParent(), "the sources are not in target/test-classes");
        }
        return Objects.requireNonNull(folder.getParent());
    }

    /** The path of a file of the class path. */
    public static Path path(URL resource) {
        try {
            return Path.of(resource.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("no path: " + resource, e);
        }
    }

    @Override
    public void close() {
        Children.end(process);
    }
}

package org.novametal.bmc.ipmi.benchmark;

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
import java.util.stream.Collectors;
import org.novametal.bmc.ChassisPower;

/**
 * The library go-ipmi 0.9.1 (Apache-2.0), nearest rival of our engine: a program of ours that uses it, {@code
 * go-ipmi/main.go}, built by Go with the module proxy into {@code target}.
 */
final class GoIpmi implements AutoCloseable {
    private static final int PARALLEL = 64;

    private final Process process;
    private final PrintWriter steps;
    private final BufferedReader answers;
    private final int bmcs;

    private GoIpmi(Process process, int bmcs) {
        this.process = process;
        this.steps = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.bmcs = bmcs;
    }

    /**
     * Starts it for some BMCs.
     *
     * @param folder where it may keep a file
     * @throws PeerMissingException where it cannot be built here
     */
    static GoIpmi start(List<Farm.Member> members, int suite, Path folder)
            throws IOException, InterruptedException, PeerMissingException {
        Path program = build(folder);
        Path addresses = Files.createTempFile(folder, "addresses", ".txt");
        Files.writeString(
                addresses,
                members.stream()
                        .map(member ->
                                member.address().host() + " " + member.address().port()
                                        + (member.power().orElseThrow() == ChassisPower.ON ? " on\n" : " off\n"))
                        .collect(Collectors.joining()));
        ProcessBuilder builder = new ProcessBuilder(
                        program.toString(), addresses.toString(), String.valueOf(PARALLEL), String.valueOf(suite))
                .redirectError(Redirect.INHERIT);
        builder.environment().put("IPMI_USER", Farm.USER.username());
        builder.environment().put("IPMI_PASSWORD", Farm.USER.password());
        return new GoIpmi(builder.start(), members.size());
    }

    /** Logs in to all. */
    Sample open() throws IOException {
        return step("open");
    }

    /** Reads the power of all. */
    Sample status() throws IOException {
        return step("status");
    }

    /** Closes the sessions and sockets of all. */
    Sample closeSessions() throws IOException {
        return step("close");
    }

    /** Bytes of heap and stacks in use. */
    long memory() throws IOException {
        return Long.parseLong(ask("memory"));
    }

    private Sample step(String name) throws IOException {
        String[] numbers = ask(name).split(" ", -1);
        long wall = Long.parseLong(numbers[1]);
        return new Sample(Long.parseLong(numbers[0]), wall, wall, bmcs, Integer.parseInt(numbers[2]));
    }

    private String ask(String step) throws IOException {
        steps.println(step);
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("go-ipmi ended in the step " + step + "; its messages stand above");
        }
        return answer;
    }

    private static Path build(Path folder) throws IOException, InterruptedException, PeerMissingException {
        Path source = source();
        Path program = target(source).resolve("go-ipmi-benchmark");
        Path log = folder.resolve("go-build.log");
        try {
            Process build = new ProcessBuilder("go", "-C", source.toString(), "build", "-o", program.toString(), ".")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (build.waitFor() != 0) {
                throw new PeerMissingException("go-ipmi does not build here: "
                        + Files.readString(log).strip().replace('\n', ' '));
            }
        } catch (IOException e) {
            throw new PeerMissingException("go-ipmi needs Go 1.25 or newer to be built: " + e.getMessage());
        }
        return program;
    }

    private static Path source() {
        URL main = Objects.requireNonNull(GoIpmi.class.getResource("go-ipmi/main.go"), "go-ipmi/main.go");
        try {
            return Objects.requireNonNull(Path.of(main.toURI()).getParent());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("no path: " + main, e);
        }
    }

    private static Path target(Path source) {
        Path folder = source;
        while (!folder.endsWith("test-classes")) {
            folder = Objects.requireNonNull(folder.getParent(), "the sources are not in target/test-classes");
        }
        return Objects.requireNonNull(folder.getParent());
    }

    @Override
    public void close() {
        Children.end(process);
    }
}

package org.novametal.bmc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A foreign program, run to its end with a limit. A program that is missing is an error, not a skipped test. */
public final class PeerProgram {
    private static final long LIMIT_SECONDS = 60;

    private PeerProgram() {}

    /**
     * How a program ended.
     *
     * @param exitCode its exit code
     * @param output what it wrote on standard output and standard error
     */
    public record Result(int exitCode, String output) {}

    /** Runs a command line that holds no secret. */
    public static Result run(List<String> command, Path directory) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new IOException(
                    command + " did not end within " + LIMIT_SECONDS + " s, it wrote: " + Files.readString(output));
        }
        return new Result(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    /** A program that {@code .ci/install} installed in the project's folder of the user's cache. */
    public static Path installed(String name) {
        Path cache = Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(set -> !set.isEmpty())
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"));
        Path program = cache.resolve("nova-metal").resolve(name);
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException(program + " is missing; run .ci/install");
        }
        return program;
    }

    /** Creates a file that only its owner can read. */
    public static Path secretFile(Path directory, String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, content);
    }
}

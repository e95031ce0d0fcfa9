package org.novametal.bmc.ipmi.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.benchmark.Children;

/** A program that holds a console, on a terminal that util-linux's {@code script} gives it; what it writes is in a file. */
final class ForkedConsole implements Consoles.Heard {
    private final ConsoleProgram program;
    private final Process terminal;
    private final Path output;
    private Optional<Integer> begin = Optional.empty();
    private long cpuNanos;

    private ForkedConsole(ConsoleProgram program, Process terminal, Path output) {
        this.program = program;
        this.terminal = terminal;
        this.output = output;
    }

    /**
     * Starts it.
     *
     * @param folder where its password is
     * @param output the file to write
     */
    static ForkedConsole start(ConsoleProgram program, BmcAddress address, Path folder, Path output)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "script",
                        "--quiet",
                        "--flush",
                        "--return",
                        "--command",
                        program.commandLine(address),
                        "/dev/null")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().merge("PATH", ":/usr/sbin", String::concat);
        return new ForkedConsole(program, builder.start(), output);
    }

    /** Whether its console is open, or was. */
    boolean isOpen() throws IOException {
        if (begin.isEmpty()) {
            String written = Files.readString(output, StandardCharsets.ISO_8859_1);
            int banner = written.indexOf(program.banner());
            if (banner >= 0) {
                begin = Optional.of(banner + program.banner().length());
            }
        }
        return begin.isPresent();
    }

    boolean hasEnded() {
        return !terminal.isAlive();
    }

    /** What it wrote, for a person. */
    String words() throws IOException {
        return Files.readString(output, StandardCharsets.ISO_8859_1).strip();
    }

    /** User and system time of all its threads, of its terminal not; once it has ended, the last that was read. */
    long cpuNanos() throws IOException {
        Optional<ProcessHandle> child = terminal.children().findFirst();
        if (child.isPresent()) {
            try (Stream<Path> threads =
                    Files.list(Path.of("/proc", String.valueOf(child.get().pid()), "task"))) {
                long sum = 0;
                for (Path thread : threads.toList()) {
                    // Its first number: nanoseconds on a processor.
                    String numbers = Files.readString(thread.resolve("schedstat"));
                    sum += Long.parseLong(numbers.substring(0, numbers.indexOf(' ')));
                }
                cpuNanos = sum;
            } catch (NoSuchFileException e) {
                // It ended meanwhile: the last number stands.
                return cpuNanos;
            }
        }
        return cpuNanos;
    }

    @Override
    public long count() throws IOException {
        return isOpen() ? Files.size(output) - begin.orElseThrow() : 0;
    }

    @Override
    public byte[] bytes() throws IOException {
        if (!isOpen()) {
            return new byte[0];
        }
        byte[] written = Files.readAllBytes(output);
        return Arrays.copyOfRange(written, begin.orElseThrow(), written.length);
    }

    /** Ends the program, and by that its terminal. */
    void end() {
        List<ProcessHandle> programs = terminal.children().toList();
        if (programs.isEmpty()) {
            terminal.destroy();
        }
        // The terminal takes note of its program's end, and ends.
        programs.forEach(ProcessHandle::destroy);
    }

    void awaitEnd() {
        Children.end(terminal);
    }
}

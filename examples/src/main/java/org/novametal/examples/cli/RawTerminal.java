package org.novametal.examples.cli;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The user's terminal, handing over each key as it is pressed; as it was again when this is closed, or the program ends. Where
 * the program has no terminal, nothing is changed. Keys are handed over by {@code stty}.
 */
final class RawTerminal implements AutoCloseable {
    private static final File DEVICE = new File("/dev/tty");
    private static final long STTY_SECONDS = 5;

    private final @Nullable String before;
    private final AtomicBoolean restored = new AtomicBoolean();
    private final Thread restoring =
            Thread.ofPlatform().name("terminal-restore").unstarted(this::restore);

    private RawTerminal(@Nullable String before) {
        this.before = before;
    }

    /** Begins. */
    static RawTerminal enter() throws IOException, InterruptedException {
        if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isEmpty()) {
            return new RawTerminal(null);
        }
        RawTerminal terminal = new RawTerminal(stty("-g").strip());
        Runtime.getRuntime().addShutdownHook(terminal.restoring);
        stty("raw", "-echo");
        return terminal;
    }

    boolean isTerminal() {
        return before != null;
    }

    @Override
    public void close() {
        restore();
    }

    private void restore() {
        String settings = before;
        if (settings != null && restored.compareAndSet(false, true)) {
            try {
                stty(settings);
            } catch (IOException e) {
                System.err.println(
                        "nova-metal: the terminal could not be set back: " + e.getMessage() + "; run: reset");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String stty(String... words) throws IOException, InterruptedException {
        String[] command = new String[words.length + 1];
        command[0] = "stty";
        System.arraycopy(words, 0, command, 1, words.length);
        Process process = new ProcessBuilder(command)
                .redirectInput(DEVICE)
                .redirectErrorStream(true)
                .start();
        if (!process.waitFor(STTY_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("stty did not end within " + STTY_SECONDS + " s");
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
            throw new IOException("stty failed: " + said.strip());
        }
        return said;
    }
}

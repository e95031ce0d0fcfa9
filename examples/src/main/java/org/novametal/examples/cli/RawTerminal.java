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
 * The user's terminal in raw mode, in which each key is read as it is pressed. The earlier mode is restored when this
 * object is closed or the program ends. Without a terminal, nothing is changed. The modes are set by {@code stty}.
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

    /** Enters raw mode. */
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
                        "nova-metal: the terminal could not be restored: " + e.getMessage() + "; run: reset");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String stty(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = "stty";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command)
                .redirectInput(DEVICE)
                .redirectErrorStream(true)
                .start();
        if (!process.waitFor(STTY_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("stty did not end within " + STTY_SECONDS + " s");
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
            throw new IOException("stty failed: " + output.strip());
        }
        return output;
    }
}

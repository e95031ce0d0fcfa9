package org.novametal.bmc;

import static org.novametal.bmc.Eventually.eventually;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A foreign program that needs a terminal, which util-linux's {@code script} provides. Must be closed. */
public final class TerminalProgram implements AutoCloseable {
    /** Maximum duration of any wait for the program. */
    public static final Duration LIMIT = Duration.ofSeconds(30);

    private final Process process;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    private TerminalProgram(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    /** Starts a command line that holds no secret. */
    public static TerminalProgram start(String commandLine) throws IOException {
        return new TerminalProgram(
                new ProcessBuilder("script", "--quiet", "--flush", "--return", "--command", commandLine, "/dev/null")
                        .redirectErrorStream(true)
                        .start());
    }

    public void type(String text) throws IOException {
        process.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
    }

    /** Waits until the program has written a text. */
    public void await(String text) {
        eventually(
                LIMIT, "the program writes " + text, () -> written().contains(text), () -> "; it wrote: " + written());
    }

    public int awaitEnd() throws InterruptedException {
        if (!process.waitFor(LIMIT)) {
            throw new AssertionError("the program did not end, it wrote: " + written());
        }
        return process.exitValue();
    }

    private String written() {
        synchronized (output) {
            return output.toString(StandardCharsets.UTF_8);
        }
    }

    private void read() {
        byte[] buffer = new byte[1024];
        try (InputStream in = process.getInputStream()) {
            int count = in.read(buffer);
            while (count >= 0) {
                synchronized (output) {
                    output.write(buffer, 0, count);
                }
                count = in.read(buffer);
            }
        } catch (IOException e) {
            // The program was ended: no more output follows.
            return;
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            process.waitFor(LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

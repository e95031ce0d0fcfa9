package org.novametal.bmc.ipmi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A machine's serial line: one end of a pseudo-terminal whose other end a BMC holds. It stores received characters.
 * Separate programs open it instead of this Java process, because a hang-up could end the process.
 */
final class PseudoTerminal implements AutoCloseable {
    /** Passes every byte unchanged in both directions; prints an empty line first, when it is ready. */
    private static final String PASS = """
            exec 3<>"$0" && stty raw -echo <&3 && echo && { cat <&3 & exec cat >&3; }
            """;

    private final OutputStream printed;
    private final ByteArrayOutputStream typed = new ByteArrayOutputStream();

    /**
     * Opens the terminal.
     *
     * @param device the terminal's device file
     * @param log the file for the programs' error messages
     */
    PseudoTerminal(Path device, Path log) throws IOException {
        Process process = new ProcessBuilder("sh", "-c", PASS, device.toString())
                .redirectError(log.toFile())
                .start();
        printed = process.getOutputStream();
        InputStream arrived = process.getInputStream();
        if (arrived.read() != '\n') {
            throw new IOException(device + " cannot be opened; see " + log);
        }
        Thread.ofVirtual().name("pseudo-terminal").start(() -> keep(arrived));
    }

    void print(String text) {
        try {
            printed.write(text.getBytes(StandardCharsets.US_ASCII));
            printed.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The characters that were typed. */
    synchronized String typed() {
        return typed.toString(StandardCharsets.US_ASCII);
    }

    private void keep(InputStream arrived) {
        byte[] buffer = new byte[1024];
        try (arrived) {
            for (int count = arrived.read(buffer); count >= 0; count = arrived.read(buffer)) {
                take(buffer, count);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void take(byte[] bytes, int count) {
        typed.write(bytes, 0, count);
    }

    /** Closes the terminal; must be called after the BMC has ended. */
    @Override
    public void close() {
        try {
            printed.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package org.novametal.bmc.ipmi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a serial line on a loopback TCP port, to which {@code ipmi_sim} or a machine connects. It stores received
 * characters.
 */
public final class TcpSerialLine implements AutoCloseable {
    /** How the simulator sends a break: as telnet does, IAC BRK. */
    private static final String BREAK = "\u00ff\u00f3";

    private final ServerSocket server;
    private final ByteArrayOutputStream typed = new ByteArrayOutputStream();
    private final Consumer<String> listener;
    /** Guarded by this object, like {@link #typed}. */
    private @Nullable Socket simulator;

    TcpSerialLine() throws IOException {
        this(_ -> {});
    }

    /** A line that also passes received characters to a listener, piece by piece. */
    TcpSerialLine(Consumer<String> listener) throws IOException {
        this.listener = listener;
        server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("tcp-serial-line").start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Waits for the simulator's connection, and prints. */
    public synchronized void print(String text) {
        try {
            while (simulator == null) {
                wait();
            }
            simulator.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while ipmi_sim was waited for", e);
        }
    }

    /** The characters that were typed. */
    String typed() {
        return received().replace(BREAK, "");
    }

    /** The number of breaks received. */
    int breaks() {
        return (received().length() - typed().length()) / BREAK.length();
    }

    /** All characters received. */
    synchronized String received() {
        return typed.toString(StandardCharsets.ISO_8859_1);
    }

    private void accept() {
        while (!server.isClosed()) {
            try (Socket next = server.accept()) {
                become(next);
                byte[] buffer = new byte[1024];
                int count = next.getInputStream().read(buffer);
                while (count >= 0) {
                    take(buffer, count);
                    count = next.getInputStream().read(buffer);
                }
            } catch (IOException e) {
                // The simulator ended, or the line is closed; another simulator may connect.
                become(null);
            }
        }
    }

    private synchronized void become(@Nullable Socket next) {
        simulator = next;
        notifyAll();
    }

    private void take(byte[] bytes, int count) {
        synchronized (this) {
            typed.write(bytes, 0, count);
        }
        listener.accept(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {
        try {
            server.close();
            synchronized (this) {
                if (simulator != null) {
                    simulator.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

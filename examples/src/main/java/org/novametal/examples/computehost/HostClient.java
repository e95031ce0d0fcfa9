package org.novametal.examples.computehost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.novametal.examples.computehost.wire.WireVersion;

/**
 * A client of a running compute host, for programs of this machine: each call on a separate connection.
 *
 * @param socket the host's socket
 * @param limit the longest time of a call
 */
public record HostClient(Path socket, Duration limit) {
    private static final int MAX_HEADER_BYTES = 16_384;
    private static final int MAX_BODY_BYTES = 64 << 20;

    /**
     * An answer.
     *
     * @param status the HTTP status
     * @param json the body
     */
    public record Reply(int status, JsonNode json) {}

    /**
     * Makes a call.
     *
     * @param body the body; empty for none
     * @throws IOException when the host cannot be reached, does not answer in time or answers something else than JSON
     */
    public Reply call(String method, String path, String body) throws IOException {
        AtomicBoolean late = new AtomicBoolean();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("call-limit").daemon().factory())) {
            var deadline = timer.schedule(() -> close(channel, late), limit.toMillis(), TimeUnit.MILLISECONDS);
            try {
                send(channel, method, path, body.getBytes(StandardCharsets.UTF_8));
                return receive(Channels.newInputStream(channel));
            } finally {
                deadline.cancel(false);
                timer.shutdownNow();
            }
        } catch (ClosedChannelException e) {
            throw new IOException(
                    late.get() ? "no answer within " + limit.toSeconds() + " s" : "the connection was closed", e);
        }
    }

    private static void close(SocketChannel channel, AtomicBoolean late) {
        late.set(true);
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(SocketChannel channel, String method, String path, byte[] body) throws IOException {
        String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + WireVersion.HEADER
                + ": "
                + WireVersion.text() + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length
                + "\r\n\r\n";
        for (ByteBuffer part :
                new ByteBuffer[] {ByteBuffer.wrap(head.getBytes(StandardCharsets.UTF_8)), ByteBuffer.wrap(body)}) {
            while (part.hasRemaining()) {
                channel.write(part);
            }
        }
    }

    private static Reply receive(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() > MAX_HEADER_BYTES) {
                throw new IOException("the answer has no complete header");
            }
            head.append((char) next);
        }
        try {
            int status = Integer.parseInt(head.substring(9, 12));
            int length = head.toString()
                    .lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                    .mapToInt(line -> Integer.parseInt(
                            line.substring(line.indexOf(':') + 1).strip()))
                    .findFirst()
                    .orElse(0);
            if (length > MAX_BODY_BYTES) {
                throw new IOException("the answer has " + length + " bytes, which is too long");
            }
            return new Reply(status, new JsonMapper().readTree(in.readNBytes(length)));
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new IOException("the answer is not HTTP", e);
        }
    }
}

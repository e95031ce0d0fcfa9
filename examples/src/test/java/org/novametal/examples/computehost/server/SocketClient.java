package org.novametal.examples.computehost.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A small HTTP/1.1 client for a UNIX domain socket, one connection; used by one thread. */
public final class SocketClient implements AutoCloseable {
    private final SocketChannel channel;
    private final InputStream in;

    /** Connects. */
    public SocketClient(Path socket) throws IOException {
        this.channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        this.in = Channels.newInputStream(channel);
    }

    /** An answer. */
    public record Reply(int status, String head, JsonNode json) {
        /** The code of an error. */
        public String errorCode() {
            return json.path("error").path("code").asText();
        }

        /** The message of an error. */
        public String message() {
            return json.path("error").path("message").asText();
        }
    }

    /** Makes a call on a separate connection. */
    public static Reply call(Path socket, String method, String path, String body, String... headers)
            throws IOException {
        try (SocketClient client = new SocketClient(socket)) {
            return client.call(method, path, body, headers);
        }
    }

    /** Makes a call. */
    public Reply call(String method, String path, String body, String... headers) throws IOException {
        send(method, path, body, headers);
        return receive();
    }

    /** Sends a request. */
    public void send(String method, String path, String body, String... headers) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        if (bytes.length > 0) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(bytes.length)
                    .append("\r\n");
        }
        write(head.append("\r\n").toString());
        write(bytes);
    }

    /** Sends text. */
    public void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Receives an answer. */
    public Reply receive() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended after: " + head.toString(StandardCharsets.UTF_8));
            }
            head.write(next);
        }
        String text = head.toString(StandardCharsets.UTF_8);
        int length = List.of(text.split("\r\n")).stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .map(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
        byte[] body = in.readNBytes(length);
        return new Reply(
                Integer.parseInt(text.split(" ", 3)[1]),
                text,
                new JsonMapper().readTree(new String(body, StandardCharsets.UTF_8)));
    }

    /** Whether the server has closed the connection; waits for it. */
    public boolean isClosed() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

package org.novametal.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.novametal.text.ForeignText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends files chunk by chunk: a platform thread reads a chunk and starts an asynchronous write, and the end of the write
 * starts the next chunk. No thread waits for a socket. (Jetty does not expose the socket channel, so {@code transferTo}
 * cannot be used.)
 */
final class FileSender {
    private static final Logger LOG = LoggerFactory.getLogger(FileSender.class);

    private final Executor readers;
    private final FileTransfers transfers;

    FileSender(Executor readers, FileTransfers transfers) {
        this.readers = readers;
        this.transfers = transfers;
    }

    void send(HttpAnswer.File answer, InetAddress client, Request request, Response response, Callback callback) {
        Path path = answer.path();
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (IOException e) {
            LOG.warn("cannot read {} for {}: {}", path, shown(request), e.toString());
            refuse(404, response, callback);
            return;
        }
        if (!attributes.isRegularFile()) {
            LOG.warn("{} for {} is not a regular file", path, shown(request));
            refuse(404, response, callback);
            return;
        }
        long length = attributes.size();
        Instant changed = attributes.lastModifiedTime().toInstant();
        String tag = "\"" + Long.toHexString(length) + "-" + Long.toHexString(changed.getEpochSecond()) + "."
                + Integer.toHexString(changed.getNano()) + "\"";
        HttpFields.Mutable headers = response.getHeaders();
        answer.headers().forEach(headers::put);
        headers.put("ETag", tag);
        headers.put("Last-Modified", DateTimeFormatter.RFC_1123_DATE_TIME.format(changed.atZone(ZoneOffset.UTC)));
        headers.put("Accept-Ranges", "bytes");

        if (header(request, "If-None-Match")
                .filter(wanted -> names(wanted, tag))
                .isPresent()) {
            response.setStatus(304);
            response.write(true, ByteBuffer.allocate(0), callback);
            return;
        }
        // With If-Range, a range applies only while the file has the ETag that the client names.
        Optional<String> range = header(request, "Range")
                .filter(ignored -> header(request, "If-Range").map(tag::equals).orElse(true));
        ByteRange part = switch (ByteRange.parse(range, length)) {
            case ByteRange.Asked.Whole ignored -> {
                response.setStatus(200);
                yield new ByteRange(0, length);
            }
            case ByteRange.Asked.Part(ByteRange asked) -> {
                response.setStatus(206);
                headers.put("Content-Range", asked.contentRange(length));
                yield asked;
            }
            case ByteRange.Asked.Outside ignored -> {
                headers.put("Content-Range", "bytes */" + length);
                yield new ByteRange(0, -1);
            }
        };
        if (part.length() < 0) {
            refuse(416, response, callback);
            return;
        }
        headers.put("Content-Length", Long.toString(part.length()));
        if (request.getMethod().equals("HEAD") || part.length() == 0) {
            response.write(true, ByteBuffer.allocate(0), callback);
            return;
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (IOException e) {
            LOG.warn("cannot open {} for {}: {}", path, shown(request), e.toString());
            headers.remove("Content-Range");
            refuse(404, response, callback);
            return;
        }
        EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
        Optional<FileTransfers.Running> admitted = transfers.admit(
                client, () -> connection.close(new TimeoutException("the client did not read the file fast enough")));
        if (admitted.isEmpty()) {
            close(path, channel);
            headers.remove("Content-Range");
            headers.put("Retry-After", "1");
            refuse(503, response, callback);
            return;
        }
        new Transfer(path, channel, part, admitted.get(), response, callback).next();
    }

    private static void refuse(int status, Response response, Callback callback) {
        String body = JsonErrors.json(
                switch (status) {
                    case 416 -> "the file has no such range";
                    case 503 -> "too many files are being sent";
                    default -> "there is no such file";
                });
        response.setStatus(status);
        response.getHeaders().put("Content-Type", "application/json");
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(body);
        response.getHeaders().put("Content-Length", Integer.toString(bytes.remaining()));
        response.write(true, bytes, callback);
    }

    private static String shown(Request request) {
        return ForeignText.line(Request.getPathInContext(request));
    }

    private static Optional<String> header(Request request, String name) {
        return Optional.ofNullable(request.getHeaders().get(name));
    }

    private static boolean names(String wanted, String tag) {
        return wanted.equals("*") || List.of(wanted.split("\\s*,\\s*")).contains(tag);
    }

    /** One file being sent; its steps run one after the other, so it needs no lock. */
    private final class Transfer {
        private final Path path;
        private final FileChannel channel;
        private final Response response;
        private final Callback callback;
        private final FileTransfers.Running running;
        private long position;
        private long left;

        Transfer(
                Path path,
                FileChannel channel,
                ByteRange part,
                FileTransfers.Running running,
                Response response,
                Callback callback) {
            this.path = path;
            this.channel = channel;
            this.response = response;
            this.callback = callback;
            this.position = part.first();
            this.left = part.length();
            this.running = running;
        }

        void next() {
            try {
                readers.execute(this::sendChunk);
            } catch (RejectedExecutionException e) {
                end(e);
            }
        }

        private void sendChunk() {
            try {
                // The server keeps the position of what it writes, so each chunk is a view of the buffer.
                ByteBuffer buffer = running.buffer().slice(0, (int) Math.min(FileTransfers.BUFFER_BYTES, left));
                while (buffer.hasRemaining()) {
                    int read = channel.read(buffer, position + buffer.position());
                    if (read < 0) {
                        throw new EOFException(path + " became shorter while it was sent");
                    }
                }
                buffer.flip();
                int count = buffer.remaining();
                position += count;
                left -= count;
                boolean last = left == 0;
                response.write(last, buffer, Callback.from(() -> sent(count, last), this::end));
            } catch (Throwable e) {
                // An Error too: the thread reads the files of other clients, and this client must get an end.
                LOG.warn("sending {} stopped at byte {}: {}", path, position, e.toString());
                end(e);
            }
        }

        private void sent(int count, boolean last) {
            running.progress(count);
            if (last) {
                release();
                callback.succeeded();
            } else {
                next();
            }
        }

        private void end(Throwable failure) {
            LOG.debug("sending {} ended at byte {}: {}", path, position, failure.toString());
            release();
            callback.failed(failure);
        }

        private void release() {
            close(path, channel);
            running.end();
        }
    }

    private static void close(Path path, FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("closing {} failed: {}", path, e.toString());
        }
    }
}

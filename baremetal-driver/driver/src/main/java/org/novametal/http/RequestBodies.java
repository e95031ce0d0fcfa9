package org.novametal.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.novametal.http.HttpOptions.BodyLimits;

/** Reads request bodies into memory within the limits of their length, time and rate, and of the bytes of all bodies. */
final class RequestBodies {
    private static final int CHUNK_BYTES = 8192;
    private static final double NANOS = 1e9;

    private final BodyLimits limits;
    private final Duration idleTimeout;
    private final LongSupplier nanoTime;
    private final AtomicLong held = new AtomicLong();

    RequestBodies(HttpOptions options, LongSupplier nanoTime) {
        this.limits = options.bodies();
        this.idleTimeout = options.connections().idleTimeout();
        this.nanoTime = nanoTime;
    }

    /** A body in memory; it counts until it is closed. */
    final class Body implements AutoCloseable {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private long counted;

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        private void add(byte[] chunk, int count) throws BodyRefused {
            counted += count;
            if (held.addAndGet(count) > limits.maxBytesInAll()) {
                throw new BodyRefused(503, "too many requests with bodies at once; come again later");
            }
            bytes.write(chunk, 0, count);
        }

        @Override
        public void close() {
            held.addAndGet(-counted);
            counted = 0;
        }
    }

    /**
     * Reads the body of a request. Blocks.
     *
     * @param in the body's stream; the caller closes it where it was not read to its end
     * @throws BodyRefused when the body breaks a limit; the rest of it was not read
     * @throws IOException when the connection broke
     */
    Body read(Request request, InputStream in, int maxBytes) throws IOException {
        if (request.getLength() > maxBytes) {
            throw tooLong(maxBytes);
        }
        Body body = new Body();
        EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
        long idleMillis = connection.getIdleTimeout();
        Duration silence = idleTimeout.compareTo(limits.timeout()) < 0 ? idleTimeout : limits.timeout();
        connection.setIdleTimeout(silence.toMillis());
        try {
            read(in, body, maxBytes);
            return body;
        } catch (IOException e) {
            body.close();
            if (e.getCause() instanceof TimeoutException) {
                throw new BodyRefused(408, "no byte of the body arrived for " + silence);
            }
            throw e;
        } catch (RuntimeException | Error e) {
            body.close();
            throw e;
        } finally {
            connection.setIdleTimeout(idleMillis);
        }
    }

    private void read(InputStream in, Body body, int maxBytes) throws IOException {
        long begin = nanoTime.getAsLong();
        byte[] chunk = new byte[Math.clamp(maxBytes + 1L, 1, CHUNK_BYTES)];
        for (int got = in.read(chunk); got >= 0; got = in.read(chunk)) {
            if (body.counted + got > maxBytes) {
                throw tooLong(maxBytes);
            }
            body.add(chunk, got);
            long nanos = nanoTime.getAsLong() - begin;
            if (nanos > limits.timeout().toNanos()) {
                throw new BodyRefused(408, "the body took longer than " + limits.timeout());
            }
            double allowed = limits.grace().toNanos() + NANOS * body.counted / limits.minBytesPerSecond();
            if (nanos > allowed) {
                throw new BodyRefused(
                        408, "the body arrived slower than " + limits.minBytesPerSecond() + " bytes a second");
            }
        }
    }

    private static BodyRefused tooLong(int maxBytes) {
        return new BodyRefused(
                413, maxBytes == 0 ? "a request here has no body" : "the body is longer than " + maxBytes + " bytes");
    }

    /** A request body that was not read to its end. */
    static final class BodyRefused extends IOException {
        private static final long serialVersionUID = 1L;
        private final int status;

        BodyRefused(int status, String message) {
            super(message);
            this.status = status;
        }

        /** The status of the answer. */
        int status() {
            return status;
        }

        @Override
        public String getMessage() {
            return Objects.requireNonNull(super.getMessage());
        }
    }
}

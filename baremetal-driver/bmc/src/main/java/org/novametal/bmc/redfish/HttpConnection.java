package org.novametal.bmc.redfish;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 connection, over TLS or without, that carries one request at a time and is kept between requests. It has no
 * thread and, besides those of TLS, one buffer of 4 KiB. Its owner must call it on a virtual thread: then an interrupt
 * ends the call. All times are nanoseconds of the caller's clock. Source: RFC 9112.
 *
 * <p>Not for several threads, but {@link #abort} may be called by any.
 */
final class HttpConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final long HEALTH_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final HttpUrl origin;
    private final LongSupplier clock;
    private final Deadlines deadlines;
    private volatile TimedSocket raw;
    private volatile @Nullable CompletableFuture<List<InetAddress>> lookup;
    private volatile boolean isAborted;
    private Socket socket;
    private boolean isReusable;
    private long idleSince;

    /** How TLS is set up. */
    record Tls(SSLSocketFactory factory, List<String> cipherSuites, boolean checksName) {}

    private HttpConnection(HttpUrl origin, LongSupplier clock, Deadlines deadlines) {
        this.origin = origin;
        this.clock = clock;
        this.deadlines = deadlines;
        this.raw = new TimedSocket(clock);
        this.socket = raw;
    }

    /** A connection to the host of a URL that is not connected yet. */
    static HttpConnection to(HttpUrl url, LongSupplier clock, Deadlines deadlines) {
        return new HttpConnection(url, clock, deadlines);
    }

    /** Whether a URL is served by this connection. */
    boolean serves(HttpUrl url) {
        return url.port() == origin.port()
                && url.isHttps() == origin.isHttps()
                && url.host().equals(origin.host());
    }

    /** Connects and sets up TLS, all before the deadline. */
    void connect(@Nullable Tls tls, long deadline) throws IOException, InterruptedException {
        connect(addresses(deadline), deadline);
        if (tls != null) {
            SSLSocket secured = (SSLSocket) tls.factory().createSocket(raw, origin.host(), origin.port(), true);
            socket = secured;
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setCipherSuites(tls.cipherSuites().toArray(String[]::new));
            if (tls.checksName()) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            secured.setSSLParameters(parameters);
            secured.startHandshake();
        }
    }

    /** Connects to the first of the addresses that answers; each has an equal part of the time that is left. */
    private void connect(List<InetAddress> addresses, long deadline) throws IOException {
        for (int tried = 0; ; tried++) {
            int left = addresses.size() - tried;
            long now = clock.getAsLong();
            try {
                raw.setDeadline(now + (deadline - now) / left);
                raw.setTcpNoDelay(true);
                raw.connect(new InetSocketAddress(addresses.get(tried), origin.port()), raw.millisLeft());
                raw.setDeadline(deadline);
                socket = raw;
                return;
            } catch (IOException e) {
                raw.close();
                if (left == 1 || isAborted) {
                    throw e;
                }
                raw = new TimedSocket(clock);
            }
        }
    }

    /** Looks the name up on another thread, because a look-up cannot be interrupted and has no limit. */
    private List<InetAddress> addresses(long deadline) throws IOException, InterruptedException {
        try {
            return List.of(InetAddress.ofLiteral(origin.host()));
        } catch (IllegalArgumentException e) {
            // It is a name.
        }
        CompletableFuture<List<InetAddress>> running = new CompletableFuture<>();
        lookup = running;
        Thread.ofVirtual().name("redfish-lookup").start(() -> {
            try {
                running.complete(List.of(InetAddress.getAllByName(origin.host())));
            } catch (UnknownHostException | RuntimeException e) {
                running.completeExceptionally(e);
            }
        });
        try {
            return running.get(deadline - clock.getAsLong(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new SocketTimeoutException("no answer of the name service");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failed ? failed : new IOException(e.getCause());
        }
    }

    /**
     * Sends a request and reads the whole answer, both before the deadline.
     *
     * @param longest the maximum number of bytes of the body
     * @throws HttpAnswer.TooLongException when the body is longer
     */
    HttpAnswer exchange(Request request, int longest, long deadline) throws IOException {
        isReusable = false;
        raw.removeDeadline();
        // Timed reads would set and cancel a timer each.
        Deadlines.Watch watch = deadlines.watch(deadline - clock.getAsLong(), this::close);
        boolean isSent = false;
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes(request));
            out.flush();
            isSent = true;
            HttpAnswer.Reader reader = new HttpAnswer.Reader(socket.getInputStream(), longest);
            HttpAnswer answer = reader.read();
            idleSince = clock.getAsLong();
            isReusable = watch.end() && reader.isConnectionKept();
            return answer;
        } catch (IOException e) {
            if (watch.end()) {
                throw e;
            }
            SocketTimeoutException late = new SocketTimeoutException(
                    isSent ? "no answer within the limit" : "the request was not read within the limit");
            late.initCause(e);
            throw late;
        } finally {
            watch.end();
        }
    }

    private static byte[] bytes(Request request) throws IOException {
        RequestBody body = request.body();
        HttpUrl url = request.url();
        StringBuilder head = new StringBuilder(512);
        head.append(request.method()).append(' ').append(url.encodedPath());
        if (url.encodedQuery() != null) {
            head.append('?').append(url.encodedQuery());
        }
        String host = url.host().contains(":") ? "[" + url.host() + "]" : url.host();
        head.append(" HTTP/1.1\r\nHost: ").append(host);
        if (url.port() != HttpUrl.defaultPort(url.scheme())) {
            head.append(':').append(url.port());
        }
        head.append("\r\nUser-Agent: nova-metal\r\n");
        for (int i = 0; i < request.headers().size(); i++) {
            head.append(request.headers().name(i)).append(": ");
            head.append(request.headers().value(i)).append("\r\n");
        }
        if (body == null) {
            return head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        }
        Buffer content = new Buffer();
        body.writeTo(content);
        head.append("Content-Type: ").append(body.contentType()).append("\r\n");
        head.append("Content-Length: ").append(content.size()).append("\r\n\r\n");
        // One write, so that it becomes one TLS record and one packet.
        Buffer whole = new Buffer().writeUtf8(head.toString());
        whole.writeAll(content);
        return whole.readByteArray();
    }

    /** Whether the connection can carry another request, as far as the last answer says. */
    boolean isReusable() {
        return isReusable;
    }

    /** Since when it is idle. */
    long idleSince() {
        return idleSince;
    }

    /**
     * Whether the service has not closed the idle connection. A request that must not be sent twice is sent over a connection
     * that is known to be open.
     */
    boolean isOpen() {
        try {
            raw.setDeadline(clock.getAsLong() + HEALTH_CHECK_NANOS);
            socket.getInputStream().read();
            // The end, or bytes that belong to no request.
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends what is under way: it throws. */
    void abort() {
        isAborted = true;
        CompletableFuture<List<InetAddress>> running = lookup;
        if (running != null) {
            running.completeExceptionally(new IOException("Canceled"));
        }
        close();
    }

    /** Closes the connection at once, without TLS's goodbye, which can block. */
    @Override
    public void close() {
        try {
            raw.close();
        } catch (IOException e) {
            LOG.debug("the connection to {} does not close", origin, e);
        }
    }

    /**
     * A socket whose reads, of any layer above, together end at a deadline while one is set. It reads ahead: TLS reads the few
     * bytes before each record apart.
     */
    private static final class TimedSocket extends Socket {
        private static final int BUFFER_BYTES = 4096;

        private final LongSupplier clock;
        private final byte[] buffer = new byte[BUFFER_BYTES];
        private int next;
        private int end;
        private boolean hasDeadline;
        private long deadline;

        TimedSocket(LongSupplier clock) {
            this.clock = clock;
        }

        void setDeadline(long nanos) {
            hasDeadline = true;
            deadline = nanos;
        }

        void removeDeadline() throws IOException {
            if (hasDeadline) {
                hasDeadline = false;
                setSoTimeout(0);
            }
        }

        int millisLeft() throws SocketTimeoutException {
            long left = deadline - clock.getAsLong();
            if (left <= 0) {
                throw new SocketTimeoutException("no answer within the limit");
            }
            return (int) Math.min(Integer.MAX_VALUE, Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
        }

        @Override
        public InputStream getInputStream() throws IOException {
            InputStream in = super.getInputStream();
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    int count = read(one, 0, 1);
                    return count < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    if (next == end && length < BUFFER_BYTES) {
                        int count = receive(buffer, 0, BUFFER_BYTES);
                        // Not before: receiving may throw.
                        next = 0;
                        end = Math.max(0, count);
                        if (count < 0) {
                            return -1;
                        }
                    }
                    if (next == end) {
                        return receive(bytes, offset, length);
                    }
                    int count = Math.min(length, end - next);
                    System.arraycopy(buffer, next, bytes, offset, count);
                    next += count;
                    return count;
                }

                private int receive(byte[] bytes, int offset, int length) throws IOException {
                    if (hasDeadline) {
                        setSoTimeout(millisLeft());
                    }
                    return in.read(bytes, offset, length);
                }

                @Override
                public int available() throws IOException {
                    return end - next + in.available();
                }

                @Override
                public void close() throws IOException {
                    TimedSocket.this.close();
                }
            };
        }
    }

    /** The service closed the connection before it answered. */
    static final class NoAnswerException extends EOFException {
        private static final long serialVersionUID = 1L;

        NoAnswerException() {
            super("the connection was closed before an answer");
        }
    }
}

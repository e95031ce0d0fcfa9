package org.novametal.bmc.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okio.Buffer;
import okio.BufferedSource;
import okio.GzipSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.text.ForeignText;

/**
 * The HTTP connection to one BMC: sends a request and reads its answer, bounded in time and size. One thread at a time
 * sends; {@link #giveUp} may be called by any thread.
 */
final class HttpLine implements AutoCloseable {
    /** Limit of an answer's size; a ComputerSystem has about 10 KiB. */
    private static final int LONGEST_ANSWER_BYTES = 1 << 20;

    /** Limit of a link's length; longer ones are refused before anything is computed from them. */
    private static final int LONGEST_LINK = 2000;

    private final BmcAddress address;
    private final HttpUrl base;
    private final LongSupplier clock;
    private final RsaKeyExchange keyExchange;
    private final HttpConnection.Tls tls;
    private final boolean isKept;
    private final HttpTraffic traffic;
    private final HttpTurns hostTurns;

    /** The idle connection. */
    private final AtomicReference<@Nullable HttpConnection> idle = new AtomicReference<>();

    /** The connection of the request that is under way. */
    private final AtomicReference<@Nullable HttpConnection> current = new AtomicReference<>();

    private volatile boolean givenUp;
    private Optional<Map.Entry<String, HttpUrl>> lastUrl = Optional.empty();

    HttpLine(BmcAddress address, BmcOptions options, HttpTraffic traffic, LongSupplier clock) {
        boolean isTls = !address.scheme().equals(RedfishBmcFactory.SCHEME_HTTP);
        HttpUrl.Builder url =
                new HttpUrl.Builder().scheme(isTls ? "https" : "http").host(address.host());
        if (address.port() != -1) {
            url.port(address.port());
        }
        this.address = address;
        this.base = url.build();
        this.clock = clock;
        this.isKept = options.sessionPolicy() == SessionPolicy.KEEP;
        this.keyExchange = new RsaKeyExchange(options.keyExchange());
        // A service without TLS may redirect to TLS.
        this.tls = new HttpConnection.Tls(
                CertificateTrust.socketFactory(options.certificateFingerprint()),
                keyExchange.offered(),
                // A pinned fingerprint identifies the BMC, and certificates of BMCs rarely contain the right host name.
                options.certificateFingerprint().isEmpty());
        this.traffic = traffic;
        this.hostTurns = traffic.turnsOf(base.host());
        traffic.add(this);
    }

    /**
     * The URL of a link from the service: always on this BMC, even if the link names another host, so that no token is sent
     * elsewhere, and so that a BMC behind address translation works.
     */
    HttpUrl url(String link) {
        requireUsable(link, "link");
        if (lastUrl.isPresent() && lastUrl.get().getKey().equals(link)) {
            return lastUrl.get().getValue();
        }
        HttpUrl target = base.resolve(link);
        if (target == null) {
            throw failure(
                    Reason.PROTOCOL, "its link '" + ForeignText.line(link) + "' does not resolve to an HTTP address");
        }
        HttpUrl url = base.newBuilder()
                .encodedPath(target.encodedPath())
                .encodedQuery(target.encodedQuery())
                .build();
        lastUrl = Optional.of(Map.entry(link, url));
        return url;
    }

    /**
     * The URL of a redirect: on this BMC, as for {@link #url}. Another port is used where the service names it for its own
     * host, and TLS where a service without TLS asks for it; a service with TLS is never asked without.
     *
     * @param from what was asked
     */
    HttpUrl redirect(HttpUrl from, String location) {
        requireUsable(location, "redirect");
        HttpUrl target = from.resolve(location);
        if (target == null) {
            throw failure(
                    Reason.PROTOCOL,
                    "its redirect to '" + ForeignText.line(location) + "' does not resolve to an HTTP address");
        }
        HttpUrl.Builder url =
                from.newBuilder().encodedPath(target.encodedPath()).encodedQuery(target.encodedQuery());
        boolean isOwn = target.host().equals(base.host()) && (target.isHttps() || !base.isHttps());
        if (isOwn && target.isHttps() != from.isHttps()) {
            return url.scheme(target.scheme()).port(target.port()).build();
        }
        return isOwn && hasPort(location) ? url.port(target.port()).build() : url.build();
    }

    private void requireUsable(String link, String kind) {
        if (link.length() > LONGEST_LINK) {
            throw failure(
                    Reason.PROTOCOL,
                    "its " + kind + " '" + ForeignText.line(link) + "' is longer than " + LONGEST_LINK + " characters");
        }
    }

    /** The path without the slashes at its end. */
    static String withoutEndingSlashes(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    /** Whether a link names a port: one without may come from a service that does not know its port forwarding. */
    private static boolean hasPort(String link) {
        try {
            return URI.create(link.replace(" ", "%20")).getPort() != -1;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Sends a request and waits for the answer. A GET or DELETE whose connection was lost is sent once more.
     *
     * @throws BmcException when there is no answer within the limit, or it cannot be read
     */
    RedfishAnswer send(Request request, long deadlineNanos) throws InterruptedException {
        try {
            return sendOnce(request, deadlineNanos);
        } catch (IOException e) {
            boolean repeatable =
                    request.method().equals("GET") || request.method().equals("DELETE");
            if (!repeatable || !isLostConnection(e)) {
                throw failure(request, e);
            }
        }
        try {
            return sendOnce(request, deadlineNanos);
        } catch (IOException e) {
            throw failure(request, e);
        }
    }

    private RedfishAnswer sendOnce(Request request, long deadlineNanos) throws IOException, InterruptedException {
        long nanos = deadlineNanos - clock.getAsLong();
        if (nanos <= 0) {
            throw noAnswer(request, null);
        }
        if (Thread.currentThread().isVirtual()) {
            return exchange(request, deadlineNanos);
        }
        // A platform thread cannot be interrupted while it reads.
        FutureTask<RedfishAnswer> exchange = new FutureTask<>(() -> exchange(request, deadlineNanos));
        Thread thread = Thread.ofVirtual().name("redfish-request").start(exchange);
        try {
            return exchange.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failed -> throw failed;
                case RuntimeException failed -> throw failed;
                case null, default -> throw new IllegalStateException("unexpected failure at " + address, e);
            }
        } catch (TimeoutException e) {
            throw noAnswer(request, e);
        } finally {
            if (!exchange.isDone()) {
                thread.interrupt();
            }
        }
    }

    /** Makes an exchange on the idle connection or on another, on this virtual thread. */
    private RedfishAnswer exchange(Request request, long deadline) throws IOException, InterruptedException {
        if (!traffic.enter(hostTurns, deadline)) {
            throw new SocketTimeoutException("too many requests are under way");
        }
        try {
            return exchangeInTurn(request, deadline);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw e;
        } finally {
            traffic.leave(hostTurns);
        }
    }

    private RedfishAnswer exchangeInTurn(Request request, long deadline) throws IOException, InterruptedException {
        HttpConnection kept = idle.getAndSet(null);
        boolean isUsable =
                kept != null && kept.serves(request.url()) && (request.method().equals("GET") || kept.isOpen());
        if (kept != null && !isUsable) {
            kept.close();
        }
        HttpConnection connection =
                kept != null && isUsable ? kept : HttpConnection.to(request.url(), clock, traffic.deadlines());
        boolean isDone = false;
        current.set(connection);
        try {
            if (givenUp) {
                throw new IOException("Canceled");
            }
            if (connection != kept) {
                connection.connect(request.url().isHttps() ? tls : null, deadline);
            }
            RedfishAnswer answer = read(request, connection.exchange(request, LONGEST_ANSWER_BYTES, deadline));
            isDone = true;
            return answer;
        } catch (HttpAnswer.TooLongException e) {
            throw failure(
                    Reason.PROTOCOL,
                    "its answer to " + name(request) + " is longer than " + LONGEST_ANSWER_BYTES + " bytes",
                    e);
        } finally {
            current.compareAndSet(connection, null);
            if (isDone && isKept && connection.isReusable() && !givenUp) {
                idle.set(connection);
                traffic.closeIdleLater();
            } else {
                connection.close();
            }
        }
    }

    /** Ends the request that is under way, and fails further ones until {@link #resume}. */
    void giveUp() {
        givenUp = true;
        HttpConnection connection = current.get();
        if (connection != null) {
            connection.abort();
        }
    }

    /** Allows requests again after {@link #giveUp}. */
    void resume() {
        givenUp = false;
    }

    /**
     * Closes the connection if it has been idle since a time.
     *
     * @return whether a connection stays open
     */
    boolean closeIdle(long sinceNanos) {
        HttpConnection kept = idle.get();
        if (kept != null && kept.idleSince() - sinceNanos <= 0 && idle.compareAndSet(kept, null)) {
            kept.close();
            return false;
        }
        return kept != null;
    }

    /** Closes the idle connection. */
    @Override
    public void close() {
        traffic.remove(this);
        HttpConnection kept = idle.getAndSet(null);
        if (kept != null) {
            kept.close();
        }
    }

    private RedfishAnswer read(Request request, HttpAnswer answer) {
        byte[] bytes = answer.body();
        if (bytes.length > 0 && "gzip".equalsIgnoreCase(answer.headers().get("Content-Encoding"))) {
            // Requests ask for no encoding, but some services compress nevertheless.
            bytes = decompressed(request, bytes);
        }
        Optional<JsonNode> document = RedfishJson.parse(bytes);
        return new RedfishAnswer(
                answer.status(),
                answer.headers(),
                document.orElse(MissingNode.getInstance()),
                document.isPresent() || bytes.length == 0);
    }

    private byte[] body(Request request, BufferedSource source) throws IOException {
        if (source.request(LONGEST_ANSWER_BYTES + 1L)) {
            throw failure(
                    Reason.PROTOCOL,
                    "its answer to " + name(request) + " is longer than " + LONGEST_ANSWER_BYTES + " bytes");
        }
        return source.readByteArray();
    }

    private byte[] decompressed(Request request, byte[] body) {
        try (BufferedSource source = Okio.buffer(new GzipSource(new Buffer().write(body)))) {
            return body(request, source);
        } catch (IOException e) {
            throw failure(
                    Reason.PROTOCOL, "its answer to " + name(request) + " cannot be decompressed: " + oneLine(e), e);
        }
    }

    /** Whether the failure is that of an idle connection which the BMC has closed. */
    private static boolean isLostConnection(IOException e) {
        return !(e instanceof InterruptedIOException
                || e instanceof SSLException
                || e instanceof ProtocolException
                || e instanceof UnknownHostException
                || e instanceof ConnectException);
    }

    private BmcException failure(Request request, IOException e) {
        for (Throwable at = e; at != null; at = at.getCause()) {
            if (at instanceof CertificateTrust.UntrustedCertificateException) {
                return failure(Reason.UNTRUSTED_CERTIFICATE, String.valueOf(at.getMessage()), e);
            }
        }
        return switch (e) {
            case SSLHandshakeException _ ->
                failure(
                        Reason.UNSUPPORTED_CIPHER,
                        "cannot set up TLS: " + oneLine(e) + (isNoCommonCipher(e) ? "; " + keyExchange.advice() : ""),
                        e);
            case SSLException _, ProtocolException _ ->
                failure(Reason.PROTOCOL, name(request) + " failed: " + oneLine(e), e);
            case UnknownHostException _ ->
                failure(Reason.UNREACHABLE, "its name does not resolve; correct it, or the name service", e);
            case InterruptedIOException _ -> noAnswer(request, e);
            default -> failure(Reason.UNREACHABLE, name(request) + " failed: " + oneLine(e), e);
        };
    }

    /** Whether the BMC refused all cipher suites, or chose one that was not offered. */
    private static boolean isNoCommonCipher(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("handshake_failure") || message.contains("insufficient_security");
    }

    private BmcException noAnswer(Request request, @Nullable Exception cause) {
        return failure(Reason.UNREACHABLE, "no answer to " + name(request) + " within the limit", cause);
    }

    private static String name(Request request) {
        return request.method() + " " + request.url().encodedPath();
    }

    private static String oneLine(IOException e) {
        return ForeignText.line(String.valueOf(e.getMessage()));
    }

    private BmcException failure(Reason reason, String what) {
        return failure(reason, what, null);
    }

    private BmcException failure(Reason reason, String what, @Nullable Exception cause) {
        return new BmcException(reason, "BMC " + address + ": " + what, cause);
    }
}

package org.novametal.bmc.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
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

    private static final int IDLE_MINUTES = 5;

    private final BmcAddress address;
    private final HttpUrl base;
    private final ConnectionPool connections;
    private final OkHttpClient client;
    private final LongSupplier clock;
    private final RsaKeyExchange keyExchange;
    private volatile @Nullable PendingAnswer current;
    private volatile boolean givenUp;

    HttpLine(BmcAddress address, BmcOptions options, OkHttpClient shared, LongSupplier clock) {
        boolean tls = !address.scheme().equals(RedfishBmcFactory.SCHEME_HTTP);
        HttpUrl.Builder url =
                new HttpUrl.Builder().scheme(tls ? "https" : "http").host(address.host());
        if (address.port() != -1) {
            url.port(address.port());
        }
        this.address = address;
        this.base = url.build();
        this.clock = clock;
        int idle = options.sessionPolicy() == SessionPolicy.KEEP ? 1 : 0;
        this.connections = new ConnectionPool(idle, IDLE_MINUTES, TimeUnit.MINUTES);
        OkHttpClient.Builder own = shared.newBuilder()
                .connectionPool(connections)
                .connectTimeout(options.commandTimeout())
                .readTimeout(options.commandTimeout())
                .writeTimeout(options.commandTimeout());
        this.keyExchange = new RsaKeyExchange(options.keyExchange());
        keyExchange.configure(own, tls);
        if (tls) {
            CertificateTrust.configure(own, options.certificateFingerprint());
        }
        this.client = own.build();
    }

    /**
     * The URL of a link from the service: always on this BMC, even if the link names another host, so that no token is sent
     * elsewhere, and so that a BMC behind address translation works.
     */
    HttpUrl url(String link) {
        HttpUrl target = base.resolve(link);
        if (target == null) {
            throw failure(
                    Reason.PROTOCOL, "its link '" + ForeignText.line(link) + "' does not resolve to an HTTP address");
        }
        return base.newBuilder()
                .encodedPath(target.encodedPath())
                .encodedQuery(target.encodedQuery())
                .build();
    }

    /**
     * The URL of a redirect: on this BMC, as for {@link #url}. Another port is used where the service names it for its own
     * host, and TLS where a service without TLS asks for it; a service with TLS is never asked without.
     *
     * @param from what was asked
     */
    HttpUrl redirect(HttpUrl from, String location) {
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
        Call call = client.newCall(request);
        call.timeout().timeout(nanos, TimeUnit.NANOSECONDS);
        PendingAnswer pending = new PendingAnswer(call);
        current = pending;
        if (givenUp) {
            pending.giveUp();
        }
        call.enqueue(pending);
        try {
            return pending.answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failed -> throw failed;
                case RuntimeException failed -> throw failed;
                case null, default -> throw new IllegalStateException("OkHttp failed at " + address, e);
            }
        } catch (TimeoutException e) {
            // OkHttp's limits do not end a name look-up that hangs.
            throw noAnswer(request, e);
        } finally {
            current = null;
            if (!pending.answer.isDone() || pending.answer.isCompletedExceptionally()) {
                call.cancel();
            }
        }
    }

    /** Ends the request that is under way, and fails further ones until {@link #resume}. */
    void giveUp() {
        givenUp = true;
        PendingAnswer pending = current;
        if (pending != null) {
            pending.giveUp();
        }
    }

    /** Allows requests again after {@link #giveUp}. */
    void resume() {
        givenUp = false;
    }

    /** Closes the idle connection. */
    @Override
    public void close() {
        connections.evictAll();
    }

    private final class PendingAnswer implements Callback {
        private final Call call;
        private final CompletableFuture<RedfishAnswer> answer = new CompletableFuture<>();

        PendingAnswer(Call call) {
            this.call = call;
        }

        /** Completes the answer here, because OkHttp misses a cancel between connect and TLS handshake. */
        void giveUp() {
            call.cancel();
            answer.completeExceptionally(new IOException("Canceled"));
        }

        @Override
        public void onResponse(Call call, Response response) {
            try (response) {
                answer.complete(read(response));
            } catch (IOException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }

        @Override
        public void onFailure(Call call, IOException e) {
            answer.completeExceptionally(e);
        }
    }

    private RedfishAnswer read(Response response) throws IOException {
        BufferedSource source = response.body().source();
        if ("gzip".equalsIgnoreCase(response.header("Content-Encoding"))) {
            // Requests ask for no encoding, and OkHttp decodes only what it has asked for.
            source = Okio.buffer(new GzipSource(source));
        }
        if (source.request(LONGEST_ANSWER_BYTES + 1L)) {
            throw failure(
                    Reason.PROTOCOL,
                    "its answer to " + name(response.request()) + " is longer than " + LONGEST_ANSWER_BYTES + " bytes");
        }
        byte[] body = source.readByteArray();
        Optional<JsonNode> document = RedfishJson.parse(body);
        return new RedfishAnswer(
                response.code(),
                response.headers(),
                document.orElse(MissingNode.getInstance()),
                document.isPresent() || body.length == 0);
    }

    /** Whether the failure is that of an idle connection which the BMC has closed. */
    private static boolean isLostConnection(IOException e) {
        return !(e instanceof InterruptedIOException
                || e instanceof SSLException
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
            case SSLPeerUnverifiedException _ ->
                failure(
                        Reason.UNTRUSTED_CERTIFICATE,
                        "its certificate is for another host (" + oneLine(e)
                                + "); use the host name in the certificate, or pin its SHA-256 fingerprint",
                        e);
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

package org.novametal.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of the fakes, based on the JDK's server: one address, one handler, text answers only. It shares no code
 * with the driver's server. Each request runs on a virtual thread, so handlers may block.
 *
 * <p>The JDK's server reads its limits from system properties, once in a process. This class sets those for idle connections,
 * if they are not set, before it starts its first server; in a program that started such a server earlier, the earlier limits
 * remain.
 *
 * <p>Safe for several threads.
 */
public final class FakeHttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FakeHttpServer.class);
    private static final int MAX_BODY_BYTES = 4 << 20;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    static {
        // OkHttp keeps idle connections for five minutes; if the server closes them earlier, the next request fails.
        setIfAbsent("sun.net.httpserver.idleInterval", "600");
        setIfAbsent("sun.net.httpserver.maxIdleConnections", "10000");
        // Otherwise the end of a long answer waits for the client's delayed acknowledgement.
        setIfAbsent("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final URI baseUri;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("fake-http-", 0).factory());
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * A request with its whole body. {@code toString()} omits query, headers and body, which may contain secrets.
     *
     * @param method the method in upper case
     * @param path the decoded path
     * @param query the decoded query parameters, the first value of each
     * @param headers the header fields by lower-case name, the first value of each
     * @param body the body read as UTF-8, empty when there is none
     */
    public record Request(
            String method, String path, Map<String, String> query, Map<String, String> headers, String body) {
        /** Copies the collections. */
        public Request {
            query = Map.copyOf(query);
            headers = Map.copyOf(headers);
        }

        /** A query parameter. */
        public Optional<String> queryParameter(String name) {
            return Optional.ofNullable(query.get(name));
        }

        /** A header field, whatever the case of its name. */
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }

        @Override
        public String toString() {
            return "Request[" + method + " " + path + "]";
        }
    }

    /**
     * An answer, sent as UTF-8.
     *
     * @param status the HTTP status code
     * @param headers the header fields by name
     * @param body the body, empty for none
     */
    public record Answer(int status, Map<String, String> headers, String body) {
        /** Copies the header fields. */
        public Answer {
            headers = Map.copyOf(headers);
            Objects.requireNonNull(body, "body");
        }

        /** A JSON text with a status. */
        public static Answer json(int status, String json) {
            return new Answer(status, Map.of("Content-Type", "application/json"), json);
        }

        /** A status without a body. */
        public static Answer empty(int status) {
            return new Answer(status, Map.of(), "");
        }

        @Override
        public String toString() {
            return "Answer[" + status + ", " + body.length() + " characters]";
        }
    }

    /** Answers all requests. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Answers a request; several may come at the same time.
         *
         * @throws Exception when it fails: the server logs it once, and answers 500
         */
        Answer answer(Request request) throws Exception;
    }

    private FakeHttpServer(InetSocketAddress listen, @Nullable SSLContext tls, HttpHandler handler) {
        try {
            if (tls == null) {
                server = HttpServer.create(listen, 0);
            } else {
                HttpsServer secured = HttpsServer.create(listen, 0);
                secured.setHttpsConfigurator(new HttpsConfigurator(tls));
                server = secured;
            }
        } catch (IOException e) {
            threads.close();
            throw new UncheckedIOException(
                    "cannot listen on " + listen.getHostString() + ":" + listen.getPort() + ": " + e.getMessage()
                            + "; check that this machine has this address and that the port is free",
                    e);
        }
        server.setExecutor(threads);
        server.createContext("/", handler);
        server.start();
        baseUri = URI.create((tls == null ? "http" : "https") + "://"
                + host(server.getAddress().getAddress()) + ":"
                + server.getAddress().getPort());
    }

    /**
     * Starts a server that speaks plain HTTP.
     *
     * @param listen where to listen; port 0 takes any free one
     * @param handler answers the requests
     * @throws UncheckedIOException when it cannot listen on that address
     */
    public static FakeHttpServer start(InetSocketAddress listen, Handler handler) {
        return new FakeHttpServer(listen, null, exchange -> serve(handler, exchange));
    }

    /**
     * Starts a server that speaks HTTP over TLS only.
     *
     * @param listen where to listen; port 0 takes any free one
     * @param tls holds the server's key and certificate
     * @param handler answers the requests
     * @throws UncheckedIOException when it cannot listen on that address
     */
    public static FakeHttpServer startTls(InetSocketAddress listen, SSLContext tls, Handler handler) {
        return new FakeHttpServer(listen, tls, exchange -> serve(handler, exchange));
    }

    /** Starts a server that speaks plain HTTP, whose handler reads and writes bytes. */
    static FakeHttpServer startRaw(InetSocketAddress listen, HttpHandler handler) {
        return new FakeHttpServer(listen, null, handler);
    }

    /** The server's URI: scheme, listen address and actual port, without a slash at the end. */
    public URI baseUri() {
        return baseUri;
    }

    /** Stops listening, closes all connections and interrupts running handlers. Returns within a limit; idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        server.stop(0);
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a handler of the fake server {} still runs {} after its end", baseUri, CLOSE_TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void serve(Handler handler, HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
            send(
                    body.length > MAX_BODY_BYTES ? error(413, "the body is too long") : answer(handler, exchange, body),
                    exchange);
        }
    }

    private static Answer answer(Handler handler, HttpExchange exchange, byte[] body) {
        Request request;
        try {
            Map<String, String> headers = new HashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            request = new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    query(exchange.getRequestURI().getRawQuery()),
                    headers,
                    new String(body, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return error(400, "the query cannot be decoded");
        }
        try {
            return handler.answer(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return error(503, "the server is closing");
        } catch (Exception e) {
            LOG.error("{} {} failed", request.method(), request.path(), e);
            return error(500, "the server failed to answer; its log says why");
        }
    }

    private static void send(Answer answer, HttpExchange exchange) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        boolean hasBody = body.length > 0
                && !exchange.getRequestMethod().equals("HEAD")
                && answer.status() != 204
                && answer.status() != 304;
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(answer.status(), hasBody ? body.length : -1);
        if (hasBody) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    private static Answer error(int status, String message) {
        return Answer.json(status, "{\"error\": \"" + message + "\"}");
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> parameters = new HashMap<>();
        for (String parameter : raw == null ? new String[0] : raw.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            parameters.putIfAbsent(
                    URLDecoder.decode(name, StandardCharsets.UTF_8), URLDecoder.decode(value, StandardCharsets.UTF_8));
        }
        return parameters;
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static String host(InetAddress address) {
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }
}

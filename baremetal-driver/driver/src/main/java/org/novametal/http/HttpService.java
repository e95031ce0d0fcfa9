package org.novametal.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running HTTP server: one listen address, fixed routes. Handlers run on virtual threads; files are read by a small pool of
 * platform threads and written without blocking, so that slow downloads hold no thread at all. Each client gets a bounded part
 * of the server for a bounded time ({@link HttpOptions}); an error in a handler, even one of memory, ends that request alone.
 *
 * <p>Safe for use by many threads.
 */
public final class HttpService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpService.class);
    private static final int MAX_PLATFORM_THREADS = 16;

    /**
     * How many connections wait to be accepted. The system drops further ones, and a client tries again only after 1 s, then 3 s;
     * Java's default of 50 is full when one attacker opens connections in a row. Linux limits it to {@code net.core.somaxconn}.
     */
    private static final int ACCEPT_QUEUE = 4_096;

    /**
     * How many bytes the system buffers for a client that does not read. Left to itself, Linux takes megabytes for each, and
     * every new download of an attacker costs the copying of them. Enough for 1 Gbit/s at 2 ms.
     */
    private static final int SEND_BUFFER_BYTES = 256 << 10;

    private final Server server;
    private final ServerConnector connector;
    private final URI baseUri;
    private final ExecutorService handlers;
    private final ExecutorService files;
    private final ScheduledExecutorService watch;
    private final HttpOptions options;
    private final AtomicBoolean closed = new AtomicBoolean();

    private HttpService(
            InetSocketAddress listen,
            List<Route> routes,
            HttpOptions options,
            Predicate<InetAddress> known,
            @Nullable SSLContext sslContext,
            BiConsumer<InetAddress, Throwable> failedHandshakes) {
        InetAddress address = listen.getAddress();
        if (address == null) {
            throw new IllegalArgumentException("the listen address " + listen.getHostString() + " does not resolve");
        }
        this.options = options;
        this.handlers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("http-", 0).factory());
        this.files = Executors.newFixedThreadPool(
                options.transfers().fileThreads(),
                Thread.ofPlatform().name("http-file-", 0).daemon().factory());
        this.watch = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("http-watch").daemon().factory());

        QueuedThreadPool threads = new QueuedThreadPool(MAX_PLATFORM_THREADS, 1);
        threads.setName("http-io");
        threads.setDaemon(true);
        threads.setStopTimeout(options.closeTimeout().toMillis());
        this.server = new Server(threads);
        server.setStopTimeout(0);

        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        this.connector = new ServerConnector(server, 1, 1, connectionFactories(http, sslContext));
        connector.setHost(address.getHostAddress());
        connector.setPort(listen.getPort());
        connector.setIdleTimeout(options.connections().idleTimeout().toMillis());
        connector.setShutdownIdleTimeout(options.closeTimeout().toMillis());
        connector.setReuseAddress(true);
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.setAcceptedSendBufferSize(SEND_BUFFER_BYTES);
        server.addConnector(connector);
        OpenConnections connections = new OpenConnections(options.connections(), known, System::nanoTime);
        FileTransfers transfers = new FileTransfers(options.transfers(), known, System::nanoTime);
        connector.addBean(connections);
        connector.addBean(new FailedHandshakes(failedHandshakes));
        server.setHandler(new RouteHandler(
                routes, options, connections, handlers, new FileSender(files, transfers), System::nanoTime));
        server.setErrorHandler(new JsonErrors());
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new UncheckedIOException(
                    "cannot listen on " + listen.getHostString() + ":" + listen.getPort() + ": " + e.getMessage()
                            + "; check that this machine has this address and that the port is free",
                    e instanceof IOException io ? io : new IOException(e));
        }
        this.baseUri = URI.create(
                (sslContext == null ? "http" : "https") + "://" + host(address) + ":" + connector.getLocalPort());
        long interval = watchInterval(options).toMillis();
        Future<?> _ = watch.scheduleWithFixedDelay(
                () -> closeOverdue(connections, transfers), interval, interval, TimeUnit.MILLISECONDS);
        LOG.debug("HTTP server listens on {}, {} routes", baseUri, routes.size());
    }

    /**
     * Starts a plain HTTP server with {@link HttpOptions#DEFAULTS}.
     *
     * @param listen where to listen; port 0 takes any free one
     * @param routes the routes
     * @throws UncheckedIOException when it cannot listen on that address
     * @throws IllegalArgumentException when the address does not resolve
     */
    public static HttpService start(InetSocketAddress listen, List<Route> routes) {
        return start(listen, routes, HttpOptions.DEFAULTS);
    }

    /**
     * Starts a plain HTTP server.
     *
     * @param listen where to listen; port 0 takes any free one
     * @param routes the routes
     * @param options its limits
     * @throws UncheckedIOException when it cannot listen on that address
     * @throws IllegalArgumentException when the address does not resolve
     */
    public static HttpService start(InetSocketAddress listen, List<Route> routes, HttpOptions options) {
        return start(listen, routes, options, _ -> false);
    }

    /**
     * Starts a plain HTTP server that prefers known clients when its limits are reached.
     *
     * @param listen where to listen; port 0 takes any free one
     * @param routes the routes
     * @param options its limits
     * @param known whether an address is that of a known client, such as one with a current lease; called by many threads,
     *     must not block
     * @throws UncheckedIOException when it cannot listen on that address
     * @throws IllegalArgumentException when the address does not resolve
     */
    public static HttpService start(
            InetSocketAddress listen, List<Route> routes, HttpOptions options, Predicate<InetAddress> known) {
        return new HttpService(listen, routes, options, known, null, (_, _) -> {});
    }

    /**
     * Starts a server that speaks HTTP over TLS only.
     *
     * @param listen where to listen; port 0 takes any free one
     * @param routes the routes
     * @param options its limits
     * @param sslContext holds the server's key and certificate
     * @throws UncheckedIOException when it cannot listen on that address
     * @throws IllegalArgumentException when the address does not resolve
     */
    public static HttpService startTls(
            InetSocketAddress listen, List<Route> routes, HttpOptions options, SSLContext sslContext) {
        return startTls(listen, routes, options, _ -> false, sslContext, (_, _) -> {});
    }

    /**
     * Starts a server that speaks HTTP over TLS only, and that prefers known clients when its limits are reached.
     *
     * @param listen where to listen; port 0 takes any free one
     * @param routes the routes
     * @param options its limits
     * @param known as for a {@linkplain #start(InetSocketAddress, List, HttpOptions, Predicate) plain server}
     * @param sslContext holds the server's key and certificate
     * @param failedHandshakes called with the sender's address and the reason when a TLS handshake fails, such as one with a
     *     client that does not trust the certificate; called by the server's threads, must not block
     * @throws UncheckedIOException when it cannot listen on that address
     * @throws IllegalArgumentException when the address does not resolve
     */
    public static HttpService startTls(
            InetSocketAddress listen,
            List<Route> routes,
            HttpOptions options,
            Predicate<InetAddress> known,
            SSLContext sslContext,
            BiConsumer<InetAddress, Throwable> failedHandshakes) {
        return new HttpService(listen, routes, options, known, sslContext, failedHandshakes);
    }

    /**
     * The URI for clients on this machine: scheme, listen address and the actual port, without a slash at the end. For a
     * wildcard address the host is that wildcard; the caller must know under which name other machines reach this one.
     */
    public URI baseUri() {
        return baseUri;
    }

    /** Accepts no further connections until {@link #accept}: they wait in the system's queue. Those that are open go on. */
    public void hold() {
        connector.setAccepting(false);
    }

    /** Accepts connections again after {@link #hold}. */
    public void accept() {
        connector.setAccepting(true);
    }

    /** Stops listening, closes every connection and interrupts running handlers; returns within a limit. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the HTTP server on port {} did not stop cleanly", connector.getPort(), e);
        }
        watch.shutdownNow();
        handlers.shutdownNow();
        files.shutdownNow();
        try {
            long millis = options.closeTimeout().toMillis();
            if (!handlers.awaitTermination(millis, TimeUnit.MILLISECONDS)
                    || !files.awaitTermination(millis, TimeUnit.MILLISECONDS)
                    || !watch.awaitTermination(millis, TimeUnit.MILLISECONDS)) {
                LOG.warn(
                        "an HTTP handler on port {} is still running {} after close",
                        connector.getPort(),
                        options.closeTimeout());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A second, or less where a limit is shorter. */
    private static Duration watchInterval(HttpOptions options) {
        return Stream.of(
                        Duration.ofSeconds(1),
                        options.connections().headerTimeout(),
                        options.transfers().rateWindow())
                .min(Comparator.naturalOrder())
                .filter(shortest -> shortest.toMillis() > 0)
                .orElse(Duration.ofMillis(1));
    }

    private static void closeOverdue(OpenConnections connections, FileTransfers transfers) {
        try {
            connections.closeOverdue();
            transfers.cutSlow();
        } catch (Throwable e) {
            // An exception or Error would end the watch for good.
            LOG.error("the limits of connections could not be enforced; trying again", e);
        }
    }

    private static ConnectionFactory[] connectionFactories(
            HttpConnectionFactory http, @Nullable SSLContext sslContext) {
        List<ConnectionFactory> factories = new ArrayList<>();
        if (sslContext != null) {
            SslContextFactory.Server tls = new SslContextFactory.Server();
            tls.setSslContext(sslContext);
            factories.add(new SslConnectionFactory(tls, http.getProtocol()));
        }
        factories.add(http);
        return factories.toArray(ConnectionFactory[]::new);
    }

    private record FailedHandshakes(BiConsumer<InetAddress, Throwable> listener) implements SslHandshakeListener {
        @Override
        public void handshakeFailed(Event event, Throwable failure) {
            if (event.getEndPoint() != null
                    && event.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress remote
                    && remote.getAddress() != null) {
                listener.accept(remote.getAddress(), failure);
            }
        }
    }

    private static String host(InetAddress address) {
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }
}

package org.novametal.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
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
 * platform threads and written without blocking, so that slow downloads hold no thread at all.
 *
 * <p>Safe for use by many threads.
 */
public final class HttpService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpService.class);
    private static final int MAX_PLATFORM_THREADS = 16;

    private final Server server;
    private final ServerConnector connector;
    private final URI baseUri;
    private final ExecutorService handlers;
    private final ExecutorService files;
    private final HttpOptions options;
    private final AtomicBoolean closed = new AtomicBoolean();

    private HttpService(
            InetSocketAddress listen, List<Route> routes, HttpOptions options, @Nullable SSLContext sslContext) {
        InetAddress address = listen.getAddress();
        if (address == null) {
            throw new IllegalArgumentException("the listen address " + listen.getHostString() + " does not resolve");
        }
        this.options = options;
        this.handlers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("http-", 0).factory());
        this.files = Executors.newFixedThreadPool(
                options.fileThreads(),
                Thread.ofPlatform().name("http-file-", 0).daemon().factory());

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
        connector.setIdleTimeout(options.idleTimeout().toMillis());
        connector.setShutdownIdleTimeout(options.closeTimeout().toMillis());
        connector.setReuseAddress(true);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(options.maxConnections(), connector));
        server.setHandler(new RouteHandler(routes, options, handlers, files));
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
        return new HttpService(listen, routes, options, null);
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
        return new HttpService(listen, routes, options, sslContext);
    }

    /**
     * The URI for clients on this machine: scheme, listen address and the actual port, without a slash at the end. For a
     * wildcard address the host is that wildcard; the caller must know under which name other machines reach this one.
     */
    public URI baseUri() {
        return baseUri;
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
        handlers.shutdownNow();
        files.shutdownNow();
        try {
            long millis = options.closeTimeout().toMillis();
            if (!handlers.awaitTermination(millis, TimeUnit.MILLISECONDS)
                    || !files.awaitTermination(millis, TimeUnit.MILLISECONDS)) {
                LOG.warn(
                        "an HTTP handler on port {} is still running {} after close",
                        connector.getPort(),
                        options.closeTimeout());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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

    private static String host(InetAddress address) {
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
    }
}

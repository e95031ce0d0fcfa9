package org.novametal.examples.computehost.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.model.HostName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server that gives other processes of this machine the use of a driver: HTTP/1.1 and JSON over a UNIX domain socket.
 *
 * <p>Calls run on virtual threads, so that callers that wait cost no platform thread. Thread-safe.
 */
public final class ComputeServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ComputeServer.class);
    private static final int MAX_PLATFORM_THREADS = 8;

    /** How long the end of threads is awaited after the last answer. */
    private static final Duration END_LIMIT = Duration.ofSeconds(2);

    private final Server server;
    private final UnixDomainServerConnector connector;
    private final SocketFile file;
    private final RequestHandler handler;
    private final Operations operations;
    private final EventBuffer events;
    private final ExecutorService calls;
    private final ScheduledThreadPoolExecutor deadlines;
    private final ServerSettings settings;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    private ComputeServer(
            ServerSettings settings,
            HostName host,
            ComputeDriver driver,
            InstantSource clock,
            EventBuffer events,
            List<Route> more) {
        this.settings = settings;
        this.events = events;
        this.file = SocketFile.take(settings.socket());
        this.operations = new Operations(driver, clock);
        this.calls = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("call-", 0).factory());
        this.deadlines = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("call-deadlines").daemon().factory());
        // Else the deadline of each call that has ended would be kept until its time.
        deadlines.setRemoveOnCancelPolicy(true);
        List<Route> routes = new ArrayList<>(new ServiceRoutes(host, driver, events).routes());
        routes.addAll(new NodeRoutes(driver).routes());
        routes.addAll(new InstanceRoutes(driver).routes());
        routes.addAll(new OperationRoutes(driver, operations).routes());
        routes.addAll(more);
        this.handler = new RequestHandler(routes, settings, new PeerCheck(allowed(settings)), calls, deadlines);

        QueuedThreadPool threads = new QueuedThreadPool(MAX_PLATFORM_THREADS, 1);
        threads.setName("socket-io");
        threads.setDaemon(true);
        threads.setStopTimeout(END_LIMIT.toMillis());
        this.server = new Server(threads);
        server.setStopTimeout(0);
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(false);
        // The name of a node may contain a slash or a percent sign.
        configuration.setUriCompliance(UriCompliance.DEFAULT.with(
                "names",
                UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
                UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
                UriCompliance.Violation.AMBIGUOUS_PATH_PARAMETER));
        this.connector = new UnixDomainServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
        connector.setUnixDomainPath(file.bindPath());
        connector.setIdleTimeout(settings.idleTimeout().toMillis());
        connector.setShutdownIdleTimeout(END_LIMIT.toMillis());
        server.addConnector(connector);
        // Each request needs a connection; as many more may be idle. Beyond that, new connections wait to be accepted.
        server.addBean(new NetworkConnectionLimit(2 * settings.maxRequests(), connector));
        server.setHandler(handler);
        server.setErrorHandler(new JsonErrors());
    }

    /**
     * Starts a server.
     *
     * @param settings its place and limits
     * @param host the name of this host
     * @param driver the driver, already initialised
     * @param clock the clock for the times in answers
     * @param events the driver's events
     * @param more calls beside those for the driver
     * @throws UncheckedIOException when it cannot listen; the message says why
     */
    public static ComputeServer start(
            ServerSettings settings,
            HostName host,
            ComputeDriver driver,
            InstantSource clock,
            EventBuffer events,
            List<Route> more) {
        ComputeServer started = new ComputeServer(settings, host, driver, clock, events, more);
        try {
            started.server.start();
            started.file.publish(settings.owner(), settings.group());
        } catch (Exception e) {
            started.close();
            throw e instanceof UncheckedIOException refused
                    ? refused
                    : new UncheckedIOException(
                            "cannot listen on the socket " + settings.socket() + ": " + e.getMessage(),
                            e instanceof IOException io ? io : new IOException(e));
        }
        LOG.info("the compute host listens on {}", settings.socket());
        return started;
    }

    private static Set<String> allowed(ServerSettings settings) {
        Set<String> users = new HashSet<>(settings.allowedUsers());
        users.add(System.getProperty("user.name", ""));
        settings.owner().ifPresent(users::add);
        return users;
    }

    /** Whether a connection to the socket can be made now. */
    public boolean answers() {
        if (!server.isRunning() || stopping.get()) {
            return false;
        }
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(settings.socket()))) {
            return true;
        } catch (ConnectException e) {
            LOG.warn("the socket {} does not accept connections: {}", settings.socket(), e.toString());
            return false;
        } catch (SocketException e) {
            // The socket belongs to another user, so that this one may not connect.
            return settings.owner().isPresent() && Files.exists(settings.socket(), LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            LOG.warn("the socket {} cannot be used: {}", settings.socket(), e.toString());
            return false;
        }
    }

    /** How many deadlines of calls are kept. */
    int deadlines() {
        return deadlines.getQueue().size();
    }

    /** How many calls have no answer yet. */
    public int unanswered() {
        return handler.unanswered();
    }

    /**
     * Stops accepting connections and requests, ends all long waits with {@code HOST_UNAVAILABLE}, and waits for the calls that are
     * under way, but not longer than the limit; then these are answered with {@code HOST_UNAVAILABLE}, too.
     */
    public void drain(Duration limit) throws InterruptedException {
        if (!stopping.compareAndSet(false, true)) {
            return;
        }
        handler.drain();
        connector.setAccepting(false);
        operations.close();
        events.close();
        long deadline = System.nanoTime() + limit.toNanos();
        while (handler.unanswered() > 0 && System.nanoTime() < deadline) {
            Thread.sleep(10);
        }
        handler.answerAll();
    }

    /** Closes all connections, removes the socket and ends all threads; returns within a few seconds. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        stopping.set(true);
        handler.drain();
        operations.close();
        events.close();
        handler.answerAll();
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the server on {} did not stop cleanly", settings.socket(), e);
        }
        file.close();
        deadlines.shutdownNow();
        calls.shutdownNow();
        try {
            if (!calls.awaitTermination(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a call on {} still runs {} after the end of the server", settings.socket(), END_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package org.novametal.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deploy ramdisk's agent on a fake machine: looks its node up, serves commands over TLS with a certificate that it makes
 * itself, and sends heartbeats: at once, after every asynchronous command that ended, and at 0.3 to 0.6 of the interval that
 * the API named. Like the real agent it serves plain HTTP until it ends when it cannot read the API's version document right
 * before it serves, and locks itself down when it has no token from its kernel line and the answer to its first lookup withholds it. It
 * sends from the address that it listens on.
 *
 * <p>Safe for several threads; heartbeat times are guarded by this object.
 */
public final class FakeAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FakeAgent.class);
    private static final int MINIMUM_TOKEN_LENGTH = 32;
    private static final int FIRST_PORT = 9999;
    private static final int PORTS = 1000;
    private static final int PORT_ATTEMPTS = 100;
    private static final Duration LONGEST_LOOKUP_PAUSE = Duration.ofSeconds(60);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final FakeAgentSettings settings;
    private final FakeAgentHost host;
    private final ScheduledExecutorService timer;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final ExecutorService worker = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("fake-agent-", 0).factory());
    private final CountDownLatch closing = new CountDownLatch(1);
    private final FakeAgentState state = new FakeAgentState();
    private final OkHttpClient http;
    private final FakeAgentApiClient api;

    private @Nullable FakeHttpServer service;
    private @Nullable Future<?> nextHeartbeat;
    private String certificate = "";
    private Duration heartbeatTimeout = Duration.ofMinutes(5);
    private Duration heartbeatInterval = Duration.ZERO;
    private Instant lastHeartbeat = Instant.MIN;
    private boolean heartbeatForced;

    private FakeAgent(
            FakeAgentSettings settings,
            FakeAgentHost host,
            ScheduledExecutorService timer,
            InstantSource clock,
            RandomGenerator random) {
        this.settings = settings;
        this.host = host;
        this.timer = timer;
        this.clock = clock;
        this.random = random;
        // A call that begins after close() has cancelled the running ones fails here.
        settings.token().filter(text -> text.length() >= MINIMUM_TOKEN_LENGTH).ifPresent(state::setToken);
        this.http = trusting(FakeAgentApiClient.http(settings.requestTimeout()), settings.authorities())
                .socketFactory(new AddressSockets(settings.address()))
                .addInterceptor(chain -> {
                    if (closed()) {
                        throw new IOException("the machine lost power");
                    }
                    return chain.proceed(chain.request());
                })
                .build();
        this.api = new FakeAgentApiClient(settings, http);
    }

    private static OkHttpClient.Builder trusting(OkHttpClient.Builder client, String pem) {
        HandshakeCertificates.Builder trusted = new HandshakeCertificates.Builder();
        for (X509Certificate certificate : certificates(pem)) {
            trusted.addTrustedCertificate(certificate);
        }
        HandshakeCertificates certificates = trusted.build();
        return client.sslSocketFactory(certificates.sslSocketFactory(), certificates.trustManager());
    }

    private static List<X509Certificate> certificates(String pem) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (CertificateException e) {
            throw new IllegalArgumentException("the CAs of an agent are not PEM", e);
        }
    }

    /**
     * Starts an agent, as in a ramdisk that has just booted. Returns at once; the agent runs on private virtual threads.
     *
     * @param settings the ramdisk's settings
     * @param host the machine it runs on
     * @param timer schedules the agent's pauses; the caller shuts it down
     * @param clock the agent's clock
     * @param random chooses the lengths of pauses within their limits
     */
    public static FakeAgent start(
            FakeAgentSettings settings,
            FakeAgentHost host,
            ScheduledExecutorService timer,
            InstantSource clock,
            RandomGenerator random) {
        FakeAgent agent = new FakeAgent(settings, host, timer, clock, random);
        agent.worker.execute(agent::boot);
        return agent;
    }

    /** Ends the agent at once, as a power cut does. Returns within a limit; idempotent. */
    @Override
    public void close() {
        closing.countDown();
        FakeHttpServer serving;
        synchronized (this) {
            serving = service;
            service = null;
            if (nextHeartbeat != null) {
                nextHeartbeat.cancel(false);
            }
        }
        http.dispatcher().cancelAll();
        // No interrupt: it would close the disk's file while it is written.
        worker.shutdown();
        if (serving != null) {
            serving.close();
        }
        http.dispatcher().executorService().shutdown();
        try {
            if (!worker.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a fake agent on {} still runs {} after its end", settings.address(), CLOSE_TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean closed() {
        return closing.getCount() == 0;
    }

    private void boot() {
        lookup(settings.lookupPause());
    }

    private void lookup(Duration pause) {
        if (closed()) {
            return;
        }
        Optional<JsonNode> found = api.lookup(Optional.empty());
        if (found.isEmpty()) {
            Duration wait = pause.multipliedBy(50 + random.nextInt(51)).dividedBy(100);
            Duration doubled = pause.multipliedBy(2);
            later(wait, () -> lookup(doubled.compareTo(LONGEST_LOOKUP_PAUSE) > 0 ? LONGEST_LOOKUP_PAUSE : doubled));
            return;
        }
        if (!learn(found.get())) {
            LOG.error(
                    "FATAL: the API withholds the token from a new agent of {}; it locks itself down", settings.macs());
            return;
        }
        try {
            serve();
        } catch (UncheckedIOException e) {
            LOG.error("the agent of {} cannot listen on {}; it ends", settings.macs(), settings.address(), e);
            return;
        }
        heartbeat();
    }

    /** Stores the answer to a lookup; returns false when the agent has no token and is given none. */
    private boolean learn(JsonNode answer) {
        JsonNode config = answer.path("config");
        String token = config.path("agent_token").asText("");
        state.setNode(answer.path("node"));
        synchronized (this) {
            heartbeatTimeout =
                    Duration.ofSeconds(config.path("heartbeat_timeout").asLong(300));
        }
        if (token.length() >= MINIMUM_TOKEN_LENGTH) {
            state.setToken(token);
        }
        return !(token.equals("******") && state.token().isEmpty());
    }

    private void serve() {
        FakeAgentCommands commands = new FakeAgentCommands(
                state, host, new FakeImageWriter(settings, host, http), worker, new FakeAgentCommands.Surroundings() {
                    @Override
                    public void lookupAgain() {
                        String uuid = state.node().path("uuid").asText();
                        api.lookup(Optional.of(uuid)).ifPresent(FakeAgent.this::learn);
                    }

                    @Override
                    public void forceHeartbeat() {
                        FakeAgent.this.forceHeartbeat();
                    }

                    @Override
                    public void powerOff() {
                        // Not on the agent's own threads: powerOff() may call close(), which waits for these.
                        laterOn(
                                settings.powerOffDelay(),
                                () -> Thread.ofVirtual().name("fake-power-off").start(host::powerOff));
                    }

                    @Override
                    public void endAgent() {
                        laterOn(
                                settings.powerOffDelay(),
                                () -> Thread.ofVirtual().name("fake-agent-end").start(FakeAgent.this::close));
                    }

                    @Override
                    public FakePause pause() {
                        return FakeAgent.this::pause;
                    }
                });
        FakeAgentApi served = new FakeAgentApi(commands, state, clock.instant());
        FakeHttpServer started = listen(served);
        boolean late;
        synchronized (this) {
            late = closed();
            service = late ? null : started;
        }
        if (late) {
            started.close();
        }
    }

    private FakeHttpServer listen(FakeAgentApi served) {
        Optional<SSLContext> tls = api.wantsTls() ? Optional.of(makeCertificate()) : Optional.empty();
        if (settings.port() != 0) {
            return listen(served, tls, settings.port());
        }
        int first = random.nextInt(PORTS);
        for (int attempt = 1; ; attempt++) {
            try {
                return listen(served, tls, FIRST_PORT + (first + attempt) % PORTS);
            } catch (UncheckedIOException e) {
                if (attempt >= PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private FakeHttpServer listen(FakeAgentApi served, Optional<SSLContext> tls, int port) {
        InetSocketAddress listen = new InetSocketAddress(settings.address(), port);
        return tls.isPresent()
                ? FakeHttpServer.startTls(listen, tls.get(), served::answer)
                : FakeHttpServer.start(listen, served::answer);
    }

    private SSLContext makeCertificate() {
        Instant now = clock.instant();
        HeldCertificate held = new HeldCertificate.Builder()
                .ecdsa256()
                .commonName("fake-agent")
                .addSubjectAlternativeName(settings.address().getHostAddress())
                .validityInterval(
                        now.minus(Duration.ofHours(1)).toEpochMilli(),
                        now.plus(Duration.ofDays(30)).toEpochMilli())
                .build();
        synchronized (this) {
            certificate = held.certificatePem();
        }
        return new HandshakeCertificates.Builder().heldCertificate(held).build().sslContext();
    }

    private void heartbeat() {
        URI callback;
        String pem;
        synchronized (this) {
            if (closed() || service == null) {
                return;
            }
            callback = service.baseUri();
            pem = certificate;
            heartbeatForced = false;
        }
        boolean accepted = api.heartbeat(
                state.node().path("uuid").asText(),
                callback,
                state.token(),
                Optional.of(pem).filter(text -> !text.isEmpty()));
        synchronized (this) {
            lastHeartbeat = clock.instant();
            heartbeatForced |= !accepted;
            heartbeatInterval = accepted
                    ? heartbeatTimeout.multipliedBy(300 + random.nextInt(301)).dividedBy(1000)
                    : settings.heartbeatGap()
                            .multipliedBy(100 + random.nextInt(101))
                            .dividedBy(100);
            scheduleHeartbeat();
        }
    }

    private synchronized void forceHeartbeat() {
        heartbeatForced = true;
        scheduleHeartbeat();
    }

    /** Guarded by this object. Even a forced heartbeat keeps the minimum gap to the previous one. */
    private void scheduleHeartbeat() {
        if (closed() || lastHeartbeat.equals(Instant.MIN)) {
            return;
        }
        if (nextHeartbeat != null) {
            nextHeartbeat.cancel(false);
        }
        Duration elapsed = Duration.between(lastHeartbeat, clock.instant());
        Duration wanted = heartbeatForced && settings.heartbeatGap().compareTo(heartbeatInterval) < 0
                ? settings.heartbeatGap()
                : heartbeatInterval;
        Duration wait = wanted.minus(elapsed);
        nextHeartbeat = later(wait.isNegative() ? Duration.ZERO : wait, this::heartbeat);
    }

    @CanIgnoreReturnValue
    private @Nullable Future<?> later(Duration wait, Runnable task) {
        return laterOn(wait, () -> {
            try {
                worker.execute(task);
            } catch (RejectedExecutionException e) {
                LOG.debug("a fake agent has ended before its next step");
            }
        });
    }

    @CanIgnoreReturnValue
    private @Nullable Future<?> laterOn(Duration wait, Runnable task) {
        try {
            return timer.schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the timer of a fake agent has ended");
            return null;
        }
    }

    private void pause(Duration duration) throws InterruptedException {
        if (closing.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new InterruptedException("the machine lost power");
        }
    }
}

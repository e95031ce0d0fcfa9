package org.novametal.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.io.IOException;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.novametal.text.ForeignText;

/**
 * Sends commands to agents and reads their state; trusts for each agent only the certificate that it sent.
 *
 * <p>One client serves all agents; safe for many threads. Calls block, and are meant for virtual threads; an interrupted call
 * fails as {@link AgentException.Reason#UNREACHABLE} with the interrupt flag set. No request is repeated: a call whose
 * connection breaks fails.
 *
 * <p>The connection to an agent is kept between calls, which saves most TLS handshakes of a deployment. An agent on whose kept
 * connection a call fails may be one that closes connections without saying so: from then on each call to it opens a new one.
 * A kept connection serves only calls that trust the same certificate.
 */
public final class AgentClient implements AutoCloseable {
    private static final MediaType JSON = MediaType.get("application/json");
    private static final int PINNED_CLIENTS = 2000;

    /** An agent that works is polled more often than this; after its end its certificate never comes again. */
    private static final Duration PINNED_FOR = Duration.ofMinutes(10);

    /** Longer than the default interval of polls; an idle connection costs tens of kilobytes. */
    private static final Duration CONNECTION_KEPT_FOR = Duration.ofSeconds(15);

    /** How long a call waits for its command. */
    public enum Wait {
        /** Until the command is done; for commands that take seconds. */
        UNTIL_DONE,
        /** Not at all; the agent sends a heartbeat when the command is done. */
        NOT_AT_ALL
    }

    private final AgentOptions options;
    private final OkHttpClient shared;
    private final Cache<String, Pinned> pinned;

    /** The way to one agent: a client that trusts only its certificate and keeps at most one connection. Thread-safe. */
    private static final class Pinned {
        private final OkHttpClient client;
        private volatile boolean keeps = true;

        Pinned(OkHttpClient client) {
            this.client = client;
        }

        /** Whether the next call may use a kept connection; if this agent is known to close them, there is none. */
        boolean hasConnection() {
            if (!keeps) {
                closeConnections();
            }
            return client.connectionPool().connectionCount() > 0;
        }

        void keepNoConnections() {
            keeps = false;
        }

        void closeConnections() {
            client.connectionPool().evictAll();
        }
    }

    /** A client with these limits. */
    public AgentClient(AgentOptions options) {
        this(options, Ticker.systemTicker());
    }

    AgentClient(AgentOptions options, Ticker ticker) {
        this.options = options;
        this.pinned = CacheBuilder.newBuilder()
                .maximumSize(PINNED_CLIENTS)
                .expireAfterAccess(PINNED_FOR)
                .ticker(ticker)
                .<String, Pinned>removalListener(
                        removed -> Objects.requireNonNull(removed.getValue()).closeConnections())
                .build();
        this.shared = new OkHttpClient.Builder()
                .connectTimeout(options.connectTimeout())
                .protocols(List.of(Protocol.HTTP_1_1))
                .proxy(Proxy.NO_PROXY)
                // A redirect could repeat the token to another server.
                .followRedirects(false)
                .retryOnConnectionFailure(false)
                .build();
    }

    /**
     * Sends a command.
     *
     * @return the command's state; with {@link Wait#NOT_AT_ALL} mostly {@code RUNNING}
     * @throws AgentException when the agent cannot be reached or does not accept the command; a command that was accepted and
     *     then failed is a result
     */
    public CommandResult execute(AgentEndpoint agent, AgentCommand command, Wait wait) {
        boolean waits = wait == Wait.UNTIL_DONE;
        HttpUrl url = commands(agent)
                .addPathSegment("")
                .addQueryParameter("wait", Boolean.toString(waits))
                .addQueryParameter("agent_token", agent.token().reveal())
                .build();
        Request request = new Request.Builder()
                .url(url)
                .post(RequestBody.create(command.body().getBytes(StandardCharsets.UTF_8), JSON))
                .build();
        String what = command.name() + " on " + agent.url();
        Answer answer = call(agent, request, what, waits ? options.waitTimeout() : options.answerTimeout());
        return CommandResult.of(accepted(answer, agent, what));
    }

    /**
     * Reads the state of a command by its id.
     *
     * @return empty when the agent does not know that id because it has rebooted since
     * @throws AgentException when the agent cannot be reached or refuses
     */
    public Optional<CommandResult> read(AgentEndpoint agent, String commandId) {
        HttpUrl url = commands(agent)
                .addPathSegment(commandId)
                .addQueryParameter("wait", "false")
                .addQueryParameter("agent_token", agent.token().reveal())
                .build();
        String what = "reading command " + commandId + " on " + agent.url();
        Answer answer = call(agent, new Request.Builder().url(url).build(), what, options.answerTimeout());
        if (answer.status() == 404) {
            return Optional.empty();
        }
        return Optional.of(CommandResult.of(accepted(answer, agent, what)));
    }

    /**
     * Reads the states of all commands since the agent started, oldest first. An agent that was sent a malformed command cannot
     * list its commands any more: read a command by its id where that is known.
     *
     * @throws AgentException when the agent cannot be reached or refuses
     */
    public List<CommandResult> list(AgentEndpoint agent) {
        HttpUrl url = commands(agent)
                .addPathSegment("")
                .addQueryParameter("agent_token", agent.token().reveal())
                .build();
        String what = "listing the commands on " + agent.url();
        Answer answer = call(agent, new Request.Builder().url(url).build(), what, options.answerTimeout());
        List<CommandResult> commands = new ArrayList<>();
        for (JsonNode command : accepted(answer, agent, what).path("commands")) {
            commands.add(CommandResult.of(command));
        }
        return List.copyOf(commands);
    }

    private static HttpUrl.Builder commands(AgentEndpoint agent) {
        HttpUrl base = HttpUrl.get(agent.url());
        if (base == null) {
            throw new AgentException(AgentException.Reason.PROTOCOL, agent.url() + " is not an HTTP URL");
        }
        return base.newBuilder().addPathSegment("v1").addPathSegment("commands");
    }

    private record Answer(int status, String body) {}

    private Answer call(AgentEndpoint agent, Request request, String what, Duration limit) {
        Pinned way = pinned(agent);
        boolean kept = way.hasConnection();
        OkHttpClient client = way.client
                .newBuilder()
                .callTimeout(limit)
                .readTimeout(limit)
                .writeTimeout(limit)
                .build();
        try (Response response = send(client, request)) {
            BufferedSource body = response.body().source();
            if (body.request(options.maxAnswerBytes() + 1L)) {
                throw new AgentException(
                        AgentException.Reason.PROTOCOL,
                        what + ": the answer is longer than " + options.maxAnswerBytes() + " bytes");
            }
            return new Answer(response.code(), body.readUtf8());
        } catch (SSLPeerUnverifiedException | SSLHandshakeException e) {
            throw failure(AgentException.Reason.CERTIFICATE, what, agent, e);
        } catch (IOException e) {
            if (kept) {
                way.keepNoConnections();
            }
            throw failure(AgentException.Reason.UNREACHABLE, what, agent, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AgentException(AgentException.Reason.UNREACHABLE, what + " was interrupted", e);
        }
    }

    /** OkHttp throws InterruptedException without declaring it. */
    private static Response send(OkHttpClient client, Request request) throws IOException, InterruptedException {
        return client.newCall(request).execute();
    }

    private static AgentException failure(
            AgentException.Reason reason, String what, AgentEndpoint agent, IOException cause) {
        return new AgentException(
                reason,
                what + " failed: " + ForeignText.line(blanked(cause.toString(), agent)),
                blankedCause(cause, agent));
    }

    /** A cause is kept only when it does not repeat the token. */
    private static @Nullable Throwable blankedCause(IOException cause, AgentEndpoint agent) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at.toString().contains(agent.token().reveal())) {
                return null;
            }
        }
        return cause;
    }

    private static JsonNode accepted(Answer answer, AgentEndpoint agent, String what) {
        JsonNode json;
        try {
            json = AgentJson.parse(answer.body());
        } catch (JsonProcessingException e) {
            throw new AgentException(
                    AgentException.Reason.PROTOCOL,
                    what + ": HTTP " + answer.status() + " with a body that is not JSON");
        }
        if (answer.status() == 200) {
            return json;
        }
        String fault = ForeignText.line(blanked(json.path("faultstring").asText("no faultstring"), agent));
        AgentException.Reason reason = switch (answer.status()) {
            case 401 -> AgentException.Reason.TOKEN_REFUSED;
            case 409 -> AgentException.Reason.BUSY;
            default -> answer.status() >= 400 ? AgentException.Reason.REFUSED : AgentException.Reason.PROTOCOL;
        };
        throw new AgentException(reason, what + ": HTTP " + answer.status() + ", " + fault);
    }

    private static String blanked(String text, AgentEndpoint agent) {
        return AgentToken.blanked(text).replace(agent.token().reveal(), "***");
    }

    /** How many certificates are pinned now. */
    long pinnedCertificates() {
        pinned.cleanUp();
        return pinned.size();
    }

    private Pinned pinned(AgentEndpoint agent) {
        try {
            return pinned.get(
                    agent.certificate(),
                    () -> new Pinned(PinnedCertificate.of(agent.certificate())
                            .pin(shared.newBuilder())
                            .connectionPool(
                                    new ConnectionPool(1, CONNECTION_KEPT_FOR.toMillis(), TimeUnit.MILLISECONDS))
                            .build()));
        } catch (ExecutionException e) {
            throw new AgentException(
                    AgentException.Reason.CERTIFICATE,
                    agent.url().toString().toLowerCase(Locale.ROOT) + ": its certificate cannot be used: "
                            + e.getCause(),
                    e.getCause());
        }
    }

    /** Closes the idle connections; those of running calls end with the calls. Idempotent. */
    @Override
    public void close() {
        pinned.invalidateAll();
    }
}

package org.novametal.openstack;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import org.novametal.openstack.OpenStackException.Kind;
import org.novametal.openstack.OpenStackHttp.Answer;
import org.novametal.openstack.ServiceOptions.Identity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of one set of credentials. A token is used until shortly before it expires, or until a service refuses it; then
 * one caller gets the next one, and all others wait for it. Its life is counted from its arrival, so that the clocks of this
 * host and of Keystone need not agree.
 *
 * <p>Thread-safe; only the holder of {@code renewing} sets a new token. Source: Identity API v3, {@code POST
 * /v3/auth/tokens}.
 */
final class KeystoneTokens {
    private static final Logger log = LoggerFactory.getLogger(KeystoneTokens.class);
    private static final MediaType JSON = MediaType.get("application/json");

    /** A token is renewed so long before its end, or at four fifths of a short life. */
    private static final Duration RENEWED_BEFORE = Duration.ofSeconds(60);

    /** The life of a token that does not say how long it lives. */
    private static final Duration UNKNOWN_LIFE = Duration.ofMinutes(5);

    private final Identity identity;
    private final OpenStackHttp http;
    private final Duration longestWait;
    private final LongSupplier nanoTime;
    private final ReentrantLock renewing = new ReentrantLock();
    private final AtomicReference<@Nullable Token> token = new AtomicReference<>();
    private final AtomicLong failures = new AtomicLong();
    private volatile @Nullable OpenStackException lastFailure;

    /** Makes the source of tokens; gets none yet. */
    KeystoneTokens(Identity identity, OpenStackHttp http, ServiceOptions.Connection connection, LongSupplier nanoTime) {
        this.identity = identity;
        this.http = http;
        this.longestWait = connection.timeout().multipliedBy(2L * (connection.retries() + 1));
        this.nanoTime = nanoTime;
    }

    /**
     * A token.
     *
     * @param value the secret that is sent to services
     * @param catalog the cloud's endpoints
     * @param renewAt when to get the next one, by the monotonic clock
     * @param endsAt when services refuse it
     */
    record Token(String value, ServiceCatalog catalog, long renewAt, long endsAt) {
        @Override
        public String toString() {
            return "Token[***]";
        }
    }

    /**
     * A token that should be accepted. Asks Keystone when there is none, within the limits of the options.
     *
     * @throws OpenStackException when Keystone gives none
     */
    Token current() throws InterruptedException {
        Token known = token.get();
        if (known != null && nanoTime.getAsLong() - known.renewAt() < 0) {
            return known;
        }
        long failuresBefore = failures.get();
        if (!renewing.tryLock(longestWait.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new OpenStackException(
                    Kind.UNREACHABLE,
                    url() + " gave no token within " + longestWait.toSeconds() + " s to others before");
        }
        try {
            known = token.get();
            if (known != null && nanoTime.getAsLong() - known.renewAt() < 0) {
                return known;
            }
            OpenStackException failure = lastFailure;
            if (failures.get() != failuresBefore && failure != null) {
                // Keystone has just refused the same credentials: a request each would lock the account.
                throw new OpenStackException(failure.kind(), failure.getMessage(), failure);
            }
            return renewed(known);
        } finally {
            renewing.unlock();
        }
    }

    /** Reports that a service answered 401 to a token. Unless it was replaced since, the next call gets a new one. */
    void refused(String value) {
        Token known = token.get();
        if (known != null && known.value().equals(value)) {
            token.compareAndSet(known, null);
        }
    }

    private Token renewed(@Nullable Token known) throws InterruptedException {
        try {
            Token next = request();
            token.set(next);
            return next;
        } catch (OpenStackException e) {
            if (e.kind() == Kind.UNREACHABLE && known != null && nanoTime.getAsLong() - known.endsAt() < 0) {
                log.warn("the token of OpenStack's services is not renewed yet: {}", e.getMessage());
                return known;
            }
            lastFailure = e;
            failures.incrementAndGet();
            throw e;
        }
    }

    private Token request() throws InterruptedException {
        long asked = nanoTime.getAsLong();
        Answer answer = http.send(new Request.Builder()
                .url(url())
                .post(RequestBody.create(identity.credentials().request().toString(), JSON))
                .build());
        if (answer.code() != 201 && answer.code() != 200) {
            throw refused(answer);
        }
        JsonNode json = answer.body().path("token");
        if (answer.token().isEmpty() || !json.isObject()) {
            throw new OpenStackException(
                    Kind.UNUSABLE,
                    answer.url() + " answered " + answer.code()
                            + " without a token, so it is not Keystone's API v3; correct auth_url");
        }
        long life = life(json).toNanos();
        long margin = Math.min(RENEWED_BEFORE.toNanos(), life / 5);
        log.debug("{} gave a token for {}", answer.url(), identity.credentials());
        return new Token(answer.token(), ServiceCatalog.of(json.path("catalog")), asked + life - margin, asked + life);
    }

    private OpenStackException refused(Answer answer) {
        String words = answer.url() + " " + answer.words();
        String secret = identity.credentials().secret();
        if (!secret.isEmpty()) {
            words = words.replace(secret, "***");
        }
        return switch (answer.code()) {
            case 400, 401 ->
                new OpenStackException(
                        Kind.UNAUTHORIZED,
                        words + ": Keystone does not accept " + identity.credentials()
                                + "; correct the names, domains and secret of these credentials");
            case 403 ->
                new OpenStackException(
                        Kind.UNAUTHORIZED,
                        words + ": Keystone gives no token to " + identity.credentials()
                                + "; see whether the user or project is disabled or locked, or its password expired");
            default ->
                new OpenStackException(
                        Kind.UNUSABLE, words + ", which is not an answer of Keystone's API v3; correct auth_url");
        };
    }

    private static Duration life(JsonNode token) {
        try {
            Duration life = Duration.between(
                    OffsetDateTime.parse(token.path("issued_at").asText("")),
                    OffsetDateTime.parse(token.path("expires_at").asText("")));
            return life.isNegative() ? Duration.ZERO : life;
        } catch (DateTimeException e) {
            log.debug("a token does not say how long it lives; it counts as valid for {}", UNKNOWN_LIFE);
            return UNKNOWN_LIFE;
        }
    }

    private HttpUrl url() {
        HttpUrl url = Objects.requireNonNull(HttpUrl.get(identity.authUrl()), "auth_url");
        String path = url.encodedPath().replaceFirst("/+$", "");
        return url.newBuilder()
                .encodedPath(path.endsWith("/v3") ? path : path + "/v3")
                .addPathSegments("auth/tokens")
                .build();
    }
}

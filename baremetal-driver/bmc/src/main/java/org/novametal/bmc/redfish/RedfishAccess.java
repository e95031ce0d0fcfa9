package org.novametal.bmc.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests to one service as its user, and follows redirects within the service. The user authenticates with a session's
 * token, or, where the service opens no session, with user and password in each request. DSP0266 §13.3. Owned by the thread
 * that makes the current call.
 */
final class RedfishAccess {
    private static final Logger LOG = LoggerFactory.getLogger(RedfishAccess.class);
    private static final String ROOT = "/redfish/v1/";
    private static final String USUAL_SESSIONS = "/redfish/v1/SessionService/Sessions";
    private static final String TOKEN = "X-Auth-Token";
    private static final MediaType JSON = MediaType.get("application/json");

    private static final int MOST_REDIRECTS = 4;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int SEE_OTHER = 303;

    /** The redirects that hold for later requests. RFC 9110 §15.4. */
    private static final Set<Integer> PERMANENT = Set.of(301, 308);

    private static final int MOST_REMEMBERED = 32;

    /** Shorter tokens are not removed from messages: they are part of too many words. */
    private static final int SHORTEST_SECRET = 6;

    private static final Duration OLD_SESSION_LIMIT = Duration.ofMillis(600);

    /** How long a service that could not open a session is asked with user and password before the next login. */
    private static final Duration BASIC_INSTEAD = Duration.ofMinutes(5);

    private final BmcAddress address;
    private final BmcCredentials credentials;
    private final HttpLine line;
    private final LongSupplier clock;
    private final Map<String, HttpUrl> moved = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, HttpUrl> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };
    private Login login = new Login.Unknown();

    /** Whether a 403 without messages was repeated after a new login; then it does not mean the end of a session. */
    private boolean isPlainlyForbidden;

    /** How the user authenticates to the service. */
    private sealed interface Login {
        /** Not discovered yet. */
        record Unknown() implements Login {}

        /** Basic authentication: the service has no sessions. */
        record Basic() implements Login {}

        /** Basic authentication for a while: the service has sessions, but could not open one. */
        record BasicInstead(String sessions, BmcException refusal, long untilNanos) implements Login {}

        /** The service has sessions, but none is open. */
        record NoSession(String sessions) implements Login {}

        /** A session is open. */
        record Session(String sessions, String token, Optional<String> location) implements Login {
            @Override
            public String toString() {
                return "Session[***]";
            }
        }
    }

    /** Creates the access; {@code clock} gives monotonic nanoseconds. */
    RedfishAccess(BmcAddress address, BmcCredentials credentials, HttpLine line, LongSupplier clock) {
        this.address = address;
        this.credentials = credentials;
        this.line = line;
        this.clock = clock;
    }

    /**
     * Sends a request as the user. Logs in where no session is open, and again where the service has ended the session.
     *
     * @throws BmcException also when the service refuses the login
     */
    RedfishAnswer ask(String method, String link, @Nullable JsonNode body, Map<String, String> headers, long deadline)
            throws InterruptedException {
        Login before = login;
        RedfishAnswer answer = follow(method, link, body, headers, enter(deadline), deadline);
        if (before instanceof Login.Session ended && isSessionOver(answer)) {
            LOG.debug("BMC {} has ended the session, HTTP {}; logging in again", address, answer.status());
            if (!isDenied(answer)) {
                leave(deadline);
            }
            login = new Login.NoSession(ended.sessions());
            answer = follow(method, link, body, headers, enter(deadline), deadline);
            isPlainlyForbidden = answer.status() == 403 && !RedfishRefusals.hasMessages(answer);
            endOld(ended, deadline);
        }
        if (login instanceof Login.BasicInstead instead && isDenied(answer)) {
            login = new Login.NoSession(instead.sessions());
            throw instead.refusal();
        }
        if (login instanceof Login.Basic && answer.status() == 401) {
            // The service may support sessions now.
            login = new Login.Unknown();
        }
        return answer;
    }

    /**
     * Ends a session that the service has called over, in the session that replaced it: some services refuse a request although
     * its session is open, and each such session would stay open until it times out.
     */
    private void endOld(Login.Session old, long deadline) throws InterruptedException {
        if (!(login instanceof Login.Session present)
                || old.location().isEmpty()
                || old.location().equals(present.location())) {
            return;
        }
        try {
            RedfishAnswer answer = follow(
                    "DELETE",
                    old.location().get(),
                    null,
                    Map.of(),
                    Map.of(TOKEN, present.token()),
                    Math.min(deadline, clock.getAsLong() + OLD_SESSION_LIMIT.toNanos()));
            LOG.debug("BMC {}: the old session was deleted with HTTP {}", address, answer.status());
        } catch (BmcException e) {
            LOG.debug("BMC {}: the old session could not be deleted and may stay open", address, e);
        }
    }

    /** Whether the answer to a request with a session's token may mean that the session has ended. */
    private boolean isSessionOver(RedfishAnswer answer) {
        boolean isForbidden = answer.status() == 403 && !RedfishRefusals.hasMessages(answer) && !isPlainlyForbidden;
        return isDenied(answer) || isForbidden;
    }

    /** Whether the service does not know the user of a request: some services say so with another status than 401. */
    private static boolean isDenied(RedfishAnswer answer) {
        return answer.status() == 401 || (!answer.isSuccess() && RedfishRefusals.isWithoutSession(answer));
    }

    /** Ends the session, if one is open. */
    void leave(long deadline) throws InterruptedException {
        if (login instanceof Login.Session session) {
            login = new Login.NoSession(session.sessions());
            if (session.location().isEmpty()) {
                LOG.debug(
                        "BMC {} did not return its session's address; the session stays open until it times out",
                        address);
                return;
            }
            RedfishAnswer answer = follow(
                    "DELETE", session.location().get(), null, Map.of(), Map.of(TOKEN, session.token()), deadline);
            if (!answer.isSuccess()) {
                LOG.debug("BMC {} did not end its session: HTTP {}", address, answer.status());
            }
        }
    }

    /**
     * A text from the service, with the secrets that it may repeat replaced. A token that the service made too short to be
     * secret is left: to replace each of its letters would make every message unreadable.
     */
    String blanked(String text) {
        String blanked = credentials.password().isEmpty() ? text : text.replace(credentials.password(), "***");
        return login instanceof Login.Session session && session.token().length() >= SHORTEST_SECRET
                ? blanked.replace(session.token(), "***")
                : blanked;
    }

    /** The header fields that authenticate the user. */
    private Map<String, String> enter(long deadline) throws InterruptedException {
        if (login instanceof Login.Unknown) {
            login = discover(deadline);
        }
        if (login instanceof Login.BasicInstead instead && clock.getAsLong() - instead.untilNanos() >= 0) {
            login = new Login.NoSession(instead.sessions());
        }
        if (login instanceof Login.NoSession(String sessions)) {
            login = open(sessions, deadline);
        }
        return login instanceof Login.Session session
                ? Map.of(TOKEN, session.token())
                : Map.of(
                        "Authorization",
                        Credentials.basic(credentials.username(), credentials.password(), StandardCharsets.UTF_8));
    }

    private Login discover(long deadline) throws InterruptedException {
        RedfishAnswer root = follow("GET", ROOT, null, Map.of(), Map.of(), deadline);
        if (root.status() == 404) {
            root = follow("GET", ROOT.substring(0, ROOT.length() - 1), null, Map.of(), Map.of(), deadline);
        }
        if (isDenied(root)) {
            return new Login.Basic();
        }
        if (!root.isSuccess() || !root.body().isObject()) {
            Reason reason =
                    root.status() == 404 || root.isSuccess() ? Reason.PROTOCOL : RedfishRefusals.reasonOfReading(root);
            throw failure(reason, "there is no Redfish service at " + ROOT + ": " + RedfishRefusals.describe(root));
        }
        Optional<String> sessions = RedfishAnswer.link(root.body().path("Links").path("Sessions"));
        if (sessions.isEmpty() && root.body().has("SessionService")) {
            sessions = Optional.of(USUAL_SESSIONS);
        }
        return sessions.<Login>map(Login.NoSession::new).orElseGet(Login.Basic::new);
    }

    private Login open(String sessions, long deadline) throws InterruptedException {
        JsonNode body = JsonNodeFactory.instance
                .objectNode()
                .put("UserName", credentials.username())
                .put("Password", credentials.password());
        RedfishAnswer answer = follow("POST", sessions, body, Map.of(), Map.of(), deadline);
        if (answer.status() == 404 || answer.status() == 405 || answer.status() == 501) {
            LOG.debug("BMC {} opens no sessions, HTTP {}; using basic authentication", address, answer.status());
            return new Login.Basic();
        }
        if (!answer.isSuccess()) {
            BmcException refusal = failure(
                    refusal(answer),
                    "it refused the login of " + credentials.username() + ": " + RedfishRefusals.describe(answer));
            boolean isDecided = answer.status() == 401 || answer.status() == 403;
            if (isDecided && refusal.reason() != Reason.NO_FREE_SESSION) {
                throw refusal;
            }
            return basicInstead(sessions, refusal);
        }
        Optional<String> token = answer.header(TOKEN).filter(value -> !value.isBlank() && fitsAHeader(value));
        if (token.isEmpty()) {
            return basicInstead(
                    sessions, failure(Reason.PROTOCOL, "it opened a session but returned no usable " + TOKEN));
        }
        return new Login.Session(
                sessions, token.get(), answer.header("Location").or(() -> RedfishAnswer.link(answer.body())));
    }

    private Login basicInstead(String sessions, BmcException refusal) {
        LOG.debug("BMC {}: using basic authentication for {}: {}", address, BASIC_INSTEAD, refusal.getMessage());
        return new Login.BasicInstead(sessions, refusal, clock.getAsLong() + BASIC_INSTEAD.toNanos());
    }

    private static Reason refusal(RedfishAnswer answer) {
        Reason reason = RedfishRefusals.reason(answer);
        // A login is never refused because of a missing privilege.
        return answer.status() == 403 && reason == Reason.PRIVILEGE_TOO_LOW && !RedfishRefusals.hasMessages(answer)
                ? Reason.WRONG_PASSWORD
                : reason;
    }

    /**
     * Sends a request, and follows redirects within the service with the same method. What has moved for good is remembered, until
     * its new place fails: then it is forgotten, and a GET asks the old place at once.
     */
    private RedfishAnswer follow(
            String method,
            String link,
            @Nullable JsonNode body,
            Map<String, String> headers,
            Map<String, String> authorization,
            long deadline)
            throws InterruptedException {
        HttpUrl remembered = moved.get(link);
        if (remembered == null) {
            return follow(line.url(link), method, link, body, headers, authorization, deadline);
        }
        try {
            RedfishAnswer answer = follow(remembered, method, link, body, headers, authorization, deadline);
            boolean isGone = answer.status() == 404 || answer.status() == 410 || answer.status() >= 500;
            if (!isGone) {
                return answer;
            }
            moved.remove(link);
            if (!method.equals("GET")) {
                return answer;
            }
        } catch (BmcException e) {
            moved.remove(link);
            if (!method.equals("GET") || e.reason() == Reason.CLOSED || deadline - clock.getAsLong() <= 0) {
                throw e;
            }
            LOG.debug("BMC {}: {} is not at its new place; asking its old place", address, link, e);
        }
        return follow(line.url(link), method, link, body, headers, authorization, deadline);
    }

    private RedfishAnswer follow(
            HttpUrl first,
            String method,
            String link,
            @Nullable JsonNode body,
            Map<String, String> headers,
            Map<String, String> authorization,
            long deadline)
            throws InterruptedException {
        HttpUrl at = first;
        String sentMethod = method;
        JsonNode sentBody = body;
        for (int redirects = 0; ; redirects++) {
            RedfishAnswer answer = line.send(request(sentMethod, at, sentBody, headers, authorization), deadline);
            Optional<String> location = answer.header("Location");
            if (!REDIRECTS.contains(answer.status()) || location.isEmpty() || redirects == MOST_REDIRECTS) {
                return answer;
            }
            HttpUrl next = line.redirect(at, location.get());
            if (next.equals(at)) {
                return answer;
            }
            if (PERMANENT.contains(answer.status())) {
                moved.put(link, next);
            }
            if (answer.status() == SEE_OTHER) {
                // The request was carried out; its result is elsewhere.
                sentMethod = "GET";
                sentBody = null;
            }
            at = next;
        }
    }

    private Request request(
            String method,
            HttpUrl url,
            @Nullable JsonNode body,
            Map<String, String> headers,
            Map<String, String> authorization) {
        Request.Builder request = new Request.Builder()
                .url(url)
                .header("Accept", "application/json")
                // Some services change the entity tag of what they compress, and do not take it back.
                .header("Accept-Encoding", "identity")
                .header("OData-Version", "4.0")
                .method(
                        method,
                        body == null
                                ? null
                                : RequestBody.create(body.toString().getBytes(StandardCharsets.UTF_8), JSON));
        headers.forEach(request::header);
        authorization.forEach(request::header);
        return request.build();
    }

    /**
     * Whether a value from the service can be sent back in a header. Source: RFC 9110 §5.5, without its obsolete syntax.
     */
    static boolean fitsAHeader(String value) {
        return value.chars().allMatch(character -> character == '\t' || (character >= ' ' && character <= '~'));
    }

    private BmcException failure(Reason reason, String what) {
        return new BmcException(reason, "BMC " + address + ": " + blanked(what));
    }
}

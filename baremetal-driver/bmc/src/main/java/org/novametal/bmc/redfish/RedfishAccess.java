package org.novametal.bmc.redfish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import okhttp3.Credentials;
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
 * Sends requests to one service as its user: with a session's token, or, where the service has no sessions, with user and
 * password in each request. DSP0266 §13.3. Owned by the thread that makes the current call.
 */
final class RedfishAccess {
    private static final Logger LOG = LoggerFactory.getLogger(RedfishAccess.class);
    private static final String ROOT = "/redfish/v1/";
    private static final String USUAL_SESSIONS = "/redfish/v1/SessionService/Sessions";
    private static final String TOKEN = "X-Auth-Token";
    private static final MediaType JSON = MediaType.get("application/json");

    private final BmcAddress address;
    private final BmcCredentials credentials;
    private final HttpLine line;
    private Login login = new Login.Unknown();

    /** How the user authenticates to the service. */
    private sealed interface Login {
        /** Not discovered yet. */
        record Unknown() implements Login {}

        /** Basic authentication: the service has no sessions. */
        record Basic() implements Login {}

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

    RedfishAccess(BmcAddress address, BmcCredentials credentials, HttpLine line) {
        this.address = address;
        this.credentials = credentials;
        this.line = line;
    }

    /**
     * Sends a request as the user. Logs in where no session is open, and again where the service has dropped the session.
     */
    RedfishAnswer ask(String method, String link, @Nullable JsonNode body, Map<String, String> headers, long deadline)
            throws InterruptedException {
        Login before = login;
        RedfishAnswer answer = line.send(request(method, link, body, headers, enter(deadline)), deadline);
        if (answer.status() == 401 && before instanceof Login.Session forgotten) {
            LOG.debug("BMC {} has forgotten the session; logging in again", address);
            login = new Login.NoSession(forgotten.sessions());
            answer = line.send(request(method, link, body, headers, enter(deadline)), deadline);
        }
        if (answer.status() == 401 && login instanceof Login.Basic) {
            // The service may support sessions now.
            login = new Login.Unknown();
        }
        return answer;
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
            Request request =
                    request("DELETE", session.location().get(), null, Map.of(), Map.of(TOKEN, session.token()));
            RedfishAnswer answer = line.send(request, deadline);
            if (!answer.isSuccess()) {
                LOG.debug("BMC {} did not end its session: HTTP {}", address, answer.status());
            }
        }
    }

    /** A text from the service, with the secrets that it may repeat replaced. */
    String blanked(String text) {
        String blanked = credentials.password().isEmpty() ? text : text.replace(credentials.password(), "***");
        return login instanceof Login.Session session ? blanked.replace(session.token(), "***") : blanked;
    }

    /** The header fields that authenticate the user. */
    private Map<String, String> enter(long deadline) throws InterruptedException {
        if (login instanceof Login.Unknown) {
            login = discover(deadline);
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
        RedfishAnswer root = line.send(request("GET", ROOT, null, Map.of(), Map.of()), deadline);
        if (root.status() == 401) {
            return new Login.Basic();
        }
        if (!root.isSuccess() || !root.body().isObject()) {
            Reason reason = root.status() == 404 || root.isSuccess() ? Reason.PROTOCOL : RedfishRefusals.reason(root);
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
        RedfishAnswer answer = line.send(request("POST", sessions, body, Map.of(), Map.of()), deadline);
        if (answer.status() == 404 || answer.status() == 405 || answer.status() == 501) {
            LOG.debug("BMC {} opens no sessions, HTTP {}; using basic authentication", address, answer.status());
            return new Login.Basic();
        }
        if (!answer.isSuccess()) {
            throw failure(
                    refusal(answer),
                    "it refused the login of " + credentials.username() + ": " + RedfishRefusals.describe(answer));
        }
        String token = answer.header(TOKEN)
                .filter(value -> !value.isBlank() && fitsAHeader(value))
                .orElseThrow(() -> failure(Reason.PROTOCOL, "it opened a session but returned no usable " + TOKEN));
        return new Login.Session(
                sessions, token, answer.header("Location").or(() -> RedfishAnswer.link(answer.body())));
    }

    private static Reason refusal(RedfishAnswer answer) {
        Reason reason = RedfishRefusals.reason(answer);
        // A login is never refused because of a missing privilege.
        return answer.status() == 403 && reason == Reason.PRIVILEGE_TOO_LOW && !RedfishRefusals.hasMessages(answer)
                ? Reason.WRONG_PASSWORD
                : reason;
    }

    private Request request(
            String method,
            String link,
            @Nullable JsonNode body,
            Map<String, String> headers,
            Map<String, String> authorization) {
        headers.forEach((name, value) -> {
            if (!fitsAHeader(value)) {
                throw failure(Reason.PROTOCOL, "its value for " + name + " cannot be sent back in a header");
            }
        });
        Request.Builder request = new Request.Builder()
                .url(line.url(link))
                .header("Accept", "application/json")
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
    private static boolean fitsAHeader(String value) {
        return value.chars().allMatch(character -> character == '\t' || (character >= ' ' && character <= '~'));
    }

    private BmcException failure(Reason reason, String what) {
        return new BmcException(reason, "BMC " + address + ": " + blanked(what));
    }
}

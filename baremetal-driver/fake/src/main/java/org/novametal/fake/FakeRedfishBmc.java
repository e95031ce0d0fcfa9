package org.novametal.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.fake.FakeHttpServer.Answer;
import org.novametal.fake.FakeHttpServer.Request;
import org.novametal.fake.FakeRedfishProfile.Quirk;
import org.novametal.fake.FakeRedfishSystem.Refusal;

/**
 * A Redfish service with one system, on a port of the loopback address. Over TLS it presents a self-signed certificate.
 *
 * <p>Its behaviour follows DSP0266, DSP0268 and observed real services, not this project's client. Safe for several threads;
 * its sessions and tasks are guarded by itself.
 */
public final class FakeRedfishBmc implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROOT = "/redfish/v1";
    private static final String SESSIONS = ROOT + "/SessionService/Sessions";
    private static final String TASKS = ROOT + "/TaskService/Tasks/";
    private static final String MONITORS = "/taskmon/";
    private static final String UNKNOWN_HOST = "https://bmc.invalid";
    private static final String BOARD = ROOT + "/Systems/HGX_Baseboard_0";
    private static final int POLLS_OF_A_TASK = 2;
    private static final int REMEMBERED_REQUESTS = 1000;

    /** The protocol of the service. */
    public enum Transport {
        /** HTTPS. */
        TLS,
        /** HTTP. */
        PLAIN
    }

    private final BmcCredentials credentials;
    private final FakeRedfishProfile profile;
    private final FakeRedfishSystem system;
    private final String host;
    private final Transport transport;
    private final @Nullable HeldCertificate certificate;
    private final FakeHttpServer service;

    /** The path of each session, by token. */
    private final Map<String, String> sessions = new HashMap<>();

    private final Map<String, Task> tasks = new HashMap<>();
    private final Deque<String> requests = new ArrayDeque<>();

    private static final class Task {
        private int pollsLeft = POLLS_OF_A_TASK;
        private final Optional<Refusal> refusal;

        Task(Optional<Refusal> refusal) {
            this.refusal = refusal;
        }
    }

    private FakeRedfishBmc(
            BmcCredentials credentials, FakeChassis chassis, FakeRedfishProfile profile, Transport transport) {
        this.credentials = credentials;
        this.profile = profile;
        this.transport = transport;
        this.host = profile.has(Quirk.FOREIGN_LINKS) ? UNKNOWN_HOST : "";
        this.system = new FakeRedfishSystem(chassis, profile, host);
        InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        this.certificate = transport == Transport.TLS
                ? new HeldCertificate.Builder()
                        .ecdsa256()
                        .commonName("fake-bmc")
                        .addSubjectAlternativeName(listen.getAddress().getHostAddress())
                        .build()
                : null;
        this.service = certificate == null
                ? FakeHttpServer.start(listen, this::answer)
                : FakeHttpServer.startTls(
                        listen,
                        new HandshakeCertificates.Builder()
                                .heldCertificate(certificate)
                                .build()
                                .sslContext(),
                        this::answer);
    }

    /**
     * Starts a service.
     *
     * @param credentials the service's only user
     * @param chassis the machine behind it
     * @param profile the service's features and quirks
     * @param transport the service's protocol
     */
    public static FakeRedfishBmc start(
            BmcCredentials credentials, FakeChassis chassis, FakeRedfishProfile profile, Transport transport) {
        return new FakeRedfishBmc(credentials, chassis, profile, transport);
    }

    /** The address of the service's system. */
    public BmcAddress address() {
        return new BmcAddress(
                transport == Transport.TLS ? "redfish" : "redfish+http",
                service.baseUri().getHost(),
                service.baseUri().getPort(),
                system.path());
    }

    /** The SHA-256 of its certificate, 64 hexadecimal digits; empty without TLS. */
    public Optional<String> certificateFingerprint() {
        return Optional.ofNullable(certificate).map(held -> {
            try {
                return Hashing.sha256()
                        .hashBytes(held.certificate().getEncoded())
                        .toString();
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate that was just made cannot be encoded", e);
            }
        });
    }

    /** How many sessions are open. */
    public synchronized int openSessions() {
        return sessions.size();
    }

    /** Drops all sessions, as when the service restarts. */
    public synchronized void forgetSessions() {
        sessions.clear();
    }

    /** The last requests, such as {@code GET /redfish/v1/}, oldest first. */
    public synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    /** Stops listening and closes all connections. Idempotent. */
    @Override
    public void close() {
        service.close();
    }

    private synchronized Answer answer(Request request) throws JsonProcessingException {
        requests.add(request.method() + " " + request.path());
        if (requests.size() > REMEMBERED_REQUESTS) {
            requests.remove();
        }
        String path = request.path().replaceAll("(?<=.)/+$", "");
        if (profile.has(Quirk.SLASH_REDIRECT_OF_ALL) && !request.path().endsWith("/")) {
            return new Answer(308, Map.of("Location", host + request.path() + "/"), "");
        }
        try {
            if (request.method().equals("GET") && path.equals(ROOT)) {
                return json(200, root());
            }
            boolean hasSessions = !profile.has(Quirk.NO_SESSIONS);
            if (hasSessions && request.method().equals("POST") && path.equals(SESSIONS)) {
                return login(JSON.readTree(request.body()));
            }
            if (!isUser(request)) {
                throw new Refusal(
                        profile.has(Quirk.SESSION_OVER_IS_403) ? 403 : 401,
                        "Base.1.8.NoValidSession",
                        "There is no valid session.");
            }
            if (hasSessions && path.startsWith(SESSIONS + "/")) {
                return logout(request.method(), path);
            }
            if (path.startsWith(TASKS) || path.startsWith(MONITORS)) {
                return task(path.substring(path.lastIndexOf('/') + 1));
            }
            return resource(request, path);
        } catch (Refusal refusal) {
            return json(refusal.status(), error(refusal));
        }
    }

    private ObjectNode root() {
        ObjectNode root = object();
        root.put("@odata.id", ROOT + "/");
        root.put("@odata.type", "#ServiceRoot.v1_5_0.ServiceRoot");
        root.put("Id", "RootService");
        root.put("RedfishVersion", "1.5.0");
        root.putObject("Systems").put("@odata.id", host + ROOT + "/Systems");
        if (!profile.has(Quirk.NO_SESSIONS)) {
            root.putObject("SessionService").put("@odata.id", host + ROOT + "/SessionService");
            if (!profile.has(Quirk.ROOT_WITHOUT_LINKS)) {
                root.putObject("Links").putObject("Sessions").put("@odata.id", host + SESSIONS);
            }
        }
        return root;
    }

    private boolean isUser(Request request) {
        String basic = "Basic "
                + Base64.getEncoder()
                        .encodeToString((credentials.username() + ":" + credentials.password())
                                .getBytes(StandardCharsets.UTF_8));
        return request.header("X-Auth-Token").filter(sessions::containsKey).isPresent()
                || (!profile.has(Quirk.NO_BASIC)
                        && request.header("Authorization").filter(basic::equals).isPresent());
    }

    private Answer login(JsonNode body) throws Refusal {
        boolean isRight = body.path("UserName").asText().equals(credentials.username())
                && body.path("Password").asText().equals(credentials.password());
        if (!isRight) {
            throw new Refusal(
                    401, "Base.1.8.ResourceAtUriUnauthorized", "While accessing the resource, it was unauthorized.");
        }
        if (sessions.size() >= profile.maximumSessions()) {
            throw new Refusal(
                    503,
                    "Base.1.8.SessionLimitExceeded",
                    "The session establishment failed due to the number of simultaneous sessions exceeding the limit.");
        }
        String token = UUID.randomUUID().toString();
        String path = SESSIONS + "/" + UUID.randomUUID();
        sessions.put(token, path);
        ObjectNode session = object();
        session.put("@odata.id", host + path).put("Id", path.substring(SESSIONS.length() + 1));
        session.put("UserName", credentials.username());
        if (profile.has(Quirk.LOGIN_WITH_MESSAGES)) {
            session.putArray("@Message.ExtendedInfo").addObject().put("MessageId", "Base.1.12.Created");
        }
        return json(201, session, Map.of("X-Auth-Token", token, "Location", host + path));
    }

    private Answer logout(String method, String path) throws Refusal {
        if (!sessions.containsValue(path)) {
            throw missing(path);
        }
        if (!method.equals("DELETE")) {
            return json(200, object().put("@odata.id", path));
        }
        sessions.values().remove(path);
        return Answer.empty(204);
    }

    private Answer resource(Request request, String path) throws Refusal, JsonProcessingException {
        Map<String, ObjectNode> readable = new HashMap<>();
        ObjectNode collection = object().put("@odata.id", path);
        ArrayNode members = collection.putArray("Members");
        if (profile.has(Quirk.BOARD_IS_FIRST_SYSTEM)) {
            members.addObject().put("@odata.id", host + BOARD);
            readable.put(BOARD, object().put("@odata.id", BOARD).put("PowerState", "On"));
        }
        members.addObject().put("@odata.id", host + system.path());
        readable.put(ROOT + "/Systems", collection.put("Members@odata.count", members.size()));
        if (system.hasSettings()) {
            readable.put(system.settingsPath(), system.settings());
        }
        readable.put(system.path(), system.resource());
        readable.put(system.managerPath(), manager());
        if (profile.has(Quirk.RESET_TYPES_IN_ACTION_INFO)) {
            readable.put(system.actionInfoPath(), system.actionInfo());
        }
        ObjectNode found = readable.get(path);
        boolean isSystem = path.equals(system.path());
        if (request.method().equals("GET") && found != null) {
            if (isSystem && profile.has(Quirk.SLASH_REDIRECT) && request.path().equals(path)) {
                return new Answer(308, Map.of("Location", host + path + "/"), "");
            }
            return json(
                    200,
                    found,
                    system.sentEtag(found).map(tag -> Map.of("ETag", tag)).orElse(Map.of()));
        }
        if (request.method().equals("PATCH") && isSystem) {
            requireVersion(request, system.resource());
            JsonNode body = JSON.readTree(request.body());
            return change(() -> system.patch(body));
        }
        if (request.method().equals("PATCH") && system.hasSettings() && path.equals(system.settingsPath())) {
            requireVersion(request, system.settings());
            JsonNode body = JSON.readTree(request.body());
            return change(() -> system.patchSettings(body));
        }
        if (request.method().equals("POST") && path.equals(system.resetPath())) {
            JsonNode body = JSON.readTree(request.body());
            return change(() -> system.reset(body));
        }
        if (found != null) {
            throw new Refusal(405, "Base.1.8.OperationNotAllowed", request.method() + " is not allowed here.");
        }
        throw missing(path);
    }

    private static ObjectNode manager() {
        ObjectNode manager = object();
        manager.put("@odata.type", "#Manager.v1_9_0.Manager").put("Id", "1");
        manager.put("ManagerType", "BMC").put("Manufacturer", "nova-metal");
        return manager.put("Model", "Fake BMC").put("FirmwareVersion", "1.0");
    }

    private void requireVersion(Request request, ObjectNode resource) throws Refusal {
        Optional<String> wanted = request.header("If-Match");
        boolean isLeftOut = wanted.isEmpty() && profile.has(Quirk.ETAG_REQUIRED);
        if (isLeftOut && !profile.has(Quirk.ETAG_REQUIRED_BY_412)) {
            throw new Refusal(428, "Base.1.8.PreconditionRequired", "A precondition header or annotation is required.");
        }
        if (isLeftOut || (wanted.isPresent() && !system.takes(wanted.get(), resource))) {
            throw new Refusal(412, "Base.1.8.PreconditionFailed", "The ETag supplied did not match the current one.");
        }
    }

    private interface Change {
        void make() throws Refusal;
    }

    private Answer change(Change change) throws Refusal {
        boolean isMonitored = profile.has(Quirk.TASK_MONITORS);
        if (!isMonitored && !profile.has(Quirk.TASKS_AS_MONITORS)) {
            change.make();
            if (profile.has(Quirk.SUCCESS_IN_ERROR)) {
                return json(200, error(new Refusal(200, "Base.1.4.Success", "Successfully Completed Request")));
            }
            return profile.has(Quirk.EMPTY_SUCCESS) ? new Answer(200, Map.of(), "OK") : Answer.empty(204);
        }
        Optional<Refusal> refusal = Optional.empty();
        if (profile.has(Quirk.TASKS_FAIL)) {
            refusal = Optional.of(new Refusal(400, "Base.1.8.InternalError", "The power supply is missing."));
        } else {
            change.make();
        }
        String id = String.valueOf(tasks.size() + 1);
        tasks.put(id, new Task(refusal));
        String monitor = host + (isMonitored ? MONITORS : TASKS) + id;
        return json(202, taskResource(id, "Running"), Map.of("Location", monitor));
    }

    private Answer task(String id) throws Refusal {
        Task task = tasks.get(id);
        if (task == null) {
            throw missing("task " + id);
        }
        boolean isMonitored = profile.has(Quirk.TASK_MONITORS);
        if (task.pollsLeft > 0) {
            task.pollsLeft--;
            return json(isMonitored ? 202 : 200, taskResource(id, "Running"));
        }
        if (isMonitored) {
            if (task.refusal.isPresent()) {
                throw task.refusal.get();
            }
            return Answer.empty(204);
        }
        ObjectNode ended = taskResource(id, task.refusal.isPresent() ? "Exception" : "Completed");
        task.refusal.ifPresent(refusal -> ended.set("Messages", messages(refusal)));
        return json(200, ended);
    }

    private static ObjectNode taskResource(String id, String state) {
        return object().put("@odata.id", TASKS + id)
                .put("@odata.type", "#Task.v1_4_3.Task")
                .put("Id", id)
                .put("TaskState", state);
    }

    private static Refusal missing(String what) {
        return new Refusal(404, "Base.1.8.ResourceMissingAtURI", "The resource at " + what + " was not found.");
    }

    private static ObjectNode error(Refusal refusal) {
        ObjectNode body = object();
        ObjectNode error = body.putObject("error");
        error.put("code", "Base.1.8.GeneralError").put("message", "A general error has occurred.");
        error.set("@Message.ExtendedInfo", messages(refusal));
        return body;
    }

    private static JsonNode messages(Refusal refusal) {
        return JsonNodeFactory.instance
                .arrayNode()
                .add(object().put("MessageId", refusal.messageId()).put("Message", refusal.getMessage()));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static Answer json(int status, ObjectNode body) {
        return json(status, body, Map.of());
    }

    private static Answer json(int status, ObjectNode body, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        all.put("OData-Version", "4.0");
        return new Answer(status, all, body.toString());
    }
}

package org.novametal.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Splitter;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.novametal.http.HttpAnswer;
import org.novametal.http.HttpRequest;
import org.novametal.http.RefusalLog;
import org.novametal.http.Route;
import org.novametal.text.ForeignText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of Ironic's API that agents call: the version document, lookup and heartbeat. TLS to the agent is required: an
 * agent that offers plain HTTP (it does so until its next boot when {@code GET /} failed at its start) is refused, and its
 * ramdisk has to be booted again. The URL in a heartbeat must be that of its sender: the sender's address, a port of the
 * configured range, no path, so that nobody can make the driver send requests elsewhere.
 *
 * <p>Source: Ironic 39, {@code ironic/api/controllers/v1/ramdisk.py}, and its recorded traffic.
 */
public final class AgentApi {
    private static final Logger LOG = LoggerFactory.getLogger(AgentApi.class);
    private static final String VERSION_HEADER = "X-OpenStack-Ironic-API-Version";
    private static final String HEARTBEAT_PATH = "/v1/heartbeat/";
    /** A heartbeat holds a certificate and a few short texts; real ones have less than 4 KiB. */
    private static final int MAX_HEARTBEAT_BYTES = 64 << 10;

    private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})");
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
    private static final String OLDEST = "1.1";
    /** The first minor version with lookup and heartbeat. */
    private static final int FIRST_MINOR = 22;
    /** Agents send their certificate since this minor version, and know no newer one. */
    private static final int NEWEST_MINOR = 68;

    /** How agents reach the API. */
    public enum Transport {
        /** HTTP. */
        PLAIN("http"),
        /** HTTP over TLS. */
        TLS("https");

        private final String scheme;

        Transport(String scheme) {
            this.scheme = scheme;
        }
    }

    private final AgentDirectory directory;
    private final PortRange ports;
    private final Transport transport;
    private final RefusalLog refusals = new RefusalLog(LOG);

    /** An API that answers from a directory by plain HTTP, for agents on {@link PortRange#OF_AGENTS}. */
    public AgentApi(AgentDirectory directory) {
        this(directory, PortRange.OF_AGENTS, Transport.PLAIN);
    }

    /**
     * An API that answers from a directory.
     *
     * @param ports the ports on which agents may accept requests
     * @param transport how agents reach it
     */
    public AgentApi(AgentDirectory directory, PortRange ports, Transport transport) {
        this.directory = directory;
        this.ports = ports;
        this.transport = transport;
    }

    /** The routes for the HTTP server: {@code /}, {@code /v1/lookup}, {@code /v1/heartbeat/UUID}. */
    public List<Route> routes() {
        return List.of(
                Route.at("GET", "/", this::root),
                Route.at("GET", "/v1/lookup", request -> versioned(request, this::lookup)),
                Route.under("POST", HEARTBEAT_PATH, request -> versioned(request, this::heartbeat))
                        .withBody(MAX_HEARTBEAT_BYTES));
    }

    /**
     * The routes for a plain HTTP server beside an API that requires TLS: each request is refused with 403 and logged. No part
     * of it is read.
     */
    public static List<Route> refusingRoutes() {
        RefusalLog log = new RefusalLog(LOG);
        return List.of(
                Route.at("GET", "/", request -> requireTls(request, log)),
                Route.at("GET", "/v1/lookup", request -> requireTls(request, log)),
                Route.under("POST", HEARTBEAT_PATH, request -> requireTls(request, log))
                        .withBody(MAX_HEARTBEAT_BYTES));
    }

    private static HttpAnswer requireTls(HttpRequest request, RefusalLog log) {
        log.warn(
                "{} {} from {} refused: the agent API requires TLS",
                request.method(),
                ForeignText.line(request.path()),
                sender(request));
        return error(403, newest(), "The agent API requires TLS.");
    }

    private HttpAnswer root(HttpRequest request) {
        ObjectNode version = AgentJson.object();
        version.put("id", "v1");
        version.putArray("links")
                .addObject()
                .put("href", transport.scheme + "://" + request.header("Host").orElse("localhost") + "/v1/")
                .put("rel", "self");
        version.put("status", "CURRENT");
        version.put("min_version", OLDEST);
        version.put("version", newest());
        ObjectNode root = AgentJson.object();
        root.put("name", "OpenStack Ironic API");
        root.put("description", "The part of the Bare Metal API that deploy agents call.");
        root.set("default_version", version);
        root.putArray("versions").add(version);
        return answer(200, OLDEST, root);
    }

    private HttpAnswer versioned(HttpRequest request, VersionedHandler handler) {
        String asked = request.header(VERSION_HEADER).orElse(OLDEST);
        String version = asked.equals("latest") ? newest() : asked;
        Matcher parsed = VERSION.matcher(version);
        if (!parsed.matches()) {
            return notAcceptable("Invalid value for " + VERSION_HEADER + " header");
        }
        int major = Integer.parseInt(parsed.group(1));
        int minor = Integer.parseInt(parsed.group(2));
        if (major != 1 || minor < 1 || minor > NEWEST_MINOR) {
            return notAcceptable("Version " + version + " was requested but the minor version is not supported by this "
                    + "service. The supported version range is: [" + OLDEST + ", " + newest() + "].");
        }
        if (minor < FIRST_MINOR) {
            return error(404, version, "Not Found");
        }
        return handler.handle(request, version);
    }

    @FunctionalInterface
    private interface VersionedHandler {
        HttpAnswer handle(HttpRequest request, String version);
    }

    private HttpAnswer lookup(HttpRequest request, String version) {
        List<String> macs = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (String address :
                Splitter.on(',').split(request.queryParameter("addresses").orElse(""))) {
            String mac = address.strip().toLowerCase(Locale.ROOT);
            if (MAC.matcher(mac).matches()) {
                macs.add(mac);
            } else if (!mac.isEmpty()) {
                wrong.add(mac);
            }
        }
        if (!wrong.isEmpty()) {
            refusals.warn(
                    "a lookup from {} names {} texts that are not MAC addresses, ignored; the first one: {}",
                    sender(request),
                    wrong.size(),
                    ForeignText.line(wrong.getFirst()));
        }
        Optional<String> named = request.queryParameter("node_uuid").filter(text -> !text.isEmpty());
        Optional<UUID> uuid = named.flatMap(AgentApi::uuid);
        if (named.isPresent() && uuid.isEmpty()) {
            return error(400, version, "Expected UUID for node_uuid: " + ForeignText.line(named.get()));
        }
        if (macs.isEmpty() && uuid.isEmpty()) {
            return error(400, version, "At least one of 'addresses' and 'node_uuid' parameters is required");
        }
        Optional<LookupAnswer> found = directory.lookup(request.sender(), List.copyOf(macs), uuid);
        if (found.isEmpty()) {
            refusals.warn(
                    "lookup from {} refused: no node for {} {}",
                    sender(request),
                    ForeignText.line(macs.toString()),
                    uuid);
            return error(404, version, "Resource could not be found.");
        }
        return answer(200, version, found.get().json());
    }

    private HttpAnswer heartbeat(HttpRequest request, String version) {
        Optional<UUID> node = uuid(request.path().substring(HEARTBEAT_PATH.length()));
        if (node.isEmpty()) {
            return error(404, version, "Node could not be found.");
        }
        JsonNode body;
        try {
            body = AgentJson.parse(request.body());
        } catch (JsonProcessingException e) {
            return error(400, version, "The request body is not JSON");
        }
        if (text(body, "agent_token").isEmpty()) {
            logRefusal(request, node.get(), "it has no agent_token");
            return error(401, version, "Agent token is required for heartbeat processing.");
        }
        if (text(body, "agent_version").isEmpty()) {
            return error(400, version, "Agent did not transmit a version, and a version is required.");
        }
        Optional<URI> callback = callback(text(body, "callback_url"));
        if (callback.isEmpty()) {
            logRefusal(
                    request,
                    node.get(),
                    "its URL is no URL of an agent: " + ForeignText.line(text(body, "callback_url")));
            return error(400, version, "An issue with the supplied \"callback_url\" has been detected.");
        }
        if (!"https".equals(callback.get().getScheme())) {
            logRefusal(request, node.get(), "TLS is required; its ramdisk has to boot again");
            return error(400, version, "TLS is required by configuration");
        }
        Optional<String> elsewhere = leadsElsewhere(callback.get(), request.sender());
        if (elsewhere.isPresent()) {
            logRefusal(
                    request,
                    node.get(),
                    elsewhere.get() + ": " + ForeignText.line(callback.get().toString()));
            return error(400, version, "An issue with the supplied \"callback_url\" has been detected.");
        }
        try {
            PinnedCertificate.of(text(body, "agent_verify_ca"));
        } catch (CertificateException e) {
            logRefusal(request, node.get(), "its certificate cannot be read");
            return error(400, version, "\"agent_verify_ca\" has to hold the agent's certificate");
        }
        HeartbeatOutcome outcome = directory.heartbeat(
                request.sender(),
                node.get(),
                new Heartbeat(
                        callback.get(),
                        AgentToken.claimed(text(body, "agent_token")),
                        ForeignText.line(text(body, "agent_version")),
                        text(body, "agent_verify_ca")));
        return switch (outcome) {
            case ACCEPTED -> new HttpAnswer.Text(202, versionHeaders(version), "");
            case UNKNOWN_NODE -> error(404, version, "Node " + node.get() + " could not be found.");
            case WRONG_TOKEN -> error(401, version, "Invalid or missing agent token received.");
            case CALLBACK_CHANGED -> error(400, version, "Detected change in ramdisk provided \"callback_url\"");
            case LOCKED ->
                error(
                        409,
                        version,
                        "Node " + node.get() + " is locked, please retry after the current operation is completed.");
        };
    }

    private void logRefusal(HttpRequest request, UUID node, String why) {
        refusals.warn("heartbeat for node {} from {} refused: {}", node, sender(request), why);
    }

    private static String sender(HttpRequest request) {
        return request.sender().getHostAddress();
    }

    /** Why the driver does not send requests to that URL of an agent; empty when it does. */
    private Optional<String> leadsElsewhere(URI callback, InetAddress sender) {
        if (!isAddress(callback.getHost(), sender)) {
            return Optional.of("its URL has another host than the sender");
        }
        if (!ports.contains(callback.getPort())) {
            return Optional.of("its URL has a port outside " + ports + " (option agent_ports)");
        }
        String path = callback.getRawPath();
        return path == null || path.isEmpty() || path.equals("/")
                ? Optional.empty()
                : Optional.of("its URL has a path");
    }

    private static boolean isAddress(String host, InetAddress sender) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        try {
            return InetAddress.ofLiteral(bracketed ? host.substring(1, host.length() - 1) : host)
                    .equals(sender);
        } catch (IllegalArgumentException e) {
            // A name: what it resolves to can change.
            return false;
        }
    }

    private static Optional<URI> callback(String text) {
        try {
            URI uri = new URI(text);
            boolean usable = uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
            return usable ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text))
                    .filter(uuid -> uuid.toString().equalsIgnoreCase(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String text(JsonNode body, String key) {
        return body.path(key).isTextual() ? body.path(key).textValue() : "";
    }

    private static String newest() {
        return "1." + NEWEST_MINOR;
    }

    private static Map<String, String> versionHeaders(String version) {
        return Map.of(
                VERSION_HEADER,
                version,
                "X-OpenStack-Ironic-API-Minimum-Version",
                OLDEST,
                "X-OpenStack-Ironic-API-Maximum-Version",
                newest());
    }

    private static HttpAnswer answer(int status, String version, JsonNode body) {
        Map<String, String> headers = new HashMap<>(versionHeaders(version));
        headers.put("Content-Type", "application/json");
        return new HttpAnswer.Text(status, headers, body.toString());
    }

    private static HttpAnswer error(int status, String version, String message) {
        ObjectNode fault = AgentJson.object();
        fault.put("faultcode", "Client").put("faultstring", message).putNull("debuginfo");
        return answer(status, version, AgentJson.object().put("error_message", fault.toString()));
    }

    private static HttpAnswer notAcceptable(String description) {
        ObjectNode fault = AgentJson.object();
        fault.put("code", 406).put("title", "Not Acceptable").put("description", description);
        return answer(406, newest(), AgentJson.object().put("error_message", fault.toString()));
    }
}

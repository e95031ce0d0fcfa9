package org.novametal.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.novametal.fake.FakeAgentCommands.FakeWait;
import org.novametal.http.HttpAnswer;
import org.novametal.http.HttpRequest;
import org.novametal.http.Route;

/** What an agent serves: its documents, its status, and its commands to whoever has the token. */
final class FakeAgentApi {
    static final String AGENT_VERSION = "13.0.0";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String COMMANDS = "/v1/commands/";

    private final FakeAgentCommands commands;
    private final FakeAgentState state;
    private final Instant startedAt;

    FakeAgentApi(FakeAgentCommands commands, FakeAgentState state, Instant startedAt) {
        this.commands = commands;
        this.state = state;
        this.startedAt = startedAt;
    }

    List<Route> routes() {
        return List.of(
                Route.at("GET", "/", request -> answer(200, root(request))),
                Route.at("GET", "/v1", FakeAgentApi::redirect),
                Route.at("GET", "/v1/", request -> answer(200, v1(request))),
                Route.at("GET", "/v1/status", request -> answer(200, status())),
                new Route(Set.of("GET", "POST"), "/v1/commands", Route.PathMatch.EXACT, FakeAgentApi::redirect),
                Route.at("GET", COMMANDS, request -> guarded(request, ignored -> list())),
                Route.at("POST", COMMANDS, request -> guarded(request, this::execute)),
                Route.under("GET", COMMANDS, request -> guarded(request, this::read)),
                new Route(
                        Set.of("GET", "POST", "PUT", "PATCH", "DELETE"),
                        "/",
                        Route.PathMatch.PREFIX,
                        request -> refusal(FakeAgentFailure.noSuchPath())));
    }

    @FunctionalInterface
    private interface Guarded {
        HttpAnswer answer(HttpRequest request) throws FakeAgentFailure, InterruptedException;
    }

    private HttpAnswer guarded(HttpRequest request, Guarded handler) throws InterruptedException {
        try {
            byte[] wanted = state.token().orElse("").getBytes(StandardCharsets.UTF_8);
            byte[] given = request.queryParameter("agent_token").orElse("").getBytes(StandardCharsets.UTF_8);
            if (wanted.length == 0 || !MessageDigest.isEqual(wanted, given)) {
                throw FakeAgentFailure.tokenInvalid();
            }
            return handler.answer(request);
        } catch (FakeAgentFailure e) {
            return refusal(e);
        }
    }

    private HttpAnswer list() {
        return encoded(commands.list());
    }

    private HttpAnswer execute(HttpRequest request) throws FakeAgentFailure, InterruptedException {
        JsonNode body;
        try {
            body = MAPPER.readTree(request.body());
        } catch (JsonProcessingException e) {
            throw FakeAgentFailure.badRequest(
                    "Failed to decode JSON object: Expecting value: line 1 column 1 (char 0)");
        }
        if (body == null
                || !body.path("name").isTextual()
                || !body.path("params").isObject()) {
            throw FakeAgentFailure.badRequest("Missing or invalid name or params");
        }
        return encoded(commands.execute(body.path("name").textValue(), body.path("params"), wait(request)));
    }

    private HttpAnswer read(HttpRequest request) throws FakeAgentFailure, InterruptedException {
        return answer(200, commands.read(request.path().substring(COMMANDS.length()), wait(request)));
    }

    private static FakeWait wait(HttpRequest request) {
        return request.queryParameter("wait").filter("true"::equals).isPresent()
                ? FakeWait.UNTIL_DONE
                : FakeWait.NOT_AT_ALL;
    }

    private static HttpAnswer encoded(Optional<ObjectNode> json) {
        return json.map(body -> answer(200, body))
                .orElseGet(() -> answer(
                        500,
                        JSON.objectNode()
                                .put("faultcode", "Server")
                                .put("faultstring", "Object of type TypeError is not JSON serializable")));
    }

    private static HttpAnswer refusal(FakeAgentFailure failure) {
        return answer(failure.code(), failure.fault());
    }

    private static HttpAnswer answer(int status, ObjectNode body) {
        return HttpAnswer.json(status, body.toString());
    }

    /** As the real one: the way to the path with a slash, with the token in it. */
    private static HttpAnswer redirect(HttpRequest request) {
        String token = request.queryParameter("agent_token")
                .map(value -> "?agent_token=" + value)
                .orElse("");
        return new HttpAnswer.Text(
                308, Map.of("Location", base(request) + request.path() + "/" + token, "Content-Type", "text/html"), "");
    }

    private ObjectNode status() {
        return JSON.objectNode()
                .put("started_at", startedAt.toEpochMilli() / 1000.0)
                .put("version", AGENT_VERSION);
    }

    private static ObjectNode root(HttpRequest request) {
        ObjectNode version = JSON.objectNode().put("id", "v1");
        version.set("links", links(base(request)));
        ObjectNode root = JSON.objectNode();
        root.put("name", "OpenStack Ironic Python Agent API");
        root.put("description", "A fake of the Ironic Python Agent");
        root.putArray("versions").add(version);
        root.set("default_version", version);
        return root;
    }

    private static ObjectNode v1(HttpRequest request) {
        String base = base(request);
        ObjectNode v1 = JSON.objectNode();
        for (String name : List.of("commands", "status")) {
            ArrayNode links = v1.putArray(name);
            links.addObject().put("href", base + "/v1/" + name).put("rel", "self");
            links.addObject().put("href", base + "/" + name).put("rel", "bookmark");
        }
        v1.putArray("media_types")
                .addObject()
                .put("base", "application/json")
                .put("type", "application/vnd.openstack.ironic-python-agent.v1+json");
        v1.put("id", "v1");
        v1.set("links", links(base));
        return v1;
    }

    private static ArrayNode links(String base) {
        ArrayNode links = JSON.arrayNode();
        links.addObject().put("href", base + "/v1").put("rel", "self");
        links.addObject()
                .put("href", "https://docs.openstack.org/ironic-python-agent/")
                .put("rel", "describedby")
                .put("type", "text/html");
        return links;
    }

    private static String base(HttpRequest request) {
        return "https://" + request.header("Host").orElse("localhost");
    }
}

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
import org.novametal.fake.FakeAgentCommands.FakeWait;
import org.novametal.fake.FakeHttpServer.Answer;
import org.novametal.fake.FakeHttpServer.Request;

/** The agent's HTTP API: its documents, its status, and its commands for requests with the right token. */
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

    Answer answer(Request request) throws InterruptedException {
        return switch (request.method() + " " + request.path()) {
            case "GET /" -> answer(200, root(request));
            case "GET /v1", "GET /v1/commands", "POST /v1/commands" -> redirect(request);
            case "GET /v1/" -> answer(200, v1(request));
            case "GET /v1/status" -> answer(200, status());
            case "GET " + COMMANDS -> guarded(request, _ -> list());
            case "POST " + COMMANDS -> guarded(request, this::execute);
            default ->
                request.method().equals("GET") && request.path().startsWith(COMMANDS)
                        ? guarded(request, this::read)
                        : refusal(FakeAgentFailure.noSuchPath());
        };
    }

    @FunctionalInterface
    private interface Guarded {
        Answer answer(Request request) throws FakeAgentFailure, InterruptedException;
    }

    private Answer guarded(Request request, Guarded handler) throws InterruptedException {
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

    private Answer list() {
        return encoded(commands.list());
    }

    private Answer execute(Request request) throws FakeAgentFailure, InterruptedException {
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

    private Answer read(Request request) throws FakeAgentFailure, InterruptedException {
        return answer(200, commands.read(request.path().substring(COMMANDS.length()), wait(request)));
    }

    private static FakeWait wait(Request request) {
        return request.queryParameter("wait").filter("true"::equals).isPresent()
                ? FakeWait.UNTIL_DONE
                : FakeWait.NOT_AT_ALL;
    }

    private static Answer encoded(Optional<ObjectNode> json) {
        return json.map(body -> answer(200, body))
                .orElseGet(() -> answer(
                        500,
                        JSON.objectNode()
                                .put("faultcode", "Server")
                                .put("faultstring", "Object of type TypeError is not JSON serializable")));
    }

    private static Answer refusal(FakeAgentFailure failure) {
        return answer(failure.code(), failure.fault());
    }

    private static Answer answer(int status, ObjectNode body) {
        return Answer.json(status, body.toString());
    }

    /** Like the real agent, redirects to the path with a slash at its end, and repeats the token in the address. */
    private static Answer redirect(Request request) {
        String token = request.queryParameter("agent_token")
                .map(value -> "?agent_token=" + value)
                .orElse("");
        return new Answer(
                308, Map.of("Location", base(request) + request.path() + "/" + token, "Content-Type", "text/html"), "");
    }

    private ObjectNode status() {
        return JSON.objectNode()
                .put("started_at", startedAt.toEpochMilli() / 1000.0)
                .put("version", AGENT_VERSION);
    }

    private static ObjectNode root(Request request) {
        ObjectNode version = JSON.objectNode().put("id", "v1");
        version.set("links", links(base(request)));
        ObjectNode root = JSON.objectNode();
        root.put("name", "OpenStack Ironic Python Agent API");
        root.put("description", "A fake of the Ironic Python Agent");
        root.putArray("versions").add(version);
        root.set("default_version", version);
        return root;
    }

    private static ObjectNode v1(Request request) {
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

    private static String base(Request request) {
        return "https://" + request.header("Host").orElse("localhost");
    }
}

package org.novametal.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.novametal.agent.LookupAnswer.TokenGrant;
import org.novametal.baremetal.CapturedLog;
import org.novametal.http.HttpService;
import org.novametal.http.RefusalLog;

class AgentApiTest {
    private static final UUID NODE = UUID.fromString("5d1f6c1e-0d0a-4f1b-9d0a-3f2a8f6f1c11");
    private static final String MAC = "52:54:00:00:78:01";
    private static final AgentToken TOKEN = AgentToken.of("T".repeat(43));

    /** The address of the recorded agent, and the one from which this test sends. */
    private static final String RECORDED_HOST = "10.78.0.11";

    private static final String SENDER = "127.0.0.1";

    private final List<Heartbeat> heartbeats = new ArrayList<>();
    private final List<InetAddress> senders = new ArrayList<>();
    private HeartbeatOutcome outcome = HeartbeatOutcome.ACCEPTED;
    private TokenGrant grant = new TokenGrant.Given(TOKEN);
    private HttpService service;
    private HttpClient client;

    @BeforeEach
    void start() {
        AgentDirectory directory = new AgentDirectory() {
            @Override
            public Optional<LookupAnswer> lookup(InetAddress sender, List<String> macs, Optional<UUID> nodeUuid) {
                boolean known = nodeUuid.map(NODE::equals).orElse(macs.contains(MAC));
                return known
                        ? Optional.of(new LookupAnswer(
                                new AgentNode(
                                        NODE,
                                        Map.of("cpu_arch", "x86_64", "capabilities", "boot_mode:bios"),
                                        Map.of(),
                                        Map.of("agent_secret_token", "hunter2")),
                                grant,
                                Duration.ofMinutes(5)))
                        : Optional.empty();
            }

            @Override
            public HeartbeatOutcome heartbeat(InetAddress sender, UUID node, Heartbeat heartbeat) {
                heartbeats.add(heartbeat);
                senders.add(sender);
                return node.equals(NODE)
                        ? heartbeat.token().equals(TOKEN) ? outcome : HeartbeatOutcome.WRONG_TOKEN
                        : HeartbeatOutcome.UNKNOWN_NODE;
            }
        };
        service = HttpService.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), new AgentApi(directory).routes());
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        service.close();
        client.close();
    }

    @Test
    void wrongAddressesOfALookupAreOneEscapedLineOfTheLogAndFewLinesASecond() throws Exception {
        try (CapturedLog log = CapturedLog.of(AgentApi.class)) {
            String forged = "x%0A02:00%20ERROR%20forged%1B%5B2J%C2%9B" + ",y".repeat(80) + "y".repeat(3000);
            long began = System.nanoTime();
            for (int i = 0; i < 200; i++) {
                assertThat(client.send(
                                        HttpRequest.newBuilder(
                                                        service.baseUri().resolve("/v1/lookup?addresses=" + forged))
                                                .header("X-OpenStack-Ironic-API-Version", "1.68")
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(400);
            }
            long seconds = 1 + Duration.ofNanos(System.nanoTime() - began).toSeconds();
            // Other tests may log to this logger meanwhile.
            List<String> forgedLines = log.messages().stream()
                    .filter(line -> line.contains("forged"))
                    .toList();
            assertThat(forgedLines).hasSizeBetween(1, (int) (seconds + 1) * RefusalLog.LINES_PER_SECOND);
            assertThat(forgedLines)
                    .allSatisfy(line -> assertThat(line)
                            .contains("127.0.0.1", "x\\n02:00 error forged\\u001b[2j\\u009b")
                            .doesNotContain("\n", "\u001b", "\u009b")
                            .hasSizeLessThan(600));
        }
    }

    @Test
    void theVersionDocumentHasTheRecordedShapeAndAsksForTls() throws Exception {
        HttpResponse<String> answer = replay("1-agent-to-api-01-root-200");
        JsonNode body = RecordedWire.json(answer.body());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(RecordedWire.shape(body))
                .isEqualTo(RecordedWire.shape(RecordedWire.answer("1-agent-to-api-01-root-200")));
        assertThat(body.path("default_version").path("version").asText()).isEqualTo("1.68");
        assertThat(body.path("default_version")
                        .path("links")
                        .path(0)
                        .path("href")
                        .asText())
                .isEqualTo(service.baseUri() + "/v1/");
        assertThat(answer.headers().firstValue("X-OpenStack-Ironic-API-Maximum-Version"))
                .hasValue("1.68");
    }

    @Test
    void aLookupAnswersWhatTheRecordedOneAnswered() throws Exception {
        HttpResponse<String> answer = replay("1-agent-to-api-02-lookup-200");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("X-OpenStack-Ironic-API-Version"))
                .hasValue("1.62");
        JsonNode ours = RecordedWire.json(answer.body());
        JsonNode recorded = RecordedWire.answer("1-agent-to-api-02-lookup-200");
        assertThat(ours.path("config").path("agent_token").asText()).isEqualTo(TOKEN.reveal());
        ObjectNode node = (ObjectNode) recorded.path("node").deepCopy();
        ((ObjectNode) node.path("driver_internal_info")).remove("agent_secret_token_pregenerated");
        assertThat(ours.path("node")).isEqualTo(node);
        // The stub answered with fewer settings than Ironic; each of them has to be there with its value.
        recorded.path("config").properties().forEach(setting -> {
            if (!setting.getKey().equals("agent_token")) {
                assertThat(ours.path("config").path(setting.getKey()))
                        .as(setting.getKey())
                        .isEqualTo(setting.getValue());
            }
        });
    }

    @Test
    void aLookupHasEverySettingThatIronicSends() throws Exception {
        JsonNode ironic = RecordedWire.run("6-ironic-2-deploy").stream()
                .filter(exchange ->
                        exchange.path("request").path("path").asText().equals("/v1/lookup"))
                .map(exchange -> exchange.path("response").path("body").path("config"))
                .findFirst()
                .orElseThrow();
        JsonNode ours =
                RecordedWire.json(replay("1-agent-to-api-02-lookup-200").body()).path("config");
        assertThat(RecordedWire.shape(ours)).isEqualTo(RecordedWire.shape(ironic));
        assertThat(ours.path("agent_md5_checksum_enable").booleanValue()).isFalse();
        ObjectNode same = ((ObjectNode) ironic.deepCopy());
        same.put("agent_md5_checksum_enable", false);
        same.put("heartbeat_timeout", 300);
        same.put("agent_token", TOKEN.reveal());
        assertThat(RecordedWire.json(ours.toString())).isEqualTo(RecordedWire.json(same.toString()));
    }

    @Test
    void aTokenThatIsWithheldIsSixStars() throws Exception {
        grant = new TokenGrant.Withheld();
        assertThat(RecordedWire.json(
                                replay("1-agent-to-api-04-lookup-again-200").body())
                        .path("config")
                        .path("agent_token"))
                .isEqualTo(RecordedWire.answer("1-agent-to-api-04-lookup-again-200")
                        .path("config")
                        .path("agent_token"));
    }

    @Test
    void aLookupIsRefusedAsIronicRefuses() throws Exception {
        assertFault(lookup("addresses=52:54:00:00:78:99", "1.62"), 404, "Resource could not be found.");
        assertFault(lookup("addresses=nonsense", "1.62"), 400, "'addresses' and 'node_uuid'");
        assertFault(lookup("", "1.62"), 400, "'addresses' and 'node_uuid'");
        assertFault(lookup("node_uuid=7", "1.62"), 400, "Expected UUID");
        assertFault(lookup("addresses=" + MAC, "1.21"), 404, "Not Found");
        assertThat(lookup("node_uuid=" + NODE, "1.31").statusCode()).isEqualTo(200);
        assertThat(lookup("addresses=x," + MAC.toUpperCase(Locale.ROOT), "latest")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> tooNew = lookup("addresses=" + MAC, "1.69");
        assertThat(tooNew.statusCode()).isEqualTo(406);
        JsonNode error = RecordedWire.json(
                RecordedWire.json(tooNew.body()).path("error_message").textValue());
        assertThat(error.path("code").asInt()).isEqualTo(406);
        assertThat(error.path("description").asText()).contains("1.69").contains("[1.1, 1.68]");
        assertThat(lookup("addresses=" + MAC, "x").statusCode()).isEqualTo(406);
    }

    @Test
    void aHeartbeatArrivesAndIsAnsweredByNothing() throws Exception {
        HttpResponse<String> answer = replay("1-agent-to-api-03-heartbeat-202");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEmpty();
        JsonNode sent = RecordedWire.request("1-agent-to-api-03-heartbeat-202");
        Heartbeat got = heartbeats.getFirst();
        assertThat(got.callbackUrl())
                .hasToString(sent.path("callback_url").asText().replace(RECORDED_HOST, SENDER));
        assertThat(got.token()).isEqualTo(TOKEN);
        assertThat(got.agentVersion()).isEqualTo("13.0.0");
        assertThat(got.certificate()).isEqualTo(sent.path("agent_verify_ca").asText());
        assertThat(got.toString()).doesNotContain(TOKEN.reveal());
        assertThat(got.endpoint().toString()).doesNotContain(TOKEN.reveal());
    }

    @Test
    void aHeartbeatIsRefusedForItsToken() throws Exception {
        assertFault(heartbeat(body -> body.remove("agent_token")), 401, "token");
        assertThat(heartbeats).isEmpty();
        assertFault(heartbeat(body -> body.put("agent_token", "short")), 401, "token");
        assertFault(heartbeat(body -> body.put("agent_token", "U".repeat(43))), 401, "token");
        assertThat(replay("1-agent-to-api-14-heartbeat-401-fallback-version-1.31")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aHeartbeatWithoutTlsIsRefusedBeforeAnyoneHearsOfIt() throws Exception {
        HttpResponse<String> plain = replay("1-agent-to-api-15-heartbeat-202-plain-http");
        assertFault(plain, 400, "TLS is required");
        assertFault(heartbeat(body -> body.remove("agent_verify_ca")), 400, "agent_verify_ca");
        assertFault(heartbeat(body -> body.put("agent_verify_ca", "junk")), 400, "agent_verify_ca");
        assertFault(heartbeat(body -> body.remove("agent_version")), 400, "version");
        for (String url : List.of("", "//h", "file:///etc", "https://u:p@h/", "https://h?x=1", "not a url")) {
            assertFault(heartbeat(body -> body.put("callback_url", url)), 400, "callback_url");
        }
        assertThat(heartbeats).isEmpty();
    }

    @Test
    void theUrlOfAnAgentIsThatOfItsSender() throws Exception {
        for (String url : List.of(
                "https://127.0.0.2:9999",
                "https://localhost:9999",
                "https://[::1]:9999",
                "https://127.0.0.1.example:9999",
                "https://127.0.0.1",
                "https://127.0.0.1:443",
                "https://127.0.0.1:9998",
                "https://127.0.0.1:10999",
                "https://127.0.0.1:9999/admin",
                "https://127.0.0.1:9999//",
                "https://127.0.0.1:9999/#x")) {
            assertFault(heartbeat(body -> body.put("callback_url", url)), 400, "callback_url");
        }
        assertThat(heartbeats).isEmpty();

        for (String url : List.of("https://127.0.0.1:9999", "https://127.0.0.1:10998/")) {
            assertThat(heartbeat(body -> body.put("callback_url", url)).statusCode())
                    .as(url)
                    .isEqualTo(202);
        }
        assertThat(senders).containsOnly(InetAddress.ofLiteral(SENDER)).hasSize(2);
    }

    @Test
    void everyOutcomeHasItsStatus() throws Exception {
        outcome = HeartbeatOutcome.LOCKED;
        assertFault(heartbeat(body -> {}), 409, "is locked");
        outcome = HeartbeatOutcome.CALLBACK_CHANGED;
        assertFault(heartbeat(body -> {}), 400, "Detected change");
        outcome = HeartbeatOutcome.UNKNOWN_NODE;
        assertFault(heartbeat(body -> {}), 404, NODE.toString());
        assertFault(send("POST", "/v1/heartbeat/tin1", "1.68", "{}"), 404, "Node");
        assertFault(send("POST", "/v1/heartbeat/" + NODE, "1.68", "no JSON"), 400, "JSON");
    }

    private static void assertFault(HttpResponse<String> answer, int status, String says) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode inside = RecordedWire.json(
                RecordedWire.json(answer.body()).path("error_message").textValue());
        assertThat(inside.path("faultcode").asText()).isEqualTo("Client");
        assertThat(inside.path("faultstring").asText()).contains(says);
        assertThat(inside.has("debuginfo")).isTrue();
    }

    private HttpResponse<String> heartbeat(Consumer<ObjectNode> change) throws Exception {
        ObjectNode body = (ObjectNode)
                RecordedWire.request("1-agent-to-api-03-heartbeat-202").deepCopy();
        body.put("agent_token", TOKEN.reveal());
        body.put("callback_url", "https://" + SENDER + ":9999");
        change.accept(body);
        return send("POST", "/v1/heartbeat/" + NODE, "1.68", body.toString());
    }

    private HttpResponse<String> lookup(String query, String version) throws Exception {
        return send("GET", "/v1/lookup?" + query, version, "");
    }

    private HttpResponse<String> send(String method, String path, String version, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(service.baseUri() + path))
                        .header("X-OpenStack-Ironic-API-Version", version)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Sends what the real agent sent, with the blanked token put back. */
    private HttpResponse<String> replay(String name) throws Exception {
        JsonNode request = RecordedWire.exchange(name).path("request");
        StringBuilder path = new StringBuilder(request.path("path").asText());
        RecordedWire.query(RecordedWire.exchange(name))
                .forEach((key, value) -> path.append(path.indexOf("?") < 0 ? "?" : "&")
                        .append(key)
                        .append("=")
                        .append(value));
        String body = request.path("body").isObject()
                ? request.path("body")
                        .toString()
                        .replace("<AGENT-TOKEN>", TOKEN.reveal())
                        .replace(RECORDED_HOST, SENDER)
                : "";
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(service.baseUri() + path.toString()))
                .method(request.path("method").asText(), HttpRequest.BodyPublishers.ofString(body));
        request.path("headers").properties().forEach(header -> {
            if (!List.of("Host", "Connection", "Content-Length").contains(header.getKey())) {
                builder.header(header.getKey(), header.getValue().asText());
            }
        });
        return client.send(builder.build(), HttpResponse.BodyHandlers.ofString());
    }
}

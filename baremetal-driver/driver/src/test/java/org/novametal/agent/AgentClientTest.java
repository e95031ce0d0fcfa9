package org.novametal.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Ticker;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.novametal.agent.AgentClient.Wait;
import org.novametal.agent.AgentException.Reason;
import org.novametal.http.HttpAnswer;
import org.novametal.http.HttpOptions;
import org.novametal.http.HttpRequest;
import org.novametal.http.HttpService;
import org.novametal.http.Route;
import org.novametal.text.ForeignText;

class AgentClientTest {
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final AgentToken TOKEN = AgentToken.of("TheSecretTokenOfThisAgent0123456789abcdefgh");

    private final AgentClient client = new AgentClient(
            new AgentOptions(Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(4), 5000));
    private final List<HttpRequest> asked = new ArrayList<>();
    private final AtomicReference<Optional<HttpAnswer>> answer = new AtomicReference<>(Optional.empty());
    private final CountDownLatch never = new CountDownLatch(1);
    private final HeldCertificate held = certificate("127.0.0.1");
    private HttpService agent = serve(held);

    @AfterEach
    void stop() {
        client.close();
        agent.close();
    }

    @Test
    void aCommandGoesOutAsRecordedAndItsResultComesBack() {
        JsonNode recorded = RecordedWire.exchange("2-info-12-standby-sync");
        answer(recorded);
        CommandResult result = client.execute(endpoint(), AgentCommand.sync(), Wait.UNTIL_DONE);
        assertThat(result.status()).isEqualTo(CommandResult.Status.SUCCEEDED);
        assertThat(result.result().isNull()).isTrue();
        HttpRequest sent = asked.getFirst();
        assertThat(sent.method()).isEqualTo("POST");
        assertThat(sent.path()).isEqualTo(recorded.path("request").path("path").asText());
        assertThat(sent.query()).isEqualTo(Map.of("wait", List.of("true"), "agent_token", List.of(TOKEN.reveal())));
        assertThat(RecordedWire.json(sent.body()))
                .isEqualTo(recorded.path("request").path("body"));
        assertThat(sent.header("Content-Type")).hasValue("application/json");
    }

    @Test
    void aCommandIsReadByItsIdAlone() {
        JsonNode recorded = RecordedWire.exchange("4-clean-03-clean-erase_devices_metadata-done");
        answer(recorded);
        String id = recorded.path("response").path("body").path("id").asText();
        CommandResult result = client.read(endpoint(), id).orElseThrow();
        assertThat(result.status()).isEqualTo(CommandResult.Status.SUCCEEDED);
        assertThat(asked.getFirst().path())
                .isEqualTo(recorded.path("request").path("path").asText());
        answer(RecordedWire.exchange("5-error-08-err-command-unknown-id"));
        assertThat(client.read(endpoint(), "00000000-0000-0000-0000-000000000000"))
                .isEmpty();
    }

    @Test
    void theCommandsSinceTheStartOfTheAgentAreListed() {
        answer(RecordedWire.exchange("2-info-05-agent-commands-empty"));
        assertThat(client.list(endpoint())).isEmpty();
        answer.set(
                Optional.of(
                        HttpAnswer.json(
                                200,
                                "{\"commands\": [{\"id\": \"1\", \"command_name\": \"sync\", \"command_status\": \"SUCCEEDED\"},"
                                        + " {\"id\": \"2\", \"command_name\": \"install_bootloader\", \"command_status\": \"RUNNING\"}]}")));
        assertThat(client.list(endpoint())).extracting(CommandResult::id).containsExactly("1", "2");
        assertThat(asked.getLast().path()).isEqualTo("/v1/commands/");
    }

    @Test
    void recordedRefusalsHaveTheirReasons() {
        assertThat(refusal("5-error-25-err-busy")).isEqualTo(Reason.BUSY);
        assertThat(refusal("5-error-05-err-cmd-wrong-token")).isEqualTo(Reason.TOKEN_REFUSED);
        assertThat(refusal("5-error-06-err-cmd-no-token")).isEqualTo(Reason.TOKEN_REFUSED);
        assertThat(refusal("5-error-10-err-unknown-command")).isEqualTo(Reason.REFUSED);
        assertThat(refusal("5-error-09-err-unknown-extension")).isEqualTo(Reason.REFUSED);
        assertThat(refusal("5-error-13-err-not-json")).isEqualTo(Reason.REFUSED);
        assertThat(refusal("5-error-52-err-unexpected-param")).isEqualTo(Reason.REFUSED);
    }

    @Test
    void aRedirectIsNotFollowedAndDoesNotLeakTheToken() {
        answer.set(Optional.of(new HttpAnswer.Text(
                308,
                Map.of("Location", agent.baseUri() + "/elsewhere?agent_token=" + TOKEN.reveal()),
                "see " + TOKEN.reveal())));
        assertThat(failure().reason()).isEqualTo(Reason.PROTOCOL);
        assertThat(asked).hasSize(1);
    }

    @Test
    void anAnswerThatRepeatsTheTokenIsBlanked() {
        answer.set(Optional.of(
                HttpAnswer.json(400, "{\"faultcode\":\"Client\",\"faultstring\":\"bad " + TOKEN.reveal() + "\"}")));
        assertThat(failure()).hasMessageContaining("bad ***");
    }

    @Test
    void theErrorOfACommandIsEscapedAndHasALimit() {
        answer.set(Optional.of(HttpAnswer.json(200, """
                {"id": "1", "command_name": "x\\u001b[2J", "command_status": "FAILED", "command_error": {
                  "type": "DeploymentError", "message": "a\\n02:00 ERROR forged\\u009b", "details": "%s"}}""".formatted("d".repeat(3000)))));

        CommandResult result = client.read(endpoint(), "1").orElseThrow();

        assertThat(result.name()).isEqualTo("x\\u001b[2J");
        assertThat(result.error()).get().satisfies(error -> {
            assertThat(error.type()).isEqualTo("DeploymentError");
            assertThat(error.message()).isEqualTo("a\\n02:00 ERROR forged\\u009b");
            assertThat(error.details()).hasSizeLessThanOrEqualTo(ForeignText.MAX_LENGTH);
        });
    }

    @Test
    void theCertificateOfAnAgentThatIsGoneIsForgotten() {
        AtomicLong nanos = new AtomicLong();
        AgentClient client = new AgentClient(
                new AgentOptions(Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(4), 5000),
                new Ticker() {
                    @Override
                    public long read() {
                        return nanos.get();
                    }
                });
        answer(RecordedWire.exchange("2-info-12-standby-sync"));
        client.execute(endpoint(), AgentCommand.sync(), Wait.UNTIL_DONE);
        assertThat(client.pinnedCertificates()).isOne();

        nanos.addAndGet(Duration.ofHours(1).toNanos());

        assertThat(client.pinnedCertificates()).isZero();
    }

    @Test
    void aCommandIdThatIsNoIdIsAProtocolError() {
        answer.set(Optional.of(
                HttpAnswer.json(200, "{\"id\": \"" + "1".repeat(2000) + "\", \"command_status\": \"RUNNING\"}")));

        AgentException failure = catchThrowableOfType(AgentException.class, () -> client.read(endpoint(), "1"));

        assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL);
        assertThat(failure.getMessage()).hasSizeLessThan(1000);
    }

    @Test
    void anAnswerThatIsTooLongOrNoJsonIsAProtocolError() {
        answer.set(Optional.of(HttpAnswer.text(200, "x".repeat(6000))));
        assertThat(failure().reason()).isEqualTo(Reason.PROTOCOL);
        answer.set(Optional.of(HttpAnswer.text(200, "<html>")));
        assertThat(failure().reason()).isEqualTo(Reason.PROTOCOL);
    }

    @Test
    void anotherCertificateIsRefused() {
        AgentEndpoint other =
                new AgentEndpoint(agent.baseUri(), certificate("127.0.0.1").certificatePem(), TOKEN);
        assertThat(failure(other).reason()).isEqualTo(Reason.CERTIFICATE);
        AgentEndpoint junk = new AgentEndpoint(agent.baseUri(), "junk", TOKEN);
        assertThat(failure(junk).reason()).isEqualTo(Reason.CERTIFICATE);
        assertThat(asked).isEmpty();
    }

    @Test
    void aCertificateForAnotherAddressIsRefused() {
        agent.close();
        HeldCertificate elsewhere = certificate("127.0.0.9");
        agent = serve(elsewhere);
        AgentEndpoint wrongAddress = new AgentEndpoint(agent.baseUri(), elsewhere.certificatePem(), TOKEN);
        assertThat(failure(wrongAddress).reason()).isEqualTo(Reason.CERTIFICATE);
        assertThat(asked).isEmpty();
    }

    @Test
    void theRealAgentsCertificateCanBePinned() throws Exception {
        String pem = RecordedWire.request("1-agent-to-api-03-heartbeat-202")
                .path("agent_verify_ca")
                .asText();
        assertThat(PinnedCertificate.of(pem).pin(new okhttp3.OkHttpClient.Builder()))
                .isNotNull();
        assertThat(failure(new AgentEndpoint(agent.baseUri(), pem, TOKEN)).reason())
                .isEqualTo(Reason.CERTIFICATE);
    }

    @Test
    void nobodyThereAndNoAnswerInTimeAreUnreachable() throws Exception {
        answer.set(Optional.empty());
        assertThat(failure().reason()).isEqualTo(Reason.UNREACHABLE);
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        AgentEndpoint gone = new AgentEndpoint(URI.create("https://127.0.0.1:" + port), held.certificatePem(), TOKEN);
        assertThat(failure(gone).reason()).isEqualTo(Reason.UNREACHABLE);
    }

    @Test
    void anInterruptEndsACallAndKeepsTheFlag() throws Exception {
        answer.set(Optional.empty());
        AtomicReference<Reason> reason = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            reason.set(failure().reason());
            flag.set(Thread.currentThread().isInterrupted());
        });
        caller.interrupt();
        assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
        assertThat(reason.get()).isEqualTo(Reason.UNREACHABLE);
        assertThat(flag.get()).isTrue();
    }

    @Test
    void allCallsToAnAgentUseOneConnection() throws Exception {
        Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();
        HttpsServer server = HttpsServer.create(LOOPBACK, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls(held)));
        byte[] body = RecordedWire.answer("2-info-12-standby-sync").toString().getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            connections.add(exchange.getRemoteAddress());
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            AgentEndpoint endpoint = new AgentEndpoint(
                    URI.create("https://127.0.0.1:" + server.getAddress().getPort()), held.certificatePem(), TOKEN);
            for (int i = 0; i < 5; i++) {
                client.execute(endpoint, AgentCommand.sync(), Wait.UNTIL_DONE);
                client.read(endpoint, "1");
            }
            assertThat(connections).hasSize(1);

            client.close();
            client.read(endpoint, "1");

            assertThat(connections).as("after close").hasSize(2);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anAgentThatClosesItsConnectionsSilentlyGetsNewOnesAfterTheFirstFailure() throws Exception {
        byte[] answer = ("HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n"
                        + "{\"id\": \"1\", \"command_status\": \"SUCCEEDED\"}")
                .getBytes(StandardCharsets.US_ASCII);
        Thread peer;
        try (ServerSocket server =
                tls(held).getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            peer = Thread.ofPlatform().daemon().start(() -> answerOnceEach(server, answer));
            AgentEndpoint endpoint = new AgentEndpoint(
                    URI.create("https://127.0.0.1:" + server.getLocalPort()), held.certificatePem(), TOKEN);
            client.read(endpoint, "1");
            AgentException broken = catchThrowableOfType(AgentException.class, () -> client.read(endpoint, "1"));
            assertThat(broken.reason()).isEqualTo(Reason.UNREACHABLE);

            for (int i = 0; i < 5; i++) {
                assertThat(client.read(endpoint, "1")).isPresent();
            }
        }
        peer.join();
    }

    /** Answers the first request of each connection, then closes the connection, until the socket is closed. */
    private static void answerOnceEach(ServerSocket server, byte[] answer) {
        while (!server.isClosed()) {
            try (Socket connection = server.accept()) {
                BufferedReader request = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
                String line = request.readLine();
                while (line != null && !line.isEmpty()) {
                    line = request.readLine();
                }
                connection.getOutputStream().write(answer);
            } catch (IOException e) {
                // Closed by the client, or by the test.
            }
        }
    }

    private static SSLContext tls(HeldCertificate certificate) {
        return new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .build()
                .sslContext();
    }

    private Reason refusal(String recording) {
        answer(RecordedWire.exchange(recording));
        AgentException refused = failure();
        assertThat(refused)
                .hasMessageContaining(
                        RecordedWire.answer(recording).path("faultstring").asText());
        return refused.reason();
    }

    private AgentException failure() {
        return failure(endpoint());
    }

    private AgentException failure(AgentEndpoint endpoint) {
        AgentException failure = catchThrowableOfType(
                AgentException.class, () -> client.execute(endpoint, AgentCommand.sync(), Wait.NOT_AT_ALL));
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain(TOKEN.reveal());
        assertThat(failure).hasMessageContaining("127.0.0.1");
        return failure;
    }

    private void answer(JsonNode exchange) {
        answer.set(Optional.of(HttpAnswer.json(
                exchange.path("response").path("status").asInt(),
                exchange.path("response").path("body").toString())));
    }

    private AgentEndpoint endpoint() {
        return new AgentEndpoint(agent.baseUri(), held.certificatePem(), TOKEN);
    }

    private HttpService serve(HeldCertificate certificate) {
        Route.Handler handler = request -> {
            asked.add(request);
            Optional<HttpAnswer> ready = answer.get();
            if (ready.isEmpty()) {
                never.await();
            }
            return ready.orElseThrow();
        };
        return HttpService.startTls(
                LOOPBACK,
                List.of(
                        Route.under("GET", "/", handler),
                        Route.under("POST", "/", handler).withBody(1 << 16)),
                HttpOptions.DEFAULTS,
                tls(certificate));
    }

    private static HeldCertificate certificate(String address) {
        return new HeldCertificate.Builder()
                .ecdsa256()
                .addSubjectAlternativeName(address)
                .build();
    }
}

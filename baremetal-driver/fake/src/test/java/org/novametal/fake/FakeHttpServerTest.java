package org.novametal.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.novametal.fake.FakeHttpServer.Answer;
import org.novametal.fake.FakeHttpServer.Handler;

class FakeHttpServerTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int PATIENCE_SECONDS = 30;

    private final BlockingQueue<FakeHttpServer.Request> seen = new LinkedBlockingQueue<>();
    private final CountDownLatch never = new CountDownLatch(1);
    private final BlockingQueue<String> interrupted = new LinkedBlockingQueue<>();
    private final OkHttpClient http = new OkHttpClient();
    private final FakeHttpServer server = FakeHttpServer.start(ANY_PORT, this::answer);

    private Answer answer(FakeHttpServer.Request request) throws Exception {
        seen.add(request);
        return switch (request.path()) {
            case "/failing" -> throw new IOException("the disk is gone");
            case "/waiting" -> {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    interrupted.add(request.path());
                    throw e;
                }
                yield Answer.empty(200);
            }
            case "/nothing" -> Answer.empty(204);
            case "/unchanged" -> Answer.empty(304);
            default -> new Answer(201, Map.of("X-Of-The-Fake", "ü"), "größe");
        };
    }

    @AfterEach
    void close() {
        server.close();
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    @Test
    void aHandlerSeesTheRequestAndItsAnswerArrives() throws Exception {
        Request request = new Request.Builder()
                .url(server.baseUri() + "/a%20path?name=a%26b&name=second&flag")
                .header("X-Of-The-Client", "yes")
                .post(RequestBody.create("größer".getBytes(StandardCharsets.UTF_8)))
                .build();

        try (Response response = http.newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(201);
            assertThat(response.body().string()).isEqualTo("größe");
        }

        FakeHttpServer.Request asked = seen.take();
        assertThat(asked.method()).isEqualTo("POST");
        assertThat(asked.path()).isEqualTo("/a path");
        assertThat(asked.query()).isEqualTo(Map.of("name", "a&b", "flag", ""));
        assertThat(asked.header("x-of-the-CLIENT")).contains("yes");
        assertThat(asked.body()).isEqualTo("größer");
        assertThat(asked).hasToString("Request[POST /a path]");
    }

    @Test
    void answersWithoutABodyKeepTheConnection() throws Exception {
        assertThat(status("/nothing")).isEqualTo(204);
        assertThat(status("/unchanged")).isEqualTo(304);
        assertThat(status("/")).isEqualTo(201);

        assertThat(http.connectionPool().connectionCount()).isEqualTo(1);
    }

    @Test
    void whatAHandlerCannotAnswerIsAServerError() throws Exception {
        assertThat(status("/failing")).isEqualTo(500);
        assertThat(status("/")).isEqualTo(201);
    }

    @Test
    void aBadQueryAndALongBodyAreRefused() throws Exception {
        assertThat(status("/?x=%zz")).isEqualTo(400);
        Request request = new Request.Builder()
                .url(server.baseUri() + "/")
                .put(RequestBody.create(new byte[(4 << 20) + 1]))
                .build();
        try (Response response = http.newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(413);
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void idleConnectionsOutliveThePoolOfAClient() {
        assertThat(Long.getLong("sun.net.httpserver.idleInterval")).isGreaterThan(TimeUnit.MINUTES.toSeconds(5));
        assertThat(System.getProperty("sun.net.httpserver.nodelay")).isEqualTo("true");
    }

    @Test
    void closingCutsConnectionsAndInterruptsHandlers() throws Exception {
        FutureTask<Integer> call = new FutureTask<>(() -> status("/waiting"));
        Thread.ofVirtual().start(call);
        assertThat(seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();

        server.close();
        server.close();

        assertThat(interrupted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("/waiting");
        assertThatThrownBy(() -> call.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> status("/")).isInstanceOf(IOException.class);
    }

    @Test
    void itSpeaksTls() throws Exception {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName("127.0.0.1")
                .build();
        HandshakeCertificates own =
                new HandshakeCertificates.Builder().heldCertificate(certificate).build();
        HandshakeCertificates trust = new HandshakeCertificates.Builder()
                .addTrustedCertificate(certificate.certificate())
                .build();
        Handler handler = _ -> Answer.json(200, "{}");
        try (FakeHttpServer secured = FakeHttpServer.startTls(ANY_PORT, own.sslContext(), handler);
                Response response = http.newBuilder()
                        .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
                        .build()
                        .newCall(new Request.Builder()
                                .url(secured.baseUri() + "/")
                                .build())
                        .execute()) {
            assertThat(secured.baseUri()).hasScheme("https");
            assertThat(response.body().string()).isEqualTo("{}");
        }
    }

    @Test
    void aPortInUseIsSaid() {
        InetSocketAddress taken = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.baseUri().getPort());

        assertThatThrownBy(() -> FakeHttpServer.start(taken, _ -> Answer.empty(200)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot listen on")
                .hasMessageContaining(String.valueOf(taken.getPort()));
    }

    private int status(String path) throws IOException {
        try (Response response = http.newCall(
                        new Request.Builder().url(server.baseUri() + path).build())
                .execute()) {
            return response.code();
        }
    }
}

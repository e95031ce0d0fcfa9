package org.novametal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("no HTTP thread of the process may be left")
class HttpServiceTest {
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final HttpOptions SMALL = new HttpOptions(
            new HttpOptions.BodyLimits(100_000, Duration.ofSeconds(2), Duration.ofSeconds(2), 1),
            new HttpOptions.ConnectionLimits(100, 100, Duration.ofSeconds(30), Duration.ofSeconds(2), 10_000),
            new HttpOptions.TransferLimits(10, 10, 1, Duration.ofSeconds(60), 1),
            Duration.ofSeconds(5));

    @TempDir
    Path folder;

    private final CountDownLatch never = new CountDownLatch(1);
    private final CountDownLatch blocked = new CountDownLatch(1);
    private HttpService service;
    private HttpClient client;

    @BeforeEach
    void start() {
        service = HttpService.start(
                LOOPBACK,
                List.of(
                        Route.at("GET", "/", request -> HttpAnswer.text(200, "root")),
                        Route.at(
                                "GET",
                                "/sender",
                                request -> HttpAnswer.text(200, request.sender().getHostAddress())),
                        Route.at("POST", "/echo", request -> HttpAnswer.json(201, request.body()))
                                .withBody(1000),
                        Route.under("GET", "/files/", this::file),
                        Route.at("GET", "/files/exact", request -> HttpAnswer.text(200, "exact")),
                        Route.at(
                                "GET",
                                "/query",
                                request -> HttpAnswer.text(
                                        200,
                                        request.queryParameter("a").orElse("-")
                                                + request.header("X-Thing").orElse("-")
                                                + Thread.currentThread().isVirtual())),
                        Route.at("GET", "/block", request -> {
                            blocked.countDown();
                            never.await();
                            return HttpAnswer.empty(204);
                        }),
                        Route.at("GET", "/fail", request -> {
                            throw new IOException("the secret is hunter2");
                        })),
                SMALL);
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        service.close();
        client.close();
    }

    @Test
    void connectionsWaitWhileTheServerHoldsThem() throws Exception {
        service.hold();
        // A thread waits for a connection already, so this one is accepted.
        try (Socket first = new Socket(LOOPBACK.getAddress(), service.baseUri().getPort());
                Socket second =
                        new Socket(LOOPBACK.getAddress(), service.baseUri().getPort())) {
            assertThat(first.isConnected()).isTrue();
            second.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            second.setSoTimeout(300);
            assertThatThrownBy(() -> second.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);

            service.accept();

            second.setSoTimeout(10_000);
            assertThat(new String(second.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void theExactRouteWinsAndAnythingElseIs404Json() throws Exception {
        assertThat(get("/").body()).isEqualTo("root");
        assertThat(get("/files/exact").body()).isEqualTo("exact");
        HttpResponse<String> nothing = get("/nothing");
        assertThat(nothing.statusCode()).isEqualTo(404);
        assertThat(nothing.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(nothing.body()).isEqualTo("{\"error\":\"there is nothing at /nothing\"}");
    }

    @Test
    void anotherMethodIs405WithTheAllowedOnes() throws Exception {
        HttpResponse<String> answer = client.send(
                java.net.http.HttpRequest.newBuilder(uri("/echo")).GET().build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue("POST");
    }

    @Test
    void aHandlerReadsQueryAndHeadersOnAVirtualThread() throws Exception {
        HttpResponse<String> answer = client.send(
                java.net.http.HttpRequest.newBuilder(uri("/query?a=%C3%A4+b&c"))
                        .header("x-thing", "T")
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo("ä bTtrue");
    }

    @Test
    void aBodyWithinTheLimitArrivesAndALongerOneIs413() throws Exception {
        assertThat(post("/echo", "ü".repeat(500)).body()).isEqualTo("ü".repeat(500));
        assertThat(post("/echo", "x".repeat(1001)).statusCode()).isEqualTo(413);
        HttpResponse<String> chunked = client.send(
                java.net.http.HttpRequest.newBuilder(uri("/echo"))
                        .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString("x".repeat(5000))))
                        .build(),
                BodyHandlers.ofString());
        assertThat(chunked.statusCode()).isEqualTo(413);
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void aBodyThatStallsEndsWithinTheIdleTimeout() throws Exception {
        try (Socket socket = new Socket(LOOPBACK.getAddress(), service.baseUri().getPort())) {
            socket.setSoTimeout(30_000);
            OutputStream out = socket.getOutputStream();
            out.write("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12"
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 408 ").contains("no byte of the body arrived");
        }
    }

    @Test
    void aFailingHandlerIs500WithoutItsMessage() throws Exception {
        HttpResponse<String> answer = get("/fail");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("hunter2").doesNotContain("IOException");
    }

    @Test
    void aMalformedRequestIs400JsonWithoutAStackTrace() throws Exception {
        try (Socket socket = new Socket(LOOPBACK.getAddress(), service.baseUri().getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write("GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer)
                    .startsWith("HTTP/1.1 400 ")
                    .contains("{\"error\":")
                    .doesNotContain("org.");
        }
    }

    @Test
    void aFileIsSentWholeInPartsAndNotAgainWhileUnchanged() throws Exception {
        byte[] content = new byte[700_001];
        new Random(7).nextBytes(content);
        Files.write(folder.resolve("f"), content);

        HttpResponse<byte[]> whole = bytes("GET", "/files/f");
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(content);
        String tag = whole.headers().firstValue("ETag").orElseThrow();

        assertPart(bytes("GET", "/files/f", "Range", "bytes=5-9"), content, 5, 10);
        assertPart(bytes("GET", "/files/f", "Range", "bytes=300000-"), content, 300_000, content.length);
        assertPart(bytes("GET", "/files/f", "Range", "bytes=-3"), content, content.length - 3, content.length);
        assertPart(bytes("GET", "/files/f", "Range", "bytes=0-9999999"), content, 0, content.length);
        assertPart(bytes("GET", "/files/f", "Range", "bytes=0-0", "If-Range", tag), content, 0, 1);
        assertThat(bytes("GET", "/files/f", "Range", "bytes=0-0", "If-Range", "\"old\"")
                        .statusCode())
                .isEqualTo(200);
        assertThat(bytes("GET", "/files/f", "Range", "bytes=0-0,5-6").body()).isEqualTo(content);
        assertThat(bytes("GET", "/files/f", "Range", "nonsense").statusCode()).isEqualTo(200);
        HttpResponse<byte[]> outside = bytes("GET", "/files/f", "Range", "bytes=700001-");
        assertThat(outside.statusCode()).isEqualTo(416);
        assertThat(outside.headers().firstValue("Content-Range")).hasValue("bytes */700001");
        assertThat(bytes("GET", "/files/f", "If-None-Match", tag).statusCode()).isEqualTo(304);
        HttpResponse<byte[]> head = bytes("HEAD", "/files/f");
        assertThat(head.headers().firstValue("Content-Length")).hasValue("700001");
        assertThat(head.body()).isEmpty();
        assertThat(bytes("GET", "/files/absent").statusCode()).isEqualTo(404);
        assertThat(bytes("GET", "/files/.").statusCode()).isEqualTo(404);
    }

    @Test
    void offsetsBeyondTwoGibibytesAreRight() throws Exception {
        long length = (5L << 30) + 7;
        try (RandomAccessFile sparse =
                new RandomAccessFile(folder.resolve("big").toFile(), "rw")) {
            sparse.setLength(length);
            sparse.seek(length - 4);
            sparse.write("tail".getBytes(StandardCharsets.US_ASCII));
        }
        HttpResponse<byte[]> head = bytes("HEAD", "/files/big");
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(length);
        HttpResponse<byte[]> tail = bytes("GET", "/files/big", "Range", "bytes=" + (length - 6) + "-");
        assertThat(tail.headers().firstValue("Content-Range"))
                .hasValue("bytes " + (length - 6) + "-" + (length - 1) + "/" + length);
        assertThat(tail.body()).isEqualTo(new byte[] {0, 0, 't', 'a', 'i', 'l'});
    }

    @Test
    void aDownloadThatIsNotReadHoldsUpNoOther() throws Exception {
        Files.write(folder.resolve("f"), new byte[50 << 20]);
        try (Socket stalled =
                        new Socket(LOOPBACK.getAddress(), service.baseUri().getPort());
                Socket second =
                        new Socket(LOOPBACK.getAddress(), service.baseUri().getPort())) {
            for (Socket socket : List.of(stalled, second)) {
                socket.getOutputStream()
                        .write("GET /files/f HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().read()).isEqualTo('H');
            }
            Files.writeString(folder.resolve("small"), "small");
            assertThat(bytes("GET", "/files/small").body()).hasSize(5);
        }
    }

    @Test
    void closeIsBoundedIdempotentAndLeavesNoThread() throws Exception {
        CompletableFuture<HttpResponse<Void>> cut = client.sendAsync(
                java.net.http.HttpRequest.newBuilder(uri("/block")).build(), BodyHandlers.discarding());
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
        long before = System.nanoTime();
        service.close();
        service.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(name -> name.startsWith("http-"))
                        .collect(Collectors.toSet()))
                .isEmpty();
        assertThatThrownBy(() -> get("/")).isInstanceOf(IOException.class);
        assertThat(cut).failsWithin(Duration.ofSeconds(10));
    }

    @Test
    void anAddressThatCannotBeListenedOnIsNamed() {
        InetSocketAddress taken =
                new InetSocketAddress(LOOPBACK.getAddress(), service.baseUri().getPort());
        assertThatThrownBy(() -> HttpService.start(taken, List.of()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(":" + taken.getPort());
        assertThatThrownBy(() -> HttpService.start(InetSocketAddress.createUnresolved("no.such.host", 0), List.of()))
                .hasMessageContaining("no.such.host");
    }

    @Test
    void aRequestPrintsNoSecret() {
        assertThat(new HttpRequest(
                                LOOPBACK.getAddress(),
                                "POST",
                                "/x",
                                Map.of("agent_token", List.of("s3cret")),
                                Map.of(),
                                "s3cret")
                        .toString())
                .isEqualTo("HttpRequest[127.0.0.1 POST /x]");
    }

    @Test
    void aHandlerSeesWhereARequestComesFrom() throws Exception {
        try (HttpClient neighbour = HttpClient.newBuilder()
                .localAddress(InetAddress.ofLiteral("127.0.0.7"))
                .build()) {
            java.net.http.HttpRequest request = java.net.http.HttpRequest.newBuilder(
                            service.baseUri().resolve("/sender"))
                    .build();

            assertThat(neighbour.send(request, BodyHandlers.ofString()).body()).isEqualTo("127.0.0.7");
        }
    }

    private HttpAnswer file(HttpRequest request) {
        return HttpAnswer.file(folder.resolve(request.path().substring("/files/".length())));
    }

    private static void assertPart(HttpResponse<byte[]> answer, byte[] content, int from, int to) {
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.headers().firstValue("Content-Range"))
                .hasValue("bytes " + from + "-" + (to - 1) + "/" + content.length);
        assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(content, from, to));
    }

    private URI uri(String path) {
        return URI.create(service.baseUri() + path);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(java.net.http.HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(
                java.net.http.HttpRequest.newBuilder(uri(path))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<byte[]> bytes(String method, String path, String... headers) throws Exception {
        java.net.http.HttpRequest.Builder request =
                java.net.http.HttpRequest.newBuilder(uri(path)).method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }
}

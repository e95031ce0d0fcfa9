package org.novametal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.novametal.http.HttpOptions.BodyLimits;
import org.novametal.http.HttpOptions.ConnectionLimits;
import org.novametal.http.HttpOptions.TransferLimits;

/** Hostile clients, each of which must leave the server usable for others. */
@Isolated("HttpServiceTest counts the HTTP threads of the process")
class HttpLimitsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final InetAddress KNOWN = InetAddress.ofLiteral("127.0.0.7");
    private static final int FILE_BYTES = 32 << 20;
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final CountDownLatch inHandler = new CountDownLatch(1);
    private final CountDownLatch leaveHandler = new CountDownLatch(1);
    private final List<Socket> sockets = new ArrayList<>();
    /** Each test starts it with its limits. */
    @SuppressWarnings("NullAway.Init")
    private HttpService service;

    @AfterEach
    void stop() throws IOException {
        leaveHandler.countDown();
        for (Socket socket : sockets) {
            socket.close();
        }
        service.close();
    }

    @Test
    void aHeaderThatDoesNotEndIsCutThoughItsBytesKeepComing() throws Exception {
        start(HttpOptions.DEFAULTS, new ConnectionLimits(100, 100, Duration.ofMillis(300), LONG, 1000));
        Socket socket = connect(LOOPBACK);
        send(socket, "GET / HTTP/1.1\r\nHost: x\r\nA: ");

        assertThat(isCutWhileSending(socket)).isTrue();
        assertThat(get(LOOPBACK, "/")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aConnectionThatSendsNoSecondRequestIsCutToo() throws Exception {
        start(HttpOptions.DEFAULTS, new ConnectionLimits(100, 100, Duration.ofMillis(300), LONG, 1000));
        Socket socket = connect(LOOPBACK);
        send(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(readToEnd(socket)).startsWith("HTTP/1.1 200 ").endsWith("root");
    }

    @Test
    void manyHeldConnectionsOfAnAddressKeepNobodyOut() throws Exception {
        start(HttpOptions.DEFAULTS, new ConnectionLimits(100, 5, LONG, LONG, 1000));
        for (int i = 0; i < 20; i++) {
            send(connect(LOOPBACK), "GET / HTTP/1.1\r\nHost: x\r\nA: ");
        }

        assertThat(get(LOOPBACK, "/")).startsWith("HTTP/1.1 200 ");
        assertThat(get(KNOWN, "/")).startsWith("HTTP/1.1 200 ");
        List<Socket> held = sockets.subList(0, 20);
        // They may be opened in any order.
        int cut = 0;
        for (int round = 0; round < 1000 && cut < 15; round++) {
            cut = 0;
            for (Socket socket : held) {
                cut += isCut(socket) ? 1 : 0;
            }
        }
        assertThat(cut).isGreaterThanOrEqualTo(15);
    }

    @Test
    void aRequestThatIsAnsweredIsNotReplacedWhileAnotherConnectionOnlyWaits() throws Exception {
        start(HttpOptions.DEFAULTS, new ConnectionLimits(100, 2, LONG, LONG, 1000));
        Socket answered = connect(LOOPBACK);
        send(answered, "GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(inHandler.await(30, TimeUnit.SECONDS)).isTrue();
        Socket waiting = connect(LOOPBACK);
        send(waiting, "GET / HTTP/1.1\r\n");

        assertThat(get(LOOPBACK, "/")).startsWith("HTTP/1.1 200 ");
        leaveHandler.countDown();
        assertThat(readToEnd(answered)).startsWith("HTTP/1.1 200 ");
        assertThat(isCutWhileSending(waiting)).isTrue();
    }

    @Test
    void atTheLimitInAllTheOldestConnectionOfAnUnknownAddressGoes() throws Exception {
        start(HttpOptions.DEFAULTS, new ConnectionLimits(3, 3, LONG, LONG, 1000));
        Socket known = connect(KNOWN);
        send(known, "GET / HTTP/1.1\r\nHost: x\r\n");
        Socket stranger = connect(LOOPBACK);
        send(stranger, "GET / HTTP/1.1\r\n");
        // An answer to a later connection says that the server has seen the stranger's.
        assertThat(get(InetAddress.ofLiteral("127.0.0.7"), "/")).startsWith("HTTP/1.1 200 ");
        send(connect(LOOPBACK), "GET / HTTP/1.1\r\n");

        assertThat(get(InetAddress.ofLiteral("127.0.0.8"), "/")).startsWith("HTTP/1.1 200 ");
        assertThat(isCutWhileSending(stranger)).isTrue();
        send(known, "Connection: close\r\n\r\n");
        assertThat(readToEnd(known)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aStrangerReplacesNoKnownClient() throws Exception {
        start(HttpOptions.DEFAULTS, new ConnectionLimits(1, 1, LONG, LONG, 1000));
        Socket known = connect(KNOWN);
        send(known, "GET / HTTP/1.1\r\nHost: x\r\n");

        Socket stranger = connect(LOOPBACK);
        assertThat(isCutWhileSending(stranger)).isTrue();
        send(known, "Connection: close\r\n\r\n");
        assertThat(readToEnd(known)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aRouteWithoutABodyRefusesOne() throws Exception {
        start(HttpOptions.DEFAULTS, ConnectionLimits.DEFAULTS);
        Socket socket = connect(LOOPBACK);
        send(socket, "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");

        assertThat(readToEnd(socket)).startsWith("HTTP/1.1 413 ").contains("has no body");
    }

    @Test
    void manyClientsWithTooLongBodiesDoNotKeepEachOtherWaiting() throws Exception {
        start(
                new HttpOptions(
                        new BodyLimits(1000, LONG, LONG, 1),
                        ConnectionLimits.DEFAULTS,
                        TransferLimits.DEFAULTS,
                        Duration.ofSeconds(5)),
                ConnectionLimits.DEFAULTS);
        // Each announces too much and sends nothing; the rest of a few bodies is waited for, for a minute.
        List<Socket> announcing = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Socket socket = connect(LOOPBACK);
            send(socket, "POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n");
            announcing.add(socket);
        }

        CountDownLatch answered = new CountDownLatch(16);
        for (Socket socket : announcing) {
            Thread.ofVirtual().start(() -> {
                try {
                    if (readToEnd(socket).startsWith("HTTP/1.1 413 ")) {
                        answered.countDown();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(get(LOOPBACK, "/")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void bodiesInFlightHaveALimitInAll() throws Exception {
        start(
                new HttpOptions(
                        new BodyLimits(1000, LONG, LONG, 1),
                        ConnectionLimits.DEFAULTS,
                        TransferLimits.DEFAULTS,
                        Duration.ofSeconds(5)),
                ConnectionLimits.DEFAULTS);
        Socket holding = connect(LOOPBACK);
        send(holding, "POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n" + "a".repeat(900));
        assertThat(inHandler.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(post(200)).startsWith("HTTP/1.1 503 ");
        leaveHandler.countDown();
        assertThat(readStart(holding)).startsWith("HTTP/1.1 200 ");
        assertThat(post(200)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aBodyThatArrivesTooSlowlyIs408() throws Exception {
        start(
                new HttpOptions(
                        new BodyLimits(10_000, LONG, Duration.ofMillis(100), 1_000_000),
                        ConnectionLimits.DEFAULTS,
                        TransferLimits.DEFAULTS,
                        Duration.ofSeconds(5)),
                ConnectionLimits.DEFAULTS);
        Socket socket = connect(LOOPBACK);
        send(socket, "POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");

        assertThat(isCutWhileSending(socket)).isTrue();
        assertThat(get(LOOPBACK, "/")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void tooManyRequestsOfAnAddressAre429AndOthersAreAnswered() throws Exception {
        start(HttpOptions.DEFAULTS, new ConnectionLimits(100, 100, LONG, LONG, 1));
        String last = "";
        for (int i = 0; i < 1000 && !last.startsWith("HTTP/1.1 429 "); i++) {
            last = get(LOOPBACK, "/");
        }

        assertThat(last).startsWith("HTTP/1.1 429 ").contains("Retry-After: 1");
        assertThat(get(KNOWN, "/")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void anErrorInAHandlerIs500AndTheServerGoesOn() throws Exception {
        start(HttpOptions.DEFAULTS, ConnectionLimits.DEFAULTS);

        assertThat(get(LOOPBACK, "/recurse")).startsWith("HTTP/1.1 500 ");
        assertThat(get(LOOPBACK, "/memory")).startsWith("HTTP/1.1 500 ");
        assertThat(get(LOOPBACK, "/")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void slowReadersAreCutAndKeepNobodyFromTheFile() throws Exception {
        Files.write(folder.resolve("f"), new byte[FILE_BYTES]);
        start(
                new HttpOptions(
                        BodyLimits.DEFAULTS,
                        ConnectionLimits.DEFAULTS,
                        new TransferLimits(4, 2, 1 << 30, Duration.ofSeconds(2), 1),
                        Duration.ofSeconds(5)),
                ConnectionLimits.DEFAULTS);
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Socket socket = connect(InetAddress.ofLiteral("127.0.1." + (1 + i % 6)));
            send(socket, "GET /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(socket.getInputStream().read()).isIn((int) 'H', -1);
            slow.add(socket);
        }

        String answer = "";
        for (int i = 0; i < 1000 && !answer.startsWith("HTTP/1.1 206 "); i++) {
            answer = get(KNOWN, "/file", "Range: bytes=0-99\r\n");
        }
        assertThat(answer).startsWith("HTTP/1.1 206 ");
        for (Socket socket : slow) {
            assertThat(isResetWhileSending(socket)).isTrue();
        }
    }

    private void start(HttpOptions options, ConnectionLimits connections) {
        Route.Handler waiting = _ -> {
            inHandler.countDown();
            leaveHandler.await();
            return HttpAnswer.text(200, "waited");
        };
        service = HttpService.start(
                new InetSocketAddress(LOOPBACK, 0),
                List.of(
                        Route.at("GET", "/", _ -> HttpAnswer.text(200, "root")),
                        Route.at("GET", "/wait", waiting),
                        Route.at("POST", "/wait", waiting).withBody(1000),
                        Route.at("GET", "/file", _ -> HttpAnswer.file(folder.resolve("f"))),
                        Route.at("GET", "/recurse", this::recurse),
                        Route.at("GET", "/memory", _ -> {
                            throw new OutOfMemoryError("for this test");
                        })),
                new HttpOptions(options.bodies(), connections, options.transfers(), options.closeTimeout()),
                KNOWN::equals);
    }

    @SuppressWarnings("InfiniteRecursion")
    private HttpAnswer recurse(HttpRequest request) {
        return recurse(request);
    }

    private Socket connect(InetAddress from) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        socket.setReceiveBufferSize(16 << 10);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(LOOPBACK, service.baseUri().getPort()));
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private String get(InetAddress from, String path, String... headers) throws IOException {
        try (Socket socket = connect(from)) {
            send(
                    socket,
                    "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + String.join("", headers)
                            + "\r\n");
            return readToEnd(socket);
        }
    }

    private String post(int bytes) throws IOException {
        try (Socket socket = connect(LOOPBACK)) {
            send(
                    socket,
                    "POST /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + bytes + "\r\n\r\n"
                            + "a".repeat(bytes));
            return readToEnd(socket);
        }
    }

    /** What the server sends until it closes the connection, also by a reset. */
    private static String readToEnd(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] chunk = new byte[64 << 10];
        InputStream in = socket.getInputStream();
        try {
            for (int got = in.read(chunk); got >= 0; got = in.read(chunk)) {
                text.append(new String(chunk, 0, got, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException reset) {
            return text.toString();
        }
        return text.toString();
    }

    private static String readStart(Socket socket) throws IOException {
        byte[] chunk = new byte[1000];
        int got = socket.getInputStream().read(chunk);
        return new String(chunk, 0, Math.max(0, got), StandardCharsets.ISO_8859_1);
    }

    /** Sends without reading until the server closes the connection; false when it does not for 30 s. */
    private static boolean isResetWhileSending(Socket socket) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        try {
            while (System.nanoTime() - end < 0) {
                send(socket, "a");
                Thread.onSpinWait();
            }
        } catch (IOException reset) {
            return true;
        }
        return false;
    }

    private static boolean isCut(Socket socket) throws IOException {
        socket.setSoTimeout(5);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    /** Sends single bytes until the server closes the connection or answers; false when it does neither for 30 s. */
    private static boolean isCutWhileSending(Socket socket) throws IOException {
        socket.setSoTimeout(20);
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (System.nanoTime() - end < 0) {
            try {
                send(socket, "a");
                socket.getInputStream().read();
                return true;
            } catch (SocketTimeoutException stillOpen) {
                assertThat(socket.isClosed()).isFalse();
            } catch (IOException cut) {
                return true;
            }
        }
        return false;
    }
}

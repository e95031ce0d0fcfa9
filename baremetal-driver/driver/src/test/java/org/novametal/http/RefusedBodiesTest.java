package org.novametal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusedBodiesTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("127.0.0.1");
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int PIECE = 64 << 10;

    private final AtomicLong now = new AtomicLong(-5);
    private final RefusedBodies bodies = new RefusedBodies(Duration.ofSeconds(5), now::get);

    @Test
    void allRefusedBodiesTogetherAreReadAtOneRate() {
        long pause = 0;
        for (int read = 0; read < RefusedBodies.BYTES_PER_SECOND; read += PIECE) {
            pause = bodies.pauseAfter(PIECE);
        }

        assertThat(pause).isEqualTo(SECOND);
    }

    @Test
    void timeInWhichNothingWasReadAllowsNoBurstLater() {
        now.addAndGet(3600 * SECOND);

        assertThat(bodies.pauseAfter((int) RefusedBodies.BYTES_PER_SECOND)).isEqualTo(SECOND);
        now.addAndGet(SECOND);
        assertThat(bodies.pauseAfter(0)).isZero();
    }

    @Test
    void anAddressGetsFewPlacesAndAPlaceThatIsLeftIsFree() {
        for (int i = 0; i < RefusedBodies.MAX_PER_ADDRESS; i++) {
            assertThat(bodies.enter(ONE)).isTrue();
        }

        assertThat(bodies.enter(ONE)).isFalse();
        assertThat(bodies.enter(InetAddress.ofLiteral("127.0.0.2"))).isTrue();
        bodies.leave(ONE);
        assertThat(bodies.enter(ONE)).isTrue();
        assertThat(bodies.enter(ONE)).isFalse();
    }

    @Test
    void thePlacesAreLimitedInAll() {
        for (int i = 0; i < RefusedBodies.MAX; i++) {
            assertThat(bodies.enter(InetAddress.ofLiteral("10.0.0." + i))).isTrue();
        }

        assertThat(bodies.enter(ONE)).isFalse();
        bodies.leave(InetAddress.ofLiteral("10.0.0.0"));
        assertThat(bodies.enter(ONE)).isTrue();
    }

    @Test
    void aClientGetsTheAnswerBeforeItHasSentItsBodyAndMaySendOn() throws Exception {
        try (HttpService service = start();
                Socket socket = connect(service)) {
            send(socket, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + 2 * PIECE + "\r\n\r\n");
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answer).startsWith("HTTP/1.1 413 ").contains("Connection: close");
            socket.getOutputStream().write(new byte[PIECE]);
            socket.getOutputStream().write(new byte[PIECE]);
            assertThat(isClosed(socket)).isTrue();
        }
    }

    @Test
    void aClientThatReadsOnlyAfterItHasSentAllGetsTheAnswerToo() throws Exception {
        int length = 6 << 20;
        for (String framing : List.of("Content-Length: " + length + "\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n")) {
            try (HttpService service = start();
                    Socket socket = connect(service)) {
                send(socket, "POST / HTTP/1.1\r\nHost: x\r\n" + framing);
                boolean isChunked = framing.startsWith("T");
                for (int sent = 0; sent < length; sent += PIECE) {
                    send(socket, isChunked ? Integer.toHexString(PIECE) + "\r\n" : "");
                    socket.getOutputStream().write(new byte[PIECE]);
                    send(socket, isChunked ? "\r\n" : "");
                }
                send(socket, isChunked ? "0\r\n\r\n" : "");

                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .as(framing)
                        .startsWith("HTTP/1.1 413 ");
            }
        }
    }

    private static HttpService start() {
        return HttpService.start(
                new InetSocketAddress(ONE, 0),
                List.of(Route.at("POST", "/", _ -> HttpAnswer.text(200, "done")).withBody(1000)));
    }

    private static Socket connect(HttpService service) throws IOException {
        Socket socket = new Socket(ONE, service.baseUri().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether the service closes the connection; sends until it does. */
    private static boolean isClosed(Socket socket) throws IOException {
        long end = System.nanoTime() + 30 * SECOND;
        while (System.nanoTime() < end) {
            try {
                send(socket, "a");
            } catch (SocketException e) {
                return true;
            }
        }
        return false;
    }
}

package org.novametal.bmc.redfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.bmc.BmcFailures.assertFails;
import static org.novametal.bmc.Eventually.eventually;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;

/** HTTP as web servers of BMCs send it, byte by byte, and connections that are kept, lost and closed. */
class OddHttpTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-of-the-bmc");
    private static final BmcOptions OPTIONS = new BmcOptions(Duration.ofSeconds(10), Duration.ofMillis(20));
    private static final BmcOptions BRIEF = new BmcOptions(Duration.ofMillis(600), Duration.ofMillis(20));
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String ON = ScriptedService.SYSTEM_BODY;

    private final RawService service = new RawService();
    private final RedfishBmcFactory factory = new RedfishBmcFactory(System::nanoTime, Duration.ofMillis(50));

    @AfterEach
    void close() {
        factory.close();
        service.close();
    }

    private Bmc open(BmcOptions options) {
        return factory.open(
                new BmcAddress("redfish+http", "127.0.0.1", service.port(), ScriptedService.SYSTEM), ADMIN, options);
    }

    private static String withLength(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String chunked(String body) {
        String first = body.substring(0, 10);
        String rest = body.substring(10);
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(first.length())
                + ";x=1\r\n" + first + "\r\n" + Integer.toHexString(rest.length()) + "\r\n" + rest
                + "\r\n0\r\nTrailer: x\r\n\r\n";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chunks",
                "lines without carriage return",
                "an interim answer before the answer",
                "HTTP/1.0 until the end of the connection",
                "no reason phrase",
                "header lines that are none",
                "a header name in capitals and a folded space",
                "both lengths"
            })
    void anAnswerIsReadHoweverItIsFramed(String framing) throws Exception {
        service.answer = switch (framing) {
            case "chunks" -> chunked(ON);
            case "lines without carriage return" -> withLength(ON).replace("\r\n", "\n");
            case "an interim answer before the answer" -> "HTTP/1.1 100 Continue\r\n\r\n" + withLength(ON);
            case "HTTP/1.0 until the end of the connection" -> "HTTP/1.0 200 OK\r\n\r\n" + ON;
            case "no reason phrase" -> withLength(ON).replace("200 OK", "200");
            case "header lines that are none" -> withLength(ON).replace("OK\r\n", "OK\r\n: x\r\ngarbage\r\n");
            case "a header name in capitals and a folded space" ->
                withLength(ON).replace("Content-Length: ", "CONTENT-LENGTH:   ");
            default -> chunked(ON).replace("OK\r\n", "OK\r\nContent-Length: 3\r\n");
        };
        service.closesAfterAnswer = framing.startsWith("HTTP/1.0");
        Bmc bmc = open(OPTIONS);

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-dropbear\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"
            })
    void whatIsNoAnswerIsAProtocolError(String bytes) {
        service.answer = bytes;

        assertFails(Reason.PROTOCOL, open(OPTIONS)::readPower);
    }

    @Test
    void headersWithoutEndAreAProtocolError() {
        service.answer = "HTTP/1.1 200 OK\r\n" + "X-Long: 0123456789\r\n".repeat(10_000);

        assertFails(Reason.PROTOCOL, open(OPTIONS)::readPower).hasMessageContaining("head of the answer");
    }

    @Test
    void interimAnswersWithoutEndAreAProtocolError() {
        service.answer = "HTTP/1.1 102 Processing\r\n\r\n".repeat(100);

        assertFails(Reason.PROTOCOL, open(OPTIONS)::readPower).hasMessageContaining("interim");
    }

    @Test
    void anAnswerThatStopsIsUnreachableAtTheLimit() {
        service.answer = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{";

        assertFails(Reason.UNREACHABLE, open(BRIEF)::readPower).hasMessageContaining("within the limit");
    }

    @Test
    void aConnectionServesAllRequestsUntilItIsIdleForTooLong() throws Exception {
        Bmc bmc = open(OPTIONS);
        bmc.readPower();
        bmc.readPower();
        assertThat(service.connections.get()).isEqualTo(1);

        eventually(LIMIT, "the idle connection is closed", () -> service.open.get() == 0);

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
        assertThat(service.connections.get()).isEqualTo(2);
    }

    @Test
    void aServiceThatClosesEachConnectionWithoutSayingSoIsReadAndSwitched() throws Exception {
        service.closesAfterAnswer = true;
        Bmc bmc = open(OPTIONS);

        for (int i = 0; i < 5; i++) {
            assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
            bmc.requestPower(PowerAction.RESET);
        }

        assertThat(service.requests.stream().filter(line -> line.startsWith("POST")))
                .as("resets")
                .hasSize(5);
    }

    @Test
    void bytesThatFollowAnAnswerAreNotTheNextAnswer() throws Exception {
        service.change = answer -> answer + "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n";
        Bmc bmc = open(OPTIONS);

        for (int i = 0; i < 3; i++) {
            assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
        }
    }

    /** A service that sends prepared bytes. Without sessions. */
    private static final class RawService implements AutoCloseable {
        private final ServerSocket listener;
        private final List<Socket> sockets = new CopyOnWriteArrayList<>();
        private final List<String> requests = new CopyOnWriteArrayList<>();
        private final AtomicInteger connections = new AtomicInteger();
        private final AtomicInteger open = new AtomicInteger();
        private volatile String answer = withLength(ON);
        private volatile UnaryOperator<String> change = UnaryOperator.identity();
        private volatile boolean closesAfterAnswer;

        RawService() {
            try {
                listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Thread.ofVirtual().start(this::accept);
        }

        int port() {
            return listener.getLocalPort();
        }

        private void accept() {
            while (!listener.isClosed()) {
                try {
                    Socket socket = listener.accept();
                    sockets.add(socket);
                    connections.incrementAndGet();
                    open.incrementAndGet();
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException e) {
                    // The test has ended.
                    return;
                }
            }
        }

        private void serve(Socket socket) {
            try (socket) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                OutputStream out = socket.getOutputStream();
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    requests.add(line);
                    int length = 0;
                    for (String header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {
                        if (header.startsWith("Content-Length: ")) {
                            length = Integer.parseInt(header.substring("Content-Length: ".length()));
                        }
                    }
                    assertThat(in.skip(length)).isEqualTo(length);
                    String sent = line.startsWith("POST")
                            ? "HTTP/1.1 204 No Content\r\n\r\n"
                            : line.startsWith("GET /redfish/v1/ ") ? withLength("{}") : change.apply(answer);
                    out.write(sent.getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    if (closesAfterAnswer) {
                        break;
                    }
                }
            } catch (IOException e) {
                // The client has closed the connection.
            } finally {
                open.decrementAndGet();
            }
        }

        @Override
        public void close() {
            try {
                listener.close();
                for (Socket socket : sockets) {
                    socket.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

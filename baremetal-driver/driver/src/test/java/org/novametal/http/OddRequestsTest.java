package org.novametal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Odd and hostile requests, byte for byte: each is answered or refused, reaches no wrong handler, and leaves the server usable. */
@Isolated("HttpServiceTest counts the HTTP threads of the process")
class OddRequestsTest {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");
    private static final int LIMIT_MILLIS = 30_000;

    @TempDir
    Path folder;

    private final Queue<String> handled = new ConcurrentLinkedQueue<>();
    private HttpService service;

    @BeforeEach
    void start() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "0123456789");
        service = HttpService.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                List.of(
                        Route.at("GET", "/", this::handle),
                        Route.at("POST", "/echo", this::handle).withBody(1000),
                        Route.at("GET", "/file", _ -> HttpAnswer.file(file)),
                        Route.under("GET", "/under/", this::handle)));
    }

    private HttpAnswer handle(HttpRequest request) {
        handled.add(request.method() + " " + request.path() + " " + request.body());
        return HttpAnswer.text(200, "handled");
    }

    @AfterEach
    void stop() throws IOException {
        assertThat(statuses(exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")))
                .containsExactly("200");
        service.close();
    }

    @Test
    void aBodyInChunksWithoutAnEndIsRefusedAtTheLimit() throws Exception {
        String answer = exchange("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + "100\r\n"
                + "a".repeat(256) + "\r\n" + ("100\r\n" + "a".repeat(256) + "\r\n").repeat(8));

        assertThat(statuses(answer)).containsExactly("413");
        assertThat(handled).isEmpty();
    }

    @Test
    void chunksWithImpossibleLengthsAreRefused() throws Exception {
        for (String chunk : List.of("FFFFFFFFFFFFFFFF\r\n", "-1\r\n", "0x5\r\nabcde\r\n", "5 5\r\nabcde\r\n", "\r\n")) {
            String answer =
                    exchange("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + "\r\n");

            assertThat(statuses(answer)).as(chunk).isSubsetOf("400", "413");
        }
        assertThat(handled).isEmpty();
    }

    @Test
    void aBodyShorterThanItsLengthReachesNoHandler() throws Exception {
        String answer = exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");

        assertThat(statuses(answer)).isSubsetOf("400");
        assertThat(handled).isEmpty();
    }

    @Test
    void whatFollowsABodyIsAnotherRequest() throws Exception {
        String answer = exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGARBAGE\r\n\r\n");

        assertThat(statuses(answer)).startsWith("200").isSubsetOf("200", "400").containsOnlyOnce("200");
        assertThat(handled).containsExactly("POST /echo abc");
    }

    @Test
    void lengthsThatContradictEachOtherAreRefused() throws Exception {
        for (String headers : List.of(
                "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: 3\r\nContent-Length: 4\r\n",
                "Content-Length: 3, 4\r\n",
                "Content-Length: -3\r\n",
                "Content-Length: +3\r\n",
                "Content-Length: 99999999999999999999\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Content-Length : 3\r\n")) {
            String answer = exchange("POST /echo HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n3\r\nabc\r\n0\r\n\r\n");

            assertThat(statuses(answer)).as(headers).hasSize(1).isSubsetOf("400", "413", "501");
        }
        assertThat(handled).isEmpty();
    }

    @Test
    void aFloodOfHeadersAndAnEndlessTargetAreRefused() throws Exception {
        assertThat(statuses(exchange("GET / HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(3000) + "\r\n")))
                .containsExactly("431");
        assertThat(statuses(exchange("GET /under/" + "a".repeat(10_000) + " HTTP/1.1\r\nHost: x\r\n\r\n")))
                .containsExactly("414");
        assertThat(statuses(exchange("GET / HTTP/1.1\r\nHost: x\r\nCookie: " + "a".repeat(10_000) + "\r\n\r\n")))
                .containsExactly("431");
        assertThat(handled).isEmpty();
    }

    @Test
    void requestsInARowOnOneConnectionAreAnsweredInOrder() throws Exception {
        String answer = exchange(String.join(
                "\r\n",
                "GET / HTTP/1.1",
                "Host: x",
                "",
                "GET /none HTTP/1.1",
                "Host: x",
                "",
                "GET /file HTTP/1.1",
                "Host: x",
                "Range: bytes=2-3",
                "",
                "HEAD /file HTTP/1.1",
                "Host: x",
                "",
                "POST /echo HTTP/1.1",
                "Host: x",
                "Connection: close",
                "Content-Length: 1",
                "",
                "a"));

        assertThat(statuses(answer)).containsExactly("200", "404", "206", "200", "200");
    }

    @Test
    void anOldClientKeepsItsConnectionOnRequestAlone() throws Exception {
        assertThat(statuses(exchange("GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n")))
                .containsExactly("200");
        assertThat(
                        statuses(
                                exchange(
                                        "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /none HTTP/1.0\r\nConnection: close\r\n\r\n")))
                .containsExactly("200", "404");
    }

    @Test
    void anAbsoluteTargetIsItsPath() throws Exception {
        assertThat(statuses(
                        exchange("GET http://other.example/under/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")))
                .isSubsetOf("200", "400");
        assertThat(handled).isSubsetOf("GET /under/a ");
    }

    @Test
    void otherFormsOfTargetsAndMethodsAreRefused() throws Exception {
        for (String request : List.of(
                "CONNECT other.example:443 HTTP/1.1\r\nHost: x",
                "OPTIONS * HTTP/1.1\r\nHost: x",
                "TRACE / HTTP/1.1\r\nHost: x",
                "get / HTTP/1.1\r\nHost: x",
                "GET under/a HTTP/1.1\r\nHost: x",
                "GET ftp://x/ HTTP/9.9\r\nHost: x",
                "PRI * HTTP/2.0\r\n\r\nSM",
                "GET / HTTP/1.1\r\nHost: x\r\nHost: y",
                "GET / HTTP/1.1",
                "GET / HTTP/1.1\r\nHost: x\r\n folded: y",
                "GET / HTTP/1.1\r\nHost: x\r\nA\0: y",
                "\u0016\u0003\u0001\u0002\0\u0001\0")) {
            assertThat(statuses(exchange(request + "\r\nConnection: close\r\n\r\n")))
                    .as(request)
                    .isSubsetOf("400", "404", "405", "426", "501", "505");
        }
        assertThat(handled).isEmpty();
    }

    @Test
    void encodedPathsDoNotLeaveTheirRoute() throws Exception {
        for (String path : List.of(
                "/under/../file",
                "/under/%2e%2e/file",
                "/under/.%2e/file",
                "/under/..%2ffile",
                "/under/..;/file",
                "/under/%252e%252e/file",
                "/under/..%5cfile",
                "/under/%c0%ae%c0%ae/file",
                "/under/%00",
                "/under/%zz",
                "/%75nder//x",
                "//under/x")) {
            handled.clear();
            List<String> statuses =
                    statuses(exchange("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));

            assertThat(statuses).as(path).hasSize(1).isSubsetOf("200", "400", "404");
            assertThat(handled)
                    .as(path)
                    .allSatisfy(line -> assertThat(line)
                            .startsWith("GET /under/")
                            .doesNotContain("/../")
                            .doesNotContain("\0"));
        }
    }

    @Test
    void aClientThatExpectsLeaveGetsItForABodyThatIsAcceptedAlone() throws Exception {
        String expect = "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n";

        assertThat(statuses(exchange(expect + "Content-Length: 3\r\n\r\nabc"))).endsWith("200");
        assertThat(statuses(exchange(expect + "Content-Length: 5000\r\n\r\n"))).doesNotContain("200");
        assertThat(statuses(exchange("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: a-miracle\r\nConnection: close\r\n"
                        + "Content-Length: 3\r\n\r\nabc")))
                .isSubsetOf("200", "417");
    }

    @Test
    void anUpgradeIsNotTaken() throws Exception {
        for (String protocol : List.of("h2c", "websocket", "TLS/1.0")) {
            assertThat(statuses(exchange("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: "
                            + protocol + "\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")))
                    .containsExactly("200");
        }
    }

    @Test
    void oddRangesGetTheWholeFileOrA416() throws Exception {
        for (String range : List.of(
                "bytes=0-1,5-6", "bytes=5-2", "bytes=-", "bytes=a-b", "items=0-1", "bytes=99999999999999999999-", "")) {
            assertThat(file("Range: " + range)).as(range).startsWith("200").endsWith("0123456789");
        }
        for (String range : List.of("bytes=10-", "bytes=-0", "bytes=999999999999999999-")) {
            assertThat(file("Range: " + range)).as(range).startsWith("416");
        }
        assertThat(file("Range: bytes=-99")).startsWith("206").endsWith("0123456789");
        assertThat(file("Range: bytes=8-99")).startsWith("206").endsWith("\r\n\r\n89");
        assertThat(file("Range: bytes=2-3\r\nIf-Range: \"another\"")).startsWith("200");
        assertThat(file("Range: bytes=2-3\r\nRange: bytes=4-5")).startsWith("2");
    }

    private String file(String header) throws IOException {
        return exchange("GET /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header + "\r\n\r\n")
                .replaceFirst("^HTTP/1.1 ", "");
    }

    /** Sends the bytes and the end of the input; returns all that is answered until the server closes the connection. */
    private String exchange(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), service.baseUri().getPort())) {
            socket.setSoTimeout(LIMIT_MILLIS);
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.shutdownOutput();
            } catch (IOException e) {
                // Refused before its end; the answer is read all the same.
            }
            StringBuilder answer = new StringBuilder();
            try {
                byte[] bytes = new byte[8192];
                for (int got = socket.getInputStream().read(bytes);
                        got >= 0;
                        got = socket.getInputStream().read(bytes)) {
                    answer.append(new String(bytes, 0, got, StandardCharsets.ISO_8859_1));
                }
            } catch (java.net.SocketException e) {
                // Reset, because bytes were not read; what was answered before counts.
            }
            return answer.toString();
        }
    }

    private static List<String> statuses(String answer) {
        return STATUS.matcher(answer).results().map(found -> found.group(1)).toList();
    }
}

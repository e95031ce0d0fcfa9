package org.novametal.bmc.redfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.Test;

/** Limits of one exchange over a connection. */
class HttpConnectionTest {
    private static final int LONGEST = 1 << 20;
    private static final Duration BRIEF = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void aServiceThatDoesNotReadALongRequestHoldsTheCallUntilTheDeadlineAlone() throws Exception {
        try (ServerSocket service = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HttpUrl url = url(service);
            Request request = new Request.Builder()
                    .url(url)
                    .post(RequestBody.create(new byte[64 << 20]))
                    .build();
            FutureTask<HttpAnswer> exchange = new FutureTask<>(() -> exchange(url, request, BRIEF));
            Thread.ofVirtual().start(exchange);

            assertThatThrownBy(() -> exchange.get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("was not read");
        }
    }

    @Test
    void aLongRequestThatIsReadInTimeIsAnswered() throws Exception {
        byte[] body = new byte[100_000];
        try (ServerSocket service = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HttpUrl url = url(service);
            Thread.ofVirtual().start(new FutureTask<>(() -> answer(service, body.length)));
            Request request = new Request.Builder()
                    .url(url)
                    .post(RequestBody.create(body))
                    .build();
            FutureTask<HttpAnswer> exchange = new FutureTask<>(() -> exchange(url, request, LONG));
            Thread.ofVirtual().start(exchange);

            assertThat(exchange.get(30, TimeUnit.SECONDS).status()).isEqualTo(204);
        }
    }

    @Test
    void aServiceThatSendsItsAnswerByteByByteHoldsTheCallUntilTheDeadlineAlone() throws Exception {
        try (ServerSocket service = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HttpUrl url = url(service);
            Thread.ofVirtual().start(new FutureTask<>(() -> trickle(service)));
            Request request = new Request.Builder().url(url).build();
            FutureTask<HttpAnswer> exchange = new FutureTask<>(() -> exchange(url, request, BRIEF));
            Thread.ofVirtual().start(exchange);

            assertThatThrownBy(() -> exchange.get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("no answer within the limit");
        }
    }

    @Test
    void aConnectionThatWasFoundOpenCarriesTheNextExchange() throws Exception {
        try (ServerSocket service = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            HttpUrl url = url(service);
            Thread.ofVirtual().start(new FutureTask<>(() -> answerEach(service, 3)));
            Request request = new Request.Builder().url(url).build();
            FutureTask<List<Integer>> exchanges = new FutureTask<>(() -> {
                try (HttpConnection connection =
                        HttpConnection.to(url, System::nanoTime, new Deadlines(System::nanoTime))) {
                    connection.connect(null, System.nanoTime() + LONG.toNanos());
                    List<Integer> statuses = new ArrayList<>();
                    for (int time = 0; time < 3; time++) {
                        statuses.add(connection
                                .exchange(request, LONGEST, System.nanoTime() + LONG.toNanos())
                                .status());
                        assertThat(connection.isReusable()).isTrue();
                        assertThat(connection.isOpen()).isTrue();
                    }
                    return statuses;
                }
            });
            Thread.ofVirtual().start(exchanges);

            assertThat(exchanges.get(30, TimeUnit.SECONDS)).containsExactly(201, 202, 203);
        }
    }

    /** Answers requests without body with the statuses 201 and so on, until the client closes the connection. */
    private static boolean answerEach(ServerSocket service, int requests) throws IOException {
        try (Socket client = service.accept()) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            for (int number = 1; number <= requests; number++) {
                for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                    // Nothing depends on the request.
                }
                String answer = "HTTP/1.1 20" + number + " Done\r\nContent-Length: 0\r\n\r\n";
                client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            }
            return in.read() < 0;
        }
    }

    /** Sends an answer without its last byte, slowly. */
    private static boolean trickle(ServerSocket service) throws IOException {
        try (Socket client = service.accept()) {
            client.getOutputStream()
                    .write(("HTTP/1.1 200 Done\r\nContent-Length: " + LONGEST + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            for (int sent = 0; sent < LONGEST - 1; sent++) {
                client.getOutputStream().write('x');
            }
            return client.getInputStream().readAllBytes().length > 0;
        }
    }

    private static HttpUrl url(ServerSocket service) {
        return new HttpUrl.Builder()
                .scheme("http")
                .host("127.0.0.1")
                .port(service.getLocalPort())
                .build();
    }

    private static boolean answer(ServerSocket service, int bytes) throws IOException {
        try (Socket client = service.accept()) {
            client.getInputStream().readNBytes(bytes);
            client.getOutputStream().write("HTTP/1.1 204 Done\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return client.getInputStream().readAllBytes().length > 0;
        }
    }

    private static HttpAnswer exchange(HttpUrl url, Request request, Duration limit) throws Exception {
        try (HttpConnection connection = HttpConnection.to(url, System::nanoTime, new Deadlines(System::nanoTime))) {
            connection.connect(null, System.nanoTime() + LONG.toNanos());
            return connection.exchange(request, LONGEST, System.nanoTime() + limit.toNanos());
        }
    }
}

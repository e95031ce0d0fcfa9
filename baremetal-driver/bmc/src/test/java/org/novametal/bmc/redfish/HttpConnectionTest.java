package org.novametal.bmc.redfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
        try (HttpConnection connection = HttpConnection.to(url, System::nanoTime)) {
            connection.connect(null, System.nanoTime() + LONG.toNanos());
            return connection.exchange(request, LONGEST, System.nanoTime() + limit.toNanos());
        }
    }
}

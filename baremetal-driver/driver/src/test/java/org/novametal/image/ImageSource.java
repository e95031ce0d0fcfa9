package org.novametal.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP server on loopback that hands out images, well or badly. */
final class ImageSource implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger requests = new AtomicInteger();

    ImageSource() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    int requests() {
        return requests.get();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    URI serve(String path, byte[] body) {
        return on(path, exchange -> {
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
    }

    /** Sends {@code sent} of the body, then breaks the connection off. */
    URI serveTruncated(String path, byte[] body, int sent) {
        return on(path, exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body, 0, sent);
            exchange.getResponseBody().flush();
            throw new IOException("broken off, as the test wants");
        });
    }

    /** Sends half of the body, tells it, and waits for leave to send the rest. */
    URI serveHalting(String path, byte[] body, CountDownLatch half, CountDownLatch leave) {
        return on(path, exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            OutputStream out = exchange.getResponseBody();
            out.write(body, 0, body.length / 2);
            out.flush();
            half.countDown();
            await(leave);
            out.write(body, body.length / 2, body.length - body.length / 2);
            out.close();
        });
    }

    URI redirect(String path, String location) {
        return on(path, exchange -> {
            exchange.getResponseHeaders().add("Location", location);
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
    }

    /** A version of an image, of which a client may ask for a part, or whether it is still there. */
    URI serveVersion(String path, byte[] body, String etag) {
        return on(path, exchange -> sendVersion(exchange, body, etag, body.length));
    }

    /** As {@link #serveVersion}, but each answer breaks off after so many bytes. */
    URI serveVersionInPieces(String path, byte[] body, String etag, int piece) {
        return on(path, exchange -> sendVersion(exchange, body, etag, piece));
    }

    static void sendVersion(HttpExchange exchange, byte[] body, String etag, int most) throws IOException {
        exchange.getResponseHeaders().add("ETag", etag);
        if (etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
            exchange.close();
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        int first = range != null && etag.equals(exchange.getRequestHeaders().getFirst("If-Range"))
                ? Integer.parseInt(range.substring("bytes=".length(), range.length() - 1))
                : 0;
        if (first > 0) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + first + "-" + (body.length - 1) + "/" + body.length);
        }
        send(exchange, first > 0 ? 206 : 200, Arrays.copyOfRange(body, first, body.length), most);
    }

    /** Sends so many bytes of the body at most; when it is longer, then breaks the connection off. */
    static void send(HttpExchange exchange, int status, byte[] body, int most) throws IOException {
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body, 0, Math.min(most, body.length));
        exchange.getResponseBody().flush();
        if (most < body.length) {
            throw new IOException("broken off, as the test wants");
        }
        exchange.close();
    }

    static void sendStatus(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    /** Answers the first request by the first answer, and so on; all further ones by the last. */
    URI inTurn(String path, Answer... answers) {
        AtomicInteger turn = new AtomicInteger();
        return on(path, exchange -> answers[Math.min(turn.getAndIncrement(), answers.length - 1)].to(exchange));
    }

    URI fail(String path, int status) {
        return on(path, exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
    }

    /** Answers one request. */
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    URI on(String path, Answer answer) {
        server.createContext(path, exchange -> {
            requests.incrementAndGet();
            answer.to(exchange);
        });
        return uri(path);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IOException("the test gave no leave");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

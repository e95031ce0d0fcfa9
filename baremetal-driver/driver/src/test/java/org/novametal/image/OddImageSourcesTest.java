package org.novametal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.hash.Hashing;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Image servers that answer in odd or hostile ways: each time the right image is prepared, or none. */
class OddImageSourcesTest {
    private static final long DISK = 4 << 20;
    private static final byte[] IMAGE = DiskImages.withMbr(1_000_000, 7);
    private static final byte[] OTHER = DiskImages.withMbr(1_000_000, 8);
    private static final int HALF = IMAGE.length / 2;

    @TempDir
    Path folder;

    private ImageSource source;
    private ImageService images;

    @BeforeEach
    void open() throws IOException {
        source = new ImageSource();
        // Every name is this machine, so that a test can have hosts with any name.
        Dns everyNameIsThisMachine = _ -> List.of(InetAddress.getLoopbackAddress());
        images = new ImageService(
                ImageOptions.of(folder.resolve("images"), List.of()).withRetries(3, Duration.ofMillis(1)),
                new OkHttpClient.Builder().dns(everyNameIsThisMachine).build());
    }

    @AfterEach
    void close() {
        images.close();
        source.close();
    }

    @Test
    void aPartOfAnotherVersionIsNotMixedWithThePresentOne() throws Exception {
        URI uri = source.inTurn(
                "/a.raw",
                exchange -> ImageSource.sendVersion(exchange, OTHER, "\"1\"", HALF),
                exchange -> sendPart(exchange, IMAGE, HALF, IMAGE.length, "\"2\""),
                exchange -> ImageSource.sendVersion(exchange, IMAGE, "\"2\"", IMAGE.length));

        assertPrepared(uri);
    }

    @Test
    void aPartOfAnotherTimeIsNotMixedWithThePresentOne() throws Exception {
        String before = "Mon, 30 Nov 2026 10:00:00 GMT";
        String after = "Mon, 30 Nov 2026 11:00:00 GMT";
        URI uri = source.inTurn(
                "/a.raw",
                exchange -> {
                    exchange.getResponseHeaders().add("Last-Modified", before);
                    ImageSource.send(exchange, 200, OTHER, HALF);
                },
                exchange -> {
                    exchange.getResponseHeaders().add("Last-Modified", after);
                    sendPart(exchange, IMAGE, HALF, IMAGE.length, "W/\"2\"");
                },
                exchange -> {
                    exchange.getResponseHeaders().add("Last-Modified", after);
                    ImageSource.send(exchange, 200, IMAGE, IMAGE.length);
                });

        assertPrepared(uri);
    }

    @Test
    void aWholeAnswerToARequestForTheRestBeginsAgain() throws Exception {
        URI uri = source.inTurn(
                "/a.raw",
                exchange -> ImageSource.sendVersion(exchange, IMAGE, "\"1\"", HALF),
                exchange -> ImageSource.send(exchange, 200, IMAGE, IMAGE.length));

        assertPrepared(uri);
    }

    @Test
    void aShorterPartThanRequestedIsContinued() throws Exception {
        Queue<String> ranges = new ConcurrentLinkedQueue<>();
        URI uri = source.on("/a.raw", exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            ranges.add(String.valueOf(range));
            if (range == null) {
                ImageSource.sendVersion(exchange, IMAGE, "\"1\"", HALF);
                return;
            }
            int first = Integer.parseInt(range.replaceAll("[^0-9]", ""));
            sendPart(exchange, IMAGE, first, Math.min(IMAGE.length, first + 200_000), "\"1\"");
        });

        assertPrepared(uri);
        assertThat(ranges).containsExactly("null", "bytes=500000-", "bytes=700000-", "bytes=900000-");
    }

    @Test
    void aPartThatBeginsElsewhereOrIsOfAnotherLengthIsNotUsed() throws Exception {
        for (String range : List.of(
                "bytes 400000-999999/1000000",
                "bytes 500000-999999/2000000",
                "bytes */1000000",
                "bytes 500000-",
                "items 500000-999999/1000000",
                "bytes 99999999999999999999-999999/1000000",
                "")) {
            URI uri = source.inTurn(
                    "/" + range.hashCode(),
                    exchange -> ImageSource.sendVersion(exchange, IMAGE, "\"1\"", HALF),
                    exchange -> {
                        exchange.getResponseHeaders().add("ETag", "\"1\"");
                        exchange.getResponseHeaders().add("Content-Range", range);
                        ImageSource.send(exchange, 206, Arrays.copyOfRange(OTHER, HALF, OTHER.length), OTHER.length);
                    },
                    exchange -> ImageSource.sendVersion(exchange, IMAGE, "\"1\"", IMAGE.length));

            assertPrepared(uri);
        }
    }

    @Test
    void aRangeThatTheSourceSaysDoesNotExistBeginsAgain() throws Exception {
        URI uri = source.inTurn(
                "/a.raw",
                exchange -> ImageSource.sendVersion(exchange, IMAGE, "\"1\"", HALF),
                exchange -> {
                    exchange.getResponseHeaders().add("Content-Range", "bytes */100");
                    ImageSource.sendStatus(exchange, 416);
                },
                exchange -> ImageSource.sendVersion(exchange, IMAGE, "\"1\"", IMAGE.length));

        assertPrepared(uri);
    }

    @Test
    void anAnswerNotModifiedThatNobodyAskedForIsNoImage() {
        URI uri = source.on("/a.raw", exchange -> ImageSource.sendStatus(exchange, 304));

        assertThat(failure(ImageRequest.of(uri, DISK)).reason()).isEqualTo(ImageException.Reason.UNREACHABLE);
    }

    @Test
    void aContentCodingInCapitalsOrAmongOthersIsNamed() {
        for (String coding : List.of("GZIP", "identity, br", "x-gzip", "zstd")) {
            URI uri = source.on("/" + coding.replace(", ", "-"), exchange -> {
                exchange.getResponseHeaders().add("Content-Encoding", coding);
                ImageSource.send(exchange, 200, IMAGE, IMAGE.length);
            });

            assertThat(failure(ImageRequest.of(uri, DISK))).hasMessageContaining("Content-Encoding");
        }
    }

    @Test
    void aChecksumInCapitalsIsTheSameChecksum() throws Exception {
        String digest = Hashing.sha512().hashBytes(IMAGE).toString().toUpperCase(Locale.ROOT);
        ImageRequest request = ImageRequest.of(source.serve("/a.raw", IMAGE), DISK)
                .withChecksum(ImageChecksum.parse(" SHA512:" + digest + " "));

        assertThat(images.prepare(request, _ -> {}).rawFile()).hasBinaryContent(IMAGE);
    }

    @Test
    void theCacheDoesNotTakeOneHostWithAnUnderscoreForAnother() throws Exception {
        URI owner = source.serveVersion("/a.raw", IMAGE, "\"1\"");
        ImageChecksum checksum =
                ImageChecksum.parse(Hashing.sha256().hashBytes(IMAGE).toString());
        images.prepare(ImageRequest.of(host(owner, "the_owner"), DISK).withChecksum(checksum), _ -> {});
        try (ImageSource attacker = new ImageSource()) {
            URI mine = attacker.on(
                    "/a.raw",
                    exchange -> ImageSource.sendStatus(
                            exchange, exchange.getRequestHeaders().containsKey("If-None-Match") ? 304 : 404));
            String port = ":" + owner.getPort();
            // The same path and, were ports equal, the same place but for the name of the host.
            assertThat(SourceVersion.place(host(mine, "an_attacker")))
                    .isNotEqualTo(SourceVersion.place(
                            URI.create(host(mine, "the_owner").toString().replace(":" + mine.getPort(), port))));

            assertThat(failure(ImageRequest.of(host(mine, "an_attacker"), DISK).withChecksum(checksum))
                            .reason())
                    .isEqualTo(ImageException.Reason.NOT_FOUND);
        }
    }

    @Test
    void aPasswordInARedirectIsNeitherSentNorShown() throws Exception {
        Queue<String> logins = new ConcurrentLinkedQueue<>();
        try (ImageSource other = new ImageSource()) {
            URI target = other.on("/a.raw", exchange -> {
                logins.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
                ImageSource.sendStatus(exchange, 403);
            });
            URI uri = source.redirect("/a.raw", withLogin(target, "ann:pw-4711").toString() + "?token=pw-4711");

            ImageException failure = failure(ImageRequest.of(withLogin(uri, "bob:pw-0815"), DISK));

            assertThat(logins).containsExactly("null");
            assertThat(failure.getMessage() + failure.getCause()).doesNotContain("pw-");
        }
    }

    @Test
    void thePasswordIsSentWithEveryRequestForTheRestAndIsNotInTheCache() throws Exception {
        Queue<String> logins = new ConcurrentLinkedQueue<>();
        URI uri = source.on("/a.raw", exchange -> {
            logins.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            ImageSource.sendVersion(exchange, IMAGE, "\"1\"", 400_000);
        });

        assertPrepared(withLogin(uri, "ann:pw-4711"));
        assertThat(logins).hasSize(3).containsOnly("Basic YW5uOnB3LTQ3MTE=");
        try (Stream<Path> files = Files.list(folder.resolve("images"))) {
            for (Path file : files.toList()) {
                assertThat(file.toString()).doesNotContain("pw-4711");
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1).contains("pw-4711"))
                        .isFalse();
            }
        }
    }

    @Test
    void theMarkOfAVersionDoesNotDependOnThePassword() {
        URI plain = URI.create("http://images.example/a.raw?id=1");

        assertThat(version(withLogin(plain, "ann:pw-4711"))).isEqualTo(version(plain));
        assertThat(version(URI.create("http://images.example/a.raw?id=2"))).isNotEqualTo(version(plain));
    }

    @Test
    void aSourceWithAnEndlessHeaderIsUnreachable() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (true) {
                    try (Socket socket = server.accept()) {
                        socket.getOutputStream().write(bytes("HTTP/1.1 200 OK\r\n"));
                        while (true) {
                            socket.getOutputStream().write(bytes("X-A: " + "a".repeat(8000) + "\r\n"));
                        }
                    } catch (IOException e) {
                        if (server.isClosed()) {
                            return;
                        }
                        // The client has closed the connection: the next one.
                    }
                }
            });

            assertThat(failure(ImageRequest.of(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/a"), DISK))
                            .reason())
                    .isEqualTo(ImageException.Reason.UNREACHABLE);
        }
    }

    @Test
    void aQcow2ImageInsideARawDiskIsNamed() throws Exception {
        byte[] disk = DiskImages.withMbr(1_000_000, 5);
        System.arraycopy(new byte[] {'Q', 'F', 'I', (byte) 0xfb}, 0, disk, 0, 4);
        Path file = Files.write(folder.resolve("disk"), disk);
        try (var channel = java.nio.channels.FileChannel.open(file)) {
            assertThat(OtherFormat.of(channel)).contains("a qcow2 image");
        }
    }

    private static SourceVersion version(URI uri) {
        return SourceVersion.of(uri, java.util.Optional.empty(), java.util.Optional.of("today"), 1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static URI host(URI uri, String host) {
        return URI.create(uri.toString().replace("127.0.0.1", host));
    }

    private static URI withLogin(URI uri, String login) {
        return URI.create(uri.toString().replace("http://", "http://" + login + "@"));
    }

    private static void sendPart(HttpExchange exchange, byte[] body, int first, int end, String etag)
            throws IOException {
        exchange.getResponseHeaders().add("ETag", etag);
        exchange.getResponseHeaders().add("Content-Range", "bytes " + first + "-" + (end - 1) + "/" + body.length);
        ImageSource.send(exchange, 206, Arrays.copyOfRange(body, first, end), body.length);
    }

    private void assertPrepared(URI uri) throws InterruptedException {
        assertThat(images.prepare(ImageRequest.of(uri, DISK), _ -> {}).rawFile())
                .hasBinaryContent(IMAGE);
    }

    private ImageException failure(ImageRequest request) {
        return catchThrowableOfType(ImageException.class, () -> images.prepare(request, _ -> {}));
    }
}

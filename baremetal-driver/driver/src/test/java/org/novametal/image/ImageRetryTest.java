package org.novametal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.collect.Iterables;
import com.google.common.hash.Hashing;
import com.sun.net.httpserver.HttpExchange;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Image sources that fail for a while, and what is sent to them. */
class ImageRetryTest {
    private static final long DISK = 4 << 20;
    private static final byte[] IMAGE = DiskImages.withMbr(1_000_000, 7);
    private static final int RETRIES = 3;

    @TempDir
    Path folder;

    private ImageSource source;
    private ImageService images;

    @BeforeEach
    void open() throws IOException {
        source = new ImageSource();
        images = new ImageService(
                ImageOptions.of(folder.resolve("images"), List.of()).withRetries(RETRIES, Duration.ofMillis(1)),
                new OkHttpClient());
    }

    @AfterEach
    void close() {
        images.close();
        source.close();
    }

    @Test
    void aDownloadThatBreaksOffManyTimesGoesOnWhereItStopped() throws Exception {
        Queue<String> ranges = new ConcurrentLinkedQueue<>();
        URI uri = source.on("/a.raw", exchange -> {
            ranges.add(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
            ImageSource.sendVersion(exchange, IMAGE, "\"1\"", 150_000);
        });

        assertPrepared(ImageRequest.of(uri, DISK));
        assertThat(ranges)
                .containsExactly(
                        "null",
                        "bytes=150000-",
                        "bytes=300000-",
                        "bytes=450000-",
                        "bytes=600000-",
                        "bytes=750000-",
                        "bytes=900000-");
    }

    @Test
    void aDownloadWhoseVersionChangedBeginsAgain() throws Exception {
        byte[] before = DiskImages.withMbr(1_000_000, 8);
        URI uri = source.inTurn(
                "/a.raw",
                exchange -> ImageSource.sendVersion(exchange, before, "\"1\"", 600_000),
                exchange -> ImageSource.sendVersion(exchange, IMAGE, "\"2\"", IMAGE.length));

        assertPrepared(ImageRequest.of(uri, DISK));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\u00fc\"", "\"\u007f\"", "\"a\tb\"", "\u00ff"})
    void aTagThatCannotBeSentBackCountsAsNone(String etag) throws Exception {
        URI uri = source.inTurn(
                "/a.raw",
                exchange -> ImageSource.sendVersion(exchange, IMAGE, etag, 600_000),
                exchange -> ImageSource.sendVersion(exchange, IMAGE, etag, IMAGE.length));
        ImageRequest request = ImageRequest.of(uri, DISK).withChecksum(sha256(IMAGE));

        assertPrepared(request);
        assertPrepared(request);
        assertThat(source.requests()).isEqualTo(3);
    }

    @Test
    void aTimeOfChangeThatCannotBeSentBackCountsAsNone() throws Exception {
        URI uri = source.on("/a.raw", exchange -> {
            exchange.getResponseHeaders().add("Last-Modified", "Mi, 1. M\u00e4r 2023");
            ImageSource.send(exchange, 200, IMAGE, IMAGE.length);
        });
        ImageRequest request = ImageRequest.of(uri, DISK).withChecksum(sha256(IMAGE));

        assertPrepared(request);
        assertPrepared(request);
    }

    @Test
    void aRecordWithATagThatCannotBeSentIsNotUsed() throws Exception {
        ImageRequest request = ImageRequest.of(source.serveVersion("/a.raw", IMAGE, "\"1\""), DISK)
                .withChecksum(sha256(IMAGE));
        assertPrepared(request);
        Path record = only("*.origin");
        Files.writeString(record, Files.readString(record).replace("\"1\"", "\"\u00fc\""));

        assertPrepared(request);
    }

    @Test
    void aRecordThatIsNotTextCountsAsMissing() throws Exception {
        for (String records : List.of("*.origin", "*.source")) {
            ImageRequest request = ImageRequest.of(source.serveVersion("/" + records.charAt(2), IMAGE, "\"1\""), DISK)
                    .withChecksum(sha256(IMAGE));
            assertPrepared(request);
            Path record = only(records);
            byte[] damaged = Files.readAllBytes(record);
            damaged[damaged.length / 2] = (byte) 0xFC;
            Files.write(record, damaged);

            assertPrepared(request);
            Files.delete(only("*.origin"));
        }
    }

    @Test
    void aFolderInThePlaceOfARecordCostsOnlyAnotherDownload() throws Exception {
        ImageRequest request = ImageRequest.of(source.serveVersion("/a.raw", IMAGE, "\"1\""), DISK)
                .withChecksum(sha256(IMAGE));
        assertPrepared(request);
        for (String records : List.of("*.origin", "*.source")) {
            Path record = only(records);
            Files.delete(record);
            Files.createDirectory(record);
        }

        assertPrepared(request);
        assertThat(source.requests()).isEqualTo(2);
    }

    private Path only(String records) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder.resolve("images"), records)) {
            return Iterables.getOnlyElement(found);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "-1", "-99999999999999999999"})
    void aNegativeLengthIsReportedAsWhatItIs(String length) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual()
                    .start(() -> answerAll(server, "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n"));
            URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/a.raw");

            ImageException failure = catchThrowableOfType(
                    ImageException.class, () -> images.prepare(ImageRequest.of(uri, DISK), ImageProgressListener.NONE));
            assertThat(failure.reason()).isEqualTo(ImageException.Reason.UNREACHABLE);
            assertThat(failure).hasMessageContaining("Content-Length: " + length);
        }
    }

    private static void answerAll(ServerSocket server, String answer) {
        while (true) {
            try (Socket client = server.accept()) {
                BufferedReader request =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
                for (String line = request.readLine(); line != null && !line.isEmpty(); line = request.readLine()) {
                    // Reads the request to its end.
                }
                client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                // The test closed the server.
                return;
            }
        }
    }

    @Test
    void aSourceWithoutVersionsIsReadFromItsBeginning() throws Exception {
        URI uri = source.inTurn(
                "/a.raw",
                exchange -> ImageSource.send(exchange, 200, IMAGE, 600_000),
                exchange -> ImageSource.send(exchange, 200, IMAGE, IMAGE.length));

        assertPrepared(ImageRequest.of(uri, DISK));
    }

    @Test
    void aPartThatWasNotAskedForIsNotUsed() throws Exception {
        URI uri = source.inTurn(
                "/a.raw",
                exchange -> ImageSource.sendVersion(exchange, IMAGE, "\"1\"", 600_000),
                exchange -> {
                    exchange.getResponseHeaders().add("Content-Range", "bytes 100-999999/1000000");
                    ImageSource.send(exchange, 206, new byte[999_900], 999_900);
                },
                exchange -> ImageSource.sendVersion(exchange, IMAGE, "\"1\"", IMAGE.length));

        assertPrepared(ImageRequest.of(uri, DISK));
    }

    @Test
    void answersOfASourceThatIsNotReadyAreTriedAgain() throws Exception {
        URI uri = source.inTurn(
                "/a.raw",
                exchange -> ImageSource.sendStatus(exchange, 503),
                exchange -> ImageSource.sendStatus(exchange, 429),
                exchange -> ImageSource.sendStatus(exchange, 504),
                exchange -> ImageSource.send(exchange, 200, IMAGE, IMAGE.length));

        assertPrepared(ImageRequest.of(uri, DISK));
    }

    @Test
    void theTriesAreBoundedAndTheLastAnswerIsReported() {
        URI uri = source.inTurn(
                "/a.raw",
                exchange -> ImageSource.sendStatus(exchange, 500),
                exchange -> ImageSource.sendStatus(exchange, 502));

        ImageException failure = failure(ImageRequest.of(uri, DISK));
        assertThat(failure.reason()).isEqualTo(ImageException.Reason.UNREACHABLE);
        assertThat(failure).hasMessageContaining("502").hasMessageContaining("after 4 tries");
        assertThat(source.requests()).isEqualTo(RETRIES + 1);
    }

    @Test
    void aSourceThatAsksForMorePatienceThanTheDownloadHasIsNotWaitedFor() {
        URI uri = source.on("/a.raw", exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "86400");
            ImageSource.sendStatus(exchange, 503);
        });

        assertThat(failure(ImageRequest.of(uri, DISK))).hasMessageContaining("503");
        assertThat(source.requests()).isEqualTo(1);
    }

    @Test
    void anAnswerThatStaysIsNotTriedAgain() {
        for (int status : List.of(400, 401, 403, 404, 410)) {
            int before = source.requests();
            failure(ImageRequest.of(source.fail("/" + status, status), DISK));
            assertThat(source.requests() - before).as("%d", status).isEqualTo(1);
        }
    }

    @Test
    void userAndPasswordAreSentToTheSourceAndToNoOtherServer() throws Exception {
        Queue<String> sent = new ConcurrentLinkedQueue<>();
        try (ImageSource other = new ImageSource()) {
            URI elsewhere = other.on("/b.raw", exchange -> {
                sent.add("other " + authorization(exchange));
                ImageSource.send(exchange, 200, IMAGE, IMAGE.length);
            });
            source.on("/a.raw", exchange -> {
                sent.add("source " + authorization(exchange));
                exchange.getResponseHeaders().add("Location", "/c.raw");
                ImageSource.sendStatus(exchange, 302);
            });
            source.on("/c.raw", exchange -> {
                sent.add("source " + authorization(exchange));
                exchange.getResponseHeaders().add("Location", elsewhere.toString());
                ImageSource.sendStatus(exchange, 307);
            });
            URI uri = URI.create(source.uri("/a.raw").toString().replace("http://", "http://user:p%40ss%C3%BC@"));

            assertPrepared(ImageRequest.of(uri, DISK));
        }
        String basic = "Basic "
                + java.util.Base64.getEncoder()
                        .encodeToString("user:p@ssü".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(sent).containsExactly("source " + basic, "source " + basic, "other null");
    }

    @Test
    void aContentCodingIsNamed() {
        for (String coding : List.of("gzip", "x-gzip", "deflate", "br", "zstd")) {
            URI uri = source.on("/" + coding, exchange -> {
                exchange.getResponseHeaders().add("Content-Encoding", coding);
                ImageSource.send(exchange, 200, new byte[1000], 1000);
            });
            ImageException failure = failure(ImageRequest.of(uri, DISK).withChecksum(sha256(IMAGE)));
            assertThat(failure).hasMessageContaining("Content-Encoding: " + coding);
            assertThat(failure.reason()).isNotEqualTo(ImageException.Reason.CHECKSUM_MISMATCH);
        }
    }

    @Test
    void aContentCodingThatChangesNothingIsNoFault() throws Exception {
        URI uri = source.on("/a.raw", exchange -> {
            exchange.getResponseHeaders().add("Content-Encoding", "aws-chunked");
            ImageSource.send(exchange, 200, IMAGE, IMAGE.length);
        });

        assertPrepared(ImageRequest.of(uri, DISK));
    }

    private static String authorization(HttpExchange exchange) {
        return String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    private void assertPrepared(ImageRequest request) throws InterruptedException {
        assertThat(images.prepare(request.withChecksum(sha256(IMAGE)), ImageProgressListener.NONE)
                        .rawFile())
                .hasBinaryContent(IMAGE);
    }

    private ImageException failure(ImageRequest request) {
        return catchThrowableOfType(ImageException.class, () -> images.prepare(request, ImageProgressListener.NONE));
    }

    private static ImageChecksum sha256(byte[] bytes) {
        return new ImageChecksum(
                ImageChecksum.Algorithm.SHA256,
                Hashing.sha256().hashBytes(bytes).toString());
    }
}

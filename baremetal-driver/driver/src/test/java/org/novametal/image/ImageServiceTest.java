package org.novametal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageServiceTest {
    private static final long DISK = 1 << 20;
    private static final byte[] IMAGE = DiskImages.withMbr(300_000, 7);

    @TempDir
    Path folder;

    private ImageSource source;
    private ImageService images;

    @BeforeEach
    void open() throws IOException {
        source = new ImageSource();
        Files.createDirectory(folder.resolve("allowed"));
        images = service();
    }

    @AfterEach
    void close() {
        images.close();
        source.close();
    }

    @Test
    void aRawImageFromHttpIsKeptByteForByte() throws Exception {
        PreparedImage image = prepare(ImageRequest.of(source.serve("/a.raw", IMAGE), DISK));
        assertThat(image.rawFile()).hasBinaryContent(IMAGE);
        assertThat(image.sizeBytes()).isEqualTo(IMAGE.length);
        assertThat(image.rawChecksum()).isEqualTo(sha256(IMAGE));
        assertThat(image.contentName()).isEqualTo(sha256(IMAGE).hex());
    }

    @Test
    void bothChecksumsAreVerified() throws Exception {
        URI uri = source.serve("/a.raw", IMAGE);
        assertThat(prepare(ImageRequest.of(uri, DISK).withChecksum(sha256(IMAGE))))
                .isEqualTo(prepare(ImageRequest.of(uri, DISK).withChecksum(sha512(IMAGE))));
    }

    @Test
    void aWrongChecksumIsAMismatchThatNamesBoth() {
        URI uri = source.serve("/a.raw", IMAGE);
        ImageChecksum wrong = sha512(new byte[] {1});
        ImageException failure = failure(ImageRequest.of(uri, DISK).withChecksum(wrong));
        assertThat(failure.reason()).isEqualTo(ImageException.Reason.CHECKSUM_MISMATCH);
        assertThat(failure)
                .hasMessageContaining(wrong.hex())
                .hasMessageContaining(sha512(IMAGE).hex());
        assertThat(filesInCache()).isEmpty();
    }

    @Test
    void aMissingImageIsNotFound() {
        assertThat(reason(ImageRequest.of(source.uri("/none.raw"), DISK))).isEqualTo(ImageException.Reason.NOT_FOUND);
    }

    @Test
    void aServerErrorIsTheSourcesFault() {
        ImageException failure = failure(ImageRequest.of(source.fail("/a.raw", 503), DISK));
        assertThat(failure.reason()).isEqualTo(ImageException.Reason.UNREACHABLE);
        assertThat(failure.reason().fault()).isEqualTo(ImageException.Fault.SOURCE);
        assertThat(failure).hasMessageContaining("503");
    }

    @Test
    void aServerThatIsNotThereIsUnreachable() {
        URI uri = source.uri("/a.raw");
        source.close();
        assertThat(reason(ImageRequest.of(uri, DISK))).isEqualTo(ImageException.Reason.UNREACHABLE);
    }

    @Test
    void anImageThatBreaksOffIsTruncated() {
        URI uri = source.serveTruncated("/a.raw", IMAGE, 200_000);
        ImageException failure = failure(ImageRequest.of(uri, DISK));
        assertThat(failure.reason()).isEqualTo(ImageException.Reason.TRUNCATED);
        assertThat(failure).hasMessageContaining("of 300000");
        assertThat(filesInCache()).isEmpty();
    }

    @Test
    void anImageShorterThanDeclaredIsTruncated() {
        URI uri = source.serve("/a.raw", IMAGE);
        assertThat(reason(ImageRequest.of(uri, DISK).withDeclaredSize(300_001)))
                .isEqualTo(ImageException.Reason.TRUNCATED);
    }

    @Test
    void anImageLongerThanDeclaredIsAMismatch() {
        URI uri = source.serve("/a.raw", IMAGE);
        assertThat(reason(ImageRequest.of(uri, DISK).withDeclaredSize(299_999)))
                .isEqualTo(ImageException.Reason.CHECKSUM_MISMATCH);
    }

    @Test
    void redirectsAreFollowedUpToTheLimit() throws Exception {
        source.serve("/4", IMAGE);
        URI one = source.redirect("/1", "/2");
        source.redirect("/2", source.uri("/3").toString());
        source.redirect("/3", "/4");
        assertThat(prepare(ImageRequest.of(one, DISK)).sizeBytes()).isEqualTo(IMAGE.length);
    }

    @Test
    void redirectsInACircleEndUnreachable() {
        URI uri = source.redirect("/circle", "/circle");
        assertThat(failure(ImageRequest.of(uri, DISK)))
                .hasMessageContaining("more than 5 redirects")
                .satisfies(e -> assertThat(source.requests()).isEqualTo(6));
    }

    @Test
    void aSilentSourceIsUnreachable() {
        images.close();
        images = service(Duration.ofMillis(200));
        CountDownLatch leave = new CountDownLatch(1);
        URI uri = source.serveHalting("/a.raw", IMAGE, new CountDownLatch(1), leave);
        ImageException failure = failure(ImageRequest.of(uri, DISK));
        leave.countDown();
        assertThat(failure.reason()).isEqualTo(ImageException.Reason.UNREACHABLE);
        assertThat(failure).hasMessageContaining("stopped sending");
    }

    @Test
    void textIsNoImage() {
        byte[] page = "<html><body>please log in</body></html>".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        ImageException failure = failure(ImageRequest.of(source.serve("/a.raw", page), DISK));
        assertThat(failure.reason()).isEqualTo(ImageException.Reason.NOT_AN_IMAGE);
        assertThat(failure.reason().fault()).isEqualTo(ImageException.Fault.IMAGE);
        assertThat(failure).hasMessageContaining("an HTML page");
    }

    @Test
    void anEmptyFileIsNoImage() {
        assertThat(reason(ImageRequest.of(source.serve("/a.raw", new byte[0]), DISK)))
                .isEqualTo(ImageException.Reason.NOT_AN_IMAGE);
    }

    @Test
    void aLongFileThatIsNoImageIsNotFetchedToItsEnd() {
        CountDownLatch leave = new CountDownLatch(1);
        URI uri = source.serveHalting("/a.raw", new byte[2_000_000], new CountDownLatch(1), leave);
        assertThat(reason(ImageRequest.of(uri, 4 * DISK))).isEqualTo(ImageException.Reason.NOT_AN_IMAGE);
        leave.countDown();
    }

    @Test
    void contentThatContradictsTheDeclaredFormatIsNoImage() {
        URI raw = source.serve("/a", IMAGE);
        URI qcow2 = source.serve("/b", DiskImages.bytes(DiskImages.qcow2(DISK)));
        assertThat(reason(ImageRequest.of(raw, DISK).withDeclaredFormat("qcow2")))
                .isEqualTo(ImageException.Reason.NOT_AN_IMAGE);
        assertThat(reason(ImageRequest.of(qcow2, DISK).withDeclaredFormat("RAW")))
                .isEqualTo(ImageException.Reason.NOT_AN_IMAGE);
    }

    @Test
    void contentInTheCacheStillMustNotContradictTheDeclaredFormat() throws Exception {
        ImageRequest request = ImageRequest.of(source.serve("/a", IMAGE), DISK).withChecksum(sha256(IMAGE));
        prepare(request);
        assertThat(reason(request.withDeclaredFormat("qcow2"))).isEqualTo(ImageException.Reason.NOT_AN_IMAGE);
    }

    @Test
    void formatsThatAreNotTakenAreRefused() {
        URI uri = source.serve("/a", IMAGE);
        assertThat(failure(ImageRequest.of(uri, DISK).withDeclaredFormat("vmdk")))
                .hasMessageContaining("only raw and qcow2")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(ImageException.Reason.FORMAT_REFUSED));
    }

    @Test
    void aRawImageLongerThanTheDiskIsTooLarge() {
        URI uri = source.serve("/a.raw", IMAGE);
        assertThat(failure(ImageRequest.of(uri, IMAGE.length - 1)))
                .hasMessageContaining("299999")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(ImageException.Reason.TOO_LARGE));
    }

    @Test
    void aQcow2ImageWhoseDiskIsLongerIsTooLargeThoughTheFileIsShort() {
        ByteBuffer header = DiskImages.qcow2(DISK + 1);
        assertThat(reason(ImageRequest.of(source.serve("/a.qcow2", DiskImages.bytes(header)), DISK)))
                .isEqualTo(ImageException.Reason.TOO_LARGE);
    }

    @Test
    void aLongerDiskIsServedAfterAShorterOneWasRefused() throws Exception {
        URI uri = source.serve("/a.raw", IMAGE);
        assertThat(reason(ImageRequest.of(uri, 1000))).isEqualTo(ImageException.Reason.TOO_LARGE);
        assertThat(prepare(ImageRequest.of(uri, DISK)).sizeBytes()).isEqualTo(IMAGE.length);
    }

    @Test
    void aHostileQcow2ImageIsRefusedBeforeTheProgramIsLookedFor() {
        byte[] hostile =
                DiskImages.bytes(DiskImages.qcow2(DISK).putLong(8, 0x200).putInt(16, 11));
        images.close();
        images = service("/no/such/qemu-img");
        assertThat(reason(ImageRequest.of(source.serve("/a", hostile), DISK)))
                .isEqualTo(ImageException.Reason.FORMAT_REFUSED);
    }

    @Test
    void aMissingProgramIsSaidWithTheLineToRun() {
        images.close();
        images = service("no-such-qemu-img");
        URI uri = source.serve("/a", DiskImages.bytes(DiskImages.qcow2(DISK)));
        assertThat(failure(ImageRequest.of(uri, DISK)))
                .hasMessageContaining("apt-get install qemu-utils")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(ImageException.Reason.PROGRAM_MISSING))
                .satisfies(e -> assertThat(e.reason().fault()).isEqualTo(ImageException.Fault.HOST));
    }

    @Test
    void aFileInAnAllowedFolderIsTaken() throws Exception {
        Path file = folder.resolve("allowed/a.raw");
        Files.write(file, IMAGE);
        assertThat(prepare(ImageRequest.of(file.toUri(), DISK)).rawFile()).hasBinaryContent(IMAGE);
        assertThat(file).hasBinaryContent(IMAGE);
    }

    @Test
    void aFileOutsideIsRefusedByAnyRoute() throws Exception {
        Path outside = folder.resolve("outside.raw");
        Files.write(outside, IMAGE);
        Files.createSymbolicLink(folder.resolve("allowed/link.raw"), outside);
        for (String path : List.of("outside.raw", "allowed/../outside.raw", "allowed/link.raw", "no-such-file.raw")) {
            URI uri = URI.create("file://" + folder + "/" + path);
            assertThat(reason(ImageRequest.of(uri, DISK).withChecksum(sha256(IMAGE))))
                    .as(path)
                    .isEqualTo(ImageException.Reason.FOLDER_NOT_ALLOWED);
        }
    }

    @Test
    void aFileOutsideIsRefusedThoughItsContentIsInTheCache() throws Exception {
        prepare(ImageRequest.of(source.serve("/a.raw", IMAGE), DISK));
        Path outside = folder.resolve("outside.raw");
        Files.write(outside, IMAGE);
        assertThat(reason(ImageRequest.of(outside.toUri(), DISK).withChecksum(sha256(IMAGE))))
                .isEqualTo(ImageException.Reason.FOLDER_NOT_ALLOWED);
    }

    @Test
    void aFileThatIsNotThereOrNoFileIsNotFound() {
        assertThat(reason(ImageRequest.of(folder.resolve("allowed/none").toUri(), DISK)))
                .isEqualTo(ImageException.Reason.NOT_FOUND);
        assertThat(reason(ImageRequest.of(folder.resolve("allowed").toUri(), DISK)))
                .isEqualTo(ImageException.Reason.NOT_FOUND);
    }

    @Test
    void otherSchemesAndOtherHostsFilesAreNotFound() {
        for (String uri : List.of("ftp://127.0.0.1/a", "jar:file:/a!/b", "file://elsewhere/a.raw")) {
            assertThat(reason(ImageRequest.of(URI.create(uri), DISK)))
                    .as(uri)
                    .isEqualTo(ImageException.Reason.NOT_FOUND);
        }
    }

    @Test
    void anHttpUrlWithoutAHostIsRefusedThoughAClientWouldFindOneInItsPath() {
        String host = source.serve("/a.raw", IMAGE).getRawAuthority();
        for (String uri :
                List.of("http:/" + host + "/a.raw", "http:" + host + "/a.raw", "http:///" + host + "/a.raw")) {
            assertThat(reason(ImageRequest.of(URI.create(uri), DISK)))
                    .as(uri)
                    .isEqualTo(ImageException.Reason.NOT_FOUND);
        }
        assertThat(source.requests()).isZero();
    }

    @Test
    void manyWhoWaitCauseOneDownload() throws Exception {
        CountDownLatch half = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        URI uri = source.serveHalting("/a.raw", IMAGE, half, leave);
        CountDownLatch hearing = new CountDownLatch(8);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<PreparedImage>> waiting = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                waiting.add(threads.submit(prepareAndTell(ImageRequest.of(uri, DISK - i), hearing)));
                // The first asks for the largest disk, so that its job serves all.
                assertThat(half.await(30, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(hearing.await(30, TimeUnit.SECONDS)).isTrue();
            leave.countDown();
            for (Future<PreparedImage> image : waiting) {
                assertThat(image.get(30, TimeUnit.SECONDS).rawFile()).hasBinaryContent(IMAGE);
            }
        }
        assertThat(source.requests()).isEqualTo(1);
    }

    @Test
    void oneWhoIsInterruptedLeavesTheOthersWaiting() throws Exception {
        CountDownLatch half = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        ImageRequest request = ImageRequest.of(source.serveHalting("/a.raw", IMAGE, half, leave), DISK);
        CountDownLatch hearing = new CountDownLatch(2);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<PreparedImage> patient = threads.submit(prepareAndTell(request, hearing));
            Future<PreparedImage> hasty = threads.submit(prepareAndTell(request, hearing));
            assertThat(hearing.await(30, TimeUnit.SECONDS)).isTrue();
            hasty.cancel(true);
            leave.countDown();
            assertThat(patient.get(30, TimeUnit.SECONDS).sizeBytes()).isEqualTo(IMAGE.length);
        }
    }

    @Test
    void theWorkEndsWhenTheLastOneWhoWaitsIsInterrupted() throws Exception {
        CountDownLatch half = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        ImageRequest request = ImageRequest.of(source.serveHalting("/a.raw", IMAGE, half, leave), DISK);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread waiting = Thread.ofVirtual()
                .start(() -> thrown.set(catchThrowable(() -> images.prepare(request, ImageProgressListener.NONE))));
        assertThat(half.await(30, TimeUnit.SECONDS)).isTrue();
        waiting.interrupt();
        waiting.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        images.close();
        leave.countDown();
        assertThat(filesInCache()).isEmpty();
    }

    @Test
    void anImageThatItsSourceStillHasIsNotFetchedAgainAfterARestart() throws Exception {
        AtomicInteger bodies = new AtomicInteger();
        URI uri = source.on("/a.raw", exchange -> {
            bodies.addAndGet(exchange.getRequestHeaders().containsKey("If-None-Match") ? 0 : 1);
            ImageSource.sendVersion(exchange, IMAGE, "\"1\"", IMAGE.length);
        });
        ImageRequest request = ImageRequest.of(uri, DISK).withChecksum(sha512(IMAGE));
        PreparedImage before = prepare(request);
        images.close();
        images = service();
        assertThat(prepare(request)).isEqualTo(before);
        assertThat(source.requests()).isEqualTo(2);
        assertThat(bodies).hasValue(1);
    }

    @Test
    void anImageInTheCacheIsNotGivenWithoutItsSource() throws Exception {
        ImageRequest request = ImageRequest.of(source.serveVersion("/a.raw", IMAGE, "\"1\""), DISK)
                .withChecksum(sha256(IMAGE));
        prepare(request);
        source.close();
        assertThat(reason(request)).isEqualTo(ImageException.Reason.UNREACHABLE);
    }

    @Test
    void theChecksumOfAnImageInTheCacheDoesNotSufficeToGetIt() throws Exception {
        prepare(ImageRequest.of(source.serveVersion("/secret.raw", IMAGE, "\"1\""), DISK)
                .withChecksum(sha256(IMAGE)));
        byte[] other = DiskImages.withMbr(300_000, 8);

        assertThat(reason(ImageRequest.of(source.serveVersion("/mine.raw", other, "\"1\""), DISK)
                        .withChecksum(sha256(IMAGE))))
                .isEqualTo(ImageException.Reason.CHECKSUM_MISMATCH);
        assertThat(reason(ImageRequest.of(source.fail("/none.raw", 403), DISK).withChecksum(sha256(IMAGE))))
                .isEqualTo(ImageException.Reason.NOT_FOUND);
        Path mine = Files.write(folder.resolve("allowed/mine.raw"), other);
        assertThat(reason(ImageRequest.of(mine.toUri(), DISK).withChecksum(sha256(IMAGE))))
                .isEqualTo(ImageException.Reason.CHECKSUM_MISMATCH);
    }

    @Test
    void aSourceThatNowRefusesTheRequestEndsTheUseOfTheCache() throws Exception {
        URI uri = source.inTurn(
                "/a.raw",
                exchange -> ImageSource.sendVersion(exchange, IMAGE, "\"1\"", IMAGE.length),
                exchange -> ImageSource.sendStatus(exchange, 401));
        ImageRequest request = ImageRequest.of(uri, DISK).withChecksum(sha256(IMAGE));
        prepare(request);
        assertThat(reason(request)).isEqualTo(ImageException.Reason.NOT_FOUND);
    }

    @Test
    void aDamagedCacheEntryIsFetchedAgain() throws Exception {
        ImageRequest request =
                ImageRequest.of(source.serve("/a.raw", IMAGE), DISK).withChecksum(sha256(IMAGE));
        PreparedImage before = prepare(request);
        Files.write(before.rawFile(), new byte[10]);
        assertThat(prepare(request).rawFile()).hasBinaryContent(IMAGE);
        assertThat(source.requests()).isEqualTo(2);
    }

    @Test
    void aCachedImageIsDeletedWithItsRecordsOnlyWhenItIsDamaged() throws Exception {
        ImageRequest request = ImageRequest.of(source.serveVersion("/a.raw", IMAGE, "\"1\""), DISK)
                .withChecksum(sha256(IMAGE));
        PreparedImage image = prepare(request);
        assertThat(images.deleteIfDamaged(image.rawFile(), image.rawChecksum())).isFalse();
        assertThat(image.rawFile()).hasBinaryContent(IMAGE);

        byte[] flipped = IMAGE.clone();
        flipped[200_000] ^= 1;
        Files.write(image.rawFile(), flipped);

        assertThat(images.deleteIfDamaged(image.rawFile(), image.rawChecksum())).isTrue();
        assertThat(filesInCache()).isEmpty();
        assertThat(images.deleteIfDamaged(image.rawFile(), image.rawChecksum()))
                .as("one that is gone")
                .isTrue();
        assertThat(prepare(request).rawFile()).hasBinaryContent(IMAGE);
    }

    @Test
    void unfinishedFilesAreRemovedAtStart() throws Exception {
        images.close();
        Path partial = folder.resolve("images/0123.partial");
        Files.write(partial, new byte[10]);
        images = service();
        assertThat(partial).doesNotExist();
    }

    @Test
    void progressTellsDoneAndTotal() throws Exception {
        CountDownLatch leave = new CountDownLatch(1);
        URI uri = source.serveHalting("/a.raw", IMAGE, new CountDownLatch(1), leave);
        List<ImageProgress> heard = new ArrayList<>();
        images.prepare(ImageRequest.of(uri, DISK), progress -> {
            heard.add(progress);
            leave.countDown();
        });
        assertThat(heard.getFirst())
                .isEqualTo(new ImageProgress(ImageProgress.Stage.FETCHING, 128 << 10, IMAGE.length));
    }

    @Test
    void passwordsAndQueriesOfTheAddressAreNotShown() {
        URI uri = URI.create(source.uri("/none?signature=geheim").toString().replace("http://", "http://u:geheim@"));
        ImageRequest request = ImageRequest.of(uri, DISK);
        assertThat(failure(request)).hasMessageNotContaining("geheim").hasMessageContaining("/none");
        assertThat(request.toString()).doesNotContain("geheim");
    }

    @Test
    void aClosedServiceSaysSo() {
        images.close();
        assertThatThrownBy(() -> prepare(ImageRequest.of(source.uri("/a"), DISK)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    private Callable<PreparedImage> prepareAndTell(ImageRequest request, CountDownLatch hearing) {
        return () -> images.prepare(request, progress -> hearing.countDown());
    }

    private PreparedImage prepare(ImageRequest request) throws InterruptedException {
        return images.prepare(request, ImageProgressListener.NONE);
    }

    private ImageException failure(ImageRequest request) {
        return catchThrowableOfType(ImageException.class, () -> prepare(request));
    }

    private ImageException.Reason reason(ImageRequest request) {
        return failure(request).reason();
    }

    private List<Path> filesInCache() {
        try (Stream<Path> files = Files.list(folder.resolve("images"))) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ImageService service() {
        return service("qemu-img");
    }

    private ImageService service(String qemuImg) {
        return new ImageService(options(Duration.ofSeconds(30), qemuImg), new OkHttpClient());
    }

    private ImageService service(Duration silenceTimeout) {
        return new ImageService(options(silenceTimeout, "qemu-img"), new OkHttpClient());
    }

    private ImageOptions options(Duration silenceTimeout, String qemuImg) {
        return new ImageOptions(
                        folder.resolve("images"),
                        List.of(folder.resolve("allowed")),
                        Duration.ofMinutes(1),
                        silenceTimeout,
                        5,
                        Duration.ofMinutes(1),
                        2,
                        2L << 30,
                        qemuImg)
                .withRetries(2, Duration.ofMillis(1));
    }

    private static ImageChecksum sha256(byte[] bytes) {
        return new ImageChecksum(
                ImageChecksum.Algorithm.SHA256,
                Hashing.sha256().hashBytes(bytes).toString());
    }

    private static ImageChecksum sha512(byte[] bytes) {
        return new ImageChecksum(
                ImageChecksum.Algorithm.SHA512,
                Hashing.sha512().hashBytes(bytes).toString());
    }
}

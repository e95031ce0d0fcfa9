package org.novametal.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.novametal.openstack.GlanceFixture.ID;

import com.google.common.hash.Hashing;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.fake.FakeGlance;
import org.novametal.fake.FakeGlanceSettings;
import org.novametal.openstack.Glance;
import org.novametal.openstack.GlanceFixture;
import org.novametal.openstack.GlanceImage.Md5;

/** Images of Glance through the image service. */
class GlanceDownloadTest {
    private static final long DISK = 8 << 20;
    private static final byte[] IMAGE = FakeGlance.rawImage(2 << 20, 5);
    private static final String METADATA = "/RegionOne/v2/images/" + ID;
    private static final String FILE = METADATA + "/file";
    private static final String AUTH = "/v3/auth/tokens";

    @TempDir
    Path folder;

    private FakeGlance fake;
    private Glance glance;
    private ImageService images;

    @BeforeEach
    void start() {
        fake = FakeGlance.start(FakeGlanceSettings.DEFAULTS);
        fake.put(ID, IMAGE);
        glance = new Glance(GlanceFixture.options(fake), new OkHttpClient(), System::nanoTime);
        images = service(ImageOptions.of(folder.resolve("images"), List.of()));
    }

    private static ImageService service(ImageOptions options) {
        return new ImageService(options.withRetries(3, Duration.ofMillis(1)), new OkHttpClient());
    }

    @AfterEach
    void stop() {
        images.close();
        fake.close();
    }

    private PreparedImage prepare(String id, Md5 md5) throws InterruptedException {
        return images.prepare(glance.request(glance.image(id), md5, DISK), _ -> {});
    }

    private ImageException failure(String id, Md5 md5) {
        return catchThrowableOfType(ImageException.class, () -> prepare(id, md5));
    }

    @Test
    void anImageIsDownloadedVerifiedAndCached() throws Exception {
        PreparedImage image = prepare(ID, Md5.IGNORED);

        assertThat(Files.readAllBytes(image.rawFile())).isEqualTo(IMAGE);
        assertThat(prepare(ID, Md5.IGNORED)).isEqualTo(image);
        assertThat(fake.count(FILE, 200)).isEqualTo(1);
        assertThat(fake.count(METADATA, 200)).isEqualTo(2);
    }

    @Test
    void aCachedImageThatGlanceNoLongerGivesIsNotUsed() throws Exception {
        prepare(ID, Md5.IGNORED);
        fake.put("RegionOne", ID, IMAGE, Map.of("status", "\"deactivated\""));

        assertThat(failure(ID, Md5.IGNORED)).hasMessageContaining("deactivated");
    }

    @Test
    void manyWaitingSpawnsShareOneDownload() throws Exception {
        // The first try ends at once, so that all wait for the second one.
        fake.answerOnce(FILE, 503);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<PreparedImage>> spawns = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                spawns.add(threads.submit(() -> prepare(ID, Md5.IGNORED)));
            }
            for (Future<PreparedImage> spawn : spawns) {
                assertThat(spawn.get().sizeBytes()).isEqualTo(IMAGE.length);
            }
        }

        assertThat(fake.count(FILE, 200)).isEqualTo(1);
        assertThat(fake.count(AUTH, 201)).isEqualTo(1);
    }

    @Test
    void manyDownloadsWhoseTokenIsRevokedGoOnWithOneNewToken() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ids.add("image-" + i);
            fake.put(ids.getLast(), FakeGlance.rawImage(1 << 20, 100 + i));
            fake.cutOnce("/RegionOne/v2/images/" + ids.getLast() + "/file", 300_000);
            fake.answerOnce("/RegionOne/v2/images/" + ids.getLast() + "/file", 401);
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<PreparedImage>> spawns = new ArrayList<>();
            ids.forEach(id -> spawns.add(threads.submit(() -> prepare(id, Md5.IGNORED))));
            for (Future<PreparedImage> spawn : spawns) {
                assertThat(spawn.get().sizeBytes()).isEqualTo(1 << 20);
            }
        }

        assertThat(fake.count("/RegionOne/v2/images/image-[0-9]/file", 206)).isEqualTo(8);
    }

    @Test
    void aDownloadGoesOnWhereItStoppedWithANewToken() throws Exception {
        fake.cutOnce(FILE, 1_000_000);
        fake.answerOnce(FILE, 401);

        prepare(ID, Md5.IGNORED);

        assertThat(fake.requests().stream()
                        .filter(one -> one.path().equals(FILE))
                        .map(one -> one.status() + " " + one.range())
                        .toList())
                .containsExactly("200 ", "401 bytes=1000000-", "206 bytes=1000000-");
        assertThat(fake.count(AUTH, 201)).isEqualTo(2);
    }

    @Test
    void aDownloadThatGlanceRefusesTwiceFails() {
        fake.answerOnce(FILE, 401);
        fake.answerOnce(FILE, 401);

        ImageException failure = failure(ID, Md5.IGNORED);

        assertThat(failure.reason()).isEqualTo(ImageException.Reason.NOT_AUTHORIZED);
        assertThat(failure).hasMessageContaining(FILE).hasMessageContaining("401");
    }

    @Test
    void aRedirectToAnotherServerDoesNotGetTheToken() throws Exception {
        try (FakeGlance other = FakeGlance.start(
                FakeGlanceSettings.DEFAULTS.withUnknownImages(FakeGlanceSettings.UnknownImages.SMALL_RAW))) {
            fake.redirectOnce(FILE, URI.create(other.imageUrl("RegionOne") + "/v2/images/x/file"));

            assertThat(failure(ID, Md5.IGNORED)).hasMessageContaining("401");

            assertThat(other.requests())
                    .hasSize(1)
                    .allSatisfy(one -> assertThat(one.token()).isEmpty());
        }
    }

    @Test
    void bytesThatAreNotThoseOfTheDigestAreRefused() {
        String wrong = Hashing.sha512().hashInt(1).toString();
        fake.put("RegionOne", ID, IMAGE, Map.of("os_hash_value", "\"" + wrong + "\""));

        assertThat(failure(ID, Md5.IGNORED).reason()).isEqualTo(ImageException.Reason.CHECKSUM_MISMATCH);
    }

    @Test
    void contentThatIsNotOfTheDeclaredFormatIsRefused() {
        fake.put("RegionOne", ID, IMAGE, Map.of("disk_format", "\"qcow2\""));

        assertThat(failure(ID, Md5.IGNORED).reason()).isEqualTo(ImageException.Reason.NOT_AN_IMAGE);
    }

    @Test
    void anAllowedMd5IsVerifiedAndNeverTakenForContent() throws Exception {
        Map<String, String> old = Map.of("os_hash_algo", "null", "os_hash_value", "null");
        fake.put("RegionOne", ID, IMAGE, old);
        prepare(ID, Md5.ALLOWED);
        prepare(ID, Md5.ALLOWED);
        assertThat(fake.count(FILE, 200)).isEqualTo(2);

        fake.put(
                "RegionOne",
                ID,
                IMAGE,
                Map.of("os_hash_algo", "null", "os_hash_value", "null", "checksum", "\"" + "a".repeat(32) + "\""));

        assertThat(failure(ID, Md5.ALLOWED).reason()).isEqualTo(ImageException.Reason.CHECKSUM_MISMATCH);
    }

    @Test
    void anMd5ThatIsNotAllowedIsNoChecksum() throws Exception {
        fake.put("RegionOne", ID, IMAGE, Map.of("os_hash_algo", "null", "os_hash_value", "null"));
        images.close();
        images = service(
                ImageOptions.of(folder.resolve("strict"), List.of()).withChecksums(ImageOptions.Checksums.REQUIRED));

        assertThat(failure(ID, Md5.IGNORED).reason()).isEqualTo(ImageException.Reason.CHECKSUM_MISSING);
        assertThat(prepare(ID, Md5.ALLOWED).sizeBytes()).isEqualTo(IMAGE.length);
    }

    @Test
    void aRequestForTheSameUrlWithoutGlancesTokenGetsNothing() throws Exception {
        ImageRequest known = glance.request(glance.image(ID), Md5.IGNORED, DISK);
        prepare(ID, Md5.IGNORED);
        ImageRequest stolen = ImageRequest.of(known.source(), DISK)
                .withChecksum(known.checksum().orElseThrow());

        assertThat(catchThrowableOfType(ImageException.class, () -> images.prepare(stolen, _ -> {})))
                .hasMessageContaining("401");
    }
}

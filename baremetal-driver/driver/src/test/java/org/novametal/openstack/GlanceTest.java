package org.novametal.openstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.novametal.openstack.GlanceFixture.AUTH;
import static org.novametal.openstack.GlanceFixture.DEFAULT;
import static org.novametal.openstack.GlanceFixture.ID;
import static org.novametal.openstack.GlanceFixture.endpoint;
import static org.novametal.openstack.GlanceFixture.options;
import static org.novametal.openstack.GlanceFixture.password;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.fake.FakeGlance;
import org.novametal.fake.FakeGlanceSettings;
import org.novametal.image.ImageChecksum;
import org.novametal.image.ImageException;
import org.novametal.image.ImageException.Reason;
import org.novametal.openstack.GlanceImage.Md5;
import org.novametal.openstack.KeystoneCredentials.ApplicationCredential;
import org.novametal.openstack.KeystoneCredentials.Named;
import org.novametal.openstack.KeystoneCredentials.NamedApplicationCredential;

/** Tokens of Keystone and declarations of Glance, over a stand-in of both. */
class GlanceTest {
    private static final byte[] IMAGE = FakeGlance.rawImage(1 << 16, 1);
    private static final String METADATA = "/RegionOne/v2/images/" + ID;
    private static final int CALLERS = 20;
    private static final Duration LIFE = Duration.ofMinutes(10);

    private final AtomicLong now = new AtomicLong();
    private FakeGlance fake;

    @BeforeEach
    void start() {
        fake = FakeGlance.start(
                FakeGlanceSettings.DEFAULTS.withTokens(LIFE, now::get).withRegions("RegionOne", "RegionTwo"));
        fake.put(ID, IMAGE);
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private Glance glance(ServiceOptions options) {
        return new Glance(options, new OkHttpClient(), now::get);
    }

    private Glance with(KeystoneCredentials credentials) {
        return glance(options(fake.authUrl(), credentials));
    }

    private static ImageException failure(Glance glance) {
        return catchThrowableOfType(ImageException.class, () -> glance.image(ID));
    }

    @Test
    void whatGlanceDeclaresIsRead() throws Exception {
        fake.put(
                "RegionOne",
                ID,
                IMAGE,
                Map.of("min_disk", "5", "min_ram", "512", "os_distro", "\"debian\"", "disk_format", "\"RAW\""));

        GlanceImage image = glance(options(fake)).image(ID);

        assertThat(image.status()).isEqualTo("active");
        assertThat(image.sizeBytes()).hasValue(IMAGE.length);
        assertThat(image.diskFormat()).contains("raw");
        assertThat(image.containerFormat()).contains("bare");
        assertThat(image.minDiskGb()).isEqualTo(5);
        assertThat(image.minRamMb()).isEqualTo(512);
        assertThat(image.visibility()).contains("public");
        assertThat(image.owner()).contains("84ffe7aceda34f148fc58bfa09b090ad");
        assertThat(image.properties()).containsExactly(Map.entry("os_distro", "debian"));
        assertThat(image.checksum(Md5.IGNORED).orElseThrow().algorithm()).isEqualTo(ImageChecksum.Algorithm.SHA512);
    }

    @Test
    void everyKindOfCredentialsGetsAToken() throws Exception {
        Named user = new Named.ByName("nova", DEFAULT);

        assertThat(with(password("nova-secret")).image(ID).id()).isEqualTo(ID);
        assertThat(with(new ApplicationCredential("app-cred", "app-secret"))
                        .image(ID)
                        .id())
                .isEqualTo(ID);
        assertThat(with(new NamedApplicationCredential("app-cred", user, "app-secret"))
                        .image(ID)
                        .id())
                .isEqualTo(ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/v3", "/v3/"})
    void theUrlOfKeystoneMayOrMayNotNameItsVersion(String end) throws Exception {
        String base = fake.authUrl().toString().replace("/v3", "");
        Glance glance = glance(options(URI.create(base + end), password("nova-secret")));

        assertThat(glance.image(ID).id()).isEqualTo(ID);
    }

    @Test
    void aTokenIsUsedUntilShortlyBeforeItsEnd() throws Exception {
        Glance glance = glance(options(fake));
        glance.image(ID);
        now.addAndGet(LIFE.minusSeconds(61).toNanos());
        glance.image(ID);
        assertThat(fake.count(AUTH, 201)).isEqualTo(1);

        now.addAndGet(Duration.ofSeconds(2).toNanos());
        glance.image(ID);

        assertThat(fake.count(AUTH, 201)).isEqualTo(2);
        assertThat(fake.count(METADATA, 401)).isZero();
    }

    @Test
    void aTokenIsUsedToItsEndWhileKeystoneDoesNotAnswer() throws Exception {
        Glance glance = glance(options(fake));
        glance.image(ID);
        now.addAndGet(LIFE.minusSeconds(30).toNanos());
        for (int i = 0; i < 3; i++) {
            fake.answerOnce(AUTH, 503);
        }

        glance.image(ID);

        assertThat(fake.count(AUTH, 503)).isEqualTo(3);
    }

    @Test
    void aRevokedTokenIsReplacedOnce() throws Exception {
        Glance glance = glance(options(fake));
        glance.image(ID);
        fake.revokeTokens();

        glance.image(ID);

        assertThat(fake.count(METADATA, 401)).isEqualTo(1);
        assertThat(fake.count(AUTH, 201)).isEqualTo(2);
    }

    @Test
    void aGlanceThatRefusesEveryTokenIsAskedTwiceAndNamed() {
        for (int i = 0; i < 3; i++) {
            fake.answerOnce(METADATA, 401);
        }

        ImageException failure = failure(glance(options(fake)));

        assertThat(failure.reason()).isEqualTo(Reason.NOT_AUTHORIZED);
        assertThat(failure)
                .hasMessageContaining(METADATA)
                .hasMessageContaining("401")
                .hasMessageContaining("keystone_authtoken");
        assertThat(fake.count(METADATA, 401)).isEqualTo(2);
    }

    @Test
    void wrongCredentialsAreNamedWithoutTheirSecret() {
        ImageException failure = failure(with(password("wrong-pw-4711")));

        assertThat(failure.reason()).isEqualTo(Reason.NOT_AUTHORIZED);
        assertThat(failure)
                .hasMessageContaining(AUTH)
                .hasMessageContaining("401")
                .hasMessageContaining("nova")
                .hasMessageNotContaining("4711");
    }

    @Test
    void manyCallersAskKeystoneOnce() throws Exception {
        Glance glance = glance(options(fake));

        assertThat(together(() -> glance.image(ID).id())).hasSize(CALLERS).containsOnly(ID);

        assertThat(fake.count(AUTH, 201)).isEqualTo(1);
    }

    @Test
    void callersThatWaitWhileKeystoneRefusesTheCredentialsFailWithoutAskingIt() throws Exception {
        Glance glance = with(password("wrong"));

        assertThat(together(() -> failure(glance).reason())).hasSize(CALLERS).containsOnly(Reason.NOT_AUTHORIZED);

        assertThat(fake.count(AUTH, 401)).isEqualTo(1);
        assertThat(failure(glance).reason()).isEqualTo(Reason.NOT_AUTHORIZED);
        assertThat(fake.count(AUTH, 401)).isEqualTo(2);
    }

    /** Runs a call by many threads, and holds the first answer of Keystone until all others wait for it. */
    private <T> List<T> together(Callable<T> call) throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        fake.holdOnce(AUTH, gate);
        List<FutureTask<T>> tasks = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            tasks.add(new FutureTask<>(call));
            threads.add(Thread.ofPlatform().daemon().start(tasks.getLast()));
        }
        for (int i = 0; i < 2000 && waiting(threads) < CALLERS - 1; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        gate.countDown();
        List<T> results = new ArrayList<>();
        for (FutureTask<T> task : tasks) {
            results.add(task.get(60, TimeUnit.SECONDS));
        }
        return results;
    }

    private static long waiting(List<Thread> threads) {
        return threads.stream()
                .filter(thread -> thread.getState() == Thread.State.TIMED_WAITING)
                .count();
    }

    @Test
    void theCatalogIsReadByInterfaceAndRegion() throws Exception {
        fake.put("RegionTwo", "second", IMAGE, Map.of());
        ServiceOptions usual = options(fake);

        Glance two = glance(new ServiceOptions(
                usual.identity(), endpoint(List.of("public"), Optional.of("RegionTwo")), usual.connection()));
        Glance preferred = glance(new ServiceOptions(
                usual.identity(), endpoint(List.of("unknown", "internal"), Optional.empty()), usual.connection()));

        assertThat(two.image("second").id()).isEqualTo("second");
        assertThat(preferred.image(ID).id()).isEqualTo(ID);
        assertThat(failure(two).reason()).isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    void aCatalogWithoutAFittingEndpointIsListed() {
        ServiceOptions usual = options(fake);
        Glance three = glance(new ServiceOptions(
                usual.identity(), endpoint(List.of("internal"), Optional.of("RegionThree")), usual.connection()));

        assertThat(failure(three))
                .hasMessageContaining("internal in region RegionThree")
                .hasMessageContaining("public in RegionOne")
                .hasMessageContaining("region_name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/v2", "/v2/", "/v2.9"})
    void theEndpointMayBeGivenWithOrWithoutItsVersion(String end) throws Exception {
        ServiceOptions usual = options(fake);
        URI url = URI.create(fake.imageUrl("RegionTwo") + end);
        fake.put("RegionTwo", "second", IMAGE, Map.of());
        Glance glance = glance(new ServiceOptions(
                usual.identity(),
                new ServiceOptions.Endpoint(
                        "image", Optional.empty(), List.of("internal"), Optional.empty(), Optional.of(url)),
                usual.connection()));

        assertThat(glance.image("second").id()).isEqualTo("second");
    }

    @ParameterizedTest
    @CsvSource({
        "status, deactivated, NOT_FOUND, reactivate",
        "status, queued, NOT_FOUND, 'queued'",
        "status, importing, NOT_FOUND, upload has ended",
        "status, deleted, NOT_FOUND, is deleted",
        "status, killed, NOT_FOUND, upload failed",
        "container_format, ovf, FORMAT_REFUSED, only bare",
        "container_format, AMI, FORMAT_REFUSED, only bare",
        "disk_format, ami, FORMAT_REFUSED, only raw and qcow2",
        "disk_format, vmdk, FORMAT_REFUSED, only raw and qcow2",
        "disk_format, iso, FORMAT_REFUSED, only raw and qcow2",
        "os_hash_value, 12, CHECKSUM_MISSING, 128 hexadecimal digits",
    })
    void anImageThatCannotBeWrittenIsRefusedInWords(String field, String value, Reason reason, String words) {
        fake.put("RegionOne", ID, IMAGE, Map.of(field, "\"" + value + "\""));
        Glance glance = glance(options(fake));

        ImageException failure = catchThrowableOfType(
                ImageException.class, () -> glance.request(glance.image(ID), Md5.IGNORED, 1 << 20));

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure).hasMessageContaining(ID).hasMessageContaining(words);
    }

    @Test
    void anImageWithATextThatWouldBreakALogLineIsRefusedInOneLine() {
        fake.put("RegionOne", ID, IMAGE, Map.of("status", "\"a\\nERROR b\"", "name", "\"x\\u001b[2J\\ny\""));

        assertThat(failure(glance(options(fake)))).message().doesNotContain("\n", "\u001b");
    }

    @ParameterizedTest
    @CsvSource({"404, NOT_FOUND, no such image", "403, NOT_FOUND, may not read", "302, UNREACHABLE, API v2"})
    void anAnswerOtherThanAnImageIsNamed(int status, Reason reason, String words) {
        fake.answerOnce(METADATA, status);

        ImageException failure = failure(glance(options(fake)));

        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure)
                .hasMessageContaining(METADATA)
                .hasMessageContaining("" + status)
                .hasMessageContaining(words);
    }

    @Test
    void aServiceThatIsNotReadyIsAskedAgain() throws Exception {
        fake.answerOnce(AUTH, 503);
        fake.answerOnce(METADATA, 502);
        fake.answerOnce(METADATA, 429);

        assertThat(glance(options(fake)).image(ID).id()).isEqualTo(ID);
    }

    @Test
    void aServiceThatIsNeverReadyIsGivenUp() {
        for (int i = 0; i < 5; i++) {
            fake.answerOnce(METADATA, 503);
        }

        ImageException failure = failure(glance(options(fake)));

        assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(failure).hasMessageContaining("503").hasMessageContaining("try number 3");
        assertThat(fake.count(METADATA, 503)).isEqualTo(3);
    }

    @Test
    void aKeystoneThatIsAwayIsNamed() {
        Glance glance = glance(options(fake));
        URI url = fake.authUrl();
        fake.close();

        ImageException failure = failure(glance);

        assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(failure).hasMessageContaining(url + "/auth/tokens").hasMessageContaining("cannot be reached");
    }

    @Test
    void aUrlThatIsNotKeystonesIsNamed() {
        Glance glance = glance(options(URI.create(fake.authUrl() + "/other"), password("nova-secret")));

        assertThat(failure(glance)).hasMessageContaining("404").hasMessageContaining("auth_url");
    }

    @Test
    void anMd5CountsOnlyWhereItIsAllowedAndThereIsNoOtherDigest() throws Exception {
        Glance glance = glance(options(fake));
        fake.put("RegionOne", ID, IMAGE, Map.of("os_hash_algo", "null", "os_hash_value", "null"));
        GlanceImage old = glance.image(ID);
        fake.put("RegionOne", "new", IMAGE, Map.of());
        fake.put("RegionOne", "rare", IMAGE, Map.of("os_hash_algo", "\"blake2b\"", "os_hash_value", "\"ab\""));

        assertThat(old.checksum(Md5.IGNORED)).isEmpty();
        assertThat(old.checksum(Md5.ALLOWED).orElseThrow().algorithm()).isEqualTo(ImageChecksum.Algorithm.MD5);
        assertThat(glance.image("new").checksum(Md5.ALLOWED).orElseThrow().algorithm())
                .isEqualTo(ImageChecksum.Algorithm.SHA512);
        assertThat(glance.image("rare").checksum(Md5.IGNORED)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "", "a/b", "a b", "../x", "%2e%2e", "a?b", "a#b", "\u00e4"})
    void aTextThatIsNoIdIsNotAsked(String id) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Glance.source(id));
    }

    @Test
    void theUrlOfAnImageHasItsId() {
        assertThat(Glance.source(ID)).hasToString("glance://" + ID);
        assertThat(Glance.isIn(Glance.source(ID))).isTrue();
        assertThat(Glance.idIn(Glance.source("Old_Image-1.raw"))).isEqualTo("Old_Image-1.raw");
        assertThatExceptionOfType(ImageException.class).isThrownBy(() -> Glance.idIn(URI.create("glance://a/b")));
        assertThatExceptionOfType(ImageException.class).isThrownBy(() -> Glance.idIn(URI.create("glance:a")));
    }

    @Test
    void noTextFormShowsASecret() {
        ServiceOptions options = options(fake.authUrl(), password("pw-4711"));

        assertThat(options.toString()).contains("nova").doesNotContain("4711");
        assertThat(options(fake.authUrl(), new ApplicationCredential("id", "pw-4711"))
                        .toString())
                .doesNotContain("4711");
    }
}

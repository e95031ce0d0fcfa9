package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.novametal.openstack.GlanceFixture.ID;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.fake.FakeGlance;
import org.novametal.fake.FakeGlanceSettings;

/** Instances whose image has an id and no URL, as Nova passes it. */
class GlanceSpawnTest {
    private static final String PASSWORD = "nova-secret";

    @TempDir
    Path folder;

    private CapturedLog log;
    private FakeCloud cloud;
    private FakeGlance glance;
    private BareMetalDriver driver;
    private Instance instance;

    @BeforeEach
    void start() throws Exception {
        cloud = new FakeCloud(folder, 1);
        glance = FakeGlance.start(FakeGlanceSettings.DEFAULTS);
        glance.put(ID, cloud.image());
        instance = Instance.builder(
                        new InstanceId(UUID.randomUUID()),
                        Flavor.builder("metal").build())
                .node(FakeCloud.nodeName(0))
                .build();
        log = CapturedLog.ofAll();
        driver = opened(withGlance());
    }

    @AfterEach
    void stop() {
        log.close();
        driver.close();
        glance.close();
        cloud.close();
    }

    private static BareMetalDriver opened(NovaConf.Builder conf) {
        BareMetalDriver driver = new BareMetalDriver(
                conf.build(), new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()));
        driver.initHost(new HostName("compute-0"));
        return driver;
    }

    private NovaConf.Builder withGlance() {
        return cloud.conf()
                .overlay("glance", "auth_type", "password")
                .overlay("glance", "auth_url", glance.authUrl().toString())
                .overlay("glance", "username", "nova")
                .overlay("glance", "password", PASSWORD)
                .overlay("glance", "project_name", "service")
                .overlay("glance", "default_domain_name", "Default");
    }

    private void spawn(ImageMeta image) throws InterruptedException {
        driver.spawn(
                RequestContext.of("req-1"),
                SpawnRequest.builder(instance, image).build());
    }

    private static ImageMeta asNovaPassesIt() {
        // Of Nova's own tests of drivers: the format is not that of the bytes.
        return ImageMeta.builder(ID)
                .diskFormat("ami")
                .containerFormat("ami")
                .checksum("b6d81b360a5672d80c27430f39153e2c")
                .sizeBytes(7)
                .build();
    }

    @Test
    void anInstanceGetsTheImageThatGlanceHasUnderItsId() throws Exception {
        spawn(asNovaPassesIt());
        assertThat(cloud.diskOf(0)).isEqualTo(cloud.image());
        driver.rebuild(
                RequestContext.of("req-2"),
                RebuildRequest.builder(instance, asNovaPassesIt()).build());

        assertThat(cloud.diskOf(0)).isEqualTo(cloud.image());
        assertThat(glance.count("/RegionOne/v2/images/" + ID + "/file", 200)).isEqualTo(1);
        assertThat(String.join("\n", log.messages())).contains(ID).doesNotContain(PASSWORD, "gAAAA");
    }

    @Test
    void anImageThatGlanceDoesNotGiveFailsBeforeTheMachineIsTouched() throws Exception {
        glance.put("RegionOne", ID, cloud.image(), Map.of("status", "\"deactivated\""));

        DriverException failed = catchThrowableOfType(DriverException.class, () -> spawn(asNovaPassesIt()));

        assertThat(failed).hasMessageContaining(ID).hasMessageContaining("deactivated");
        assertThat(failed.code()).isEqualTo(ErrorCode.IMAGE_UNACCEPTABLE);
        assertThat(cloud.serialOf(0)).isEmpty();
    }

    @Test
    void anImageThatNeedsALargerNodeFailsBeforeTheMachineIsTouched() throws Exception {
        glance.put("RegionOne", ID, cloud.image(), Map.of("min_disk", "100000"));

        DriverException failed = catchThrowableOfType(DriverException.class, () -> spawn(asNovaPassesIt()));

        assertThat(failed).hasMessageContaining("needs a disk of 100000 GiB");
        assertThat(cloud.serialOf(0)).isEmpty();
    }

    @Test
    void aChecksumOfTheRequestThatIsNotGlancesIsRefused() throws Exception {
        ImageMeta other = ImageMeta.builder(ID).hash("sha256", "ab".repeat(32)).build();

        DriverException failed = catchThrowableOfType(DriverException.class, () -> spawn(other));

        assertThat(failed.code()).isEqualTo(ErrorCode.IMAGE_UNACCEPTABLE);
        assertThat(failed).hasMessageContaining("leave the checksum out");
        assertThat(cloud.serialOf(0)).isEmpty();
    }

    @Test
    void withoutGlanceAnImageWithoutAUrlIsRefusedInWordsThatNameTheOptions() throws Exception {
        driver.close();
        driver = opened(cloud.conf());

        DriverException refused = catchThrowableOfType(DriverException.class, () -> spawn(asNovaPassesIt()));

        assertThat(refused.code()).isEqualTo(ErrorCode.IMAGE_UNACCEPTABLE);
        assertThat(refused)
                .hasMessageContaining("auth_type")
                .hasMessageContaining("auth_url")
                .hasMessageContaining("[glance]");
    }

    @Test
    void anIdThatCannotBeOneIsRefused() throws Exception {
        DriverException refused = catchThrowableOfType(
                DriverException.class,
                () -> spawn(ImageMeta.builder("../../admin").build()));

        assertThat(refused.code()).isEqualTo(ErrorCode.IMAGE_UNACCEPTABLE);
        assertThat(glance.requests()).isEmpty();
    }
}

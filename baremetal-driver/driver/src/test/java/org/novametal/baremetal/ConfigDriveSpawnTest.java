package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.configdrive.ConfigDriveImage;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.ConfigDrive;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.InjectedFile;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.KeyPair;
import org.novametal.driver.model.MetadataDelivery;
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.Secret;
import org.novametal.driver.model.SecretBytes;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;
import org.novametal.fake.FakeMachine;

/** Config drives, from the request to the disk of the machine. */
class ConfigDriveSpawnTest {
    private static final String SECRET = "geheim-4711";
    private static final String META = "openstack/latest/meta_data.json";

    @TempDir
    Path folder;

    private CapturedLog log;
    private FakeCloud cloud;
    private BareMetalDriver driver;
    private Instance.Builder instance;

    @BeforeEach
    void start() throws Exception {
        cloud = new FakeCloud(folder, 1);
        driver = new BareMetalDriver(
                cloud.conf().build(), new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()));
        driver.initHost(new HostName("compute-0"));
        instance = Instance.builder(
                        new InstanceId(UUID.randomUUID()),
                        Flavor.builder("metal").build())
                .hostname("web1")
                .node(FakeCloud.nodeName(0));
        log = CapturedLog.ofAll();
    }

    @AfterEach
    void stop() {
        log.close();
        driver.close();
        cloud.close();
    }

    private SpawnRequest.Builder request() {
        return SpawnRequest.builder(
                instance.build(),
                ImageMeta.builder("image-1").source(cloud.imageUrl()).build());
    }

    private Map<String, String> spawned(SpawnRequest.Builder request) throws Exception {
        driver.spawn(RequestContext.of("req-1"), request.build());
        return found();
    }

    private Map<String, String> found() throws Exception {
        Map<String, String> texts = new HashMap<>();
        machine().configDrive().forEach((path, bytes) -> texts.put(path, new String(bytes, StandardCharsets.UTF_8)));
        return texts;
    }

    private FakeMachine machine() {
        return cloud.rack().slots().get(0).machine();
    }

    private static SecretBytes secret(String text) {
        return SecretBytes.of(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void filesThatNovaBroughtAreOnTheDiskOfTheMachineAndNowhereElse() throws Exception {
        Map<String, SecretBytes> files =
                Map.of(META, secret("{\"admin_pass\": \"" + SECRET + "\"}"), "openstack/content/0000", secret("hello"));

        assertThat(spawned(request().configDrive(ConfigDrive.Files.of(files))))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(META, "{\"admin_pass\": \"" + SECRET + "\"}", "openstack/content/0000", "hello"));

        Eventually.holds(
                "the instance printed what it found",
                Duration.ofSeconds(30),
                () -> cloud.serialOf(0).contains("config drive: " + META + " 29 bytes"));
        assertThat(cloud.serialOf(0)).doesNotContain(SECRET);
        assertThat(String.join("", log.messages()))
                .doesNotContain(SECRET)
                .doesNotContain(packed(files).substring(0, 200));
        try (Stream<Path> state = Files.walk(folder.resolve("state"))) {
            for (Path file : state.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain(SECRET, packed(files).substring(0, 200));
            }
        }
    }

    private static String packed(Map<String, SecretBytes> files) {
        Map<String, byte[]> plain = new HashMap<>();
        files.forEach((path, bytes) -> plain.put(path, bytes.reveal()));
        return ConfigDriveImage.forAgent(ConfigDriveImage.of(plain));
    }

    @Test
    void aRebuildWritesItsOwnDrive() throws Exception {
        spawned(request().configDrive(ConfigDrive.Files.of(Map.of("old", secret("1")))));
        driver.rebuild(
                RequestContext.of("req-2"),
                RebuildRequest.builder(
                                instance.build(),
                                ImageMeta.builder("image-1")
                                        .source(cloud.imageUrl())
                                        .build())
                        .configDrive(ConfigDrive.Files.of(Map.of("new", secret("2"))))
                        .build());

        assertThat(found()).containsExactly(Map.entry("new", "2"));
    }

    @Test
    void aReadyImageIsWrittenAsItIs() throws Exception {
        byte[] image = ConfigDriveImage.of(Map.of("a/b", "c".getBytes(StandardCharsets.UTF_8)));

        assertThat(spawned(request().configDrive(new ConfigDrive.Image(SecretBytes.of(image)))))
                .containsExactly(Map.entry("a/b", "c"));
    }

    @Test
    void withoutFilesTheDriverMakesThemFromTheRequest() throws Exception {
        instance.keyPair(new KeyPair("k1", KeyPair.Type.SSH, "ssh-ed25519 AAAA lab"))
                .userData(Base64.getEncoder().encodeToString("#cloud-config\n".getBytes(StandardCharsets.UTF_8)))
                .metadata("role", "web")
                .availabilityZone("nova");

        Map<String, String> files = spawned(request()
                .adminPassword(Secret.of(SECRET))
                .injectedFile(new InjectedFile(
                        "/etc/banner", Base64.getEncoder().encodeToString("hello".getBytes(StandardCharsets.UTF_8)))));

        assertThat(files).containsOnlyKeys(META, "openstack/latest/user_data", "openstack/content/0000");
        assertThat(files.get("openstack/latest/user_data")).isEqualTo("#cloud-config\n");
        assertThat(files.get("openstack/content/0000")).isEqualTo("hello");
        assertThat(files.get(META))
                .contains(
                        "\"hostname\":\"web1\"",
                        "\"meta\":{\"role\":\"web\"}",
                        "\"public_keys\":{\"k1\":\"ssh-ed25519 AAAA lab\"}",
                        "\"admin_pass\":\"" + SECRET + "\"",
                        "\"availability_zone\":\"nova\"",
                        "\"content_path\":\"/content/0000\"",
                        "random_seed");
        assertThat(driver.progress(instance.build().id()).orElseThrow().unused())
                .isEmpty();
    }

    @Test
    void aRequestThatNeedsNoDriveGetsNone() throws Exception {
        assertThat(spawned(request())).isEmpty();
        assertThat(cloud.diskOf(0)).isEqualTo(cloud.image());
    }

    @Test
    void theMetadataServiceNeedsNoDrive() throws Exception {
        instance.keyPair(new KeyPair("k1", KeyPair.Type.SSH, "ssh-ed25519 AAAA lab"));

        assertThat(spawned(request().metadataDelivery(MetadataDelivery.SERVICE)))
                .isEmpty();
    }

    @Test
    void contentThatCannotBeOnADriveIsRefusedBeforeTheMachineIsTouched() throws Exception {
        for (SpawnRequest.Builder wrong : List.of(
                request().configDrive(ConfigDrive.Files.of(Map.of("a:" + "b", secret(SECRET)))),
                request().injectedFile(new InjectedFile("/a", "%" + SECRET)))) {
            DriverException refused = catchThrowableOfType(
                    DriverException.class, () -> driver.spawn(RequestContext.of("req-1"), wrong.build()));

            assertThat(refused.code()).isEqualTo(ErrorCode.BUILD_ABORT);
            assertThat(refused).message().contains("config drive").doesNotContain(SECRET);
        }
        assertThat(cloud.serialOf(0)).isEmpty();
    }
}

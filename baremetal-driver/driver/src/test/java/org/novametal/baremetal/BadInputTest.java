package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.novametal.baremetal.inventory.BmcSettings;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.ipmi.codec.PrivilegeLevel;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.FakeIpmiProfile;
import org.novametal.fake.FakeIpmiServer;
import org.novametal.fake.FakeMachine;

/** What users get wrong, and what the hardware does to them: a clear error each, and the node as free as before. */
@Execution(ExecutionMode.CONCURRENT)
class BadInputTest {
    @TempDir
    Path folder;

    private FakeCloud cloud;
    private BareMetalDriver driver;

    @BeforeEach
    void start() throws Exception {
        cloud = new FakeCloud(folder, 1);
        driver = new BareMetalDriver(
                cloud.conf().build(), new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()));
        driver.initHost(new HostName("compute-0"));
    }

    @AfterEach
    void stop() {
        driver.close();
        cloud.close();
    }

    @Test
    void aBmcThatDoesNotAnswerFailsTheSpawnAndFreesTheNode() throws Exception {
        NodeName dark = enrol("dark", BmcAddress.parse("ipmi://127.0.0.1:9"), FakeCloud.CREDENTIALS);

        DriverException refused = spawnFails(dark, cloud.imageUrl());

        assertThat(refused.code()).isEqualTo(ErrorCode.DEPLOY_FAILED);
        assertThat(refused).hasMessageContaining("dark").hasMessageContaining("ipmi://127.0.0.1:9");
        assertFree(dark);
    }

    @Test
    void aWrongBmcPasswordFailsTheSpawnAtOnceAndIsNotRepeated() throws Exception {
        driver.enrolment().delete(FakeCloud.nodeName(0));
        NodeName locked =
                enrol("locked", cloud.rack().slots().getFirst().bmc(), new BmcCredentials("admin", "a wrong one"));

        DriverException refused = spawnFails(locked, cloud.imageUrl());

        assertThat(refused.code()).isEqualTo(ErrorCode.DEPLOY_FAILED);
        assertThat(refused)
                .hasMessageContaining("locked")
                .hasMessageContaining("password")
                .hasMessageNotContaining("a wrong one");
        assertFree(locked);
    }

    @Test
    void aPrivilegeThatItsUserLacksFailsTheSpawnAndOneThatItHasDoesNot() throws Exception {
        FakeMachine machine = cloud.rack().slots().getFirst().machine();
        FakeIpmiProfile profile = FakeIpmiProfile.DEFAULTS.withPrivilegeLimit(PrivilegeLevel.OPERATOR);
        try (FakeIpmiServer server = FakeIpmiServer.start()) {
            BmcAddress bmc = server.attach(new FakeIpmiBmc(FakeCloud.CREDENTIALS, machine, profile, new Random(7)), 0);
            NodeSpec own = cloud.nodeSpecs().getFirst().toBuilder().bmc(bmc).build();
            driver.enrolment().delete(own.name());
            driver.enrolment()
                    .enrol(own.toBuilder()
                            .settings(BmcSettings.NONE.withPrivilege(Privilege.ADMINISTRATOR))
                            .build());

            DriverException refused = spawnFails(own.name(), cloud.imageUrl());

            assertThat(refused).hasMessageContaining("unauthorized role or privilege level");
            assertFree(own.name());
            driver.enrolment().delete(own.name());
            driver.enrolment().enrol(own);
            Instance instance = instanceOn(own.name());
            spawn(instance);
            driver.destroy(RequestContext.of("req-2"), DestroyRequest.of(instance));
        }
    }

    @Test
    void anInventoryWithoutItsKeyOrAKeyWithoutItsInventoryIsRefusedAndNothingIsMade() throws Exception {
        driver.close();
        Path key = folder.resolve("state/secret.key");
        Path inventory = folder.resolve("state/nova-metal.db");
        byte[] secret = Files.readAllBytes(key);

        Files.delete(key);
        assertThat(notStarted()).hasMessageContaining("is gone").hasMessageContaining("put the key back");
        assertThat(key).doesNotExist();

        Files.write(key, secret);
        Files.move(inventory, folder.resolve("elsewhere"));
        assertThat(notStarted()).hasMessageContaining("is gone").hasMessageContaining("put the inventory back");
        assertThat(inventory).doesNotExist();
    }

    private DriverException notStarted() {
        try (BareMetalDriver again = new BareMetalDriver(
                cloud.conf().build(), new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()))) {
            DriverException refused =
                    catchThrowableOfType(DriverException.class, () -> again.initHost(new HostName("compute-0")));
            assertThat(refused.code()).isEqualTo(ErrorCode.DRIVER_NOT_READY);
            return refused;
        }
    }

    @Test
    void aMissingImageIsRefusedBeforeTheNodeIsTouched() throws Exception {
        refusesImage(cloud.missingImageUrl(), "404");
    }

    @Test
    void aFileThatIsNoImageIsRefusedBeforeTheNodeIsTouched() throws Exception {
        refusesImage(
                cloud.localImage(
                        "poem.txt",
                        "no partition table here".repeat(1000).getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                "partition");
    }

    @Test
    void aTruncatedImageIsRefused() throws Exception {
        byte[] image = cloud.image();
        URI half = cloud.localImage("half.raw", Arrays.copyOf(image, image.length / 2));
        ImageMeta declared =
                ImageMeta.builder("half").source(half).sizeBytes(image.length).build();

        DriverException refused = spawnFails(FakeCloud.nodeName(0), declared);

        assertThat(refused).hasMessageContaining(Integer.toString(image.length));
        assertFree(FakeCloud.nodeName(0));
    }

    @Test
    void aTruncatedImageIsRefusedThoughNobodyDeclaredItsLength() throws Exception {
        byte[] image = cloud.image();
        URI half = cloud.localImage("half.raw", Arrays.copyOf(image, image.length / 2));

        DriverException refused = spawnFails(
                FakeCloud.nodeName(0), ImageMeta.builder("half").source(half).build());

        assertThat(refused).hasMessageContaining("truncated").hasMessageContaining(Integer.toString(image.length));
        assertFree(FakeCloud.nodeName(0));
    }

    @Test
    void aWrongChecksumIsRefusedWithBothDigests() throws Exception {
        String wanted = "ab".repeat(32);
        ImageMeta image = ImageMeta.builder("sum")
                .source(cloud.imageUrl())
                .hash("sha256", wanted)
                .build();

        DriverException refused = spawnFails(FakeCloud.nodeName(0), image);

        assertThat(refused.code()).isEqualTo(ErrorCode.IMAGE_UNACCEPTABLE);
        assertThat(refused).hasMessageContaining(wanted);
        assertFree(FakeCloud.nodeName(0));
    }

    @Test
    void anImageLargerThanTheDiskIsRefused() throws Exception {
        Path large = folder.resolve("files/large.raw");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.write(FakeCloud.image(new Random(1)));
            file.setLength((1L << 30) + 512);
        }

        refusesImage(large.toUri(), "larger than the disk");
    }

    @Test
    void anImageOutsideOfTheAllowedFoldersIsRefused() throws Exception {
        refusesImage(Path.of("/etc/hostname").toUri(), "image_folders");
    }

    @Test
    void anImageWithoutSourceIsRefused() {
        DriverException refused =
                spawnFails(FakeCloud.nodeName(0), ImageMeta.builder("nowhere").build());

        assertThat(refused.code()).isEqualTo(ErrorCode.IMAGE_UNACCEPTABLE);
        assertThat(refused).hasMessageContaining("nowhere");
    }

    @Test
    void aHostNameThatIsNoneIsRefusedBeforeAnythingIsWritten() {
        Instance instance = Instance.builder(new InstanceId(UUID.randomUUID()), flavor())
                .hostname("web1,set:evil\nde:ad")
                .node(FakeCloud.nodeName(0))
                .build();

        DriverException refused = catchThrowableOfType(DriverException.class, () -> spawn(instance));

        assertThat(refused.code()).isEqualTo(ErrorCode.BUILD_ABORT);
    }

    @Test
    void aNodeInUseCannotBeDeleted() throws Exception {
        Instance instance = instanceOn(FakeCloud.nodeName(0));
        spawn(instance);

        DriverException refused = catchThrowableOfType(
                DriverException.class, () -> driver.enrolment().delete(FakeCloud.nodeName(0)));

        assertThat(refused).hasMessageContaining(instance.id().toString());
        assertThat(driver.instanceExists(instance)).isTrue();
        driver.destroy(RequestContext.of("req-2"), DestroyRequest.of(instance));
    }

    @Test
    void aSecondHostOnTheSameStateFolderIsRefused() {
        try (BareMetalDriver second = new BareMetalDriver(
                cloud.conf().build(), new ScriptedDriverHost(new HostName("compute-1"), InstantSource.system()))) {
            DriverException refused =
                    catchThrowableOfType(DriverException.class, () -> second.initHost(new HostName("compute-1")));

            assertThat(refused.code()).isEqualTo(ErrorCode.DRIVER_NOT_READY);
            assertThat(refused).hasMessageContaining("host.lock");
        }
        assertThat(driver.getAvailableNodes(Freshness.LIVE)).containsExactly(FakeCloud.nodeName(0));
    }

    @Test
    void aConsoleShowsNothingOfWhomTheNodeHadBefore() throws Exception {
        Path log = cloud.rack().slots().getFirst().machine().settings().serialLog();
        Files.createDirectories(log.getParent());
        Files.writeString(log, "the old tenant's secret\n");
        Instance instance = instanceOn(FakeCloud.nodeName(0));
        ConsoleAccess console = driver.capability(ConsoleAccess.class).orElseThrow();

        driver.prepareForSpawn(instance);
        assertThat(console.getConsoleOutput(RequestContext.of("req-1"), instance))
                .isEmpty();
        spawn(instance);

        assertThat(console.getConsoleOutput(RequestContext.of("req-1"), instance))
                .contains("Power on")
                .doesNotContain("old tenant")
                .doesNotContainPattern("agent_token=[^*]");
        driver.destroy(RequestContext.of("req-2"), DestroyRequest.of(instance));
    }

    @Test
    void aNodeThatIsNotCleanFailedIsNotCleanedAgain() {
        DriverException refused =
                catchThrowableOfType(DriverException.class, () -> driver.cleanAgain(FakeCloud.nodeName(0)));

        assertThat(refused.code()).isEqualTo(ErrorCode.RESOURCES_UNAVAILABLE);
        assertThat(refused).hasMessageContaining("available");
    }

    private void refusesImage(URI source, String saying) throws Exception {
        DriverException refused = spawnFails(FakeCloud.nodeName(0), source);

        assertThat(refused.code()).isEqualTo(ErrorCode.IMAGE_UNACCEPTABLE);
        assertThat(refused).hasMessageContaining(saying);
        assertFree(FakeCloud.nodeName(0));
        assertThat(cloud.rack().slots().getFirst().machine().isOn())
                .as("the machine was not touched")
                .isFalse();
    }

    private void spawn(Instance instance) throws InterruptedException {
        ImageMeta image = ImageMeta.builder("good").source(cloud.imageUrl()).build();
        driver.spawn(
                RequestContext.of("req-1"),
                SpawnRequest.builder(instance, image).build());
    }

    private DriverException spawnFails(NodeName node, URI source) {
        return spawnFails(node, ImageMeta.builder("bad").source(source).build());
    }

    private DriverException spawnFails(NodeName node, ImageMeta image) {
        DriverException thrown = catchThrowableOfType(
                DriverException.class,
                () -> driver.spawn(
                        RequestContext.of("req-1"),
                        SpawnRequest.builder(instanceOn(node), image).build()));
        assertThat(thrown).as("spawn on " + node + " of " + image).isNotNull();
        return thrown;
    }

    private void assertFree(NodeName node) throws Exception {
        assertThat(cloud.node(node).state()).isEqualTo(ProvisionState.AVAILABLE);
        assertThat(cloud.node(node).instance()).isEmpty();
        assertThat(cloud.node(node).operation()).isEmpty();
    }

    private NodeName enrol(String name, BmcAddress bmc, BmcCredentials credentials) {
        NodeName node = new NodeName(name);
        driver.enrolment()
                .enrol(NodeSpec.builder(node, bmc, credentials)
                        .vcpus(4)
                        .memoryMb(8192)
                        .localGb(1)
                        .resourceClass("baremetal")
                        .macs(List.of("52:54:00:ff:ff:01"))
                        .initialState(ProvisionState.AVAILABLE)
                        .build());
        return node;
    }

    private static Instance instanceOn(NodeName node) {
        return Instance.builder(new InstanceId(UUID.randomUUID()), flavor())
                .hostname("web1")
                .node(node)
                .build();
    }

    private static Flavor flavor() {
        return Flavor.builder("metal").vcpus(4).memoryMb(8192).rootGb(1).build();
    }
}

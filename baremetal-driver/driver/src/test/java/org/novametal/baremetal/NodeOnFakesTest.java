package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.operation.AdoptInput;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.Store;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.PowerAction;
import org.novametal.driver.capability.InstanceRescue;
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
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.Secret;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.fake.FakeMachine;

/** The verbs of a node on fake machines on real sockets: enrolment, adoption, rescue, marks. */
class NodeOnFakesTest {
    private static final NodeName NODE = FakeCloud.nodeName(0);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final RequestContext CONTEXT = RequestContext.of("req-1");

    @TempDir
    Path folder;

    private FakeCloud cloud;
    private BareMetalDriver driver;

    @BeforeEach
    void start() throws Exception {
        cloud = new FakeCloud(folder, 1);
        ScriptedDriverHost host = new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system());
        driver = new BareMetalDriver(cloud.conf().build(), host);
        driver.initHost(host.host());
    }

    @AfterEach
    void close() {
        driver.close();
        cloud.close();
    }

    @Test
    void aNewNodeIsVerifiedCleanedAndThenAvailableByItself() throws Exception {
        enrolAgain(cloud.nodeSpecs().getFirst().credentials(), Optional.empty());

        awaitState(ProvisionState.AVAILABLE);

        assertThat(cloud.serialOf(0)).contains("ironic-python-agent: starts");
        assertThat(cloud.node(NODE).lastError()).isEmpty();
        assertThat(machine().isOn()).isFalse();
    }

    @Test
    void aNewNodeWhosePasswordIsWrongStaysInEnrollAndSaysWhy() throws Exception {
        enrolAgain(new BmcCredentials("admin", "wrong"), Optional.empty());

        awaitLastError();

        assertThat(cloud.node(NODE).state()).isEqualTo(ProvisionState.ENROLL);
        assertThat(cloud.node(NODE).lastError().orElseThrow()).contains("verify.power");
        assertThatThrownBy(() -> spawn(instance())).isInstanceOf(DriverException.class);
    }

    @Test
    void aRunningMachineIsAdoptedWithoutBeingTouched() throws Exception {
        Instance instance = instance();
        machine().control(PowerAction.ON);
        assertThat(machine().await(FakeMachine.Activity.HALTED, LIMIT)).isTrue();
        String printed = cloud.serialOf(0);
        enrolAgain(FakeCloud.CREDENTIALS, Optional.of(ProvisionState.MANAGEABLE));

        UUID operation = driver.provisioner()
                .begin(
                        cloud.node(NODE),
                        OperationKind.ADOPT,
                        Optional.of(instance.id()),
                        new AdoptInput("web-1", "web1", "noble", List.of(), "req-2"));

        assertThat(driver.provisioner().await(operation, LIMIT).status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(cloud.node(NODE).state()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(driver.instanceExists(instance)).isTrue();
        assertThat(driver.getInfo(instance, Freshness.LIVE).state()).isEqualTo(PowerState.RUNNING);
        assertThat(cloud.serialOf(0)).as("the machine was not touched").isEqualTo(printed);
        driver.destroy(CONTEXT, DestroyRequest.of(instance));
        awaitState(ProvisionState.AVAILABLE);
    }

    @Test
    void anInspectionRecordsTheHardwareAndReplacesOnlyWhatItIsAskedTo() throws Exception {
        enrolAgain(FakeCloud.CREDENTIALS, Optional.of(ProvisionState.MANAGEABLE));
        int vcpus = 2;
        driver.enrolment()
                .update(cloud.node(NODE), spec -> spec.toBuilder().vcpus(vcpus).build());

        inspect(OperationInput.NOTHING);

        assertThat(cloud.node(NODE).hardware().vcpus()).isEqualTo(vcpus);
        try (Store other = cloud.openStore()) {
            assertThat(Objects.requireNonNull(other.nodes()
                                    .documents(cloud.node(NODE).uuid())
                                    .get("inspection"))
                            .text())
                    .contains("Fake CPU");
        }
        assertThat(machine().isOn()).isFalse();
        inspect(new OperationInput.Parameters(Map.of("overwrite", "yes")));
        assertThat(cloud.node(NODE).hardware().vcpus()).isEqualTo(4);
    }

    private void inspect(OperationInput input) throws Exception {
        UUID operation = driver.provisioner().begin(cloud.node(NODE), OperationKind.INSPECT, Optional.empty(), input);
        assertThat(driver.provisioner().await(operation, LIMIT).status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(cloud.node(NODE).state()).isEqualTo(ProvisionState.MANAGEABLE);
    }

    @Test
    void aRescuedInstanceRunsTheRescueSystemWithItsPasswordAndIsBootedAgain() throws Exception {
        Instance instance = instance();
        spawn(instance);
        InstanceRescue rescue = driver.capability(InstanceRescue.class).orElseThrow();

        rescue.rescue(CONTEXT, instance, Secret.of("open sesame"));

        assertThat(cloud.node(NODE).state()).isEqualTo(ProvisionState.RESCUE);
        assertThat(cloud.node(NODE).instance()).isPresent();
        assertThat(machine().activity()).isEqualTo(FakeMachine.Activity.RAMDISK);
        assertThat(cloud.serialOf(0)).contains("Rescue system ready");
        assertThat(Files.readString(machine().settings().stateFolder().resolve("rescue-password")))
                .startsWith("$6$");
        assertThat(driver.getInfo(instance, Freshness.LIVE).state()).isEqualTo(PowerState.RUNNING);
        assertThat(cloud.diskOf(0)).isEqualTo(cloud.image());
        assertThatThrownBy(() -> driver.powerOn(CONTEXT, instance))
                .isInstanceOfSatisfying(
                        DriverException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.POWER_ON_FAILED));

        rescue.unrescue(CONTEXT, instance);

        assertThat(cloud.node(NODE).state()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(machine().await(FakeMachine.Activity.OPERATING_SYSTEM, LIMIT))
                .isTrue();
        rescue.unrescue(CONTEXT, instance);
    }

    @Test
    void aRescuedInstanceIsDestroyedLikeAnyOther() throws Exception {
        Instance instance = instance();
        spawn(instance);
        driver.capability(InstanceRescue.class).orElseThrow().rescue(CONTEXT, instance, Secret.of("open sesame"));

        driver.destroy(CONTEXT, DestroyRequest.of(instance));

        awaitState(ProvisionState.AVAILABLE);
        assertThat(cloud.node(NODE).instance()).isEmpty();
    }

    @Test
    void aProtectedInstanceIsNotDestroyed() throws Exception {
        Instance instance = instance();
        spawn(instance);
        driver.enrolment().protect(NODE, "payroll");

        assertThatThrownBy(() -> driver.destroy(CONTEXT, DestroyRequest.of(instance)))
                .isInstanceOf(DriverException.class)
                .hasMessageContaining("payroll");
        assertThatThrownBy(() -> driver.enrolment().delete(NODE)).hasMessageContaining("payroll");
        assertThat(cloud.node(NODE).state()).isEqualTo(ProvisionState.ACTIVE);
        driver.enrolment().endProtection(NODE);
        driver.destroy(CONTEXT, DestroyRequest.of(instance));
        awaitState(ProvisionState.AVAILABLE);
    }

    // ---- small things

    private void enrolAgain(BmcCredentials credentials, Optional<ProvisionState> state) {
        NodeSpec spec = cloud.nodeSpecs().getFirst();
        driver.enrolment().delete(NODE);
        NodeSpec.Builder builder = NodeSpec.builder(spec.name(), spec.bmc(), credentials)
                .uuid(spec.uuid())
                .vcpus(spec.vcpus())
                .memoryMb(spec.memoryMb())
                .localGb(spec.localGb())
                .resourceClass("baremetal.gold")
                .macs(spec.macs());
        state.ifPresentOrElse(builder::initialState, builder::verifyFirst);
        driver.enrolment().enrol(builder.build());
    }

    private FakeMachine machine() {
        return cloud.rack().slots().getFirst().machine();
    }

    private Instance instance() {
        Flavor flavor =
                Flavor.builder("metal").vcpus(4).memoryMb(8192).rootGb(1).build();
        return Instance.builder(new InstanceId(new UUID(1, 2)), flavor)
                .name("web-1")
                .hostname("web1")
                .node(NODE)
                .build();
    }

    private void spawn(Instance instance) throws InterruptedException {
        ImageMeta image = ImageMeta.builder("noble").source(cloud.imageUrl()).build();
        driver.spawn(CONTEXT, SpawnRequest.builder(instance, image).build());
    }

    private void awaitState(ProvisionState state) throws Exception {
        for (int i = 0; i < 1200 && cloud.node(NODE).state() != state; i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(cloud.node(NODE).state()).isEqualTo(state);
    }

    private void awaitLastError() throws Exception {
        for (int i = 0; i < 1200 && cloud.node(NODE).lastError().isEmpty(); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertThat(cloud.node(NODE).lastError()).isPresent();
    }
}

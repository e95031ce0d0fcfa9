package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.baremetal.store.StoreFixture.refused;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.NodeOperations.WithoutHost;
import org.novametal.baremetal.operation.MachineCommand;
import org.novametal.baremetal.operation.MachineCommand.PowerChange;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverEvent.PowerChanged;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;
import org.novametal.fake.FakeFault;
import org.novametal.fake.FakeFaults;

/** Commands to machines that another process requests of a running host, over fake machines. */
class MachineCommandsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final NodeName NODE = FakeCloud.nodeName(0);

    @TempDir
    Path folder;

    private final ScriptedDriverHost host = new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system());
    private FakeCloud cloud;
    private BareMetalDriver driver;
    private BareMetalInventory beside;

    @BeforeEach
    void startAHostAndOpenItsInventoryBeside() throws Exception {
        cloud = new FakeCloud(folder, 1);
        start();
        beside = BareMetalInventory.open(cloud.options(), InstantSource.system(), Missing.REFUSE);
    }

    private void start() {
        driver = new BareMetalDriver(cloud.conf().build(), host);
        driver.initHost(new HostName("compute-0"));
    }

    @AfterEach
    void close() {
        beside.close();
        driver.close();
        cloud.close();
    }

    @ParameterizedTest
    @EnumSource(PowerChange.class)
    void theHostChangesThePowerAndWantsTheNewPower(PowerChange change) throws Exception {
        OperationRecord end = done(power(change));

        assertThat(end.status()).as(end.failure().toString()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(cloud.rack().slots().getFirst().machine().isOn()).isEqualTo(change.isOnAfterwards());
        PowerState wanted = change.isOnAfterwards() ? PowerState.RUNNING : PowerState.SHUTDOWN;
        assertThat(cloud.node(NODE).power().wanted().state()).isEqualTo(wanted);
        assertThat(cloud.node(NODE).power().seen()).isEqualTo(wanted);
        assertThat(cloud.node(NODE).state().persistedName()).isEqualTo("available");
    }

    @Test
    void theCommandsOfANodeRunInTheOrderOfTheirRequests() throws Exception {
        List<OperationRecord> requested = List.of(
                power(PowerChange.ON), power(PowerChange.REBOOT), power(PowerChange.OFF), power(PowerChange.ON));

        for (OperationRecord one : requested) {
            assertThat(done(one).status()).isEqualTo(OperationStatus.SUCCEEDED);
        }
        assertThat(cloud.rack().slots().getFirst().machine().isOn()).isTrue();
    }

    @Test
    void aBootDeviceIsSet() {
        OperationRecord end = done(beside.operations()
                .command(
                        NODE,
                        new MachineCommand.Boot(BootDevice.NETWORK, BootPersistence.PERSISTENT),
                        "an operator",
                        WithoutHost.REFUSE));

        assertThat(end.status()).as(end.failure().toString()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(cloud.rack().slots().getFirst().machine().bootOverride())
                .satisfies(set -> assertThat(set.device()).isEqualTo(BootDevice.NETWORK))
                .satisfies(set -> assertThat(set.persistence()).isEqualTo(BootPersistence.PERSISTENT));
    }

    @Test
    void theComputeServiceGetsTheEventThatAnInstanceWasStopped() throws Exception {
        SpawnRequest request = spawned();

        assertThat(done(power(PowerChange.SOFT_OFF)).status()).isEqualTo(OperationStatus.SUCCEEDED);

        host.await(
                "the power change",
                LIMIT,
                event -> event instanceof PowerChanged change
                        && change.newPower() == PowerState.SHUTDOWN
                        && change.instance()
                                .filter(request.instance().id()::equals)
                                .isPresent());
    }

    @Test
    void noCommandInterferesWithAnOperation() throws Exception {
        cloud.hold();
        Thread spawning = Thread.ofVirtual().start(() -> {
            try {
                spawned();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        Eventually.holds("the deployment waits for its image", LIMIT, () -> cloud.heldDownloads() > 0);

        refused(ErrorCode.RESOURCES_UNAVAILABLE, () -> power(PowerChange.OFF))
                .withMessageContaining("an operation works on the node");

        cloud.release();
        assertThat(spawning.join(LIMIT)).isTrue();
        assertThat(done(power(PowerChange.OFF)).status()).isEqualTo(OperationStatus.SUCCEEDED);
    }

    @Test
    void withoutAHostACommandIsRefusedOrWaitsForTheNextStartUnlessItIsWithdrawn() throws Exception {
        driver.close();
        refused(ErrorCode.HOST_UNAVAILABLE, () -> power(PowerChange.ON));
        OperationRecord withdrawn = queued(PowerChange.OFF);
        OperationRecord waiting = queued(PowerChange.ON);
        beside.operations().cancel(withdrawn.id(), "an operator");

        start();

        assertThat(done(waiting).status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(done(withdrawn).status()).isEqualTo(OperationStatus.CANCELLED);
        assertThat(cloud.rack().slots().getFirst().machine().isOn()).isTrue();
    }

    @Test
    void aMachineThatDoesNotSwitchOnFailsTheCommandWithTheReason() {
        cloud.rack().slots().getFirst().fakeBmc().setFaults(FakeFaults.of(FakeFault.POWER_IGNORED));

        OperationRecord end = done(power(PowerChange.ON));

        assertThat(end.status()).isEqualTo(OperationStatus.FAILED);
        assertThat(end.failure().orElseThrow().code()).isEqualTo(ErrorCode.POWER_ON_FAILED);
        assertThat(end.failure().orElseThrow().message()).contains("metal-0");
    }

    private OperationRecord power(PowerChange change) {
        return beside.operations().command(NODE, new MachineCommand.Power(change), "an operator", WithoutHost.REFUSE);
    }

    private OperationRecord queued(PowerChange change) {
        return beside.operations().command(NODE, new MachineCommand.Power(change), "an operator", WithoutHost.QUEUE);
    }

    private OperationRecord done(OperationRecord operation) {
        return beside.operations().await(operation.id(), LIMIT);
    }

    private SpawnRequest spawned() throws Exception {
        SpawnRequest request = DriverProcess.request(
                cloud.imageUrl().toString(), NODE.value(), UUID.randomUUID().toString());
        driver.spawn(RequestContext.of("req-0"), request);
        return request;
    }
}

package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.PowerAction;
import org.novametal.driver.capability.PowerUpdateEvents;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.host.DriverEvent.InstanceLifecycle;
import org.novametal.driver.host.DriverEvent.InstanceLifecycle.Transition;
import org.novametal.driver.host.DriverEvent.PowerChanged;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.PowerOffRequest;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;

/** A whole driver over fake machines that somebody switches by hand. */
class SwitchedByHandTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final ScriptedDriverHost host = new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system());

    @Test
    void theDriverFollowsAndTells() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1);
                BareMetalDriver driver = new BareMetalDriver(cloud.conf().build(), host)) {
            SpawnRequest request = spawned(cloud, driver);

            switchByHand(cloud, PowerAction.OFF);

            host.await("the stop", LIMIT, event -> isLifecycle(event, Transition.STOPPED));
            assertThat(driver.getInfo(request.instance(), Freshness.CACHED).state())
                    .isEqualTo(PowerState.SHUTDOWN);
            assertThat(host.events())
                    .filteredOn(PowerChanged.class::isInstance)
                    .last()
                    .satisfies(event -> {
                        PowerChanged change = (PowerChanged) event;
                        assertThat(change.instance())
                                .isEqualTo(Optional.of(request.instance().id()));
                        assertThat(change.newPower()).isEqualTo(PowerState.SHUTDOWN);
                    });
            assertThat(driver.powerHealth(FakeCloud.nodeName(0)).reachableSince())
                    .isPresent();
        }
    }

    @Test
    void aDriverThatForcesSwitchesBackAndDoesNotMindItsOwnVerbs() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1);
                BareMetalDriver driver = forcing(cloud)) {
            SpawnRequest request = spawned(cloud, driver);
            RequestContext context = RequestContext.of("req-1");
            driver.powerOff(context, PowerOffRequest.hard(request.instance()));
            driver.powerOn(context, request.instance());
            assertThat(host.events()).as("nobody but a caller switched").noneMatch(SwitchedByHandTest::isStop);

            switchByHand(cloud, PowerAction.OFF);

            host.await("the stop", LIMIT, SwitchedByHandTest::isStop);
            host.await(
                    "the start",
                    LIMIT,
                    event -> event instanceof PowerChanged change
                            && change.oldPower() == PowerState.SHUTDOWN
                            && change.newPower() == PowerState.RUNNING
                            && change.instance().isPresent());
            assertThat(cloud.rack().slots().getFirst().machine().isOn()).isTrue();
        }
    }

    @Test
    void aReportedPowerChangeIsSeenAtOnce() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1);
                BareMetalDriver driver = new BareMetalDriver(
                        cloud.conf()
                                .overlay("baremetal", "power_poll_interval", "3600")
                                .build(),
                        host)) {
            SpawnRequest request = spawned(cloud, driver);
            switchByHand(cloud, PowerAction.OFF);

            updates(driver).powerUpdateEvent(request.instance(), PowerState.SHUTDOWN);

            host.await("the stop, though no sweep comes", LIMIT, SwitchedByHandTest::isStop);
            assertThat(driver.getInfo(request.instance(), Freshness.CACHED).state())
                    .isEqualTo(PowerState.SHUTDOWN);
        }
    }

    @Test
    void aDriverThatForcesTakesTheReportedPowerAsWanted() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1);
                BareMetalDriver driver = forcing(cloud)) {
            SpawnRequest request = spawned(cloud, driver);
            updates(driver).powerUpdateEvent(request.instance(), PowerState.SHUTDOWN);

            host.await("the stop", LIMIT, SwitchedByHandTest::isStop);
            assertThat(cloud.rack().slots().getFirst().machine().isOn()).isFalse();
        }
    }

    @Test
    void aPowerThatNoMachineHasIsRefused() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1);
                BareMetalDriver driver = new BareMetalDriver(cloud.conf().build(), host)) {
            SpawnRequest request = spawned(cloud, driver);
            assertThatThrownBy(() -> updates(driver).powerUpdateEvent(request.instance(), PowerState.PAUSED))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("RUNNING or SHUTDOWN, not to PAUSED");
        }
    }

    /** A driver that brings machines back, and sees quickly that it has to. */
    private BareMetalDriver forcing(FakeCloud cloud) {
        return new BareMetalDriver(
                cloud.conf()
                        .overlay("baremetal", "power_mismatch", "force")
                        .overlay("baremetal", "power_poll_interval", "0.05")
                        .build(),
                host);
    }

    private static PowerUpdateEvents updates(BareMetalDriver driver) {
        return driver.capability(PowerUpdateEvents.class).orElseThrow();
    }

    private static SpawnRequest spawned(FakeCloud cloud, BareMetalDriver driver) throws Exception {
        driver.initHost(new HostName("compute-0"));
        SpawnRequest request = DriverProcess.request(
                cloud.imageUrl().toString(),
                FakeCloud.nodeName(0).value(),
                UUID.randomUUID().toString());
        driver.spawn(RequestContext.of("req-0"), request);
        return request;
    }

    private static void switchByHand(FakeCloud cloud, PowerAction action) throws Exception {
        var machine = cloud.rack().slots().getFirst().machine();
        machine.control(action);
        Eventually.holds("the machine is off", Duration.ofSeconds(10), () -> !machine.isOn());
    }

    private static boolean isStop(DriverEvent event) {
        return isLifecycle(event, Transition.STOPPED);
    }

    private static boolean isLifecycle(DriverEvent event, Transition transition) {
        return event instanceof InstanceLifecycle lifecycle && lifecycle.transition() == transition;
    }
}

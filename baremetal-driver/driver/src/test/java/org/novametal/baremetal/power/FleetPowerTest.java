package org.novametal.baremetal.power;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.baremetal.power.Fleet.Parts;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.InMemoryBmc;
import org.novametal.bmc.InMemoryBmc.Manner;
import org.novametal.bmc.InMemoryBmc.Reading;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.fleet.PowerReading;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.testing.SteppedClock;
import org.novametal.driver.testkit.Eventually;

/** Sweeps over real records and BMCs in memory. */
class FleetPowerTest {
    private static final Instant START = Instant.parse("2013-04-18T10:52:00Z");
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final SteppedClock clock = new SteppedClock(START);
    private Fleet fleet;

    @BeforeEach
    void open() {
        fleet = new Fleet(folder);
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    private Parts following() {
        return fleet.start(PowerMismatch.FOLLOW, 3, clock);
    }

    private Parts forcing(int tries) {
        return fleet.start(PowerMismatch.FORCE, tries, clock);
    }

    @ParameterizedTest
    @EnumSource
    void aMachineThatSomebodySwitchedIsRecordedAndTold(Reading reading) throws Exception {
        UUID node = fleet.enrolOn(reading);
        Parts parts = following();
        fleet.bmc(node).put(ChassisPower.OFF);

        parts.service().sweep();

        assertThat(fleet.node(node).power().seen()).isEqualTo(PowerState.SHUTDOWN);
        assertThat(fleet.node(node).power().wanted()).isEqualTo(WantedPower.of(PowerState.SHUTDOWN));
        assertThat(fleet.told).containsExactly("node-0 RUNNING -> SHUTDOWN");
        assertThat(fleet.bmc(node).requests()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aMachineBetweenTwoStatesKeepsItsLastKnownPower(Reading reading) throws Exception {
        UUID node = fleet.enrolOn(reading);
        Parts parts = forcing(3);
        fleet.bmc(node).put(ChassisPower.CHANGING);

        for (int sweep = 0; sweep <= FleetPower.UNKNOWN_AFTER; sweep++) {
            parts.service().sweep();
        }

        assertThat(fleet.node(node).power().seen()).isEqualTo(PowerState.RUNNING);
        assertThat(fleet.told).isEmpty();
        assertThat(fleet.bmc(node).requests()).isEmpty();
    }

    @Test
    void aQuietFleetOfAThousandWritesNothing() throws Exception {
        Random random = new Random(20261121);
        for (int number = 0; number < 1000; number++) {
            UUID node = fleet.enrol(random.nextBoolean() ? Reading.POLLED : Reading.ASKED);
            fleet.bmc(node).put(random.nextBoolean() ? ChassisPower.ON : ChassisPower.OFF);
        }
        Parts parts = following();
        parts.service().sweep();
        assertThat(fleet.takeWrites()).as("all were unknown before").isEqualTo(1000);

        parts.service().sweep();
        parts.service().sweep();

        assertThat(fleet.takeWrites()).isZero();
        assertThat(fleet.told).hasSize(1000);
        assertThat(fleet.enrolled).hasSize(1000);
        UUID one = fleet.store.nodes().all().get(47).uuid();
        InMemoryBmc bmc = fleet.bmc(one);
        bmc.put(bmc.power() == ChassisPower.ON ? ChassisPower.OFF : ChassisPower.ON);
        parts.service().sweep();
        assertThat(fleet.takeWrites()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aNodeThatCannotBeReadIsFaultyUntilThreeGoodReadingsInARow(Reading reading) throws Exception {
        UUID node = fleet.enrolOn(reading);
        Parts parts = following();
        fleet.bmc(node).fail(Reason.UNREACHABLE);
        for (int lost = 1; lost < FleetPower.UNKNOWN_AFTER; lost++) {
            parts.service().sweep();
            assertThat(fleet.node(node).marks().fault()).isEmpty();
        }
        parts.service().sweep();
        assertThat(fleet.node(node).marks().fault()).contains(NodeFault.POWER);

        fleet.bmc(node).recover();
        parts.service().sweep();
        parts.service().sweep();
        fleet.bmc(node).fail(Reason.UNREACHABLE);
        parts.service().sweep();
        fleet.bmc(node).recover();
        for (int good = 1; good < NodeHealth.ENOUGH_ANSWERS; good++) {
            parts.service().sweep();
            assertThat(fleet.node(node).marks().fault()).as("after %d", good).contains(NodeFault.POWER);
        }
        parts.service().sweep();

        assertThat(fleet.node(node).marks().fault()).isEmpty();
    }

    @Test
    void goodReadingsEndNoFaultButThatOfPower() throws Exception {
        UUID node = fleet.enrolOn(Reading.POLLED);
        fleet.store.nodes().setFault(node, Optional.of(NodeFault.CLEAN));
        Parts parts = following();

        for (int good = 0; good <= NodeHealth.ENOUGH_ANSWERS; good++) {
            parts.service().sweep();
        }

        assertThat(fleet.node(node).marks().fault()).contains(NodeFault.CLEAN);
    }

    @Test
    void aLostReadingSaysNothingAndManyInARowMeanUnknown() throws Exception {
        UUID node = fleet.enrolOn(Reading.POLLED);
        Parts parts = following();
        fleet.bmc(node).fail(Reason.UNREACHABLE);
        for (int lost = 1; lost < FleetPower.UNKNOWN_AFTER; lost++) {
            parts.service().sweep();
        }
        assertThat(fleet.node(node).power().seen()).isEqualTo(PowerState.RUNNING);
        assertThat(fleet.takeWrites()).isZero();

        parts.service().sweep();
        parts.service().sweep();

        assertThat(fleet.node(node).power().seen()).isEqualTo(PowerState.NOSTATE);
        assertThat(fleet.node(node).power().wanted())
                .as("what is wanted stays known")
                .isEqualTo(WantedPower.of(PowerState.RUNNING));
        assertThat(fleet.takeWrites()).as("the power and the fault").isEqualTo(2);
        fleet.bmc(node).recover();
        parts.service().sweep();
        assertThat(fleet.told).containsExactly("node-0 RUNNING -> NOSTATE", "node-0 NOSTATE -> RUNNING");
    }

    @Test
    void aBmcThatFailsNowAndThenDoesNotFlap() throws Exception {
        UUID node = fleet.enrolOn(Reading.ASKED);
        Parts parts = following();
        for (int round = 0; round < 10; round++) {
            fleet.bmc(node).fail(Reason.BUSY);
            parts.service().sweep();
            parts.service().sweep();
            fleet.bmc(node).recover();
            parts.service().sweep();
        }

        assertThat(fleet.told).isEmpty();
        assertThat(fleet.takeWrites()).isZero();
    }

    @Test
    void aNodesHealthSaysSinceWhenAndWhy() throws Exception {
        UUID node = fleet.enrolOn(Reading.POLLED);
        Parts parts = following();
        assertThat(parts.power().health(node)).isEqualTo(NodeHealth.UNKNOWN);
        parts.service().sweep();
        clock.advance(Duration.ofSeconds(30));
        parts.service().sweep();
        assertThat(parts.power().health(node))
                .isEqualTo(new NodeHealth(Optional.of(START), Optional.empty(), 0, 2, Optional.empty()));

        fleet.bmc(node).fail(Reason.NO_FREE_SESSION);
        clock.advance(Duration.ofSeconds(30));
        parts.service().sweep();
        clock.advance(Duration.ofSeconds(30));
        parts.service().sweep();

        NodeHealth health = parts.power().health(node);
        assertThat(health.reachableSince()).isEmpty();
        assertThat(health.unreachableSince()).contains(START.plusSeconds(60));
        assertThat(health.failures()).isEqualTo(2);
        assertThat(health.lastError()).get().satisfies(error -> {
            assertThat(error.at()).isEqualTo(START.plusSeconds(90));
            assertThat(error.reason()).isEqualTo(Reason.NO_FREE_SESSION);
            assertThat(error.message()).contains("memory://bmc-0");
        });
        fleet.bmc(node).recover();
        clock.advance(Duration.ofSeconds(30));
        parts.service().sweep();
        assertThat(parts.power().health(node).reachableSince()).contains(START.plusSeconds(120));
        assertThat(parts.power().health(node).lastError()).isPresent();
    }

    @Test
    void aBmcThatCannotBeOpenedIsAFailureOfItsNodeAlone() throws Exception {
        UUID odd = fleet.enrolOn(Reading.POLLED);
        UUID even = fleet.enrol(Reading.POLLED);
        fleet.directory = node -> {
            if (node.uuid().equals(odd)) {
                throw new BmcException(Reason.UNSUPPORTED, "nothing here speaks that");
            }
            return fleet.bmc(node.uuid());
        };
        Parts parts = following();

        parts.service().sweep();

        assertThat(parts.power().health(odd).lastError()).isPresent();
        assertThat(fleet.node(even).power().seen()).isEqualTo(PowerState.SHUTDOWN);
    }

    // ---- force

    @ParameterizedTest
    @EnumSource(names = {"ON", "OFF"})
    void aMachineThatLeftItsPowerIsBroughtBack(ChassisPower wanted) throws Exception {
        UUID node = fleet.enrol(Reading.POLLED);
        InMemoryBmc bmc = fleet.bmc(node);
        bmc.put(wanted);
        Parts parts = forcing(3);
        parts.service().sweep();
        assertThat(fleet.told).as("the first reading is what is wanted").hasSize(1);
        fleet.told.clear();
        bmc.put(wanted == ChassisPower.ON ? ChassisPower.OFF : ChassisPower.ON);

        parts.service().sweep();
        Eventually.holds("both changes are reported", LIMIT, () -> fleet.told.size() == 2);

        assertThat(bmc.power()).isEqualTo(wanted);
        assertThat(bmc.requests()).hasSize(1);
        assertThat(fleet.told)
                .containsExactlyElementsOf(
                        wanted == ChassisPower.ON
                                ? List.of("node-0 RUNNING -> SHUTDOWN", "node-0 SHUTDOWN -> RUNNING")
                                : List.of("node-0 SHUTDOWN -> RUNNING", "node-0 RUNNING -> SHUTDOWN"));
        assertThat(fleet.node(node).power().wanted().tries()).isEqualTo(1);
        Eventually.holds(
                "the node is idle", LIMIT, () -> parts.provisioner().idle(node).isPresent());
        parts.service().sweep();
        assertThat(fleet.node(node).power().wanted().tries())
                .as("found right again: the tries are forgotten")
                .isZero();
    }

    @Test
    void aMachineThatDoesNotComeBackIsGivenUpAndFollowed() throws Exception {
        UUID node = fleet.enrolOn(Reading.POLLED);
        InMemoryBmc bmc = fleet.bmc(node);
        bmc.put(ChassisPower.OFF);
        bmc.manner(Manner.IGNORES);
        Parts parts = forcing(2);
        for (int round = 1; round <= 2; round++) {
            int tries = round;
            parts.service().sweep();
            Eventually.holds(
                    "it is tried and done with",
                    LIMIT,
                    () -> bmc.requests().size() == tries
                            && parts.provisioner().idle(node).isPresent());
            assertThat(fleet.node(node).power().wanted()).isEqualTo(new WantedPower(PowerState.RUNNING, round));
            assertThat(fleet.node(node).maintenance()).isEmpty();
        }

        parts.service().sweep();

        assertThat(fleet.node(node).maintenance())
                .get()
                .satisfies(reason -> assertThat(reason).contains("SHUTDOWN", "RUNNING", "2 tries", "power.back-on"));
        assertThat(fleet.node(node).power().wanted()).isEqualTo(WantedPower.of(PowerState.SHUTDOWN));
        parts.service().sweep();
        assertThat(bmc.requests()).containsExactly(PowerAction.ON, PowerAction.ON);
        assertThat(fleet.told).containsExactly("node-0 RUNNING -> SHUTDOWN");
    }

    @Test
    void aRestartInTheMiddleOfForceGoesOnAndKeepsTheCount() throws Exception {
        UUID node = fleet.enrolOn(Reading.POLLED);
        InMemoryBmc bmc = fleet.bmc(node);
        bmc.put(ChassisPower.OFF);
        bmc.manner(Manner.IGNORES);
        Parts first = forcing(2);
        first.service().sweep();
        Eventually.holds("it is tried", LIMIT, () -> bmc.requests().size() == 1);
        first.service().close();
        first.power().close();
        first.provisioner().close();

        bmc.manner(Manner.OBEYS);
        Parts second = forcing(2);
        second.service().sweep();
        assertThat(fleet.node(node).power().wanted()).isEqualTo(new WantedPower(PowerState.RUNNING, 2));
        Eventually.holds(
                "it is tried again and done with",
                LIMIT,
                () -> bmc.requests().size() == 2
                        && second.provisioner().idle(node).isPresent());

        second.service().sweep();
        assertThat(bmc.power()).isEqualTo(ChassisPower.ON);
        assertThat(fleet.node(node).power().wanted()).isEqualTo(WantedPower.of(PowerState.RUNNING));
        assertThat(fleet.node(node).maintenance()).isEmpty();
    }

    @Test
    void inMaintenanceTheMachineIsRight() throws Exception {
        UUID node = fleet.enrolOn(Reading.POLLED);
        fleet.store.nodes().setMaintenance(node, Optional.of(new NodeMarks.Maintenance("disk swap", "ann")));
        fleet.bmc(node).put(ChassisPower.OFF);
        Parts parts = forcing(3);

        parts.service().sweep();

        assertThat(fleet.node(node).power().wanted()).isEqualTo(WantedPower.of(PowerState.SHUTDOWN));
        assertThat(fleet.bmc(node).requests()).isEmpty();
        assertThat(fleet.node(node).maintenance()).contains("disk swap");
    }

    // ---- operations

    @Test
    void aNodeThatAnOperationWorksOnIsLeftToIt() throws Exception {
        UUID node = fleet.enrolOn(Reading.POLLED);
        Gate gate = new Gate();
        Parts parts = fleet.start(PowerMismatch.FORCE, 3, clock, gate);
        UUID operation = fleet.beginDeploy(parts.provisioner(), node);
        gate.awaitReached();
        fleet.bmc(node).put(ChassisPower.OFF);

        parts.service().sweep();
        assertThat(fleet.bmc(node).reads()).isZero();
        assertThat(fleet.node(node).power().seen()).isEqualTo(PowerState.RUNNING);

        gate.open();
        parts.provisioner().await(operation, LIMIT);
        assertThat(fleet.node(node).state()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(fleet.told).isEmpty();
    }

    @Test
    void aReadingFromBeforeAnOperationIsNotTakenForOneAfterIt() throws Exception {
        UUID node = fleet.enrolOn(Reading.POLLED);
        Gate gate = new Gate();
        Parts parts = fleet.start(PowerMismatch.FOLLOW, 3, clock, gate);
        InMemoryBmc bmc = fleet.bmc(node);
        bmc.hold();
        CountDownLatch swept = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            try {
                parts.service().sweep();
                swept.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Eventually.holds("the BMC is asked", LIMIT, () -> bmc.openPolls().size() == 1);
        gate.open();
        parts.provisioner().await(fleet.beginDeploy(parts.provisioner(), node), LIMIT);
        Eventually.holds(
                "the node is idle", LIMIT, () -> parts.provisioner().idle(node).isPresent());

        bmc.put(ChassisPower.OFF);
        bmc.answer();

        assertThat(swept.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(fleet.node(node).power().seen()).isEqualTo(PowerState.RUNNING);
        assertThat(fleet.told).isEmpty();
    }

    @Test
    void aListenerThatFailsChangesNothing() throws Exception {
        UUID node = fleet.enrol(Reading.POLLED);
        Parts parts = following();
        FleetPower deaf = new FleetPower(
                fleet.store.nodes(),
                parts.provisioner(),
                new MismatchPolicy(PowerMismatch.FOLLOW, 1),
                new FleetPower.Switches(new Gate(), new Gate()),
                (_, _, _) -> {
                    throw new IllegalStateException("a listener's bug");
                },
                InstantSource.system());

        deaf.seen(
                fleet.node(node),
                parts.provisioner().idle(node).orElseThrow(),
                new PowerReading.Known(ChassisPower.ON));

        assertThat(fleet.node(node).power().seen()).isEqualTo(PowerState.RUNNING);
    }

    /** A step that waits to be let through. */
    private static final class Gate implements Step {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        @Override
        public String name() {
            return "test.gate";
        }

        @Override
        public Duration limit() {
            return Duration.ofMinutes(1);
        }

        @Override
        public StepResult run(StepContext context) throws InterruptedException {
            reached.countDown();
            opened.await();
            return StepResult.DONE;
        }

        void awaitReached() throws InterruptedException {
            assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
        }

        void open() {
            opened.countDown();
        }
    }
}

package org.novametal.bmc.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.bmc.BmcFailures.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.DeviceInformation;
import org.novametal.bmc.PowerAction;
import org.novametal.fake.FakeFault;
import org.novametal.fake.FakeFaults;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.FakeIpmiServer;
import org.novametal.fake.SwitchChassis;

/**
 * What the caller of our client sees of a BMC or a network that is not sound: the right answer, or the reason why there is
 * none; never a wrong answer, and never later than the limit.
 */
@Execution(ExecutionMode.CONCURRENT)
class IpmiBmcUnderFaultsTest {
    private static final long SEED = 20_261_121;
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret");
    private static final BmcOptions OPTIONS = new BmcOptions(Duration.ofSeconds(8), Duration.ofMillis(60));
    private static final BmcOptions BRIEF = new BmcOptions(Duration.ofMillis(600), Duration.ofMillis(60));
    private static final Duration SLACK = Duration.ofSeconds(2);

    private final AtomicLong clockAhead = new AtomicLong();
    private final FakeIpmiServer server =
            FakeIpmiServer.start(() -> System.nanoTime() + clockAhead.get(), new Random(SEED));
    private final IpmiBmcFactory factory = new IpmiBmcFactory();
    private final List<FakeIpmiBmc> fakes = new ArrayList<>();
    private final Machine machine = machine();
    private final FakeIpmiBmc fake = machine.fake();
    private final SwitchChassis chassis = machine.chassis();
    private final BmcAddress address = machine.bmc().address();
    private final Bmc bmc = machine.bmc();

    private record Machine(SwitchChassis chassis, FakeIpmiBmc fake, Bmc bmc) {
        ChassisPower power() {
            return chassis.isOn() ? ChassisPower.ON : ChassisPower.OFF;
        }

        void change(int round) {
            chassis.control(round % 2 == 0 ? PowerAction.ON : PowerAction.OFF);
        }

        void readRight(int round) throws InterruptedException {
            change(round);
            assertThat(bmc.readPower()).as(seed(round)).isEqualTo(power());
        }
    }

    private Machine machine() {
        SwitchChassis body = new SwitchChassis();
        FakeIpmiBmc brain = new FakeIpmiBmc(ADMIN, body);
        fakes.add(brain);
        return new Machine(body, brain, factory.open(server.attach(brain, 0), ADMIN, OPTIONS));
    }

    private interface Rounds {
        void take(Machine machine) throws InterruptedException;
    }

    /** Most of a round is waiting for what is lost or late: so several machines have theirs at once. */
    private void withEachOf(int count, FakeFaults faults, Rounds rounds) throws Exception {
        List<Future<?>> taken = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                Machine one = machine();
                one.fake().setFaults(faults);
                taken.add(threads.submit(() -> {
                    rounds.take(one);
                    return one;
                }));
            }
        }
        for (Future<?> each : taken) {
            each.get();
        }
    }

    @AfterEach
    void close() {
        fakes.forEach(one -> one.setFaults(FakeFaults.NONE));
        factory.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = BootDevice.class,
            names = {"NETWORK", "DISK", "FIRMWARE_SETUP"})
    void aBootDeviceThatTheBmcAcceptsAndDoesNotKeepIsNotDone(BootDevice device) {
        fake.setFaults(FakeFaults.of(FakeFault.BOOT_FLAGS_NOT_KEPT));
        BootOverride override = new BootOverride(device, BootPersistence.PERSISTENT, BootFirmware.UEFI);

        assertFails(
                        Reason.NOT_DONE,
                        () -> bmc.capability(BootDeviceControl.class)
                                .orElseThrow()
                                .setBootOverride(override))
                .hasMessageContaining("accepted the boot device " + device);
    }

    /** The numbers are those that leave a BMC usable. */
    @ParameterizedTest
    @CsvSource({
        "DROP, 20",
        "DELAY, 100",
        "DUPLICATE, 100",
        "REORDER, 50",
        "TRUNCATE, 20",
        "OLD_ANSWER, 100",
        "ONE_BUFFER, 30",
        "SESSION_FORGOTTEN, 5",
        "CLOCK_JUMP, 5"
    })
    void thePowerIsReadRightNoMatterWhat(FakeFault fault, int number) throws Exception {
        withEachOf(3, FakeFaults.NONE.with(fault, number), one -> {
            for (int round = 0; round < 10; round++) {
                one.readRight(round);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "DROP, 20",
        "DELAY, 100",
        "DUPLICATE, 100",
        "REORDER, 50",
        "TRUNCATE, 20",
        "OLD_ANSWER, 100",
        "ONE_BUFFER, 30",
        "SESSION_FORGOTTEN, 5",
        "CLOCK_JUMP, 5"
    })
    void onAndOffAreDoneOnceNoMatterHowOftenTheyAreSent(FakeFault fault, int number) throws Exception {
        withEachOf(3, FakeFaults.NONE.with(fault, number), one -> {
            for (int round = 1; round <= 4; round++) {
                one.bmc().requestPower(PowerAction.ON);
                assertThat(one.chassis().isOn()).as(seed(round)).isTrue();
                assertThat(one.chassis().boots()).as(seed(round)).isEqualTo(round);
                one.bmc().requestPower(PowerAction.OFF);
                assertThat(one.chassis().isOn()).as(seed(round)).isFalse();
            }
        });
    }

    @Test
    void aBmcThatIsNotThereIsUnreachableInTime() {
        fake.setFaults(FakeFaults.NONE.with(FakeFault.DROP, 100));

        failsInTime(Reason.UNREACHABLE, factory.open(address, ADMIN, BRIEF)::readPower);
    }

    @Test
    void anAnswerThatComesAfterTheCallIsNotThatOfTheNextOne() throws Exception {
        Bmc brief = factory.open(address, ADMIN, BRIEF);
        assertThat(brief.readPower()).isEqualTo(ChassisPower.OFF);
        fake.setFaults(FakeFaults.NONE.with(FakeFault.DELAY, 700));
        failsInTime(Reason.UNREACHABLE, brief::readPower);
        chassis.control(PowerAction.ON);
        fake.setFaults(FakeFaults.NONE);

        for (int round = 0; round < 20; round++) {
            assertThat(brief.readPower()).isEqualTo(ChassisPower.ON);
        }
    }

    @Test
    void wrongBytesInAnOpenSessionAreNeverTakenForAnAnswer() throws Exception {
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
        fake.setFaults(FakeFaults.of(FakeFault.CORRUPT));

        for (int round = 0; round < 30; round++) {
            try {
                machine.readRight(round);
            } catch (BmcException e) {
                // Three lost in a row, and the new session was opened with wrong bytes: see the next test.
                assertThat(e.reason()).as(seed(round)).isIn(REASONS_OF_WRONG_BYTES);
            }
        }
    }

    /** What opens a session is only partly authenticated: a wrong byte in it can look like any refusal. */
    private static final Set<Reason> REASONS_OF_WRONG_BYTES = EnumSet.complementOf(EnumSet.of(Reason.CLOSED));

    @Test
    void wrongBytesWhileASessionIsOpenedAreNeverTakenForAPower() throws Exception {
        AtomicInteger answers = new AtomicInteger();
        withEachOf(3, FakeFaults.of(FakeFault.CORRUPT), one -> {
            for (int round = 0; round < 10; round++) {
                one.change(round);
                try (Bmc again = factory.open(one.bmc().address(), ADMIN, OPTIONS)) {
                    assertThat(again.readPower()).as(seed(round)).isEqualTo(one.power());
                    answers.incrementAndGet();
                } catch (BmcException e) {
                    assertThat(e.reason()).as(seed(round)).isIn(REASONS_OF_WRONG_BYTES);
                }
            }
        });
        assertThat(answers).as("seed " + SEED).hasPositiveValue();
    }

    @Test
    void aRequestThatComesTwiceIsDoneOnce() throws Exception {
        chassis.control(PowerAction.ON);
        fake.setFaults(FakeFaults.of(FakeFault.DUPLICATE));

        bmc.requestPower(PowerAction.RESET);
        bmc.requestPower(PowerAction.CYCLE);

        assertThat(chassis.boots()).isEqualTo(3);
    }

    /** A datagram that waits for the next one is done after the call has failed, so only the sums tell. */
    @ParameterizedTest
    @CsvSource({
        "DROP, 20, RESET",
        "DROP, 20, CYCLE",
        "DELAY, 100, RESET",
        "DUPLICATE, 100, RESET",
        "REORDER, 50, RESET",
        "TRUNCATE, 20, CYCLE",
        "SESSION_FORGOTTEN, 5, RESET",
    })
    void whatHurtsWhenDoneTwiceIsDoneAtMostOnce(FakeFault fault, int number, PowerAction action) throws Exception {
        AtomicInteger succeededInAll = new AtomicInteger();
        withEachOf(10, FakeFaults.NONE.with(fault, number), one -> {
            one.chassis().control(PowerAction.ON);
            int succeeded = 0;
            int unsure = 0;

            for (int round = 0; round < 3; round++) {
                try {
                    one.bmc().requestPower(action);
                    succeeded++;
                } catch (BmcException e) {
                    assertThat(e.reason()).as(seed(round)).isIn(Reason.UNREACHABLE, Reason.PROTOCOL);
                    unsure += e.getMessage().contains("may have been done") ? 1 : 0;
                }
            }

            int done = one.chassis().boots() - 1;
            assertThat(done).as("seed " + SEED).isBetween(succeeded, succeeded + unsure);
            succeededInAll.addAndGet(succeeded);
        });
        assertThat(succeededInAll).as("seed " + SEED).hasPositiveValue();
    }

    @Test
    void aBmcWhoseSessionsAreTakenSaysSo() throws Exception {
        fake.setFaults(FakeFaults.of(FakeFault.NO_FREE_SESSION));
        Bmc hasty = factory.open(address, ADMIN, new BmcOptions(Duration.ofSeconds(2), Duration.ofMillis(60)));
        failsInTime(Reason.NO_FREE_SESSION, hasty::readPower);
        fake.setFaults(FakeFaults.NONE);

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
    }

    @Test
    void aBmcThatRestartsIsWaitedForWithinTheLimit() throws Exception {
        fake.setFaults(FakeFaults.NONE.with(FakeFault.BMC_RESET, 6));

        for (int round = 0; round < 8; round++) {
            machine.readRight(round);
        }
    }

    @Test
    void aBmcThatRestartsForLongerThanTheLimitIsUnreachableUntilThen() throws Exception {
        Bmc brief = factory.open(address, ADMIN, BRIEF);
        assertThat(brief.readPower()).isEqualTo(ChassisPower.OFF);
        fake.setFaults(FakeFaults.NONE.with(FakeFault.BMC_RESET, 1));
        failsInTime(Reason.UNREACHABLE, brief::readPower);
        fake.setFaults(FakeFaults.NONE);
        clockAhead.addAndGet(Duration.ofSeconds(2).toNanos());

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
        assertThat(brief.readPower()).isEqualTo(ChassisPower.OFF);
    }

    @Test
    void aSlowPowerChangeIsSeenWhenItIsDone() throws Exception {
        fake.setFaults(FakeFaults.NONE.with(FakeFault.SLOW_POWER, 1));

        bmc.requestPower(PowerAction.ON);
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
        awaitPower(ChassisPower.ON);

        assertThat(chassis.boots()).isOne();
    }

    @Test
    void aBusyBmcIsAskedAgainUntilTheLimit() throws Exception {
        fake.setFaults(FakeFaults.NONE.with(FakeFault.SLOW_POWER, 3));
        Bmc brief = factory.open(address, ADMIN, BRIEF);
        brief.readPower();

        bmc.requestPower(PowerAction.ON);
        failsInTime(Reason.BUSY, () -> brief.requestPower(PowerAction.RESET));
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
        bmc.requestPower(PowerAction.RESET);

        assertThat(bmc.readPower()).as("the first change was done by then").isEqualTo(ChassisPower.ON);
    }

    @Test
    void aPowerChangeThatIsOnlyAcceptedIsSeenInThePower() throws Exception {
        fake.setFaults(FakeFaults.of(FakeFault.POWER_IGNORED));

        bmc.requestPower(PowerAction.ON);

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
        assertThat(chassis.boots()).isZero();
    }

    @Test
    void aBmcThatDoesNotKnowThePasswordIsNotTrusted() {
        fake.setFaults(FakeFaults.of(FakeFault.WRONG_RAKP_CODE));

        failsInTime(Reason.WRONG_PASSWORD, bmc::readPower);
    }

    @Test
    void aBmcsKeyIsProved() throws Exception {
        BmcCredentials keyed = new BmcCredentials("admin", "s3cret", Optional.of("key-of-the-bmc"));
        BmcCredentials wrong = new BmcCredentials("admin", "s3cret", Optional.of("another"));
        BmcAddress at = server.attach(new FakeIpmiBmc(keyed, chassis), 0);

        assertThat(factory.open(at, keyed, OPTIONS).readPower()).isEqualTo(ChassisPower.OFF);
        failsInTime(Reason.WRONG_KEY, factory.open(at, wrong, OPTIONS)::readPower);
        failsInTime(Reason.WRONG_KEY, factory.open(at, ADMIN, OPTIONS)::readPower);
    }

    @Test
    void aBootOverrideOutlivesTheMinuteThatBmcsKeepIt() throws Exception {
        fake.setFaults(FakeFaults.of(FakeFault.BOOT_FLAGS_EXPIRE));
        BootDeviceControl boot = bmc.capability(BootDeviceControl.class).orElseThrow();
        BootOverride network = new BootOverride(BootDevice.NETWORK, BootPersistence.ONCE, BootFirmware.UEFI);

        boot.setBootOverride(network);
        clockAhead.addAndGet(Duration.ofMinutes(10).toNanos());

        assertThat(boot.readBootOverride()).isEqualTo(network);
        assertThat(chassis.bootOverride()).isEqualTo(network);
    }

    @Test
    void aBootDeviceWithoutABootModeLeavesTheModeOfTheBmcAlone() throws Exception {
        BootDeviceControl boot = bmc.capability(BootDeviceControl.class).orElseThrow();
        BootOverride disk = new BootOverride(BootDevice.DISK, BootPersistence.ONCE, BootFirmware.UNSPECIFIED);

        for (BootFirmware mode : List.of(BootFirmware.UEFI, BootFirmware.BIOS)) {
            for (BootDevice present : List.of(BootDevice.NETWORK, BootDevice.NONE)) {
                chassis.setBootOverride(new BootOverride(present, BootPersistence.PERSISTENT, mode));

                boot.setBootOverride(disk);

                assertThat(chassis.bootOverride())
                        .isEqualTo(new BootOverride(BootDevice.DISK, BootPersistence.ONCE, mode));
            }
        }
    }

    @Test
    void aBmcWithRoomForOneRequestIsAskedOneAtATime() throws Exception {
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
        fake.setFaults(FakeFaults.NONE.with(FakeFault.ONE_BUFFER, 20));
        List<Future<ChassisPower>> reads = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                reads.add(callers.submit(bmc::readPower));
            }
        }
        for (Future<ChassisPower> read : reads) {
            assertThat(read.get()).isEqualTo(ChassisPower.OFF);
        }
    }

    @Test
    void aCycleIsOffThenOnWhereTheBmcHasNone() throws Exception {
        chassis.control(PowerAction.ON);
        fake.setFaults(FakeFaults.of(FakeFault.NO_POWER_CYCLE));

        bmc.requestPower(PowerAction.CYCLE);

        assertThat(chassis.isOn()).isTrue();
        assertThat(chassis.boots()).isEqualTo(2);
    }

    @Test
    void aCycleWaitsForOffWhereTheBmcHasNoneAndIsSlow() throws Exception {
        chassis.control(PowerAction.ON);
        fake.setFaults(FakeFaults.of(FakeFault.NO_POWER_CYCLE).with(FakeFault.SLOW_POWER, 1));

        bmc.requestPower(PowerAction.CYCLE);
        awaitPower(ChassisPower.ON);

        assertThat(chassis.boots()).isEqualTo(2);
    }

    @Test
    void aCycleOfAMachineThatIsSlowerThanTheLimitIsNotDone() {
        chassis.control(PowerAction.ON);
        fake.setFaults(FakeFaults.of(FakeFault.NO_POWER_CYCLE).with(FakeFault.SLOW_POWER, 3));

        failsInTime(Reason.NOT_DONE, () -> factory.open(address, ADMIN, BRIEF).requestPower(PowerAction.CYCLE));
    }

    @ParameterizedTest
    @EnumSource(
            value = PowerAction.class,
            names = {"ON", "OFF"})
    void aRefusedSwitchToThePresentStateSucceeds(PowerAction action) throws Exception {
        fake.setFaults(FakeFaults.of(FakeFault.REFUSES_PRESENT_POWER));

        bmc.requestPower(action);
        bmc.requestPower(action);

        assertThat(chassis.isOn()).isEqualTo(action == PowerAction.ON);
    }

    @Test
    void aBmcWithoutASoftOffSaysThatItIsRefused() {
        chassis.control(PowerAction.ON);
        fake.setFaults(FakeFaults.of(FakeFault.NO_SOFT_OFF));

        failsInTime(Reason.REJECTED, () -> bmc.requestPower(PowerAction.SOFT_OFF));
    }

    @ParameterizedTest
    @EnumSource(
            value = FakeFault.class,
            names = {
                "AES_FULL_PAD",
                "SETUP_TAG_ZERO",
                "SETUP_SESSION_ECHO",
                "WRONG_CHECKSUM",
                "EXTRA_BYTES",
                "SHORT_ANSWERS",
                "STANDING_NUMBERS",
                "STARTING",
                "DAMAGED_RAKP_CODE"
            })
    void allCapabilitiesOfABmcWithAQuirkWork(FakeFault quirk) throws Exception {
        fake.setFaults(FakeFaults.of(quirk));
        BootDeviceControl boot = bmc.capability(BootDeviceControl.class).orElseThrow();
        BootOverride network = new BootOverride(BootDevice.NETWORK, BootPersistence.ONCE, BootFirmware.UEFI);

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
        boot.setBootOverride(network);
        assertThat(boot.readBootOverride()).isEqualTo(network);
        bmc.requestPower(PowerAction.ON);
        assertThat(bmc.readPower()).isEqualTo(ChassisPower.ON);
        DeviceInformation device = bmc.capability(DeviceInformation.class).orElseThrow();
        assertThat(device.readDevice().manufacturer()).isEqualTo("IANA 0");
        assertThat(device.readSystemUuid()).isEqualTo(chassis.systemUuid());
    }

    private void awaitPower(ChassisPower wanted) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (bmc.readPower() != wanted) {
            assertThat(System.nanoTime() - deadline)
                    .as("nanoseconds after the limit")
                    .isNegative();
        }
    }

    private static void failsInTime(Reason reason, ThrowingCallable call) {
        long start = System.nanoTime();
        assertFails(reason, call);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(OPTIONS.commandTimeout().plus(SLACK));
    }

    private static String seed(int round) {
        return "seed " + SEED + ", round " + round;
    }
}

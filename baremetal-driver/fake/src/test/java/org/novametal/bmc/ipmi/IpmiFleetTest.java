package org.novametal.bmc.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.bmc.Eventually.eventually;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerPolling;
import org.novametal.bmc.SilentPort;
import org.novametal.bmc.fleet.PowerReading;
import org.novametal.bmc.fleet.PowerSweep;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.FakeIpmiProfile;
import org.novametal.fake.FakeIpmiServer;
import org.novametal.fake.SwitchChassis;

/** Many BMCs at once, by polls. */
class IpmiFleetTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** A busy machine that runs the test may answer late, which is no loss. */
    private static final BmcOptions PATIENT = new BmcOptions(Duration.ofSeconds(30), Duration.ofSeconds(5));

    private final SwitchChassis chassis = new SwitchChassis();
    private final FakeIpmiServer server = FakeIpmiServer.start();
    private final IpmiBmcFactory factory = new IpmiBmcFactory();
    private final List<FakeIpmiBmc> fakes = new ArrayList<>();

    @AfterEach
    void close() {
        factory.close();
        server.close();
    }

    @Test
    void aSweepOfTwoThousandLosesNoneThoughSomeAreDead() throws Exception {
        List<Bmc> living = fleet(1_900, PATIENT);
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            BmcAddress nobody = new BmcAddress("ipmi", "127.0.0.1", silent.getLocalPort(), "");
            List<Bmc> dead = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                dead.add(factory.open(nobody, ADMIN, BmcOptions.DEFAULTS));
            }
            for (int sweep = 0; sweep < 3; sweep++) {
                List<CompletableFuture<ChassisPower>> lost = poll(dead, Duration.ofMillis(700));
                List<CompletableFuture<ChassisPower>> read = poll(living, LIMIT);

                for (CompletableFuture<ChassisPower> poll : read) {
                    assertThat(poll.get(60, TimeUnit.SECONDS)).isEqualTo(ChassisPower.OFF);
                }
                for (CompletableFuture<ChassisPower> poll : lost) {
                    assertThat(reason(poll)).isIn(Reason.UNREACHABLE, Reason.BUSY);
                }
            }
        }
        assertThat(fakes).allMatch(fake -> fake.sessionCount() == 1);
    }

    /** Though no poll may take as long as its limit of one call. */
    @Test
    void aDeadBmcIsLeftInPeaceAfterSomeSweepsHoweverBriefTheyAre() throws Exception {
        try (SilentPort dead = SilentPort.open()) {
            Bmc bmc = factory.open(
                    new BmcAddress("ipmi", "127.0.0.1", dead.port(), ""),
                    ADMIN,
                    new BmcOptions(LIMIT, Duration.ofMillis(50)));
            PowerSweep sweep = new PowerSweep(
                    new PowerSweep.Limits(Duration.ofMillis(600), LIMIT, 1), new Random(5), System::nanoTime);

            eventually(LIMIT, "a sweep does not ask it", () -> !isAsked(sweep, bmc, dead));
        }
    }

    private static boolean isAsked(PowerSweep sweep, Bmc bmc, SilentPort dead) {
        List<PowerReading> readings = new ArrayList<>();
        try {
            sweep.run(Map.of(1, bmc), (_, reading) -> readings.add(reading));
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
        assertThat(readings).singleElement().isInstanceOf(PowerReading.Unknown.class);
        boolean isAsked = false;
        while (dead.hasCalled()) {
            isAsked = true;
        }
        return isAsked;
    }

    /** Far more than may be asked at once. */
    @Test
    void closingTheFactoryFreesTheSessionsOfAll() throws Exception {
        List<Bmc> living = fleet(3_000, PATIENT);
        for (CompletableFuture<ChassisPower> poll : poll(living, LIMIT)) {
            poll.get(60, TimeUnit.SECONDS);
        }
        assertThat(fakes).allMatch(fake -> fake.sessionCount() == 1);

        factory.close();

        // What was sent last may still be on its way.
        eventually(LIMIT, "no session is open", () -> fakes.stream().allMatch(fake -> fake.sessionCount() == 0));
        assertThat(reason(poll(living.subList(0, 1), LIMIT).getFirst())).isEqualTo(Reason.CLOSED);
    }

    @Test
    void pollsByThePolicyToCloseLeaveNoSession() throws Exception {
        List<Bmc> living = fleet(200, BmcOptions.DEFAULTS.withSessionPolicy(SessionPolicy.CLOSE));
        for (int sweep = 0; sweep < 2; sweep++) {
            for (CompletableFuture<ChassisPower> poll : poll(living, LIMIT)) {
                assertThat(poll.get(60, TimeUnit.SECONDS)).isEqualTo(ChassisPower.OFF);
            }
        }

        factory.close();

        eventually(LIMIT, "no session is open", () -> fakes.stream().allMatch(fake -> fake.sessionCount() == 0));
    }

    @Test
    void moreRequestsThanABmcHasRoomForAreRefused() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Bmc bmc = factory.open(
                    new BmcAddress("ipmi", "127.0.0.1", silent.getLocalPort(), ""), ADMIN, BmcOptions.DEFAULTS);
            PowerPolling polling = bmc.capability(PowerPolling.class).orElseThrow();
            List<CompletableFuture<ChassisPower>> polls = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                polls.add(polling.pollPower(LIMIT));
            }

            assertThat(reason(polls.getLast())).isEqualTo(Reason.BUSY);
            bmc.close();
            assertThat(polls.stream().map(IpmiFleetTest::reason).filter(reason -> reason == Reason.CLOSED))
                    .hasSize(1 + 16);
        }
    }

    private List<Bmc> fleet(int size, BmcOptions options) {
        List<Bmc> bmcs = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            FakeIpmiBmc fake = new FakeIpmiBmc(ADMIN, chassis, FakeIpmiProfile.DEFAULTS, new Random(i));
            fakes.add(fake);
            bmcs.add(factory.open(server.attach(fake, 0), ADMIN, options));
        }
        return bmcs;
    }

    private static List<CompletableFuture<ChassisPower>> poll(List<Bmc> bmcs, Duration limit) {
        return bmcs.stream()
                .map(bmc -> bmc.capability(PowerPolling.class).orElseThrow().pollPower(limit))
                .toList();
    }

    private static Reason reason(CompletableFuture<ChassisPower> poll) {
        try {
            throw new AssertionError("it was read: " + poll.get(60, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BmcException failure) {
                return failure.reason();
            }
            throw new AssertionError("it failed otherwise", e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("it did not end", e);
        }
    }
}

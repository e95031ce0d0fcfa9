package org.novametal.bmc.redfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.novametal.bmc.BmcFailures.assertFails;
import static org.novametal.bmc.Eventually.eventually;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.SilentPort;
import org.novametal.fake.FakeRedfishBmc;
import org.novametal.fake.FakeRedfishBmc.Transport;
import org.novametal.fake.FakeRedfishProfile;
import org.novametal.fake.FakeRedfishProfile.Quirk;
import org.novametal.fake.SwitchChassis;

/** Sessions, certificates, tasks, and what is left after a close, on the fake. */
@Isolated("no thread of the process may be left")
class RedfishBmcFactoryTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-of-the-bmc");
    private static final BmcOptions OPTIONS = new BmcOptions(Duration.ofSeconds(10), Duration.ofMillis(20));
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String LOGIN = "POST /redfish/v1/SessionService/Sessions";

    /**
     * Threads that serve all of a process: Java's own below virtual threads, and its timer.
     */
    private static final Pattern PROCESS_WIDE = Pattern.compile(
            "ForkJoinPool-1-worker-.*|VirtualThread-unblocker|ForkJoinPool-1-delayScheduler|.*-Poller.*|ForkJoinPool.commonPool-delayScheduler|CompletableFutureDelayScheduler");

    private final SwitchChassis chassis = new SwitchChassis();
    private final List<FakeRedfishBmc> fakes = new ArrayList<>();
    private final RedfishBmcFactory factory = new RedfishBmcFactory();

    @AfterEach
    void close() {
        factory.close();
        fakes.forEach(FakeRedfishBmc::close);
    }

    private FakeRedfishBmc fake(FakeRedfishProfile profile, Transport transport) {
        FakeRedfishBmc fake = FakeRedfishBmc.start(ADMIN, chassis, profile, transport);
        fakes.add(fake);
        return fake;
    }

    private FakeRedfishBmc fake() {
        return fake(FakeRedfishProfile.DEFAULTS, Transport.PLAIN);
    }

    @Test
    void itIsFoundByItsSchemes() {
        assertThat(ServiceLoader.load(BmcFactory.class).stream()
                        .filter(found -> found.type().equals(RedfishBmcFactory.class))
                        .map(found -> found.get().schemes()))
                .containsExactly(Set.of("redfish", "redfish+https", "redfish+http"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"redfish://127.0.0.1/redfish/v1/Chassis/1", "redfish://127.0.0.1/rest", "redfish+http://a/x"})
    void anAddressThatNamesNoSystemIsRefused(String address) {
        assertThatThrownBy(() -> factory.open(BmcAddress.parse(address), ADMIN, OPTIONS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/redfish/v1/Systems/ID");
    }

    @Test
    void aKeptSessionServesAllCalls() throws Exception {
        FakeRedfishBmc fake = fake();
        Bmc bmc = factory.open(fake.address(), ADMIN, OPTIONS);

        for (int i = 0; i < 3; i++) {
            bmc.readPower();
        }
        assertThat(fake.requests()).filteredOn(LOGIN::equals).hasSize(1);
        assertThat(fake.requests()).hasSize(5);
        assertThat(fake.openSessions()).isEqualTo(1);

        bmc.close();
        eventually(LIMIT, "the session is closed", () -> fake.openSessions() == 0);
    }

    @Test
    void aSessionIsClosedAfterTheCallWhereThatIsThePolicy() throws Exception {
        FakeRedfishBmc fake = fake(FakeRedfishProfile.DEFAULTS.withMaximumSessions(1), Transport.PLAIN);
        BmcOptions closing = OPTIONS.withSessionPolicy(SessionPolicy.CLOSE);
        Bmc first = factory.open(fake.address(), ADMIN, closing);
        Bmc second = factory.open(fake.address(), ADMIN, closing);

        first.readPower();
        assertThat(fake.openSessions()).isZero();
        second.requestPower(PowerAction.ON);
        assertThat(fake.openSessions()).isZero();
        assertFails(Reason.REJECTED, () -> {
            chassis.control(PowerAction.OFF);
            first.requestPower(PowerAction.RESET);
        });
        assertThat(fake.openSessions()).isZero();
    }

    @Test
    void aBmcWithoutAFreeSessionSaysSoUntilOneIsFree() throws Exception {
        FakeRedfishBmc fake =
                fake(FakeRedfishProfile.DEFAULTS.withMaximumSessions(1).withQuirks(Quirk.NO_BASIC), Transport.PLAIN);
        Bmc first = factory.open(fake.address(), ADMIN, OPTIONS);
        Bmc second = factory.open(fake.address(), ADMIN, OPTIONS);
        first.readPower();

        assertFails(Reason.NO_FREE_SESSION, second::readPower);
        first.close();

        assertThat(second.readPower()).isEqualTo(ChassisPower.OFF);
    }

    @Test
    void aWrongPasswordIsTriedOnce() {
        FakeRedfishBmc fake = fake();
        Bmc bmc = factory.open(fake.address(), new BmcCredentials("admin", "not-this-one"), OPTIONS);

        assertFails(Reason.WRONG_PASSWORD, bmc::readPower);

        assertThat(fake.requests()).filteredOn(LOGIN::equals).hasSize(1);
    }

    @Test
    void aServiceWithoutSessionsIsAskedWithThePassword() throws Exception {
        FakeRedfishBmc fake = fake(FakeRedfishProfile.DEFAULTS.withQuirks(Quirk.NO_SESSIONS), Transport.PLAIN);

        factory.open(fake.address(), ADMIN, OPTIONS).readPower();

        assertThat(fake.requests())
                .containsExactly("GET /redfish/v1/", "GET " + fake.address().path());
    }

    @Test
    void thePinnedCertificateIsBelievedHoweverItIsWritten() throws Exception {
        FakeRedfishBmc fake = fake(FakeRedfishProfile.DEFAULTS, Transport.TLS);
        String written = fingerprint(fake).toUpperCase(Locale.ROOT).replaceAll("(..)(?=.)", "$1:");

        Bmc bmc = factory.open(fake.address(), ADMIN, OPTIONS.withCertificateFingerprint(written));

        assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
    }

    @Test
    void anotherCertificateIsNamedAndGetsNoPassword() {
        FakeRedfishBmc fake = fake(FakeRedfishProfile.DEFAULTS, Transport.TLS);
        String pinned = "0".repeat(64);

        Bmc wrong = factory.open(fake.address(), ADMIN, OPTIONS.withCertificateFingerprint(pinned));
        Bmc unpinned = factory.open(fake.address(), ADMIN, OPTIONS);

        assertFails(Reason.UNTRUSTED_CERTIFICATE, wrong::readPower).hasMessageContainingAll(fingerprint(fake), pinned);
        assertFails(Reason.UNTRUSTED_CERTIFICATE, unpinned::readPower).hasMessageContaining(fingerprint(fake));
        assertThat(fake.requests()).isEmpty();
    }

    private static String fingerprint(FakeRedfishBmc fake) {
        return fake.certificateFingerprint().orElseThrow();
    }

    @Test
    void aPinThatCannotHoldIsRefused() {
        assertThatThrownBy(() -> OPTIONS.withCertificateFingerprint("abc"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64 hexadecimal digits");
        assertThatThrownBy(() -> factory.open(
                        BmcAddress.parse("redfish+http://127.0.0.1"),
                        ADMIN,
                        OPTIONS.withCertificateFingerprint("0".repeat(64))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without TLS");
    }

    @ParameterizedTest
    @EnumSource(names = {"TASK_MONITORS", "TASKS_AS_MONITORS"})
    void aTaskIsWaitedFor(Quirk quirk) throws Exception {
        FakeRedfishBmc fake = fake(FakeRedfishProfile.DEFAULTS.withQuirks(quirk), Transport.PLAIN);
        Bmc bmc = factory.open(fake.address(), ADMIN, OPTIONS);

        bmc.requestPower(PowerAction.ON);

        assertThat(chassis.isOn()).isTrue();
        assertThat(fake.requests())
                .filteredOn(request -> request.startsWith("GET /taskmon/") || request.contains("/Tasks/"))
                .hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(names = {"TASK_MONITORS", "TASKS_AS_MONITORS"})
    void aTaskThatFailsIsAnErrorInItsOwnWords(Quirk quirk) {
        FakeRedfishBmc fake = fake(FakeRedfishProfile.DEFAULTS.withQuirks(quirk, Quirk.TASKS_FAIL), Transport.PLAIN);
        Bmc bmc = factory.open(fake.address(), ADMIN, OPTIONS);

        assertFails(Reason.REJECTED, () -> bmc.requestPower(PowerAction.ON))
                .hasMessageContaining("The power supply is missing.");
    }

    @Test
    void aSystemThatDoesNotSayWhatItAllowsIsAskedForTheUsual() throws Exception {
        FakeRedfishBmc fake = fake(FakeRedfishProfile.DEFAULTS.withQuirks(Quirk.RESET_TYPES_UNSAID), Transport.PLAIN);
        Bmc bmc = factory.open(fake.address(), ADMIN, OPTIONS);

        bmc.requestPower(PowerAction.ON);
        bmc.requestPower(PowerAction.CYCLE);

        assertThat(chassis.boots()).isEqualTo(2);
        assertThat(chassis.isOn()).isTrue();
    }

    @Test
    void anInterruptEndsACallThatWaits() throws Exception {
        try (SilentPort silent = SilentPort.open()) {
            Bmc bmc = factory.open(
                    new BmcAddress("redfish", "127.0.0.1", silent.port(), ""),
                    ADMIN,
                    new BmcOptions(Duration.ofSeconds(60), Duration.ofMillis(100)));
            List<Throwable> seen = new ArrayList<>();
            Thread caller = Thread.ofVirtual().start(() -> {
                try {
                    bmc.readPower();
                } catch (InterruptedException | BmcException e) {
                    seen.add(e);
                }
            });
            eventually(LIMIT, "it was called", silent::hasCalled);

            caller.interrupt();

            assertThat(caller.join(Duration.ofSeconds(5))).isTrue();
            assertThat(seen).singleElement().isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void aClosedHandleLeavesNoConnectionAndAClosedFactoryNoThread() throws Exception {
        FakeRedfishBmc fake = fake(FakeRedfishProfile.DEFAULTS, Transport.TLS);
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        RedfishBmcFactory own = new RedfishBmcFactory();
        BmcOptions pinned = OPTIONS.withCertificateFingerprint(fingerprint(fake));
        Bmc first = own.open(fake.address(), ADMIN, pinned);
        Bmc second = own.open(fake.address(), ADMIN, pinned);
        first.readPower();
        second.readPower();
        assertThat(connectionsTo(fake)).isEqualTo(2);

        first.close();
        eventually(LIMIT, "the first connection is gone", () -> connectionsTo(fake) == 1);
        long begin = System.nanoTime();
        own.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
        eventually(LIMIT, "no session is open", () -> fake.openSessions() == 0);
        eventually(LIMIT, "the second connection is gone", () -> connectionsTo(fake) == 0);
        fake.close();
        eventually(
                LIMIT,
                "no thread is left, at first " + threadsSince(before),
                () -> threadsSince(before).isEmpty());
        assertFails(Reason.CLOSED, second::readPower);
        assertFails(Reason.CLOSED, () -> own.open(fake.address(), ADMIN, pinned));
    }

    private static List<String> threadsSince(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .map(Thread::getName)
                .filter(name -> !PROCESS_WIDE.matcher(name).matches())
                .toList();
    }

    /** The established connections of this machine whose far end is the fake. */
    private static long connectionsTo(FakeRedfishBmc fake) {
        String farEnd = String.format(Locale.ROOT, ":%04X", fake.address().port());
        try {
            long count = 0;
            for (String table : List.of("tcp", "tcp6")) {
                count += Files.readAllLines(Path.of("/proc/self/net", table)).stream()
                        .map(line -> line.strip().split("\\s+"))
                        .filter(fields -> fields[2].endsWith(farEnd) && fields[3].equals("01"))
                        .count();
            }
            return count;
        } catch (IOException e) {
            throw new IllegalStateException("the connections cannot be read", e);
        }
    }
}

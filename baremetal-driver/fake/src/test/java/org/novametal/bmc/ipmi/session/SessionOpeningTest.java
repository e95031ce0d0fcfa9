package org.novametal.bmc.ipmi.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiRequest;
import org.novametal.bmc.ipmi.codec.LegacyFrame;
import org.novametal.bmc.ipmi.codec.OpenSessionRequest;
import org.novametal.bmc.ipmi.codec.PayloadType;
import org.novametal.bmc.ipmi.codec.RmcpFrame;
import org.novametal.bmc.ipmi.codec.SessionFrame;
import org.novametal.bmc.ipmi.session.SessionBench.Outcome;
import org.novametal.fake.FakeFault;
import org.novametal.fake.FakeFaults;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.FakeIpmiProfile;
import org.novametal.fake.SwitchChassis;

/** Keys, cipher suites and full session tables; {@link IpmiSessionTest} has the rest of opening a session. */
class SessionOpeningTest {
    private static final String KEY = "key-of-the-bmc";

    @ParameterizedTest
    @EnumSource
    void theRightKeyOpensASession(CipherSuite suite) {
        SessionBench bench = bench(KEY, KEY, FakeIpmiProfile.DEFAULTS.withCipherSuites(List.of(suite)));

        assertThat(bench.readPower().failure()).isNull();
    }

    @Test
    void aWrongKeyIsNotAWrongPassword() {
        Outcome outcome = bench("another", KEY, FakeIpmiProfile.DEFAULTS).readPower();

        assertThat(failure(outcome).reason()).isEqualTo(Reason.WRONG_KEY);
        assertThat(failure(outcome)).hasMessageContaining("K_g").hasMessageNotContaining("another");
    }

    @Test
    void aKeyThatIsMissingOrNotWantedIsAWrongKey() {
        assertThat(failure(bench(null, KEY, FakeIpmiProfile.DEFAULTS).readPower())
                        .reason())
                .isEqualTo(Reason.WRONG_KEY);
        assertThat(failure(bench(KEY, null, FakeIpmiProfile.DEFAULTS).readPower())
                        .reason())
                .isEqualTo(Reason.WRONG_KEY);
    }

    @Test
    void aWrongPasswordWithTheRightKeyIsAWrongPassword() {
        SessionBench bench =
                new SessionBench(new BmcCredentials("admin", "not-this", Optional.of(KEY)), FakeIpmiProfile.DEFAULTS);
        bench.fake = fake(KEY, FakeIpmiProfile.DEFAULTS);

        assertThat(failure(bench.readPower()).reason()).isEqualTo(Reason.WRONG_PASSWORD);
    }

    @Test
    void aBmcThatIsSilentOnSuite17IsAskedForItsListAndTakesSuite3() {
        SessionBench bench = new SessionBench(
                SessionBench.ADMIN, FakeIpmiProfile.DEFAULTS.withCipherSuites(List.of(CipherSuite.SUITE_3)));
        bench.toBmc = datagram -> proposes17(datagram) ? List.of() : List.of(datagram);

        assertThat(bench.readPower().failure()).isNull();
        assertThat(bench.sent.stream().filter(SessionOpeningTest::listsSuites)).hasSize(1);
    }

    @Test
    void aBmcThatIsSilentOnSuite17AndOnItsListTakesSuite3() {
        SessionBench bench = new SessionBench(
                SessionBench.ADMIN, FakeIpmiProfile.DEFAULTS.withCipherSuites(List.of(CipherSuite.SUITE_3)));
        bench.toBmc = datagram -> proposes17(datagram) || listsSuites(datagram) ? List.of() : List.of(datagram);

        assertThat(bench.ask(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY, Duration.ofSeconds(20))
                        .failure())
                .isNull();
    }

    @Test
    void aBmcWithoutASuiteOfOursIsUnsupportedAndItsListIsShown() {
        SessionBench bench = new SessionBench(SessionBench.ADMIN, FakeIpmiProfile.DEFAULTS.withCipherSuites(List.of()));

        BmcException failure = failure(bench.readPower());

        assertThat(failure.reason()).isEqualTo(Reason.UNSUPPORTED_CIPHER);
        assertThat(failure).hasMessageContaining("17 and 3").hasMessageContaining("list");
        assertThat(bench.sent.stream().filter(SessionOpeningTest::proposes)).hasSize(2);
    }

    @Test
    void aListOfThreePiecesIsReadWhole() {
        Bytes records = Bytes.fromHex("c0000000" + "40c001014080c0020141" + "80c1f1a2020001" + "c011034481c003014181");

        assertThat(CipherSuite.listed(records)).containsExactly(0, 1, 2, 0xf1, 17, 3);
    }

    @ParameterizedTest
    @EnumSource(
            value = PayloadType.class,
            names = {"RAKP_2", "RAKP_4"})
    void aLoginThatIsGivenUpLeavesNoSessionBehind(PayloadType lost) {
        SessionBench bench = new SessionBench();
        bench.toConsole = answer -> isOf(lost, answer) ? List.of() : List.of(answer);

        assertThat(failure(bench.readPower()).reason()).isEqualTo(Reason.UNREACHABLE);

        assertThat(bench.sent.stream().filter(SessionOpeningTest::proposes))
                .as("it was begun again")
                .hasSizeGreaterThan(1);
        assertThat(bench.fake.sessionCount()).isZero();
    }

    @Test
    void theNextOpeningTakesNoExchangeMoreThanItNeeds() {
        SessionBench bench = new SessionBench(
                SessionBench.ADMIN, FakeIpmiProfile.DEFAULTS.withCipherSuites(List.of(CipherSuite.SUITE_3)));
        bench.readPower();
        bench.run(bench.session.close(bench.nowNanos, bench.nowNanos + SessionBench.RETRY.toNanos()));
        bench.sent.clear();

        bench.readPower();

        // Open Session, RAKP 1, RAKP 3, privilege level, the command.
        assertThat(bench.sent).hasSize(5);
    }

    @Test
    void aLaterAnswerToRakp1WithAnotherRandomNumberCounts() {
        SessionBench bench = new SessionBench();
        bench.fake.setFaults(FakeFaults.of(FakeFault.NEW_RANDOM_NUMBERS));
        List<Bytes> late = new ArrayList<>();
        bench.toConsole = answer -> {
            if (!isOf(PayloadType.RAKP_2, answer)) {
                return List.of(answer);
            }
            late.add(answer);
            return switch (late.size()) {
                case 1 -> List.of();
                // Both arrive after RAKP 1 was repeated, so that only the second one is valid.
                case 2 -> List.copyOf(late);
                default -> List.of(answer);
            };
        };
        bench.toBmc = datagram -> late.size() == 2 && isFirstProof(datagram, bench) ? List.of() : List.of(datagram);

        assertThat(bench.readPower().failure()).isNull();
        assertThat(bench.sent.stream().filter(SessionOpeningTest::proposes)).hasSize(1);
    }

    /** Whether this is the first RAKP 3 that was sent; it is lost. */
    private static boolean isFirstProof(Bytes datagram, SessionBench bench) {
        return isOf(PayloadType.RAKP_3, datagram)
                && bench.sent.stream()
                                .filter(sent -> isOf(PayloadType.RAKP_3, sent))
                                .count()
                        == 1;
    }

    @Test
    void aProofThatIsRefusedAfterARepeatedRakp1IsTriedInAnotherSessionWithLongerWaits() {
        SessionBench bench = new SessionBench();
        bench.fake.setFaults(FakeFaults.of(FakeFault.NEW_RANDOM_NUMBERS));
        bench.toConsole = new LateAnswers(2)::carry;

        assertThat(bench.readPower().failure()).isNull();
        assertThat(bench.sent.stream().filter(SessionOpeningTest::proposes)).hasSize(2);
    }

    @Test
    void aBmcWhoseAnswersAreAlwaysLateIsNotAWrongPassword() {
        SessionBench bench = new SessionBench();
        bench.fake.setFaults(FakeFaults.of(FakeFault.NEW_RANDOM_NUMBERS));
        bench.toConsole = new LateAnswers(Integer.MAX_VALUE)::carry;

        BmcException failure = failure(bench.ask(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY, Duration.ofMinutes(5)));

        assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL);
        assertThat(failure).hasMessageContaining("refused RAKP 3").hasMessageContaining("too late");
        assertThat(bench.sent.stream().filter(SessionOpeningTest::proposes)).hasSize(3);
    }

    /** Delivers the answer to each first RAKP 1 of a session in place of the answer to its repetition, for that many RAKP 2. */
    private static final class LateAnswers {
        private final int count;
        private int seen;
        private @Nullable Bytes late;

        LateAnswers(int count) {
            this.count = count;
        }

        List<Bytes> carry(Bytes answer) {
            if (!isOf(PayloadType.RAKP_2, answer) || seen >= count) {
                return List.of(answer);
            }
            seen++;
            Bytes before = late;
            late = before == null ? answer : null;
            return before == null ? List.of() : List.of(before);
        }
    }

    @Test
    void refusalsThatNameNothingDoNotMakeALoginGoRound() {
        SessionBench bench = new SessionBench();
        AtomicInteger status = new AtomicInteger(0x20);
        bench.toConsole = answer -> isOf(PayloadType.OPEN_SESSION_RESPONSE, answer)
                ? List.of(SessionFrame.outsideSession(
                                PayloadType.OPEN_SESSION_RESPONSE,
                                Bytes.of(0, 0x20 + status.incrementAndGet() % 64, 0, 0, 0, 0, 0, 0))
                        .encode())
                : List.of(answer);

        assertThat(failure(bench.readPower()).reason()).isNotEqualTo(Reason.UNREACHABLE);

        assertThat(bench.sent).hasSizeLessThan(20);
    }

    @Test
    void aSessionThatBecomesFreeInTimeIsTaken() {
        SessionBench bench = new SessionBench(SessionBench.ADMIN, FakeIpmiProfile.DEFAULTS.withMaximumSessions(1));
        SessionBench other = new SessionBench();
        other.fake = bench.fake;
        other.console = InetSocketAddress.createUnresolved("other", 1);
        other.readPower();
        AtomicInteger proposals = new AtomicInteger();
        bench.toBmc = datagram -> {
            if (proposes(datagram) && proposals.incrementAndGet() == 3) {
                bench.fake.forgetSessions();
            }
            return List.of(datagram);
        };
        long begin = bench.nowNanos;

        assertThat(bench.readPower().failure()).isNull();
        assertThat(proposals.get()).isEqualTo(3);
        assertThat(Duration.ofNanos(bench.nowNanos - begin)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(3));
    }

    private static SessionBench bench(@Nullable String ours, @Nullable String theirs, FakeIpmiProfile profile) {
        SessionBench bench = new SessionBench(credentials(ours), profile);
        bench.fake = fake(theirs, profile);
        return bench;
    }

    private static FakeIpmiBmc fake(@Nullable String key, FakeIpmiProfile profile) {
        return new FakeIpmiBmc(credentials(key), new SwitchChassis(), profile, new Random(1));
    }

    private static BmcCredentials credentials(@Nullable String key) {
        return new BmcCredentials(
                SessionBench.ADMIN.username(), SessionBench.ADMIN.password(), Optional.ofNullable(key));
    }

    private static BmcException failure(Outcome outcome) {
        BmcException failure = outcome.failure();
        if (failure == null) {
            throw new AssertionError("answered: " + outcome.response());
        }
        return failure;
    }

    private static boolean isOf(PayloadType type, Bytes datagram) {
        return RmcpFrame.decode(datagram) instanceof SessionFrame packet && packet.type() == type;
    }

    private static boolean proposes(Bytes datagram) {
        return RmcpFrame.decode(datagram) instanceof SessionFrame packet
                && packet.type() == PayloadType.OPEN_SESSION_REQUEST;
    }

    private static boolean proposes17(Bytes datagram) {
        return proposes(datagram)
                && OpenSessionRequest.decode(((SessionFrame) RmcpFrame.decode(datagram)).payload())
                                .authentication()
                        == CipherSuite.SUITE_17.authentication();
    }

    private static boolean listsSuites(Bytes datagram) {
        return RmcpFrame.decode(datagram) instanceof LegacyFrame legacy
                && IpmiRequest.decode(legacy.payload()).command() == IpmiCommand.GET_CHANNEL_CIPHER_SUITES.code();
    }
}

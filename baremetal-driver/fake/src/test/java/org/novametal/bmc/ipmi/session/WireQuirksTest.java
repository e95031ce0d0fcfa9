package org.novametal.bmc.ipmi.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.ChassisControl;
import org.novametal.bmc.ipmi.codec.ChassisStatus;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.codec.LegacyFrame;
import org.novametal.bmc.ipmi.codec.PayloadType;
import org.novametal.bmc.ipmi.codec.RmcpFrame;
import org.novametal.bmc.ipmi.codec.RmcpStatus;
import org.novametal.bmc.ipmi.codec.SessionFrame;
import org.novametal.bmc.ipmi.codec.SetupRefusal;
import org.novametal.bmc.ipmi.session.SessionBench.Outcome;
import org.novametal.fake.FakeFault;
import org.novametal.fake.FakeFaults;
import org.novametal.fake.FakeIpmiProfile;

/** BMCs that depart from the specification: what is read nevertheless, and what the failure says about the rest. */
class WireQuirksTest {
    private static final FakeFaults ALL = FakeFaults.of(
            FakeFault.AES_FULL_PAD,
            FakeFault.AES_PAD_ZEROS,
            FakeFault.NO_INTEGRITY_PAD,
            FakeFault.SETUP_TAG_ZERO,
            FakeFault.SETUP_SESSION_ECHO,
            FakeFault.WRONG_CHECKSUM,
            FakeFault.EXTRA_BYTES,
            FakeFault.SHORT_ANSWERS,
            FakeFault.STANDING_NUMBERS);

    @ParameterizedTest
    @EnumSource(
            value = FakeFault.class,
            names = {
                "AES_FULL_PAD",
                "AES_PAD_ZEROS",
                "NO_INTEGRITY_PAD",
                "SETUP_TAG_ZERO",
                "SETUP_SESSION_ECHO",
                "BARE_REFUSAL",
                "WRONG_CHECKSUM",
                "EXTRA_BYTES",
                "SHORT_ANSWERS",
                "STANDING_NUMBERS",
                "NUMBERS_FROM_THOUSAND",
                "NUMBER_ZERO",
                "STARTING",
                "DAMAGED_RAKP_CODE"
            })
    void thePowerOfABmcWithAQuirkIsRead(FakeFault quirk) {
        for (CipherSuite suite : CipherSuite.values()) {
            SessionBench bench = bench(suite);
            bench.fake.setFaults(FakeFaults.of(quirk));

            assertReadsPower(bench);
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePowerOfABmcWithAllQuirksIsRead(CipherSuite suite) {
        SessionBench bench = bench(suite);
        bench.fake.setFaults(ALL);

        assertReadsPower(bench);
    }

    @Test
    void answersWithoutAnyNumberAreRefusedBecauseTheyCouldBeRepeated() {
        SessionBench bench = new SessionBench();
        bench.fake.setFaults(FakeFaults.of(FakeFault.NUMBER_ZERO, FakeFault.STANDING_NUMBERS));

        assertThat(bench.readPower().failure()).isNotNull();
    }

    @Test
    void aPacketOfABmcWhoseNumbersStandStillIsNotAcceptedTwice() {
        SessionBench bench = new SessionBench();
        bench.fake.setFaults(FakeFaults.of(FakeFault.STANDING_NUMBERS));
        bench.readPower();
        List<Bytes> recorded = new ArrayList<>();
        bench.toConsole = answer -> {
            recorded.add(answer);
            return List.of(answer);
        };
        for (int i = 0; i < 63; i++) {
            bench.readPower();
        }
        bench.chassis.control(PowerAction.ON);

        // The answer to the request with the same number, 63 requests ago, says that the machine is off.
        AtomicInteger next = new AtomicInteger();
        bench.toConsole = answer -> List.of(recorded.get(next.getAndIncrement()), answer);
        for (int i = 0; i < 63; i++) {
            assertThat(ChassisStatus.decode(response(bench.readPower()).data()).power())
                    .isEqualTo(ChassisPower.ON);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 255})
    void anyTagOfAnAnswerInTheSessionSetUpIsAccepted(int tag) {
        SessionBench bench = new SessionBench();
        bench.toConsole =
                answer -> List.of(setup(answer, payload -> Bytes.of(tag).concat(tail(payload, 1))));

        assertThat(bench.readPower().failure()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 16, 20, 28, 32, 33})
    void anAnswerToOpenSessionMayLackAlgorithmsAtItsEnd(int length) {
        SessionBench bench = new SessionBench();
        bench.toConsole = answer ->
                List.of(changed(answer, PayloadType.OPEN_SESSION_RESPONSE, payload -> payload.slice(0, length)));

        assertThat(bench.readPower().failure()).isNull();
    }

    @Test
    void theTwoSessionIdsInAnAnswerToOpenSessionMayBeSwapped() {
        SessionBench bench = new SessionBench();
        bench.toConsole = answer -> List.of(changed(
                answer,
                PayloadType.OPEN_SESSION_RESPONSE,
                payload -> payload.slice(0, 4)
                        .concat(payload.slice(8, 12))
                        .concat(payload.slice(4, 8))
                        .concat(tail(payload, 12))));

        assertThat(bench.readPower().failure()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"2, 0d", "8, 0d", "40, 0d", "2, 01", "40, 11"})
    void aRefusalWithoutTagAndSessionCountsWhenItComesTwice(int length, String status) {
        int code = Integer.parseInt(status, 16);
        SessionBench once = new SessionBench();
        AtomicInteger count = new AtomicInteger();
        once.toConsole = answer -> List.of(
                isOf(answer, PayloadType.RAKP_2) && count.getAndIncrement() == 0
                        ? bare(PayloadType.RAKP_2, code, length)
                        : answer);
        assertThat(once.readPower().failure()).isNull();

        SessionBench always = new SessionBench();
        always.toConsole =
                answer -> List.of(isOf(answer, PayloadType.RAKP_2) ? bare(PayloadType.RAKP_2, code, length) : answer);
        assertThat(failure(always.readPower()).reason()).isEqualTo(RefusalReasons.ofStatus(code));
    }

    @Test
    void aWrongPasswordIsNamedThoughTheBmcDoesNotRepeatTheSessionId() {
        SessionBench bench = new SessionBench(new BmcCredentials("admin", "not-this"), FakeIpmiProfile.DEFAULTS);
        bench.fake.setFaults(FakeFaults.of(FakeFault.SETUP_SESSION_ECHO));

        assertThat(failure(bench.readPower()).reason()).isEqualTo(Reason.WRONG_PASSWORD);
        assertThat(bench.fake.sessionCount()).isZero();
    }

    @Test
    void anUnknownUserIsNamedByABmcWhoseRefusalsNameNothing() {
        SessionBench bench = new SessionBench(new BmcCredentials("eve", "s3cret"), FakeIpmiProfile.DEFAULTS);
        bench.fake.setFaults(FakeFaults.of(FakeFault.BARE_REFUSAL));

        assertThat(failure(bench.readPower()).reason()).isEqualTo(Reason.UNKNOWN_USER);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8, 14, 15, 18, 0xc0, 0xff})
    void aSuiteThatIsRefusedWithAnotherStatusIsFollowedByTheOtherSuite(int status) {
        SessionBench bench = bench(CipherSuite.SUITE_3);
        bench.toConsole = answer -> List.of(changed(
                answer,
                PayloadType.OPEN_SESSION_RESPONSE,
                payload -> payload.at(1) == 0
                        ? payload
                        : payload.slice(0, 1).concat(Bytes.of(status)).concat(tail(payload, 2))));

        assertThat(bench.readPower().failure()).isNull();
    }

    @Test
    void aSuiteThatIsRefusedForLackOfSessionsIsFollowedByTheOtherSuite() {
        SessionBench bench = bench(CipherSuite.SUITE_3);
        bench.toConsole = answer -> List.of(changed(
                answer,
                PayloadType.OPEN_SESSION_RESPONSE,
                payload -> payload.at(1) == 0
                        ? payload
                        : new SetupRefusal(payload.at(0), RmcpStatus.NO_RESOURCES.code(), OptionalInt.empty())
                                .encode()));

        assertThat(bench.readPower().failure()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0xc1, 0xcc, 0xd4, 0x80})
    void aBmcThatRefusesDiscoveryIsLoggedInTo(int code) {
        SessionBench bench = new SessionBench();
        bench.toConsole = answer -> List.of(outside(answer, code));

        assertThat(bench.readPower().failure()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {0xc0, 0xc3, 0xc4, 0xce, 0xcf, 0xd2, 0xd5, 0xff})
    void aBmcThatIsNotReadyIsAskedAgain(int code) {
        SessionBench bench = new SessionBench();
        AtomicInteger refused = new AtomicInteger();
        bench.toConsole = answer -> List.of(refused.getAndIncrement() < 3 ? outside(answer, code) : answer);

        assertThat(bench.readPower().failure()).isNull();
        assertThat(refused.get()).isGreaterThan(3);
    }

    @Test
    void anErrorWithoutACauseIsTheLastWordAfterHalfOfTheTime() {
        SessionBench bench = new SessionBench();
        bench.readPower();
        bench.fake.setFaults(FakeFaults.NONE.with(FakeFault.STARTING, 1_000));
        long begin = bench.nowNanos;

        Outcome outcome = bench.ask(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY, Duration.ofSeconds(10));

        assertThat(response(outcome).completionCode()).isEqualTo(CompletionCode.UNSPECIFIED.code());
        assertThat(Duration.ofNanos(bench.nowNanos - begin)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
    }

    @Test
    void anErrorWithoutACauseOfACommandThatChangesSomethingIsNotRepeated() {
        SessionBench bench = new SessionBench();
        bench.readPower();
        bench.fake.setFaults(FakeFaults.NONE.with(FakeFault.STARTING, 1_000));
        bench.sent.clear();

        Outcome outcome =
                bench.ask(IpmiCommand.CHASSIS_CONTROL, ChassisControl.encode(PowerAction.ON), Duration.ofSeconds(10));

        assertThat(response(outcome).completionCode()).isEqualTo(CompletionCode.UNSPECIFIED.code());
        assertThat(bench.sent).hasSize(1);
    }

    @Test
    void aBmcThatIsNotReadyUntilTheDeadlineIsBusyAndItsCodeIsNamed() {
        SessionBench bench = new SessionBench();
        bench.fake.setFaults(FakeFaults.NONE.with(FakeFault.STARTING, 1_000));

        assertThat(failure(bench.readPower()))
                .hasMessageContaining("Set Session Privilege Level")
                .hasMessageContaining("0xff (unspecified error)")
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.BUSY));
    }

    @Test
    void packetsThatAreRefusedAreNamedInTheFailure() {
        SessionBench bench = new SessionBench();
        bench.readPower();
        bench.toConsole = answer -> {
            byte[] spoilt = answer.toArray();
            spoilt[spoilt.length - 1] ^= 1;
            return List.of(Bytes.copyOf(spoilt));
        };

        assertThat(failure(bench.ask(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY, Duration.ofMillis(400))))
                .hasMessageContaining("Get Chassis Status")
                .hasMessageContaining("wrong authentication code")
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL));
    }

    @Test
    void anAnswerOfAnotherSessionIsNamedInTheFailure() {
        SessionBench bench = new SessionBench();
        bench.toConsole = answer -> List.of(changed(
                answer,
                PayloadType.RAKP_2,
                payload -> payload.slice(0, 4).concat(Bytes.of(1, 2, 3, 4)).concat(Bytes.copyOf(new byte[64]))));

        assertThat(failure(bench.readPower()))
                .hasMessageContaining("session id 0x04030201")
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL));
    }

    @Test
    void aPacketInTheClearIsRefusedAndNamed() {
        SessionBench bench = new SessionBench();
        bench.readPower();
        bench.toConsole = answer -> {
            SessionFrame sealed = (SessionFrame) RmcpFrame.decode(answer);
            return List.of(new SessionFrame(
                            PayloadType.IPMI,
                            SessionFrame.Protection.NONE,
                            sealed.sessionId(),
                            sealed.sequence(),
                            sealed.payload(),
                            Bytes.EMPTY)
                    .encode());
        };

        assertThat(failure(bench.ask(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY, Duration.ofMillis(400))))
                .hasMessageContaining("protected by NONE")
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL));
    }

    private static void assertReadsPower(SessionBench bench) {
        for (int i = 0; i < 40; i++) {
            bench.chassis.control(i % 2 == 0 ? PowerAction.ON : PowerAction.OFF);
            Outcome outcome = bench.readPower();
            assertThat(ChassisStatus.decode(response(outcome).data()).power() == ChassisPower.ON)
                    .isEqualTo(bench.chassis.isOn());
        }
        assertThat(bench.fake.sessionCount()).isOne();
    }

    private static SessionBench bench(CipherSuite suite) {
        return new SessionBench(SessionBench.ADMIN, FakeIpmiProfile.DEFAULTS.withCipherSuites(List.of(suite)));
    }

    private interface Change {
        Bytes of(Bytes payload);
    }

    private static boolean isOf(Bytes datagram, PayloadType type) {
        return RmcpFrame.decode(datagram) instanceof SessionFrame packet && packet.type() == type;
    }

    private static Bytes changed(Bytes datagram, PayloadType type, Change change) {
        return isOf(datagram, type) ? setup(datagram, change) : datagram;
    }

    private static Bytes setup(Bytes datagram, Change change) {
        return RmcpFrame.decode(datagram) instanceof SessionFrame packet && packet.sessionId() == 0
                ? SessionFrame.outsideSession(packet.type(), change.of(packet.payload()))
                        .encode()
                : datagram;
    }

    private static Bytes bare(PayloadType type, int status, int length) {
        Bytes whole = Bytes.of(0, status).concat(Bytes.copyOf(new byte[length - 2]));
        return SessionFrame.outsideSession(type, whole).encode();
    }

    /** The answer to discovery with another completion code. */
    private static Bytes outside(Bytes datagram, int code) {
        if (!(RmcpFrame.decode(datagram) instanceof LegacyFrame legacy)) {
            return datagram;
        }
        IpmiResponse sound = IpmiResponse.decode(legacy.payload());
        IpmiResponse refusal = new IpmiResponse(
                sound.requester(), sound.sequence(), sound.networkFunction(), sound.command(), code, Bytes.EMPTY);
        return LegacyFrame.outsideSession(refusal.encode()).encode();
    }

    private static Bytes tail(Bytes bytes, int from) {
        return bytes.slice(from, bytes.length());
    }

    private static IpmiResponse response(Outcome outcome) {
        return Objects.requireNonNull(outcome.response(), () -> "failed: " + outcome.failure());
    }

    private static BmcException failure(Outcome outcome) {
        return Objects.requireNonNull(outcome.failure(), () -> "answered: " + outcome.response());
    }
}

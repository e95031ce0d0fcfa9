package org.novametal.bmc.ipmi.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
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
import org.novametal.bmc.ipmi.codec.AuthenticationCapabilities;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.ChassisControl;
import org.novametal.bmc.ipmi.codec.ChassisStatus;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.codec.LegacyFrame;
import org.novametal.bmc.ipmi.codec.OpenSessionRequest;
import org.novametal.bmc.ipmi.codec.OpenSessionResponse;
import org.novametal.bmc.ipmi.codec.PayloadType;
import org.novametal.bmc.ipmi.codec.PrivilegeLevel;
import org.novametal.bmc.ipmi.codec.Rakp2;
import org.novametal.bmc.ipmi.codec.Rakp3;
import org.novametal.bmc.ipmi.codec.Rakp4;
import org.novametal.bmc.ipmi.codec.RmcpFrame;
import org.novametal.bmc.ipmi.codec.SessionFrame;
import org.novametal.bmc.ipmi.codec.SetupRefusal;
import org.novametal.bmc.ipmi.session.SessionBench.Outcome;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.FakeIpmiProfile;

class IpmiSessionTest {
    /** Discovery, Open Session, RAKP 1, RAKP 3, privilege level, the command. */
    private static final int PACKETS_OF_A_FIRST_REQUEST = 6;

    @ParameterizedTest
    @EnumSource
    void aRequestOpensASessionAndGetsItsAnswer(CipherSuite suite) {
        SessionBench bench =
                new SessionBench(SessionBench.ADMIN, FakeIpmiProfile.DEFAULTS.withCipherSuites(List.of(suite)));
        bench.chassis.control(PowerAction.ON);

        Outcome outcome = bench.readPower();

        assertThat(power(outcome)).isEqualTo(ChassisPower.ON);
        assertThat(bench.session.hasSession()).isTrue();
        assertThat(bench.fake.sessionCount()).isOne();
    }

    @Test
    void theNextRequestTakesOnePacketInTheSameSession() {
        SessionBench bench = new SessionBench();
        bench.readPower();
        assertThat(bench.sent).hasSize(PACKETS_OF_A_FIRST_REQUEST);

        bench.readPower();

        assertThat(bench.sent).hasSize(PACKETS_OF_A_FIRST_REQUEST + 1);
    }

    @Test
    void suite17IsAskedForFirstAndWhatWorkedIsRemembered() {
        SessionBench bench = new SessionBench(
                SessionBench.ADMIN, FakeIpmiProfile.DEFAULTS.withCipherSuites(List.of(CipherSuite.SUITE_3)));
        bench.readPower();
        bench.fake.forgetSessions();
        bench.readPower();

        assertThat(openRequests(bench))
                .extracting(OpenSessionRequest::authentication)
                .containsExactly(3, 1, 1);
    }

    @Test
    void suite0IsNeverAskedForNorTaken() {
        SessionBench bench = new SessionBench();
        bench.toConsole = answer -> List.of(changed(answer, PayloadType.OPEN_SESSION_RESPONSE, payload -> {
            OpenSessionResponse.Accepted accepted = (OpenSessionResponse.Accepted) OpenSessionResponse.decode(payload);
            return new OpenSessionResponse.Accepted(
                            accepted.tag(), 4, accepted.consoleSessionId(), accepted.bmcSessionId(), 0, 0, 0)
                    .encode();
        }));

        assertThat(reason(bench.readPower())).isEqualTo(Reason.UNSUPPORTED_CIPHER);
        assertThat(openRequests(bench)).allMatch(request -> request.authentication() != 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void eachLostRequestIsSentAgain(int lost) {
        SessionBench bench = new SessionBench();
        AtomicInteger count = new AtomicInteger();
        bench.toBmc = datagram -> count.getAndIncrement() == lost ? List.of() : List.of(datagram);

        assertThat(power(bench.readPower())).isEqualTo(ChassisPower.OFF);
        assertThat(bench.fake.sessionCount()).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void eachLostAnswerIsAskedForAgain(int lost) {
        SessionBench bench = new SessionBench();
        AtomicInteger count = new AtomicInteger();
        bench.toConsole = answer -> count.getAndIncrement() == lost ? List.of() : List.of(answer);

        assertThat(power(bench.readPower())).isEqualTo(ChassisPower.OFF);
        assertThat(bench.fake.sessionCount()).isOne();
    }

    @Test
    void answersThatComeTwiceChangeNothing() {
        SessionBench bench = new SessionBench();
        bench.toBmc = datagram -> List.of(datagram, datagram);
        bench.toConsole = answer -> List.of(answer, answer);

        for (int i = 0; i < 40; i++) {
            assertThat(power(bench.readPower())).isEqualTo(ChassisPower.OFF);
        }
        assertThat(bench.fake.sessionCount()).isOne();
    }

    @Test
    void anAnswerToAnEarlierRequestIsNotTakenForThisOne() {
        SessionBench bench = new SessionBench();
        bench.readPower();
        List<Bytes> kept = new ArrayList<>();
        bench.toConsole = answer -> {
            kept.add(answer);
            return List.of();
        };
        Outcome lost = bench.ask(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY, SessionBench.RETRY);
        assertThat(reason(lost)).isEqualTo(Reason.UNREACHABLE);
        bench.chassis.control(PowerAction.ON);

        bench.toConsole = answer -> List.of(kept.getFirst(), answer);

        assertThat(power(bench.readPower())).isEqualTo(ChassisPower.ON);
    }

    @Test
    void spoiltAndForeignPacketsAreIgnored() {
        SessionBench bench = new SessionBench();
        SessionBench other = new SessionBench();
        List<Bytes> foreign = new ArrayList<>();
        other.toConsole = answer -> {
            foreign.add(answer);
            return List.of(answer);
        };
        other.readPower();
        bench.toConsole = answer -> {
            List<Bytes> all = new ArrayList<>(foreign.subList(1, foreign.size() - 1));
            byte[] spoilt = answer.toArray();
            spoilt[spoilt.length - 1] ^= 0x40;
            all.add(Bytes.copyOf(spoilt));
            all.add(answer);
            // RAKP 2 with a spoilt code is not ignored but a wrong password, so it comes alone.
            return isOf(answer, PayloadType.RAKP_2) || isOf(answer, PayloadType.RAKP_4) ? List.of(answer) : all;
        };
        bench.chassis.control(PowerAction.ON);

        assertThat(power(bench.readPower())).isEqualTo(ChassisPower.ON);
    }

    @Test
    void aForgottenSessionIsReplacedWithinTheRequest() {
        SessionBench bench = new SessionBench();
        bench.readPower();
        bench.fake.forgetSessions();

        assertThat(power(bench.readPower())).isEqualTo(ChassisPower.OFF);
        assertThat(openRequests(bench)).hasSize(2);
        assertThat(bench.fake.sessionCount()).isOne();
    }

    @Test
    void aSessionThatWasSilentForTooLongIsReplacedAtOnce() {
        SessionBench bench = new SessionBench();
        bench.readPower();
        long begin = bench.nowNanos + Duration.ofSeconds(56).toNanos();
        bench.nowNanos = begin;

        assertThat(power(bench.readPower())).isEqualTo(ChassisPower.OFF);
        assertThat(bench.nowNanos).isEqualTo(begin);
        assertThat(bench.fake.sessionCount()).isOne();
    }

    @Test
    void aBmcThatForgetsTheSessionWhileItIsOpenedIsAskedAgain() {
        SessionBench bench = new SessionBench();
        AtomicInteger forgotten = new AtomicInteger();
        bench.toBmc = datagram -> {
            if (isOf(datagram, PayloadType.RAKP_1) && forgotten.getAndIncrement() == 0) {
                bench.fake.forgetSessions();
            }
            return List.of(datagram);
        };

        assertThat(power(bench.readPower())).isEqualTo(ChassisPower.OFF);
        assertThat(openRequests(bench)).hasSize(2);
    }

    @Test
    void aWrongPasswordFreesTheHalfOpenSessionOfTheBmc() {
        SessionBench bench = new SessionBench(new BmcCredentials("admin", "not-this"), FakeIpmiProfile.DEFAULTS);

        Outcome outcome = bench.readPower();

        assertThat(reason(outcome)).isEqualTo(Reason.WRONG_PASSWORD);
        assertThat(bench.fake.sessionCount()).isZero();
        assertThat(failure(outcome)).hasMessageContaining("bench").hasMessageNotContaining("not-this");
    }

    @Test
    void anUnknownUserIsNamed() {
        SessionBench bench = new SessionBench(new BmcCredentials("eve", "s3cret-word"), FakeIpmiProfile.DEFAULTS);

        Outcome outcome = bench.readPower();

        assertThat(reason(outcome)).isEqualTo(Reason.UNKNOWN_USER);
        assertThat(failure(outcome)).hasMessageContaining("'eve'").hasMessageContaining("unauthorized name");
    }

    @Test
    void aUserWhoMayNotSwitchPowerHasTooLowAPrivilege() {
        SessionBench bench =
                new SessionBench(SessionBench.ADMIN, FakeIpmiProfile.DEFAULTS.withPrivilegeLimit(PrivilegeLevel.USER));

        assertThat(reason(bench.readPower())).isEqualTo(Reason.PRIVILEGE_TOO_LOW);
    }

    @Test
    void aFullSessionTableHasItsOwnReasonAndLastsOnlyAsLongAsItIsFull() {
        SessionBench bench = new SessionBench(SessionBench.ADMIN, FakeIpmiProfile.DEFAULTS.withMaximumSessions(1));
        SessionBench other = new SessionBench();
        other.fake = bench.fake;
        other.console = InetSocketAddress.createUnresolved("other", 1);
        other.readPower();

        assertThat(reason(bench.readPower())).isEqualTo(Reason.NO_FREE_SESSION);

        other.run(other.session.close(other.nowNanos, other.nowNanos + SessionBench.RETRY.toNanos()));
        assertThat(power(bench.readPower())).isEqualTo(ChassisPower.OFF);
    }

    @ParameterizedTest
    @CsvSource({
        "1, NO_FREE_SESSION", "3, PROTOCOL", "6, UNSUPPORTED_CIPHER", "9, PRIVILEGE_TOO_LOW", "10, PRIVILEGE_TOO_LOW",
        "11, NO_FREE_SESSION", "12, UNKNOWN_USER", "13, UNKNOWN_USER", "14, REJECTED", "15, WRONG_PASSWORD",
        "16, UNSUPPORTED_CIPHER", "17, UNSUPPORTED_CIPHER", "18, REJECTED", "200, PROTOCOL"
    })
    void eachRefusalHasItsReasonAtEachStep(int status, Reason wanted) {
        for (PayloadType step : List.of(PayloadType.OPEN_SESSION_RESPONSE, PayloadType.RAKP_2, PayloadType.RAKP_4)) {
            SessionBench bench = new SessionBench();
            bench.toConsole = answer -> List.of(changed(
                    answer, step, payload -> new SetupRefusal(payload.at(0), status, OptionalInt.empty()).encode()));

            assertThat(reason(bench.readPower())).as(step.toString()).isEqualTo(wanted);
            assertThat(bench.session.hasSession()).isFalse();
        }
    }

    @Test
    void anAnswerOfAnotherTagOrSessionIsIgnored() {
        SessionBench bench = new SessionBench();
        bench.toConsole = answer -> List.of(
                changed(answer, PayloadType.OPEN_SESSION_RESPONSE, payload -> withByte(payload, 0, payload.at(0) + 1)),
                changed(answer, PayloadType.RAKP_2, payload -> withByte(payload, 0, payload.at(0) + 1)),
                changed(answer, PayloadType.RAKP_4, payload -> withByte(payload, 4, payload.at(4) + 1)),
                answer);

        assertThat(power(bench.readPower())).isEqualTo(ChassisPower.OFF);
    }

    @Test
    void aWrongCheckInRakp4IsNoSession() {
        SessionBench bench = new SessionBench();
        bench.toConsole = answer -> List.of(changed(answer, PayloadType.RAKP_4, payload -> {
            Rakp4.Accepted accepted = (Rakp4.Accepted) Rakp4.decode(payload);
            Bytes check = withByte(accepted.check(), 3, 1 + accepted.check().at(3));
            return new Rakp4.Accepted(accepted.tag(), accepted.consoleSessionId(), check).encode();
        }));

        assertThat(reason(bench.readPower())).isEqualTo(Reason.WRONG_KEY);
        assertThat(bench.session.hasSession()).isFalse();
    }

    @Test
    void aCheckInRakp4ThatIsTooShortProvesNothing() {
        SessionBench bench = new SessionBench();
        bench.toConsole = answer ->
                List.of(changed(answer, PayloadType.RAKP_4, payload -> payload.slice(0, payload.length() - 1)));

        assertThat(failure(bench.readPower()))
                .hasMessageContaining("integrity check value of 15 bytes, wanted 16")
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL));
        assertThat(bench.session.hasSession()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 20, 31})
    void aCodeInRakp2ThatIsTooShortProvesNothing(int length) {
        SessionBench bench = new SessionBench();
        bench.toConsole =
                answer -> List.of(changed(answer, PayloadType.RAKP_2, payload -> payload.slice(0, 40 + length)));

        assertThat(failure(bench.readPower()))
                .hasMessageContaining("authentication code of " + length + " bytes, wanted 32")
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL));
        assertThat(bench.sent)
                .noneMatch(datagram -> isOf(datagram, PayloadType.RAKP_3)
                        && Rakp3.decode(((SessionFrame) RmcpFrame.decode(datagram)).payload())
                                        .status()
                                == 0);
    }

    @Test
    void anotherRandomNumberInRakp2IsAWrongPassword() {
        SessionBench bench = new SessionBench();
        bench.toConsole = answer -> List.of(changed(answer, PayloadType.RAKP_2, payload -> {
            Rakp2.Accepted accepted = (Rakp2.Accepted) Rakp2.decode(payload);
            return withByte(accepted.encode(), 8, 1 + accepted.bmcRandom().at(0));
        }));

        assertThat(reason(bench.readPower())).isEqualTo(Reason.WRONG_PASSWORD);
    }

    @Test
    void aBmcWithoutIpmi2IsUnsupported() {
        SessionBench bench = new SessionBench();
        bench.toConsole = answer -> {
            IpmiResponse full = IpmiResponse.decode(((LegacyFrame) RmcpFrame.decode(answer)).payload());
            IpmiResponse old = new IpmiResponse(
                    full.requester(),
                    full.sequence(),
                    full.networkFunction(),
                    full.command(),
                    CompletionCode.OK.code(),
                    new AuthenticationCapabilities(1, 0x04, 0x04, 0x01).encode());
            return List.of(LegacyFrame.outsideSession(old.encode()).encode());
        };

        assertThat(reason(bench.readPower())).isEqualTo(Reason.UNSUPPORTED);
    }

    @Test
    void silenceIsUnreachableExactlyAtTheDeadline() {
        SessionBench bench = new SessionBench();
        bench.toBmc = datagram -> List.of();
        long begin = bench.nowNanos;

        Outcome outcome = bench.ask(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY, Duration.ofMillis(1700));

        assertThat(reason(outcome)).isEqualTo(Reason.UNREACHABLE);
        assertThat(bench.nowNanos - begin).isEqualTo(Duration.ofMillis(1700).toNanos());
        // At 0, about 0.5 and about 1.25 seconds.
        assertThat(bench.sent).hasSize(3);
        assertThat(bench.session.wakeupNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aRequestThatIsDoneOnceIsSentAgainAsTheSameDatagram() {
        SessionBench bench = new SessionBench();
        bench.chassis.control(PowerAction.ON);
        bench.readPower();
        bench.sent.clear();
        AtomicInteger count = new AtomicInteger();
        bench.toBmc = datagram -> count.getAndIncrement() == 0 ? List.of() : List.of(datagram);

        Outcome outcome = resetOnce(bench);

        assertThat(outcome.response()).isNotNull();
        assertThat(bench.sent).hasSize(2);
        assertThat(bench.sent.getFirst()).isEqualTo(bench.sent.getLast());
        assertThat(bench.chassis.boots()).isEqualTo(2);
    }

    @Test
    void aRequestThatIsDoneOnceFailsWhereItsAnswerIsLostAndIsNotSentInAnotherSession() {
        SessionBench bench = new SessionBench();
        bench.chassis.control(PowerAction.ON);
        bench.readPower();
        bench.sent.clear();
        bench.toConsole = _ -> List.of();

        Outcome outcome = resetOnce(bench);

        assertThat(reason(outcome)).isEqualTo(Reason.UNREACHABLE);
        assertThat(outcome.failure()).hasMessageContaining("it may have been done");
        assertThat(bench.sent).hasSize(SessionOpening.TRIES);
        assertThat(Set.copyOf(bench.sent)).hasSize(1);
        assertThat(bench.chassis.boots()).isEqualTo(2);

        bench.toConsole = List::of;
        assertThat(power(bench.readPower())).isEqualTo(ChassisPower.ON);
    }

    private static Outcome resetOnce(SessionBench bench) {
        return bench.run(bench.session.requestOnce(
                IpmiCommand.CHASSIS_CONTROL.networkFunction(),
                IpmiCommand.CHASSIS_CONTROL.code(),
                ChassisControl.encode(PowerAction.RESET),
                bench.nowNanos,
                bench.nowNanos + Duration.ofSeconds(30).toNanos()));
    }

    @Test
    void closingFreesTheSessionOfTheBmc() {
        SessionBench bench = new SessionBench();
        bench.readPower();

        Outcome outcome = bench.run(bench.session.close(bench.nowNanos, bench.nowNanos + 1_000_000_000L));

        assertThat(outcome.response()).isNotNull();
        assertThat(bench.session.hasSession()).isFalse();
        assertThat(bench.fake.sessionCount()).isZero();
        assertThat(bench.session.close(bench.nowNanos, bench.nowNanos)).isEmpty();
    }

    @Test
    void closingIsAskedForEvenWhenTheTimeIsOverAndTwiceWhereItIsNot() {
        SessionBench late = new SessionBench();
        late.readPower();
        late.run(late.session.close(late.nowNanos, late.nowNanos - 1));
        assertThat(late.fake.sessionCount()).isZero();

        SessionBench deaf = new SessionBench();
        deaf.readPower();
        deaf.sent.clear();
        deaf.toConsole = _ -> List.of();
        deaf.run(deaf.session.close(deaf.nowNanos, deaf.nowNanos + 1_000_000_000L));
        assertThat(deaf.sent).hasSize(2);
        assertThat(deaf.session.hasSession()).isFalse();
    }

    @Test
    void aSessionWhoseProofTheBmcTookIsClosedThoughItsAnswerWasLost() {
        SessionBench bench = new SessionBench();
        bench.toConsole = answer -> isOf(answer, PayloadType.RAKP_4) ? List.of() : List.of(answer);
        bench.ask(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY, SessionBench.RETRY);

        assertThat(bench.sent).isNotEmpty();
        assertThat(bench.fake.sessionCount()).isZero();
    }

    @Test
    void anAbandonedRequestLeavesTheSessionUsable() {
        SessionBench bench = new SessionBench();
        bench.readPower();
        List<SessionOutput> outputs = bench.session.request(
                IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY, bench.nowNanos, bench.nowNanos + 1_000_000_000L);
        assertThat(outputs).hasSize(1);

        bench.session.abandon();

        assertThat(power(bench.readPower())).isEqualTo(ChassisPower.OFF);
        assertThat(openRequests(bench)).hasSize(1);
    }

    @Test
    void twoRequestsAtOnceAreAMistakeOfTheCaller() {
        SessionBench bench = new SessionBench();
        bench.session.request(IpmiCommand.GET_DEVICE_ID, Bytes.EMPTY, bench.nowNanos, bench.nowNanos + 1);

        assertThatThrownBy(() -> bench.session.request(
                        IpmiCommand.GET_DEVICE_ID, Bytes.EMPTY, bench.nowNanos, bench.nowNanos + 1))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aBmcThatRestartsWithOtherSuitesIsFoundAgain() {
        SessionBench bench = new SessionBench(
                SessionBench.ADMIN, FakeIpmiProfile.DEFAULTS.withCipherSuites(List.of(CipherSuite.SUITE_3)));
        bench.readPower();
        bench.fake = new FakeIpmiBmc(
                SessionBench.ADMIN,
                bench.chassis,
                FakeIpmiProfile.DEFAULTS.withCipherSuites(List.of(CipherSuite.SUITE_17)),
                new Random(3));

        assertThat(power(bench.readPower())).isEqualTo(ChassisPower.OFF);
        assertThat(openRequests(bench))
                .extracting(OpenSessionRequest::authentication)
                .endsWith(1, 3);
    }

    private interface Change {
        Bytes of(Bytes payload);
    }

    private static boolean isOf(Bytes datagram, PayloadType type) {
        return RmcpFrame.decode(datagram) instanceof SessionFrame packet && packet.type() == type;
    }

    private static Bytes changed(Bytes datagram, PayloadType type, Change change) {
        if (!isOf(datagram, type)) {
            return datagram;
        }
        Bytes payload = ((SessionFrame) RmcpFrame.decode(datagram)).payload();
        return SessionFrame.outsideSession(type, change.of(payload)).encode();
    }

    private static Bytes withByte(Bytes bytes, int index, int value) {
        byte[] array = bytes.toArray();
        array[index] = (byte) value;
        return Bytes.copyOf(array);
    }

    private static List<OpenSessionRequest> openRequests(SessionBench bench) {
        return bench.sent.stream()
                .filter(datagram -> isOf(datagram, PayloadType.OPEN_SESSION_REQUEST))
                .map(datagram -> OpenSessionRequest.decode(((SessionFrame) RmcpFrame.decode(datagram)).payload()))
                .toList();
    }

    private static ChassisPower power(Outcome outcome) {
        IpmiResponse response = Objects.requireNonNull(outcome.response(), () -> "failed: " + outcome.failure());
        assertThat(response.completionCode()).isZero();
        return ChassisStatus.decode(response.data()).power();
    }

    private static BmcException failure(Outcome outcome) {
        return Objects.requireNonNull(outcome.failure(), () -> "answered: " + outcome.response());
    }

    private static Reason reason(Outcome outcome) {
        return failure(outcome).reason();
    }
}

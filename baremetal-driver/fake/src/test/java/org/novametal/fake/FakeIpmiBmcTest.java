package org.novametal.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.RestartCause;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.IdentifyInterval;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.codec.IpmiRequest;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.codec.LegacyFrame;
import org.novametal.bmc.ipmi.codec.OpenSessionRequest;
import org.novametal.bmc.ipmi.codec.OpenSessionResponse;
import org.novametal.bmc.ipmi.codec.PayloadType;
import org.novametal.bmc.ipmi.codec.PrivilegeLevel;
import org.novametal.bmc.ipmi.codec.Rakp1;
import org.novametal.bmc.ipmi.codec.Rakp2;
import org.novametal.bmc.ipmi.codec.Rakp3;
import org.novametal.bmc.ipmi.codec.Rakp4;
import org.novametal.bmc.ipmi.codec.RakpTranscript;
import org.novametal.bmc.ipmi.codec.RmcpFrame;
import org.novametal.bmc.ipmi.codec.RmcpStatus;
import org.novametal.bmc.ipmi.codec.SessionFrame;
import org.novametal.bmc.ipmi.codec.SessionSeal;
import org.novametal.bmc.ipmi.codec.SetupRefusal;

/** The fake BMC's refusals and limits, packet by packet; the peers' tests let foreign programs judge the rest. */
class FakeIpmiBmcTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret");
    private static final SocketAddress CONSOLE = InetSocketAddress.createUnresolved("console", 1);
    private static final Bytes VECTOR = Bytes.fromHex("000102030405060708090a0b0c0d0e0f");
    private static final Bytes RANDOM = Bytes.fromHex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");

    private final SwitchChassis chassis = new SwitchChassis();
    private final FakeIpmiBmc bmc =
            new FakeIpmiBmc(ADMIN, chassis, FakeIpmiProfile.DEFAULTS.withMaximumSessions(3), new Random(4));
    private long nowNanos;

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, INVALID_AUTHENTICATION",
        "2, 2, 1, INVALID_AUTHENTICATION",
        "1, 0, 1, INVALID_INTEGRITY",
        "1, 1, 0, INVALID_CONFIDENTIALITY",
        "1, 4, 1, NO_CIPHER_SUITE_MATCH",
        "3, 1, 1, NO_CIPHER_SUITE_MATCH"
    })
    void algorithmsThatAreNoOfferedSuiteAreRefused(
            int authentication, int integrity, int encryption, RmcpStatus status) {
        Bytes answer = ask(
                PayloadType.OPEN_SESSION_REQUEST,
                new OpenSessionRequest(5, 0, 77, authentication, integrity, encryption).encode());

        assertThat(OpenSessionResponse.decode(answer)).isEqualTo(SetupRefusal.of(5, status, 77));
        assertThat(bmc.sessionCount()).isZero();
    }

    @Test
    void sessionsAreLimitedAndSilentOnesTimeOut() {
        for (int i = 1; i <= 3; i++) {
            assertThat(open(i)).isInstanceOf(OpenSessionResponse.Accepted.class);
        }
        assertThat(open(4)).isEqualTo(SetupRefusal.of(4, RmcpStatus.NO_RESOURCES, 4));
        assertThat(bmc.sessionCount()).isEqualTo(3);

        nowNanos += FakeIpmiProfile.DEFAULTS.sessionTimeout().toNanos();

        assertThat(open(4)).isInstanceOf(OpenSessionResponse.Accepted.class);
        assertThat(bmc.sessionCount()).isOne();
    }

    @Test
    void aRequestThatComesTwiceHasTheSameAnswerAndOneSession() {
        Login login = new Login(CipherSuite.SUITE_17, ADMIN, PrivilegeLevel.OPERATOR);

        assertThat(open(9)).isEqualTo(open(9));
        assertThat(login.identify()).isEqualTo(login.identify());
        assertThat(login.prove()).isEqualTo(login.prove());
        assertThat(bmc.sessionCount()).isEqualTo(2);
    }

    @Test
    void aWrongUserIsRefusedAndItsSessionFreed() {
        Login login = new Login(CipherSuite.SUITE_3, new BmcCredentials("eve", "s3cret"), PrivilegeLevel.USER);

        assertThat(Rakp2.decode(login.identify()))
                .isEqualTo(SetupRefusal.of(Login.TAG, RmcpStatus.UNAUTHORIZED_NAME, Login.CONSOLE_SESSION));
        assertThat(bmc.sessionCount()).isZero();
    }

    @Test
    void aWrongPasswordIsRefusedThoughTheConsoleGoesOn() {
        Login login = new Login(CipherSuite.SUITE_3, new BmcCredentials("admin", "guess"), PrivilegeLevel.USER);
        login.identify();

        assertThat(Rakp4.decode(login.prove().orElseThrow()))
                .isEqualTo(SetupRefusal.of(Login.TAG, RmcpStatus.INVALID_INTEGRITY_CHECK, Login.CONSOLE_SESSION));
        assertThat(bmc.sessionCount()).isZero();
    }

    @Test
    void aLevelAboveTheUsersIsRefused() {
        FakeIpmiBmc limited = new FakeIpmiBmc(
                ADMIN, chassis, FakeIpmiProfile.DEFAULTS.withPrivilegeLimit(PrivilegeLevel.USER), new Random(4));
        Login login = new Login(limited, CipherSuite.SUITE_3, ADMIN, PrivilegeLevel.OPERATOR);

        assertThat(Rakp2.decode(login.identify()))
                .isEqualTo(SetupRefusal.of(Login.TAG, RmcpStatus.UNAUTHORIZED_ROLE, Login.CONSOLE_SESSION));
    }

    @Test
    void aSessionBeginsAsUserAndMayBeRaisedUpToItsLimit() {
        Login login = new Login(CipherSuite.SUITE_3, ADMIN, PrivilegeLevel.OPERATOR).complete();

        assertThat(login.code(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY)).isZero();
        assertThat(login.code(IpmiCommand.CHASSIS_CONTROL, Bytes.of(1)))
                .isEqualTo(CompletionCode.INSUFFICIENT_PRIVILEGE.code());
        assertThat(login.code(IpmiCommand.SET_SESSION_PRIVILEGE_LEVEL, Bytes.of(4)))
                .isEqualTo(0x81);
        assertThat(login.code(IpmiCommand.SET_SESSION_PRIVILEGE_LEVEL, Bytes.of(3)))
                .isZero();
        assertThat(login.code(IpmiCommand.CHASSIS_CONTROL, Bytes.of(1))).isZero();
        assertThat(chassis.isOn()).isTrue();
    }

    @Test
    void aPacketThatComesTwiceIsDoneOnce() {
        Login login = new Login(CipherSuite.SUITE_17, ADMIN, PrivilegeLevel.OPERATOR).complete();
        login.code(IpmiCommand.SET_SESSION_PRIVILEGE_LEVEL, Bytes.of(3));
        login.code(IpmiCommand.CHASSIS_CONTROL, Bytes.of(1));
        Bytes reset = login.packet(IpmiCommand.CHASSIS_CONTROL, Bytes.of(3));

        assertThat(bmc.receive(CONSOLE, reset, nowNanos)).isPresent();
        assertThat(bmc.receive(CONSOLE, reset, nowNanos)).isEmpty();

        assertThat(chassis.boots()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"2", "3", "4", "5"})
    void whatNeedsARunningMachineIsRefusedOnOneThatIsOff(int control) {
        Login login = new Login(CipherSuite.SUITE_17, ADMIN, PrivilegeLevel.OPERATOR).complete();
        login.code(IpmiCommand.SET_SESSION_PRIVILEGE_LEVEL, Bytes.of(3));

        assertThat(login.code(IpmiCommand.CHASSIS_CONTROL, Bytes.of(control)))
                .isEqualTo(CompletionCode.NOT_IN_PRESENT_STATE.code());
    }

    @ParameterizedTest
    @CsvSource({"0a00, 0x80", "053c, 0xc7", "0580040000, 0xc7", "05803c000000, 0xcc", "'', 0xc7"})
    void wrongBootOptionsAreRefused(String data, int code) {
        Login login = new Login(CipherSuite.SUITE_17, ADMIN, PrivilegeLevel.OPERATOR).complete();
        login.code(IpmiCommand.SET_SESSION_PRIVILEGE_LEVEL, Bytes.of(3));

        assertThat(login.code(IpmiCommand.SET_SYSTEM_BOOT_OPTIONS, Bytes.fromHex(data)))
                .isEqualTo(code);
    }

    @Test
    void theMachineShowsItselfAndTellsWhatStartedIt() {
        Login login = new Login(CipherSuite.SUITE_17, ADMIN, PrivilegeLevel.OPERATOR).complete();
        assertThat(login.code(IpmiCommand.CHASSIS_IDENTIFY, Bytes.EMPTY))
                .isEqualTo(CompletionCode.INSUFFICIENT_PRIVILEGE.code());
        login.code(IpmiCommand.SET_SESSION_PRIVILEGE_LEVEL, Bytes.of(3));

        assertThat(login.code(IpmiCommand.CHASSIS_IDENTIFY, Bytes.of(30))).isZero();
        assertThat(chassis.identify()).isEqualTo(Duration.ofSeconds(30));
        assertThat(login.code(IpmiCommand.CHASSIS_IDENTIFY, Bytes.of(0, 1))).isZero();
        assertThat(chassis.identify()).isEqualTo(IdentifyInterval.UNTIL_STOPPED);
        assertThat(login.code(IpmiCommand.CHASSIS_IDENTIFY, Bytes.of(0, 1, 2)))
                .isEqualTo(CompletionCode.INVALID_LENGTH.code());

        chassis.startBy(RestartCause.WATCHDOG);
        assertThat(login.answer(IpmiCommand.GET_SYSTEM_RESTART_CAUSE, Bytes.EMPTY)
                        .data())
                .isEqualTo(Bytes.of(4, 1));
        login.code(IpmiCommand.CHASSIS_CONTROL, Bytes.of(3));
        assertThat(login.answer(IpmiCommand.GET_SYSTEM_RESTART_CAUSE, Bytes.EMPTY)
                        .data())
                .isEqualTo(Bytes.of(1, 1));
    }

    @Test
    void aBmcWithAKeyIsProvedToHaveIt() {
        BmcCredentials keyed = new BmcCredentials("admin", "s3cret", Optional.of("key-of-the-bmc"));
        FakeIpmiBmc keyedBmc = new FakeIpmiBmc(keyed, chassis);

        new Login(keyedBmc, CipherSuite.SUITE_17, keyed, PrivilegeLevel.USER).complete();

        Login without = new Login(keyedBmc, CipherSuite.SUITE_17, ADMIN, PrivilegeLevel.OPERATOR);
        without.identify();
        assertThat(Rakp4.decode(without.prove().orElseThrow()))
                .isInstanceOfSatisfying(
                        Rakp4.Accepted.class,
                        accepted -> assertThat(accepted.check())
                                .isNotEqualTo(without.transcript().rakp4Check()));
    }

    @ParameterizedTest
    @CsvSource({"'', false, false", "0300, false, false", "0308, false, true", "'', true, true"})
    void aBootOverrideExpiresUnlessItIsToBeKeptOrWasUsed(String keep, boolean powered, boolean stays) {
        bmc.setFaults(FakeFaults.of(FakeFault.BOOT_FLAGS_EXPIRE));
        Login login = new Login(CipherSuite.SUITE_17, ADMIN, PrivilegeLevel.OPERATOR).complete();
        login.code(IpmiCommand.SET_SESSION_PRIVILEGE_LEVEL, Bytes.of(3));
        if (!keep.isEmpty()) {
            login.code(IpmiCommand.SET_SYSTEM_BOOT_OPTIONS, Bytes.fromHex(keep));
        }
        // Persistent, from the network: so that a boot does not use it up.
        login.code(IpmiCommand.SET_SYSTEM_BOOT_OPTIONS, Bytes.fromHex("05c004000000"));
        if (powered) {
            login.code(IpmiCommand.CHASSIS_CONTROL, Bytes.of(1));
        }

        nowNanos += Duration.ofSeconds(59).toNanos();
        login.code(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY);
        assertThat(chassis.bootOverride().device()).isEqualTo(BootDevice.NETWORK);
        nowNanos += Duration.ofSeconds(1).toNanos();
        login.code(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY);

        assertThat(chassis.bootOverride().device()).isEqualTo(stays ? BootDevice.NETWORK : BootDevice.NONE);
    }

    @Test
    void aClockThatJumpsEndsItsSessions() {
        bmc.setFaults(FakeFaults.NONE.with(FakeFault.CLOCK_JUMP, 1));
        Login login = new Login(CipherSuite.SUITE_17, ADMIN, PrivilegeLevel.OPERATOR).complete();

        assertThat(login.code(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY)).isZero();

        assertThat(bmc.receive(CONSOLE, login.packet(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY), nowNanos))
                .isEmpty();
        assertThat(bmc.sessionCount()).isZero();
    }

    @Test
    void aBmcThatRestartsIsAwayForTwoSeconds() {
        bmc.setFaults(FakeFaults.NONE.with(FakeFault.BMC_RESET, 1));
        Login login = new Login(CipherSuite.SUITE_17, ADMIN, PrivilegeLevel.OPERATOR).complete();
        assertThat(bmc.receive(CONSOLE, login.packet(IpmiCommand.GET_CHASSIS_STATUS, Bytes.EMPTY), nowNanos))
                .isEmpty();
        Bytes request = SessionFrame.outsideSession(
                        PayloadType.OPEN_SESSION_REQUEST,
                        OpenSessionRequest.of(1, PrivilegeLevel.USER, 1, CipherSuite.SUITE_3)
                                .encode())
                .encode();

        nowNanos += Duration.ofSeconds(2).toNanos() - 1;
        assertThat(bmc.receive(CONSOLE, request, nowNanos)).isEmpty();
        nowNanos++;
        assertThat(bmc.receive(CONSOLE, request, nowNanos)).isPresent();
    }

    @Test
    void closingFreesTheSession() {
        Login login = new Login(CipherSuite.SUITE_17, ADMIN, PrivilegeLevel.OPERATOR).complete();
        int id = login.bmcSession();
        Bytes data = Bytes.of(id, id >> 8, id >> 16, id >> 24);

        assertThat(login.code(IpmiCommand.CLOSE_SESSION, Bytes.of(1, 2, 3, 4))).isEqualTo(0x87);
        assertThat(login.code(IpmiCommand.CLOSE_SESSION, data)).isZero();

        assertThat(bmc.sessionCount()).isZero();
        assertThat(bmc.receive(CONSOLE, login.packet(IpmiCommand.GET_DEVICE_ID, Bytes.EMPTY), nowNanos))
                .isEmpty();
    }

    @Test
    void outsideOfASessionNothingIsSwitched() {
        IpmiRequest request = IpmiRequest.of(IpmiCommand.CHASSIS_CONTROL, 1, Bytes.of(1));

        Bytes inRmcpPlus = ask(PayloadType.IPMI, request.encode());
        Bytes legacy = bmc.receive(
                        CONSOLE, LegacyFrame.outsideSession(request.encode()).encode(), nowNanos)
                .orElseThrow();

        assertThat(IpmiResponse.decode(inRmcpPlus).completionCode())
                .isEqualTo(CompletionCode.INSUFFICIENT_PRIVILEGE.code());
        assertThat(IpmiResponse.decode(((LegacyFrame) RmcpFrame.decode(legacy)).payload())
                        .completionCode())
                .isEqualTo(CompletionCode.INSUFFICIENT_PRIVILEGE.code());
        assertThat(chassis.isOn()).isFalse();
    }

    @Test
    void randomDatagramsChangeNothing() {
        Random random = new Random(11);
        for (int i = 0; i < 5000; i++) {
            byte[] datagram = new byte[random.nextInt(100)];
            random.nextBytes(datagram);
            assertThat(bmc.receive(CONSOLE, Bytes.copyOf(datagram), nowNanos)).isEmpty();
        }
        assertThat(bmc.sessionCount()).isZero();
    }

    private OpenSessionResponse open(int number) {
        return OpenSessionResponse.decode(ask(
                PayloadType.OPEN_SESSION_REQUEST,
                OpenSessionRequest.of(number, PrivilegeLevel.USER, number, CipherSuite.SUITE_3)
                        .encode()));
    }

    private Bytes ask(PayloadType type, Bytes payload) {
        return ask(bmc, type, payload).orElseThrow();
    }

    private Optional<Bytes> ask(FakeIpmiBmc asked, PayloadType type, Bytes payload) {
        return asked.receive(CONSOLE, SessionFrame.outsideSession(type, payload).encode(), nowNanos)
                .map(answer -> ((SessionFrame) RmcpFrame.decode(answer)).payload());
    }

    /** A console that sends what a test asks for, right or wrong. */
    private final class Login {
        static final int TAG = 3;
        static final int CONSOLE_SESSION = 1234;

        private final FakeIpmiBmc asked;
        private final CipherSuite suite;
        private final BmcCredentials credentials;
        private final Rakp1 first;
        private Bytes second = Bytes.EMPTY;
        private int sequence;

        Login(CipherSuite suite, BmcCredentials credentials, PrivilegeLevel level) {
            this(bmc, suite, credentials, level);
        }

        Login(FakeIpmiBmc asked, CipherSuite suite, BmcCredentials credentials, PrivilegeLevel level) {
            this.asked = asked;
            this.suite = suite;
            this.credentials = credentials;
            Bytes opened = ask(
                            asked,
                            PayloadType.OPEN_SESSION_REQUEST,
                            OpenSessionRequest.of(TAG, level, CONSOLE_SESSION, suite)
                                    .encode())
                    .orElseThrow();
            OpenSessionResponse.Accepted accepted = (OpenSessionResponse.Accepted) OpenSessionResponse.decode(opened);
            Bytes name = Bytes.copyOf(credentials.username().getBytes(StandardCharsets.UTF_8));
            first = new Rakp1(TAG, accepted.bmcSessionId(), RANDOM, Rakp1.roleByName(level), name);
        }

        int bmcSession() {
            return first.bmcSessionId();
        }

        Bytes identify() {
            second = ask(asked, PayloadType.RAKP_1, first.encode()).orElseThrow();
            return second;
        }

        Optional<Bytes> prove() {
            Rakp3 third = new Rakp3(TAG, 0, first.bmcSessionId(), transcript().rakp3Code());
            return ask(asked, PayloadType.RAKP_3, third.encode());
        }

        Login complete() {
            identify();
            assertThat(Rakp4.decode(prove().orElseThrow()))
                    .isEqualTo(new Rakp4.Accepted(
                            TAG, CONSOLE_SESSION, transcript().rakp4Check()));
            return this;
        }

        int code(IpmiCommand command, Bytes data) {
            return answer(command, data).completionCode();
        }

        IpmiResponse answer(IpmiCommand command, Bytes data) {
            Bytes answer =
                    asked.receive(CONSOLE, packet(command, data), nowNanos).orElseThrow();
            SessionFrame frame = (SessionFrame) RmcpFrame.decode(answer);
            assertThat(frame.sessionId()).isEqualTo(CONSOLE_SESSION);
            return IpmiResponse.decode(transcript().seal().open(frame));
        }

        Bytes packet(IpmiCommand command, Bytes data) {
            SessionSeal seal = transcript().seal();
            sequence++;
            Bytes request = IpmiRequest.of(command, sequence & 0x3f, data).encode();
            return seal.seal(PayloadType.IPMI, first.bmcSessionId(), sequence, request, VECTOR)
                    .encode();
        }

        private RakpTranscript transcript() {
            Rakp2.Accepted accepted = (Rakp2.Accepted) Rakp2.decode(second);
            return new RakpTranscript(
                    suite, credentials, first, CONSOLE_SESSION, accepted.bmcRandom(), accepted.bmcGuid());
        }
    }
}

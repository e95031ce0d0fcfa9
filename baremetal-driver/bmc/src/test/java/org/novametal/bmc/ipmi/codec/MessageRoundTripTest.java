package org.novametal.bmc.ipmi.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.RestartCause;
import org.novametal.bmc.ipmi.codec.SessionFrame.Protection;

/** Every message, with random content, is the same after encoding and decoding. The seed is the repetition's number. */
class MessageRoundTripTest {
    @RepeatedTest(200)
    void messagesSurviveTheWayThroughBytes(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int tag = random.nextInt(256);
        int id = random.nextInt();

        same(
                new OpenSessionRequest(tag, random.nextInt(16), id, bits6(random), bits6(random), bits6(random)),
                OpenSessionRequest::encode,
                OpenSessionRequest::decode);
        same(
                new OpenSessionResponse.Accepted(
                        tag, random.nextInt(16), id, random.nextInt(), bits6(random), bits6(random), bits6(random)),
                OpenSessionResponse::encode,
                OpenSessionResponse::decode);
        same(
                new Rakp1(tag, id, bytes(random, 16), random.nextInt(256), bytes(random, random.nextInt(17))),
                Rakp1::encode,
                Rakp1::decode);
        same(
                new Rakp2.Accepted(tag, id, bytes(random, 16), bytes(random, 16), bytes(random, random.nextInt(40))),
                Rakp2::encode,
                Rakp2::decode);
        same(new Rakp3(tag, random.nextInt(256), id, bytes(random, random.nextInt(40))), Rakp3::encode, Rakp3::decode);
        same(new Rakp4.Accepted(tag, id, bytes(random, random.nextInt(40))), Rakp4::encode, Rakp4::decode);
        OptionalInt named = random.nextBoolean() ? OptionalInt.of(id) : OptionalInt.empty();
        SetupRefusal refusal = new SetupRefusal(tag, 1 + random.nextInt(255), named);
        same(refusal, OpenSessionResponse::encode, OpenSessionResponse::decode);
        same(refusal, Rakp2::encode, Rakp2::decode);
        same(refusal, Rakp4::encode, Rakp4::decode);
        same(
                new IpmiRequest(
                        random.nextInt(256),
                        bits6(random),
                        2 * random.nextInt(32),
                        tag,
                        bytes(random, random.nextInt(60))),
                IpmiRequest::encode,
                IpmiRequest::decode);
        same(
                new IpmiResponse(
                        random.nextInt(256),
                        bits6(random),
                        2 * random.nextInt(32),
                        tag,
                        random.nextInt(256),
                        bytes(random, random.nextInt(60))),
                IpmiResponse::encode,
                IpmiResponse::decode);
        same(
                new LegacyFrame(random.nextInt(), id, bytes(random, random.nextInt(256))),
                RmcpFrame::encode,
                RmcpFrame::decode);
        same(frame(random), RmcpFrame::encode, RmcpFrame::decode);
        same(
                new DeviceId(tag, tag, tag, tag, tag, tag, random.nextInt(1 << 24), random.nextInt(1 << 16)),
                DeviceId::encode,
                DeviceId::decode);
        same(
                new ChassisStatus(tag, random.nextInt(256), random.nextInt(256)),
                ChassisStatus::encode,
                ChassisStatus::decode);
        same(
                new SolPacket(
                        random.nextInt(16),
                        random.nextInt(16),
                        random.nextInt(256),
                        random.nextInt(256),
                        bytes(random, random.nextInt(300))),
                SolPacket::encode,
                SolPacket::decode);
        same(
                new PayloadInstance(any(random, PayloadType.values()), random.nextInt(16), id),
                PayloadInstance::encode,
                PayloadInstance::decode);
        same(
                new PayloadActivation(id, random.nextInt(1 << 16), random.nextInt(1 << 16), random.nextInt(1 << 16)),
                PayloadActivation::encode,
                PayloadActivation::decode);
        same(
                new PayloadActivationStatus(random.nextInt(16), random.nextInt(1 << 16)),
                PayloadActivationStatus::encode,
                PayloadActivationStatus::decode);
        same(
                new AuthenticationCapabilities(tag, random.nextInt(256), random.nextInt(256), random.nextInt(256)),
                AuthenticationCapabilities::encode,
                AuthenticationCapabilities::decode);
    }

    @Test
    void everyPowerActionSurvives() {
        for (PowerAction action : PowerAction.values()) {
            assertThat(ChassisControl.decode(ChassisControl.encode(action))).contains(action);
        }
    }

    @Test
    void everyRestartCauseSurvives() {
        for (RestartCause cause : RestartCause.values()) {
            SystemRestart restart = SystemRestart.of(cause, 1);
            assertThat(restart.cause()).isEqualTo(cause);
            assertThat(SystemRestart.decode(restart.encode())).isEqualTo(restart);
        }
    }

    /** The numbers of IPMI 2.0 table 28-11. */
    @ParameterizedTest
    @CsvSource({
        "0, UNKNOWN",
        "1, CHASSIS_CONTROL",
        "2, RESET_BUTTON",
        "3, POWER_BUTTON",
        "4, WATCHDOG",
        "5, VENDOR",
        "6, POWER_RESTORED",
        "7, POWER_RESTORED",
        "8, PLATFORM_EVENT",
        "9, PLATFORM_EVENT",
        "10, SOFT_RESET",
        "11, CLOCK",
        "15, UNKNOWN"
    })
    void restartCausesAreNumberedAsInTheSpecification(int number, RestartCause cause) {
        assertThat(SystemRestart.decode(Bytes.of(0xf0 | number, 0x0e)).cause()).isEqualTo(cause);
    }

    /** The bytes of IPMI 2.0 table 28-6. */
    @ParameterizedTest
    @CsvSource({"PT-1S, 00", "PT0S, 00", "PT0.1S, 01", "PT7S, 07", "PT255S, ff", "PT255.1S, ff01", "PT10H, ff01"})
    void theTimeToIdentifyIsInSeconds(Duration interval, String data) {
        assertThat(IdentifyInterval.encode(interval)).isEqualTo(Bytes.fromHex(data));
    }

    @Test
    void everyTimeToIdentifySurvives() {
        for (int seconds = 0; seconds <= 255; seconds++) {
            Duration interval = Duration.ofSeconds(seconds);
            assertThat(IdentifyInterval.decode(IdentifyInterval.encode(interval)))
                    .isEqualTo(interval);
        }
        assertThat(IdentifyInterval.decode(IdentifyInterval.encode(IdentifyInterval.UNTIL_STOPPED)))
                .isEqualTo(IdentifyInterval.UNTIL_STOPPED);
        assertThat(IdentifyInterval.decode(Bytes.EMPTY)).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void aKeyIsTextOrDigitsAndNothingElse() {
        assertThat(RakpTranscript.key("12345678901234567890")).hasSize(20);
        assertThat(RakpTranscript.key("0x" + "00ff".repeat(10)))
                .startsWith(0, 0xff)
                .hasSize(20);
        for (String wrong : List.of("123456789012345678901", "0x00ff", "0x" + "zz".repeat(20))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RakpTranscript.key(wrong))
                    .withMessageContaining("K_g")
                    .withMessageNotContaining(wrong);
        }
    }

    @Test
    void aKeyOfZerosIsNone() {
        BmcCredentials none = new BmcCredentials("admin", "s3cret");
        BmcCredentials zeros = new BmcCredentials("admin", "s3cret", Optional.of("0x" + "00".repeat(20)));
        BmcCredentials other = new BmcCredentials("admin", "s3cret", Optional.of("k"));

        assertThat(transcript(zeros).rakp4Check()).isEqualTo(transcript(none).rakp4Check());
        assertThat(transcript(other).rakp4Check()).isNotEqualTo(transcript(none).rakp4Check());
        assertThat(transcript(other).rakp3Code()).isEqualTo(transcript(none).rakp3Code());
    }

    private static RakpTranscript transcript(BmcCredentials credentials) {
        Bytes sixteen = Bytes.copyOf(new byte[16]);
        return new RakpTranscript(
                CipherSuite.SUITE_17, credentials, new Rakp1(1, 2, sixteen, 0x14, Bytes.EMPTY), 3, sixteen, sixteen);
    }

    @Test
    void everyBootOverrideSurvives() {
        for (BootDevice device : BootDevice.values()) {
            for (BootPersistence persistence : BootPersistence.values()) {
                for (BootFirmware firmware : BootFirmware.values()) {
                    BootOverride override = new BootOverride(device, persistence, firmware);
                    // A bit says BIOS or UEFI, so an unspecified firmware is read as BIOS.
                    BootFirmware readFirmware = firmware == BootFirmware.UNSPECIFIED ? BootFirmware.BIOS : firmware;
                    BootOverride read = device == BootDevice.NONE
                            ? BootFlags.NO_OVERRIDE
                            : new BootOverride(device, persistence, readFirmware);
                    assertThat(BootFlags.decode(BootFlags.encode(override))).contains(read);
                    assertThat(BootFlags.decode(BootFlags.report(override))).contains(read);
                }
            }
        }
    }

    @Test
    void aBootDeviceWithoutAWordOfOursIsNotMistakenForAnother() {
        // 0x3c: floppy.
        assertThat(BootFlags.decode(Bytes.fromHex("803c000000"))).isEmpty();
    }

    private static SessionFrame frame(Random random) {
        Protection protection = any(random, Protection.values());
        PayloadType type = any(random, PayloadType.values());
        Bytes trailer = protection.isAuthenticated() ? bytes(random, random.nextInt(40)) : Bytes.EMPTY;
        return new SessionFrame(
                type, protection, random.nextInt(), random.nextInt(), bytes(random, random.nextInt(600)), trailer);
    }

    private static <T> void same(T message, Function<? super T, Bytes> encode, Function<Bytes, ?> decode) {
        assertThat(decode.apply(encode.apply(message))).isEqualTo(message);
    }

    private static <T> T any(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    private static int bits6(Random random) {
        return random.nextInt(64);
    }

    private static Bytes bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return Bytes.copyOf(bytes);
    }
}

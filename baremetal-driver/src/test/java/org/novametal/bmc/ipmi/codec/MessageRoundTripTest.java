package org.novametal.bmc.ipmi.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.ipmi.codec.SessionFrame.Protection;

/** Every message, with random content, is the same after it went through bytes. The seed is the repetition's number. */
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
    void everyBootOverrideSurvives() {
        for (BootDevice device : BootDevice.values()) {
            for (BootPersistence persistence : BootPersistence.values()) {
                for (BootFirmware firmware : BootFirmware.values()) {
                    BootOverride override = new BootOverride(device, persistence, firmware);
                    BootOverride read = device == BootDevice.NONE ? BootFlags.NO_OVERRIDE : override;
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

package org.novametal.bmc.ipmi.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Decoders of spoilt captured bytes, and of any bytes, throw the declared exception or none. */
class DecoderMutationTest {
    private static final long SEED = 20_240_614L;
    private static final int ROUNDS = 20_000;

    private static final List<String> CAPTURES = List.of(
            "suite3-set-boot-device.txt",
            "suite17-power-on.txt",
            "suite3-sol.txt",
            "suite-query-boot-flags.txt",
            "suite17-refused.txt",
            "unknown-user.txt");

    private static final List<Consumer<Bytes>> DECODERS = List.of(
            OpenSessionRequest::decode,
            OpenSessionResponse::decode,
            Rakp1::decode,
            Rakp2::decode,
            Rakp3::decode,
            Rakp4::decode,
            IpmiRequest::decode,
            IpmiResponse::decode,
            AuthenticationCapabilities::decode,
            ChassisStatus::decode,
            ChassisControl::decode,
            IdentifyInterval::decode,
            SystemRestart::decode,
            DeviceId::decode,
            SolPacket::decode,
            PayloadInstance::decode,
            PayloadActivation::decode,
            PayloadActivationStatus::decode,
            BootFlags::decode,
            BootOption.BOOT_FLAGS::readResponse);

    @Test
    void spoiltMessagesRaiseOnlyTheDeclaredException() {
        List<Bytes> originals = new ArrayList<>();
        for (String name : CAPTURES) {
            originals.addAll(CapturedConversation.read(name).datagrams());
        }
        SessionSeal seal = new SessionSeal(CipherSuite.SUITE_3, new byte[20], new SealTools());
        Random random = new Random(SEED);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Bytes spoilt = spoil(originals.get(random.nextInt(originals.size())), random);
            List<Bytes> payloads = new ArrayList<>(List.of(spoilt));
            refused += refuses(
                    bytes -> {
                        RmcpFrame frame = RmcpFrame.decode(bytes);
                        switch (frame) {
                            case LegacyFrame legacy -> payloads.add(legacy.payload());
                            case SessionFrame packet -> {
                                payloads.add(packet.payload());
                                assertThat(packet.consoleSessionId()).isNotNull();
                                seal.open(packet);
                            }
                        }
                    },
                    spoilt,
                    round);
            for (Bytes payload : payloads) {
                for (Consumer<Bytes> decoder : DECODERS) {
                    refused += refuses(decoder, payload, round);
                }
            }
        }
        assertThat(refused).isPositive();
    }

    private static int refuses(Consumer<Bytes> decoder, Bytes bytes, int round) {
        try {
            decoder.accept(bytes);
            return 0;
        } catch (MalformedMessageException e) {
            return 1;
        } catch (RuntimeException e) {
            return fail("seed " + SEED + ", round " + round + ", bytes " + bytes, e);
        }
    }

    private static Bytes spoil(Bytes original, Random random) {
        byte[] bytes = original.toArray();
        switch (random.nextInt(4)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 1 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(20));
            case 2 -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            default -> {
                bytes = new byte[random.nextInt(80)];
                random.nextBytes(bytes);
            }
        }
        return Bytes.copyOf(bytes);
    }
}

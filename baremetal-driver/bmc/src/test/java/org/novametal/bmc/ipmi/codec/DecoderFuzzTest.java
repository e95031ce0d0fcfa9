package org.novametal.bmc.ipmi.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.crypto.Mac;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.Fuzz;
import org.novametal.bmc.Mutator;

/** Decoders of corrupted captured bytes, and of random bytes, throw the declared exception or none. */
class DecoderFuzzTest {
    private static final int ROUNDS = 1_200;

    /** All decoders of bytes from a peer. */
    private static final List<Decoder> DECODERS = List.of(
            message("RmcpFrame.decode", RmcpFrame::decode, RmcpFrame::encode),
            message("OpenSessionRequest.decode", OpenSessionRequest::decode, OpenSessionRequest::encode),
            message("OpenSessionResponse.decode", OpenSessionResponse::decode, OpenSessionResponse::encode),
            message("Rakp1.decode", Rakp1::decode, Rakp1::encode),
            message("Rakp2.decode", Rakp2::decode, Rakp2::encode),
            message("Rakp3.decode", Rakp3::decode, Rakp3::encode),
            message("Rakp4.decode", Rakp4::decode, Rakp4::encode),
            message("IpmiRequest.decode", IpmiRequest::decode, IpmiRequest::encode),
            message("IpmiResponse.decode", IpmiResponse::decode, IpmiResponse::encode),
            message(
                    "AuthenticationCapabilities.decode",
                    AuthenticationCapabilities::decode,
                    AuthenticationCapabilities::encode),
            message("ChassisStatus.decode", ChassisStatus::decode, ChassisStatus::encode),
            message("IdentifyInterval.decode", IdentifyInterval::decode, IdentifyInterval::encode),
            message("SystemRestart.decode", SystemRestart::decode, SystemRestart::encode),
            message("DeviceId.decode", DeviceId::decode, DeviceId::encode),
            message("SolPacket.decode", SolPacket::decode, SolPacket::encode),
            message("PayloadInstance.decode", PayloadInstance::decode, PayloadInstance::encode),
            message("PayloadActivation.decode", PayloadActivation::decode, PayloadActivation::encode),
            message("PayloadInstanceInfo.decode", PayloadInstanceInfo::decode, PayloadInstanceInfo::encode),
            message("PayloadActivationStatus.decode", PayloadActivationStatus::decode, PayloadActivationStatus::encode),
            new Decoder(
                    "ChassisControl.decode",
                    bytes -> ChassisControl.decode(bytes)
                            .ifPresent(action -> assertThat(ChassisControl.decode(ChassisControl.encode(action)))
                                    .contains(action))),
            new Decoder(
                    "BootFlags.decode",
                    bytes -> BootFlags.decode(bytes)
                            .ifPresent(override -> assertThat(BootFlags.decode(BootFlags.encode(override)))
                                    .contains(override))),
            new Decoder(
                    "BootFlags.mode",
                    bytes -> assertThat(BootFlags.mode(bytes)).isIn(BootFirmware.BIOS, BootFirmware.UEFI)),
            new Decoder(
                    "BootFlags.names",
                    bytes -> assertThat(
                                    Arrays.stream(BootDevice.values()).filter(device -> BootFlags.names(device, bytes)))
                            .hasSizeLessThanOrEqualTo(1)),
            new Decoder("BootOption.readResponse", bytes -> {
                for (BootOption option : BootOption.values()) {
                    Bytes content = option.readResponse(bytes);
                    assertThat(option.readResponse(option.getResponse(content))).isEqualTo(content);
                }
            }),
            new Decoder(
                    "CipherSuite.listed",
                    bytes -> assertThat(CipherSuite.listed(bytes)).hasSizeLessThanOrEqualTo(bytes.length() / 2)),
            new Decoder("SessionFrame.consoleSessionId", bytes -> {
                if (RmcpFrame.decode(bytes) instanceof SessionFrame packet) {
                    assertThat(packet.consoleSessionId()).isNotNull();
                }
            }));

    private record Decoder(String name, Consumer<Bytes> trial) {}

    /** A decoder whose message, even if read from corrupted bytes, must be the same after encoding and decoding. */
    private static <T> Decoder message(
            String name, Function<Bytes, ? extends T> decode, Function<? super T, Bytes> encode) {
        return new Decoder(name, bytes -> {
            T message = decode.apply(bytes);
            assertThat(decode.apply(encode.apply(message))).isEqualTo(message);
        });
    }

    @Test
    void everyDecoderStandsInTheTable() {
        // All code that reads bytes from a peer uses a ByteReader.
        Stream<String> readers = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages(Bytes.class.getPackageName())
                        .stream()
                        .flatMap(type -> type.getCodeUnits().stream())
                        .filter(DecoderFuzzTest::makesAReader)
                        .map(method -> method.getOwner().getSimpleName() + "." + method.getName());

        assertThat(DECODERS).extracting(Decoder::name).containsExactlyInAnyOrderElementsOf(readers.toList());
    }

    private static boolean makesAReader(JavaCodeUnit method) {
        return method.getConstructorCallsFromSelf().stream()
                .anyMatch(call -> call.getTargetOwner().isEquivalentTo(ByteReader.class));
    }

    @ParameterizedTest
    @MethodSource("org.novametal.bmc.Fuzz#seeds")
    void spoiltMessagesRaiseOnlyTheDeclaredException(long seed) {
        List<byte[]> corpus = new ArrayList<>(CapturedMessages.datagrams());
        corpus.addAll(CapturedMessages.contents());
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();

        Fuzz.run(seed, ROUNDS, new Mutator(corpus), (input, _) -> {
            Bytes bytes = Bytes.copyOf(input);
            for (Decoder decoder : DECODERS) {
                try {
                    decoder.trial().accept(bytes);
                    taken.incrementAndGet();
                } catch (MalformedMessageException e) {
                    refused.incrementAndGet();
                }
            }
        });

        assertThat(taken).as("messages taken").hasPositiveValue();
        assertThat(refused).as("messages refused").hasPositiveValue();
    }

    @ParameterizedTest
    @MethodSource("org.novametal.bmc.Fuzz#seeds")
    void aSealOpensNothingButWhatItSealed(long seed) {
        for (CipherSuite suite : CipherSuite.values()) {
            SessionSeal seal = new SessionSeal(suite, new byte[suite.macLength()], new SealTools());
            List<byte[]> sealed = sealed(seal, new Random(seed));
            List<Bytes> known = sealed.stream().map(Bytes::copyOf).toList();

            Fuzz.run(seed, ROUNDS, new Mutator(sealed), (input, _) -> {
                Bytes datagram = Bytes.copyOf(input);
                if (opens(seal, datagram)) {
                    // Neither the header of RMCP nor bytes after the authentication code belong to the packet.
                    assertThat(known).anyMatch(packet -> contains(datagram, packet));
                }
            });
        }
    }

    private static boolean contains(Bytes datagram, Bytes packet) {
        int from = SessionFrame.RMCP_LENGTH;
        return datagram.length() >= packet.length()
                && datagram.slice(from, packet.length()).equals(packet.slice(from, packet.length()));
    }

    /** A packet as a broken BMC may send it: its authentication code is right, but the content is malformed. */
    @ParameterizedTest
    @MethodSource("org.novametal.bmc.Fuzz#seeds")
    void brokenContentUnderARightCodeRaisesOnlyTheDeclaredException(long seed) {
        for (CipherSuite suite : CipherSuite.values()) {
            byte[] key = new byte[suite.macLength()];
            SessionSeal seal = new SessionSeal(suite, key, new SealTools());
            Mac code = Macs.keyed(suite, Macs.additionalKey(suite, key, 1));
            List<byte[]> covered = sealed(seal, new Random(seed)).stream()
                    .map(datagram -> Bytes.copyOf(datagram, datagram.length - suite.integrityLength())
                            .toArray())
                    .toList();
            AtomicInteger opened = new AtomicInteger();

            Fuzz.run(seed, ROUNDS, new Mutator(covered), (input, _) -> {
                Bytes spoilt = Bytes.copyOf(input);
                code.update(input, Math.min(SessionFrame.RMCP_LENGTH, input.length), Math.max(0, input.length - 4));
                Bytes datagram = spoilt.concat(Bytes.copyOf(code.doFinal(), suite.integrityLength()));
                if (opens(seal, datagram)) {
                    opened.incrementAndGet();
                }
            });

            assertThat(opened).as("packets opened").hasPositiveValue();
        }
    }

    private static List<byte[]> sealed(SessionSeal seal, Random random) {
        List<byte[]> sealed = new ArrayList<>();
        for (byte[] content : CapturedMessages.contents()) {
            byte[] vector = new byte[SessionSeal.VECTOR_LENGTH];
            random.nextBytes(vector);
            PayloadType type = random.nextBoolean() ? PayloadType.IPMI : PayloadType.SERIAL_OVER_LAN;
            sealed.add(seal.sealDatagram(
                            type, random.nextInt(), random.nextInt(), Bytes.copyOf(content), Bytes.copyOf(vector))
                    .toArray());
        }
        return sealed;
    }

    private static boolean opens(SessionSeal seal, Bytes datagram) {
        try {
            return RmcpFrame.decode(datagram) instanceof SessionFrame packet
                    && seal.open(packet).length() <= datagram.length();
        } catch (MalformedMessageException e) {
            return false;
        }
    }
}

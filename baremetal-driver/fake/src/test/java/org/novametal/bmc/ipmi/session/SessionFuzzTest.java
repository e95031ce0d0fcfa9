package org.novametal.bmc.ipmi.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.Fuzz;
import org.novametal.bmc.Mutator;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CapturedMessages;
import org.novametal.bmc.ipmi.codec.ChassisStatus;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.codec.MalformedMessageException;
import org.novametal.bmc.ipmi.codec.OpenSessionRequest;
import org.novametal.bmc.ipmi.codec.PayloadType;
import org.novametal.bmc.ipmi.codec.Rakp1;
import org.novametal.bmc.ipmi.codec.Rakp2;
import org.novametal.bmc.ipmi.codec.RakpTranscript;
import org.novametal.bmc.ipmi.codec.RmcpFrame;
import org.novametal.bmc.ipmi.codec.SessionFrame;
import org.novametal.bmc.ipmi.codec.SessionSeal;
import org.novametal.bmc.ipmi.session.SessionBench.Outcome;
import org.novametal.fake.FakeIpmiProfile;

/** Whatever comes between and in place of a BMC's answers, at any time: requests end, and never by a wrong answer. */
class SessionFuzzTest {
    private static final int CONVERSATIONS = 300;
    private static final int REQUESTS = 3;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final Mutator MUTATOR = new Mutator(CapturedMessages.datagrams());

    @ParameterizedTest
    @MethodSource("org.novametal.bmc.Fuzz#seeds")
    void spoiltOldAndForeignPacketsNeverMakeAWrongAnswer(long seed) {
        AtomicInteger answered = new AtomicInteger();

        Fuzz.run(seed, CONVERSATIONS, MUTATOR, (input, random) -> {
            SessionBench bench = bench(random);
            Noise noise = new Noise(bench, input, random);
            for (int i = 0; i < REQUESTS; i++) {
                bench.chassis.control(random.nextBoolean() ? PowerAction.ON : PowerAction.OFF);
                boolean wasOpen = bench.session.hasSession();
                int sentBefore = bench.sent.size();

                Outcome outcome = bench.readPower();

                if (outcome.response() != null) {
                    assertThat(power(outcome)).isEqualTo(bench.chassis.isOn() ? ChassisPower.ON : ChassisPower.OFF);
                    answered.incrementAndGet();
                }
                if (wasOpen && !noise.isLossy) {
                    assertThat(outcome.failure()).isNull();
                    assertThat(bench.sent).hasSize(sentBefore + 1);
                }
                assertThat(noise.deliver()).as("between requests").isEmpty();
            }
            close(bench);
            assertThat(noise.deliver()).as("after the end").isEmpty();
        });

        assertThat(answered).as("requests answered").hasPositiveValue();
    }

    /** As a BMC does whose firmware is broken: it knows the keys, so all that it says counts as said. */
    @ParameterizedTest
    @MethodSource("org.novametal.bmc.Fuzz#seeds")
    void brokenMessagesUnderTheRightKeysDoNoHarm(long seed) {
        AtomicInteger resealed = new AtomicInteger();

        Fuzz.run(seed, CONVERSATIONS, MUTATOR, (_, random) -> {
            SessionBench bench = bench(random);
            BrokenBmc broken = new BrokenBmc(bench, random);
            for (int i = 0; i < REQUESTS; i++) {
                Outcome outcome = bench.readPower();

                assertThat(outcome.response() == null).isEqualTo(outcome.failure() != null);
            }
            close(bench);
            resealed.addAndGet(broken.resealed);
        });

        assertThat(resealed).as("messages spoilt inside of the seal").hasPositiveValue();
    }

    private static SessionBench bench(Random random) {
        List<CipherSuite> suites = switch (random.nextInt(3)) {
            case 0 -> List.of(CipherSuite.SUITE_3);
            case 1 -> List.of(CipherSuite.SUITE_17);
            default -> List.of(CipherSuite.values());
        };
        return new SessionBench(SessionBench.ADMIN, FakeIpmiProfile.DEFAULTS.withCipherSuites(suites));
    }

    private static void close(SessionBench bench) {
        if (bench.session.hasSession()) {
            bench.run(bench.session.close(bench.nowNanos, bench.nowNanos + CLOSE_LIMIT.toNanos()));
        }
        assertThat(bench.session.hasSession()).isFalse();
        assertThat(bench.session.wakeupNanos()).isEqualTo(Long.MAX_VALUE);
    }

    private static ChassisPower power(Outcome outcome) {
        return outcome.response() == null
                ? ChassisPower.OFF
                : ChassisStatus.decode(outcome.response().data()).power();
    }

    private static @Nullable RmcpFrame decoded(Bytes datagram) {
        try {
            return RmcpFrame.decode(datagram);
        } catch (MalformedMessageException e) {
            return null;
        }
    }

    /** Puts spoilt, old and foreign datagrams around each answer; some conversations lose answers too. */
    private static final class Noise {
        private final SessionBench bench;
        private final byte[] foreign;
        private final Random random;
        private final List<Bytes> heard = new ArrayList<>();
        private final boolean isLossy;

        Noise(SessionBench bench, byte[] foreign, Random random) {
            this.bench = bench;
            this.foreign = foreign;
            this.random = random;
            this.isLossy = random.nextInt(3) == 0;
            bench.toConsole = this::around;
            bench.toBmc = request -> {
                // The fake is a decoder too.
                bench.fake.receive(bench.console, Bytes.copyOf(MUTATOR.next(random)), bench.nowNanos);
                return List.of(request);
            };
        }

        private List<Bytes> around(Bytes answer) {
            heard.add(answer);
            List<Bytes> arriving = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                Bytes datagram = datagram();
                if (decoded(datagram) != null) {
                    arriving.add(datagram);
                }
            }
            if (!isLossy || random.nextInt(4) > 0) {
                arriving.add(answer);
            }
            Collections.shuffle(arriving, random);
            return arriving;
        }

        private Bytes datagram() {
            Bytes old = heard.isEmpty() ? Bytes.EMPTY : heard.get(random.nextInt(heard.size()));
            return switch (random.nextInt(4)) {
                case 0 -> Bytes.copyOf(foreign);
                case 1 -> old;
                case 2 -> Bytes.copyOf(MUTATOR.spoil(old.toArray(), random));
                default ->
                    heard.isEmpty()
                            ? Bytes.EMPTY
                            : Bytes.copyOf(MUTATOR.spoil(heard.getLast().toArray(), random));
            };
        }

        /** Delivers some while nothing was asked. */
        List<SessionOutput> deliver() {
            List<SessionOutput> outputs = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                RmcpFrame frame = decoded(datagram());
                if (frame != null) {
                    outputs.addAll(bench.session.receive(frame, bench.nowNanos));
                }
            }
            return outputs;
        }
    }

    /** Listens to the key exchange, and spoils what is inside of the BMC's sealed answers and of those before. */
    private static final class BrokenBmc {
        private static final int SOUND_ANSWERS_IN = 3;

        private final Random random;
        private int consoleSessionId;
        private @Nullable CipherSuite suite;
        private @Nullable Rakp1 first;
        private @Nullable SessionSeal seal;
        private int resealed;

        BrokenBmc(SessionBench bench, Random random) {
            this.random = random;
            bench.toBmc = request -> {
                listen(request);
                return List.of(request);
            };
            bench.toConsole = answer -> List.of(broken(answer));
        }

        private void listen(Bytes request) {
            if (!(decoded(request) instanceof SessionFrame packet)) {
                return;
            }
            if (packet.type() == PayloadType.OPEN_SESSION_REQUEST) {
                OpenSessionRequest open = OpenSessionRequest.decode(packet.payload());
                consoleSessionId = open.consoleSessionId();
                suite = CipherSuite.of(open.authentication(), open.integrity(), open.confidentiality())
                        .orElseThrow();
            } else if (packet.type() == PayloadType.RAKP_1) {
                first = Rakp1.decode(packet.payload());
            }
        }

        private Bytes broken(Bytes answer) {
            if (!(decoded(answer) instanceof SessionFrame packet)) {
                return answer;
            }
            if (packet.type() == PayloadType.RAKP_2
                    && suite != null
                    && first != null
                    && Rakp2.decode(packet.payload()) instanceof Rakp2.Accepted accepted) {
                seal = new RakpTranscript(
                                suite,
                                SessionBench.ADMIN,
                                first,
                                consoleSessionId,
                                accepted.bmcRandom(),
                                accepted.bmcGuid())
                        .seal();
            }
            if (packet.sessionId() == 0 || seal == null || random.nextInt(SOUND_ANSWERS_IN) == 0) {
                return answer;
            }
            resealed++;
            Bytes content = spoilt(seal.open(packet));
            byte[] vector = new byte[SessionSeal.VECTOR_LENGTH];
            random.nextBytes(vector);
            return seal.sealDatagram(
                    random.nextInt(8) == 0 ? PayloadType.SERIAL_OVER_LAN : packet.type(),
                    packet.sessionId(),
                    packet.sequence() + random.nextInt(4) / 3,
                    content,
                    Bytes.copyOf(vector));
        }

        /** Often under right checksums, so that what stands behind them is reached. */
        private Bytes spoilt(Bytes content) {
            if (random.nextInt(3) == 0) {
                return Bytes.copyOf(MUTATOR.spoil(content.toArray(), random));
            }
            IpmiResponse sound = IpmiResponse.decode(content);
            return new IpmiResponse(
                            sound.requester(),
                            sound.sequence(),
                            sound.networkFunction(),
                            sound.command(),
                            random.nextBoolean() ? CompletionCode.NODE_BUSY.code() : random.nextInt(256),
                            Bytes.copyOf(MUTATOR.spoil(sound.data().toArray(), random)))
                    .encode();
        }
    }
}

package org.novametal.fake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.PayloadInstance;
import org.novametal.bmc.ipmi.codec.PayloadType;
import org.novametal.bmc.ipmi.codec.SequenceWindow;
import org.novametal.bmc.ipmi.codec.SolPacket;
import org.novametal.bmc.ipmi.codec.SolStatus;
import org.novametal.bmc.ipmi.sol.SolOutput;
import org.novametal.bmc.ipmi.sol.SolSettings;
import org.novametal.bmc.ipmi.sol.SolStream;

/** The fake's serial over LAN, alone and against our own stream over a network that loses, repeats and delays packets. */
class FakeIpmiSolTest {
    private static final int SESSION = 42;
    private static final long LIMIT_NANOS = Duration.ofMinutes(10).toNanos();

    private final EchoLine line = new EchoLine();

    @Test
    void oneSessionAtATimeHasIt() {
        List<SolPacket> sent = new ArrayList<>();
        FakeIpmiSol sol = new FakeIpmiSol(Optional.of(line), recording(sent));

        assertThat(sol.activate(PayloadInstance.SOL_ACTIVATION, SESSION)).isZero();
        assertThat(sol.activate(PayloadInstance.SOL_ACTIVATION, 43)).isEqualTo(PayloadInstance.ALREADY_ACTIVE);
        assertThat(sol.status().isActive(1)).isTrue();
        assertThat(sol.deactivate(PayloadInstance.SOL_DEACTIVATION, 43)).isZero();
        assertThat(sent).singleElement().matches(packet -> packet.has(SolStatus.DEACTIVATED));
        assertThat(sol.deactivate(PayloadInstance.SOL_DEACTIVATION, 43)).isEqualTo(PayloadInstance.ALREADY_INACTIVE);
    }

    @Test
    void aMachineWithoutASerialPortHasNone() {
        FakeIpmiSol sol = new FakeIpmiSol(Optional.empty(), recording(new ArrayList<>()));

        assertThat(sol.activate(PayloadInstance.SOL_ACTIVATION, SESSION)).isEqualTo(PayloadInstance.TYPE_DISABLED);
        assertThat(sol.activate(new PayloadInstance(PayloadType.IPMI, 1, 0), SESSION))
                .isEqualTo(PayloadInstance.TYPE_DISABLED);
    }

    @Test
    void thereIsOneInstance() {
        FakeIpmiSol sol = new FakeIpmiSol(Optional.of(line), recording(new ArrayList<>()));

        assertThat(sol.activate(new PayloadInstance(PayloadType.SERIAL_OVER_LAN, 2, 0), SESSION))
                .isEqualTo(CompletionCode.INVALID_FIELD.code());
    }

    @Test
    void aMachineThatIsOffTakesNothing() {
        List<SolPacket> sent = new ArrayList<>();
        FakeIpmiSol sol = new FakeIpmiSol(Optional.of(line), recording(sent));
        sol.activate(PayloadInstance.SOL_ACTIVATION, SESSION);
        line.switchOff();

        sol.receive(SESSION, 1, SolPacket.ofData(1, Bytes.of('a')), 0);

        assertThat(sent).containsExactly(SolPacket.refusal(1, 0).with(SolStatus.TRANSFER_UNAVAILABLE));
    }

    @Test
    void whatDoesNotFitIsDroppedAndTheOverrunTold() {
        List<SolPacket> sent = new ArrayList<>();
        FakeIpmiSol sol = new FakeIpmiSol(Optional.of(line), recording(sent));
        sol.activate(PayloadInstance.SOL_ACTIVATION, SESSION);
        line.print(new byte[1]);
        line.print(new byte[1 << 20]);

        sol.tick(0);

        assertThat(sent).singleElement().matches(packet -> packet.has(SolStatus.OVERRUN));
    }

    @RepeatedTest(40)
    void noByteIsLostOrDoubledOverAnUnreliableNetwork(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        line.setEcho(EchoLine.Echo.OFF);
        Lab lab = new Lab(random);
        byte[] toMachine = new byte[3000];
        byte[] toConsole = new byte[6000];
        random.nextBytes(toMachine);
        random.nextBytes(toConsole);
        int typed = 0;
        int printed = 0;
        long number = 0;

        while (lab.taken < number || printed < toConsole.length || lab.received.size() < toConsole.length) {
            if (typed < toMachine.length && random.nextInt(4) == 0) {
                int count = Math.min(toMachine.length - typed, 1 + random.nextInt(200));
                byte[] piece = Arrays.copyOfRange(toMachine, typed, typed + count);
                lab.run(lab.stream.type(number, Bytes.copyOf(piece), lab.nowNanos));
                number++;
                typed += count;
            }
            if (printed < toConsole.length && random.nextInt(4) == 0) {
                int count = Math.min(toConsole.length - printed, 1 + random.nextInt(400));
                line.print(Arrays.copyOfRange(toConsole, printed, printed + count));
                printed += count;
            }
            lab.step();
            assertThat(lab.nowNanos)
                    .as("seed %s: it comes to an end", repetition.getCurrentRepetition())
                    .isLessThan(LIMIT_NANOS);
        }

        String seed = "seed " + repetition.getCurrentRepetition();
        assertThat(Arrays.mismatch(line.typed(), Arrays.copyOf(toMachine, typed)))
                .as(seed)
                .isEqualTo(-1);
        assertThat(Arrays.mismatch(lab.received.toByteArray(), toConsole))
                .as(seed)
                .isEqualTo(-1);
        assertThat(lab.gaps).as(seed).isZero();
    }

    private static FakeIpmiSol.Surroundings recording(List<SolPacket> sent) {
        return new FakeIpmiSol.Surroundings() {
            @Override
            public void send(int sessionId, SolPacket packet) {
                sent.add(packet);
            }

            @Override
            public void tickAfter(Duration delay) {}
        };
    }

    /**
     * Both ends, and between them a session over a network in steps of time: 5 % of the packets are lost, 5 % doubled, some
     * overtaken. The session's window drops doubles and what comes very late, as any session's does.
     */
    private final class Lab implements FakeIpmiSol.Surroundings {
        private record Event(long atNanos, long order, Runnable action) {}

        private final Random random;
        private final PriorityQueue<Event> events =
                new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private final FakeIpmiSol sol = new FakeIpmiSol(Optional.of(line), this);
        private final SolStream stream = new SolStream(
                "lab", new SolSettings(Duration.ofMillis(80), Duration.ofSeconds(30), Duration.ofSeconds(30)), 40, 0);
        private final Wire toBmc = new Wire();
        private final Wire toConsole = new Wire();
        private long nowNanos;
        private long order;
        private long taken;
        private int gaps;

        Lab(Random random) {
            this.random = random;
            assertThat(sol.activate(PayloadInstance.SOL_ACTIVATION, SESSION)).isZero();
        }

        @Override
        public void send(int sessionId, SolPacket packet) {
            toConsole.carry(number -> run(stream.receive(packet.encode(), number, nowNanos)));
        }

        @Override
        public void tickAfter(Duration delay) {
            at(nowNanos + delay.toNanos(), () -> sol.tick(nowNanos));
        }

        void run(List<SolOutput> outputs) {
            for (SolOutput output : outputs) {
                switch (output) {
                    case SolOutput.Send send ->
                        toBmc.carry(number -> sol.receive(SESSION, number, SolPacket.decode(send.payload()), nowNanos));
                    case SolOutput.Received data ->
                        received.writeBytes(data.data().toArray());
                    case SolOutput.Taken _ -> taken++;
                    case SolOutput.Gap _ -> gaps++;
                    case SolOutput.AskWhetherActive _ -> {}
                    case SolOutput.Ended ended -> throw new AssertionError(ended.cause());
                }
            }
        }

        /** To the next event, or by a millisecond where there is none nearer. */
        void step() {
            Event next = events.peek();
            long until = nowNanos + 1_000_000;
            if (next != null && next.atNanos() <= until) {
                events.remove();
                nowNanos = Math.max(nowNanos, next.atNanos());
                next.action().run();
            } else {
                nowNanos = until;
            }
            if (nowNanos >= stream.wakeupNanos()) {
                run(stream.tick(nowNanos));
            }
        }

        /** One direction. */
        private final class Wire {
            private final SequenceWindow window = new SequenceWindow();
            private int sequence;

            void carry(IntConsumer delivery) {
                sequence = SequenceWindow.after(sequence);
                int number = sequence;
                Lab.this.carry(() -> {
                    if (window.accept(number)) {
                        delivery.accept(number);
                    }
                });
            }
        }

        private void carry(Runnable delivery) {
            int copies = random.nextInt(100) < 5 ? 0 : random.nextInt(100) < 5 ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                // Now and then slower than a retry, so that packets overtake each other.
                long millis = random.nextInt(100) < 5 ? 150 : 1 + random.nextInt(5);
                at(nowNanos + millis * 1_000_000, delivery);
            }
        }

        private void at(long atNanos, Runnable action) {
            events.add(new Event(atNanos, order++, action));
        }
    }
}

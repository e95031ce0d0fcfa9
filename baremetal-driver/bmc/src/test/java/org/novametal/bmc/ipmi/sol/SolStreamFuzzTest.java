package org.novametal.bmc.ipmi.sol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novametal.bmc.Fuzz;
import org.novametal.bmc.Mutator;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CapturedMessages;
import org.novametal.bmc.ipmi.codec.SolPacket;

/**
 * For any serial-over-LAN packets from a BMC, the stream outputs only received characters, reports no input as accepted
 * twice, and continues.
 */
class SolStreamFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final int MOST_WAITING = 5;
    private static final SolSettings SETTINGS =
            new SolSettings(Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofSeconds(30));

    private final Set<Long> typed = new HashSet<>();
    private final Set<Long> cancelled = new HashSet<>();
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private long nowNanos = Long.MAX_VALUE - Duration.ofSeconds(20).toNanos();
    private int sessionSequence = -100;
    private long number;
    private SolStream stream = fresh();

    @ParameterizedTest
    @MethodSource("org.novametal.bmc.Fuzz#seeds")
    void spoiltPayloadsAreTakenForWhatTheySayOrIgnored(long seed) {
        Fuzz.run(seed, ROUNDS, new Mutator(CapturedMessages.serialOverLan()), (input, random) -> {
            type(random);
            sessionSequence += random.nextInt(5) - 1;
            int before = Math.max(0, input.length - SolPacket.HEADER_LENGTH);
            follow(stream.receive(Bytes.copyOf(input), sessionSequence, nowNanos), before);
            nowNanos += random.nextLong(Duration.ofMillis(150).toNanos());
            if (nowNanos - stream.wakeupNanos() >= 0) {
                follow(stream.tick(nowNanos), 0);
            }
        });

        assertThat(taken).as("texts taken").hasPositiveValue();
        assertThat(ended).as("streams ended").hasPositiveValue();
    }

    private SolStream fresh() {
        typed.clear();
        cancelled.clear();
        return new SolStream("b1", SETTINGS, 12, nowNanos);
    }

    private void type(Random random) {
        if (typed.size() < MOST_WAITING) {
            number++;
            typed.add(number);
            byte[] text = new byte[1 + random.nextInt(20)];
            follow(
                    random.nextInt(4) == 0
                            ? stream.sendBreak(number, nowNanos)
                            : stream.type(number, Bytes.copyOf(text), nowNanos),
                    0);
        } else if (random.nextInt(4) == 0) {
            long any = typed.stream()
                    .skip(random.nextInt(typed.size()))
                    .findFirst()
                    .orElseThrow();
            stream.cancel(any);
            typed.remove(any);
            cancelled.add(any);
        }
    }

    private void follow(List<SolOutput> outputs, int mostReceived) {
        assertThat(outputs).hasSizeLessThan(7);
        for (SolOutput output : outputs) {
            switch (output) {
                case SolOutput.Send send ->
                    assertThat(SolPacket.decode(send.payload())).isNotNull();
                case SolOutput.Received received ->
                    assertThat(received.data().length()).isBetween(1, mostReceived);
                case SolOutput.Taken text -> {
                    assertThat(typed.remove(text.number()) || cancelled.remove(text.number()))
                            .as("typed and not taken yet")
                            .isTrue();
                    taken.incrementAndGet();
                }
                case SolOutput.Ended _ -> {
                    assertThat(output).isEqualTo(outputs.getLast());
                    assertThat(stream.tick(nowNanos)).isEmpty();
                    assertThat(stream.wakeupNanos()).isEqualTo(Long.MAX_VALUE);
                    ended.incrementAndGet();
                    stream = fresh();
                }
                case SolOutput.Gap _, SolOutput.AskWhetherActive _ -> {}
            }
        }
    }
}

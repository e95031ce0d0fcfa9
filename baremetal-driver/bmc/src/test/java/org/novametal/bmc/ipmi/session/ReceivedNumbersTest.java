package org.novametal.bmc.ipmi.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.bmc.ipmi.session.ReceivedNumbers.Verdict;

class ReceivedNumbersTest {
    private final ReceivedNumbers numbers = new ReceivedNumbers();
    private long code = 1;

    private Verdict accept(int sequence) {
        return numbers.accept(sequence, ++code);
    }

    @Test
    void numbersFromOneOnAreNewInAnyOrderWithinTheWindow() {
        for (int sequence : new int[] {1, 3, 2, 18, 17, 4, 34}) {
            assertThat(accept(sequence)).as("" + sequence).isEqualTo(Verdict.NEW);
        }
        assertThat(accept(18)).as("17 before the highest").isEqualTo(Verdict.OLD);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void theFirstNumberMayBeAny(int first) {
        assertThat(accept(first)).isEqualTo(Verdict.NEW_BY_CONTENT);
        assertThat(accept(first + 1)).isEqualTo(Verdict.NEW);
        assertThat(accept(first + 2)).isEqualTo(Verdict.NEW);
    }

    @Test
    void aNumberMayJumpAheadButNotBack() {
        accept(1);

        assertThat(accept(1_000_000)).isEqualTo(Verdict.NEW_BY_CONTENT);
        assertThat(accept(2)).isEqualTo(Verdict.OLD);
        assertThat(accept(1_000_001)).isEqualTo(Verdict.NEW);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000})
    void aNumberThatStandsStillIsNewForEachOtherPacket(int standing) {
        accept(standing);
        for (int i = 0; i < 300; i++) {
            assertThat(accept(standing)).isEqualTo(Verdict.NEW_BY_CONTENT);
            assertThat(numbers.accept(standing, code)).isEqualTo(Verdict.REPEATED);
        }
        for (long earlier = code; earlier > code - 256; earlier--) {
            assertThat(numbers.accept(standing, earlier)).isEqualTo(Verdict.REPEATED);
        }
    }

    @Test
    void noPacketOfABmcThatCountsIsAcceptedTwice() {
        long seed = 20_261_130L;
        Random random = new Random(seed);
        List<int[]> sent = new ArrayList<>();
        int highest = 0;
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(3) > 0 || sent.isEmpty()) {
                highest += 1 + random.nextInt(3) / 2;
                sent.add(new int[] {highest, i + 1});
                assertThat(numbers.accept(highest, i + 1)).as("seed " + seed).isEqualTo(Verdict.NEW);
            } else {
                int[] packet = sent.get(
                        random.nextBoolean()
                                ? random.nextInt(sent.size())
                                : sent.size() - 1 - random.nextInt(Math.min(20, sent.size())));
                assertThat(numbers.accept(packet[0], packet[1]))
                        .as("seed " + seed)
                        .isIn(Verdict.REPEATED, Verdict.OLD);
            }
        }
    }
}

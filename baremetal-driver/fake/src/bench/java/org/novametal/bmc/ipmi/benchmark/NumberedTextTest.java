package org.novametal.bmc.ipmi.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.ipmi.benchmark.NumberedText.Difference;

/** What the benchmark of consoles counts by. */
class NumberedTextTest {
    private static final int LENGTH = 32_768;

    private final byte[] printed = NumberedText.of(42, LENGTH);

    @Test
    void itIsNumberedLines() {
        assertThat(new String(NumberedText.of(42, 40), StandardCharsets.US_ASCII))
                .isEqualTo("0042 000000000\r\n0042 000000001\r\n0042 000");
    }

    @Test
    void theWholeDoesNotDiffer() {
        assertThat(NumberedText.compare(printed, printed)).isEqualTo(new Difference(0, 0, 0));
    }

    @Test
    void whatIsLostIsCounted() {
        assertThat(compare(0, 60, 120, LENGTH)).isEqualTo(new Difference(60, 0, 0));
        assertThat(compare(0, 64, 80, LENGTH)).isEqualTo(new Difference(16, 0, 0));
        assertThat(compare(0, LENGTH - 7)).isEqualTo(new Difference(7, 0, 0));
        assertThat(NumberedText.compare(printed, new byte[0])).isEqualTo(new Difference(LENGTH, 0, 0));
    }

    @Test
    void whatIsDoubledIsCounted() {
        assertThat(compare(0, 120, 60, LENGTH)).isEqualTo(new Difference(0, 60, 0));
        assertThat(compare(0, LENGTH, LENGTH - 60, LENGTH)).isEqualTo(new Difference(0, 60, 0));
    }

    @Test
    void whatIsInAnotherOrderOrWasNeverPrintedIsWrong() {
        assertThat(compare(0, 60, 120, 180, 60, 120, 180, LENGTH).wrong()).isPositive();
        byte[] changed = printed.clone();
        changed[100] ^= 1;
        assertThat(NumberedText.compare(printed, changed).wrong()).isPositive();
        assertThat(NumberedText.compare(printed, NumberedText.of(43, LENGTH)).wrong())
                .isPositive();
    }

    @Test
    void lossesAnywhereAreCountedToTheByte() {
        long seed = 7;
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            int from = random.nextInt(LENGTH - 1000);
            int to = from + 1 + random.nextInt(500);
            assertThat(compare(0, from, to, LENGTH))
                    .as("seed %d, without %d to %d", seed, from, to)
                    .isEqualTo(new Difference(to - from, 0, 0));
        }
    }

    /** The text with what was heard of it: from and to, again and again. */
    private Difference compare(int... places) {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        for (int i = 0; i < places.length; i += 2) {
            heard.write(printed, places[i], places[i + 1] - places[i]);
        }
        return NumberedText.compare(printed, heard.toByteArray());
    }
}

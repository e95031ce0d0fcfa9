package org.novametal.bmc.ipmi.benchmark;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a machine prints: numbered lines, {@code 0042 000000123} and an end of line, sixteen bytes each. So any sixteen bytes of
 * it are there only once.
 */
final class NumberedText {
    /** Bytes of a line. */
    static final int LINE = 16;

    private NumberedText() {}

    /** The first bytes of what a machine prints. */
    static byte[] of(int machine, int length) {
        StringBuilder lines = new StringBuilder(length + LINE);
        for (int number = 0; lines.length() < length; number++) {
            String digits = String.valueOf(number);
            lines.append(String.valueOf(10_000 + machine % 10_000), 1, 5)
                    .append(" 000000000", 0, 10 - digits.length())
                    .append(digits)
                    .append("\r\n");
        }
        return Arrays.copyOf(lines.toString().getBytes(StandardCharsets.US_ASCII), length);
    }

    /**
     * How what was heard differs from what was printed.
     *
     * @param lost bytes that were printed and not heard
     * @param doubled bytes that were heard again
     * @param wrong bytes that were heard and not printed, or in another order
     */
    record Difference(int lost, int doubled, int wrong) {}

    /** Compares. Where the two part, sixteen bytes say where in the text it goes on. */
    static Difference compare(byte[] printed, byte[] heard) {
        int[] times = new int[printed.length];
        int wrong = 0;
        int at = 0;
        int furthest = 0;
        int index = 0;
        while (index < heard.length) {
            if (at == printed.length || printed[at] != heard[index]) {
                int found = find(printed, at, heard, index);
                if (found < 0) {
                    wrong++;
                    index++;
                    continue;
                }
                at = found;
            }
            wrong += at < furthest && times[at] == 0 ? 1 : 0;
            times[at]++;
            at++;
            furthest = Math.max(furthest, at);
            index++;
        }
        int lost = 0;
        int doubled = 0;
        for (int count : times) {
            lost += count == 0 ? 1 : 0;
            doubled += Math.max(0, count - 1);
        }
        return new Difference(lost, doubled, wrong);
    }

    /** Where in the text the next line's length of bytes is, first behind a place, then before it. */
    private static int find(byte[] printed, int from, byte[] heard, int index) {
        int length = Math.min(LINE, heard.length - index);
        int found = find(printed, from, printed.length - length, heard, index, length);
        return found >= 0 ? found : find(printed, 0, Math.min(from, printed.length - length), heard, index, length);
    }

    private static int find(byte[] printed, int from, int to, byte[] heard, int index, int length) {
        for (int at = from; at <= to; at++) {
            if (Arrays.equals(printed, at, at + length, heard, index, index + length)) {
                return at;
            }
        }
        return -1;
    }
}

package org.novametal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignTextTest {
    private static final long SEED = 20_261_130;
    private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "ünï 漢字 😀", "a \\ b 'c' \"d\" <e>"})
    void textThatIsSafeStaysAsItIs(String text) {
        assertThat(ForeignText.line(text)).isEqualTo(text);
    }

    @Test
    void controlCharactersAreEscaped() {
        assertThat(ForeignText.line("a\nb\r\tc\0\u001b[2J\u007f\u0085\u009b31m"))
                .isEqualTo("a\\nb\\r\\tc\\u0000\\u001b[2J\\u007f\\u0085\\u009b31m");
    }

    @Test
    void whatTurnsOrHidesTextIsEscaped() {
        assertThat(ForeignText.line("\u202egnp\u2066x\u2069\u200b\ufeff\u2028\u2029\u00ad"))
                .isEqualTo("\\u202egnp\\u2066x\\u2069\\u200b\\ufeff\\u2028\\u2029\\u00ad");
    }

    @Test
    void whatIsInvisibleWithoutBeingAFormatCharacterIsEscaped() {
        int[] points = {
            0x3164, 0xffa0, 0x115f, 0x1160, 0x17b4, 0x034f, 0xfe0f, 0x180b, 0xe0100, 0x2800, 0xe000, 0xfffe, 0xfdd0,
            0x2065, 0xe0080, 0x05d0, 0x0627
        };
        for (int point : points) {
            assertThat(ForeignText.line("on" + Character.toString(point) + "x"))
                    .as("U+%04X", point)
                    .startsWith("on\\u")
                    .endsWith("x");
        }
    }

    @Test
    void marksThatWouldCoverOtherLinesAreEscaped() {
        assertThat(ForeignText.line("o" + "\u0301".repeat(6) + "o\u0301"))
                .isEqualTo("o" + "\u0301".repeat(4) + "\\u0301\\u0301o\u0301");
    }

    @Test
    void tagCharactersBeyondTheBasicPlaneAreEscaped() {
        assertThat(ForeignText.line("a" + Character.toString(0xE0041))).isEqualTo("a\\udb40\\udc41");
    }

    @Test
    void halfASurrogatePairIsEscaped() {
        assertThat(ForeignText.line("a\ud800b\udc00")).isEqualTo("a\\ud800b\\udc00");
    }

    @Test
    void aLongTextIsCutAndSaysHowLongItWas() {
        assertThat(ForeignText.line("x".repeat(300))).isEqualTo("x".repeat(300));
        assertThat(ForeignText.line("x".repeat(1_750_000)))
                .isEqualTo("x".repeat(278) + "… (1750000 characters)")
                .hasSizeLessThanOrEqualTo(ForeignText.MAX_LENGTH);
    }

    @Test
    void anEscapeIsNeverCutInTheMiddle() {
        assertThat(ForeignText.line("\u001b".repeat(300))).matches("(\\\\u001b)+… \\(300 characters\\)");
        assertThat(ForeignText.line("😀".repeat(300), 41)).matches("(😀)+… \\(600 characters\\)");
    }

    @Test
    void aLengthThatHasNoRoomForAnythingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> ForeignText.line("x", 39));
    }

    @Test
    void noTextMakesAnUnsafeOrALongLine() {
        Random random = new Random(SEED);
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(500); i > 0; i--) {
                text.append((char) random.nextInt(random.nextBoolean() ? 0xA0 : 0x10000));
            }
            String line = ForeignText.line(text.toString());
            assertThat(line).as("seed %s, round %s", SEED, round).hasSizeLessThanOrEqualTo(ForeignText.MAX_LENGTH);
            assertThat(UNSAFE.matcher(line).find())
                    .as("seed %s, round %s: %s", SEED, round, line)
                    .isFalse();
        }
    }

    @Test
    void aMessageIsLongerAndLinesKeepTheirBreaks() {
        assertThat(ForeignText.message("x".repeat(5000))).hasSizeLessThanOrEqualTo(ForeignText.MAX_MESSAGE_LENGTH);
        assertThat(ForeignText.lines("a\u001b\nb\u009b")).isEqualTo("a\\u001b\nb\\u009b");
    }

    @Test
    void anExceptionWithSafeMessagesIsLoggedItself() {
        IllegalStateException safe = new IllegalStateException("outer", new IllegalArgumentException("inner"));

        assertThat(ForeignText.cause(safe)).isSameAs(safe);
        assertThat(ForeignText.cause(null)).isNull();
    }

    @Test
    void anExceptionIsCopiedWithEscapedMessagesAndItsStackTraces() {
        IllegalArgumentException inner = new IllegalArgumentException("x\n02:00 ERROR forged");
        IllegalStateException outer = new IllegalStateException("outer", inner);
        outer.addSuppressed(new IllegalStateException("\u001b[2J"));

        Throwable copy = Objects.requireNonNull(ForeignText.cause(outer));

        assertThat(copy).hasToString("java.lang.IllegalStateException: outer");
        assertThat(copy.getStackTrace()).isEqualTo(outer.getStackTrace());
        assertThat(copy.getCause()).hasToString("java.lang.IllegalArgumentException: x\\n02:00 ERROR forged");
        assertThat(copy.getSuppressed()[0]).hasToString("java.lang.IllegalStateException: \\u001b[2J");
    }

    @Test
    void aChainOfCausesWithACircleIsCutOff() {
        IllegalStateException one = new IllegalStateException("one");
        one.initCause(new IllegalStateException("two", one));

        assertThat(ForeignText.cause(one)).hasToString("java.lang.IllegalStateException: one");
    }
}

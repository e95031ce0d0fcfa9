package org.novametal.driver.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessageTextTest {
    @Test
    void textsOfAllScriptsThatAreWrittenFromLeftToRightStayAsTheyAre() {
        String text = "Rück 7 – Ωμέγα, Пример, 東京, ไทย, हिन्दी, e\u0301, \ud83d\ude80";

        assertThat(MessageText.message(text)).isEqualTo(text);
        assertThat(MessageText.line(text, 100)).isEqualTo(text);
    }

    @Test
    void invisibleCharactersAndThoseThatChangeTheDirectionAreEscaped() {
        int[] points = {
            0x1b, 0x9b, 0x202e, 0x3164, 0xffa0, 0x115f, 0x1160, 0x17b4, 0x034f, 0xfe0f, 0x180b, 0xe0100, 0x2800, 0xe000,
            0xfffe, 0xfdd0, 0x2065, 0xe0080, 0x05d0, 0x0627, 0xd800
        };
        for (int point : points) {
            String text = "on" + Character.toString(point) + "x";
            assertThat(MessageText.message(text))
                    .isNotEqualTo(text)
                    .startsWith("on\\u")
                    .endsWith("x");
        }
    }

    @Test
    void marksBeyondTheFourthOnALetterAreEscaped() {
        assertThat(MessageText.message("o" + "\u0301".repeat(6) + "o\u0301"))
                .isEqualTo("o" + "\u0301".repeat(4) + "\\u0301\\u0301o\u0301");
    }

    @Test
    void aLineAndAMessageHaveALimit() {
        assertThat(MessageText.message("x".repeat(3_000_000)))
                .hasSize(MessageText.MAX_LINE_LENGTH)
                .endsWith("… (3000000 characters)");
        assertThat(MessageText.line("\n".repeat(1000), 40)).isEqualTo("\\u000a\\u000a\\u000a… (1000 characters)");
        String lines = String.join(
                "\n",
                IntStream.range(0, 5000).mapToObj(i -> "line " + "x".repeat(i)).toList());
        assertThat(MessageText.message(lines))
                .hasSizeLessThanOrEqualTo(MessageText.MAX_LENGTH)
                .startsWith("line \nline x\n")
                .endsWith("… (" + lines.length() + " characters)");
        assertThat(MessageText.message("a\n\nb\n")).isEqualTo("a\n\nb\n");
        assertThat(MessageText.message("")).isEmpty();
    }

    @Test
    void everyDriverExceptionPassesItsMessageThroughIt() {
        DriverException failure = new DriverException(ErrorCode.BUILD_ABORT, "\u3164" + "y".repeat(5000) + "\nz");

        assertThat(failure.getMessage())
                .hasSizeLessThan(2010)
                .startsWith("\\u3164y")
                .endsWith("\nz");
    }
}

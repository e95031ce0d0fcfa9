package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleTextTest {
    private final ConsoleText text = new ConsoleText();

    @Test
    void linesStayAndEscapeSequencesAreShown() {
        assertThat(next("login:\tx\r\n\u001b[2J\u009b31m\u202e\u0000\b"))
                .isEqualTo("login:\tx\r\n\\u001b[2J\\u009b31m\\u202e\\u0000\\u0008");
    }

    @Test
    void aCharacterThatArrivesInPiecesIsShownOnce() {
        byte[] bytes = "a漢😀z".getBytes(StandardCharsets.UTF_8);
        StringBuilder shown = new StringBuilder();
        for (byte one : bytes) {
            shown.append(text.next(new byte[] {one}, 1));
        }
        assertThat(shown).hasToString("a漢😀z");
    }

    @Test
    void bytesThatAreNotTextAreReplaced() {
        assertThat(text.next(new byte[] {'a', (byte) 0x9b, 'b'}, 3)).isEqualTo("a\ufffdb");
    }

    private String next(String output) {
        byte[] bytes = output.getBytes(StandardCharsets.UTF_8);
        return text.next(bytes, bytes.length);
    }
}

package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.novametal.driver.error.MessageText;
import org.novametal.text.ForeignText;

/** The driver's interface and the BMC library depend on nothing, so each has a class for safe texts; they agree. */
class SafeTextsTest {
    @Test
    void messagesAndForeignTextsEscapeTheSameCharacters() {
        List<String> differing = new ArrayList<>();
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            String text = "o" + Character.toString(point);
            boolean isKept = ForeignText.line(text).equals(text);
            if (isKept != MessageText.line(text, 100).equals(text)) {
                differing.add("U+%04X".formatted(point));
            }
        }
        assertThat(differing).isEmpty();
        String marks = "o" + "\u0301".repeat(9);
        assertThat(ForeignText.line(marks))
                .isEqualTo(MessageText.line(marks, 100))
                .endsWith("\\u0301");
    }
}

package org.novametal.baremetal.inventory;

import java.util.Optional;

/** Rule for texts that operators write about a node. */
final class TextRule {
    /** The longest text of one line, in characters. */
    static final int MAX_LINE = 255;

    private TextRule() {}

    /** What is wrong with a text of one line; the message follows the name of its field. */
    static Optional<String> line(String text, int maxLength) {
        if (text.isBlank()) {
            return Optional.of("is too short; the minimum is 1 character that is not blank");
        }
        if (text.length() > maxLength) {
            return Optional.of("is too long, " + text.length() + " characters; the maximum is " + maxLength);
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("contains control characters");
        }
        return hasHalfCharacters(text) ? Optional.of("contains half of a character") : Optional.empty();
    }

    /** What is wrong with a text of one or more lines; the message follows the name of its field. */
    static Optional<String> lines(String text, int maxLength) {
        return line(text.replace('\n', ' ').replace('\t', ' '), maxLength);
    }

    /** Whether the text has a surrogate without its other half, which no encoding of text can store. */
    static boolean hasHalfCharacters(String text) {
        return text.codePoints()
                .anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }
}

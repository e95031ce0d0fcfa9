package org.novametal.driver.error;

/**
 * Texts for people, made safe: control characters, invisible characters and characters that change the direction of a
 * text are escaped as in Java, and the length is limited. Exceptions pass their messages through it, because parts may
 * come from a request, a configuration file, a machine or a server.
 *
 * <p>Source: Unicode general categories Cc, Cf, Cn, Co, Cs, Zl and Zp, the property {@code Default_Ignorable_Code_Point}, and
 * the directionalities R and AL.
 */
public final class MessageText {
    /** The longest line of a message, in characters. */
    public static final int MAX_LINE_LENGTH = 2000;

    /** The longest message, in characters. */
    public static final int MAX_LENGTH = 32_000;

    /** How many marks on one letter are shown; more of them would cover the lines above and below. */
    private static final int MOST_MARKS = 4;

    /** The room for the end of a text that was cut. */
    private static final int ENDING = 40;

    private MessageText() {}

    /**
     * A message of one or more lines. Line breaks stay; each line has at most {@value #MAX_LINE_LENGTH} characters, and the
     * message at most {@value #MAX_LENGTH}.
     */
    public static String message(String text) {
        StringBuilder message = new StringBuilder(Math.min(text.length(), MAX_LENGTH));
        int begin = 0;
        while (begin >= 0) {
            int end = text.indexOf('\n', begin);
            String line = text.substring(begin, end < 0 ? text.length() : end);
            begin = end < 0 ? -1 : end + 1;
            int room = MAX_LENGTH - ENDING - message.length();
            if (room < ENDING) {
                return message.append("… (")
                        .append(text.length())
                        .append(" characters)")
                        .toString();
            }
            message.append(line(line, Math.min(room, MAX_LINE_LENGTH)));
            if (end >= 0) {
                message.append('\n');
            }
        }
        return message.toString();
    }

    /**
     * A text as one line.
     *
     * @param maxLength the longest result in characters, 40 or more; a text that would be longer is cut and ends in the number
     *     of characters that it has: {@code … (1750000 characters)}
     */
    public static String line(String text, int maxLength) {
        if (maxLength < ENDING) {
            throw new IllegalArgumentException("a line needs at least " + ENDING + " characters, not " + maxLength);
        }
        String ending = "… (" + text.length() + " characters)";
        StringBuilder line = new StringBuilder(Math.min(text.length(), maxLength));
        // Where a text that is too long is cut: before a character, never within an escape.
        int cut = 0;
        int marks = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            i += Character.charCount(point);
            marks = isMark(point) ? marks + 1 : 0;
            append(line, point, marks > MOST_MARKS);
            if (line.length() <= maxLength - ending.length()) {
                cut = line.length();
            }
            if (line.length() > maxLength) {
                line.setLength(cut);
                return line.append(ending).toString();
            }
        }
        return line.toString();
    }

    private static void append(StringBuilder line, int point, boolean escape) {
        if (!escape && !isUnsafe(point)) {
            line.appendCodePoint(point);
            return;
        }
        for (char unit : Character.toChars(point)) {
            line.append(String.format("\\u%04x", (int) unit));
        }
    }

    /** Whether a character is {@linkplain #isInvisible invisible} or changes the direction of a text. */
    static boolean isUnsafe(int point) {
        return isInvisible(point) || isRightToLeft(point);
    }

    /** Whether a character has no picture, or controls a terminal or the lines of a text; a space has one. */
    public static boolean isInvisible(int point) {
        if (point < 0x7f) {
            return point < ' ';
        }
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> isIgnorable(point);
        };
    }

    /** The assigned characters of other categories that have no picture: Default_Ignorable_Code_Point, and U+2800. */
    private static boolean isIgnorable(int point) {
        return switch (point) {
            case 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800, 0x3164, 0xffa0 -> true;
            default ->
                (point >= 0x180b && point <= 0x180f)
                        || (point >= 0xfe00 && point <= 0xfe0f)
                        || (point >= 0xe0000 && point <= 0xe0fff);
        };
    }

    private static boolean isRightToLeft(int point) {
        byte direction = Character.getDirectionality(point);
        return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
    }

    private static boolean isMark(int point) {
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
    }
}

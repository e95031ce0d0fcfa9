package org.novametal.text;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Text that came from outside (a request, a BMC, a deploy ramdisk, an image server), made safe for a log line, an error
 * message, a table or a terminal: one line of at most {@value #MAX_LENGTH} characters without control characters.
 *
 * <p>Escaped are the control characters C0 and C1 and DEL, line and paragraph separators, all characters of Unicode that are
 * invisible (format characters, fillers, variation selectors, private and unassigned characters), letters of scripts that are
 * written from right to left, because they change the direction of the text around them, surrogates without their other half,
 * and marks on one letter beyond the fourth, which would cover other lines. Escapes are written as in Java: {@code \n}, {@code
 * \t}, {@code \}{@code u001b}. A text that needs nothing is returned as it is.
 *
 * <p>Source: Unicode general categories Cc, Cf, Cn, Co, Cs, Zl and Zp, the property {@code Default_Ignorable_Code_Point}, and
 * the directionalities R and AL.
 */
public final class ForeignText {
    /** The longest result, in characters. */
    public static final int MAX_LENGTH = 300;

    /** The longest {@linkplain #message message}, in characters. */
    public static final int MAX_MESSAGE_LENGTH = 2000;

    /** How many marks on one letter are shown. */
    private static final int MOST_MARKS = 4;

    /** How deep a chain of causes is followed. */
    private static final int MAX_CAUSES = 20;

    private ForeignText() {}

    /**
     * The text as one line of at most {@value #MAX_LENGTH} characters.
     *
     * @return the text, escaped; one that would be longer is cut and ends in the number of characters that it has: {@code …
     *     (1750000 characters)}
     */
    public static String line(String text) {
        return line(text, MAX_LENGTH);
    }

    /**
     * The text as one line of limited length.
     *
     * @param maxLength the longest result in characters, at least 40
     * @return as {@link #line(String)}
     */
    public static String line(String text, int maxLength) {
        if (maxLength < 40) {
            throw new IllegalArgumentException("a line of foreign text needs at least 40 characters, not " + maxLength);
        }
        String ending = "… (" + text.length() + " characters)";
        StringBuilder line = new StringBuilder(Math.min(text.length(), maxLength));
        // Where the text is cut if it turns out to be too long: before a character, never within an escape.
        int cut = 0;
        int marks = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            marks = isMark(point) ? marks + 1 : 0;
            append(line, point, marks > MOST_MARKS);
            i += Character.charCount(point);
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

    /**
     * A whole message, of words of this program and pieces from outside, as one line of at most {@value #MAX_MESSAGE_LENGTH}
     * characters. Exceptions and records that hold messages pass them through it, so that a piece that was not escaped where
     * it entered cannot pass.
     */
    public static String message(String text) {
        return line(text, MAX_MESSAGE_LENGTH);
    }

    /**
     * A text that this program wrote in several lines, each made safe as a {@linkplain #message message}. For output to
     * people; a log gets one line.
     */
    public static String lines(String text) {
        return text.lines().map(ForeignText::message).collect(Collectors.joining("\n"));
    }

    /**
     * An exception whose stack trace can be logged: the exception itself if its messages and those of its causes are safe,
     * else a copy with the same stack traces and escaped messages.
     */
    public static @Nullable Throwable cause(@Nullable Throwable cause) {
        return cause == null || isSafe(cause, MAX_CAUSES) ? cause : EscapedException.of(cause, MAX_CAUSES);
    }

    private static boolean isSafe(Throwable cause, int depth) {
        String text = cause.toString();
        if (depth == 0 || !text.equals(message(text))) {
            return false;
        }
        for (Throwable suppressed : cause.getSuppressed()) {
            if (!isSafe(suppressed, depth - 1)) {
                return false;
            }
        }
        Throwable deeper = cause.getCause();
        return deeper == null || isSafe(deeper, depth - 1);
    }

    /** A copy of an exception with an escaped message. */
    private static final class EscapedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private EscapedException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }

        static EscapedException of(Throwable original, int depth) {
            Throwable deeper = original.getCause();
            EscapedException copy = new EscapedException(
                    message(original.toString()), deeper == null || depth == 0 ? null : of(deeper, depth - 1));
            copy.setStackTrace(original.getStackTrace());
            if (depth > 0) {
                for (Throwable suppressed : original.getSuppressed()) {
                    copy.addSuppressed(of(suppressed, depth - 1));
                }
            }
            return copy;
        }

        /** The class and the message of the original, so that a stack trace shows the original's class. */
        @Override
        @SuppressWarnings("OverrideThrowableToString")
        public String toString() {
            return String.valueOf(getMessage());
        }
    }

    private static void append(StringBuilder line, int point, boolean escape) {
        switch (point) {
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> {
                if (!escape && !isUnsafe(point)) {
                    line.appendCodePoint(point);
                } else {
                    for (char unit : Character.toChars(point)) {
                        line.append(String.format("\\u%04x", (int) unit));
                    }
                }
            }
        }
    }

    private static boolean isUnsafe(int point) {
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
            default -> isIgnorable(point) || isRightToLeft(point);
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

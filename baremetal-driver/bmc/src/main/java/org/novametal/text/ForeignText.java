package org.novametal.text;

/**
 * Text that came from outside (a request, a BMC, a deploy ramdisk, an image server), made safe for a log line, an error
 * message, a table or a terminal: one line of at most {@value #MAX_LENGTH} characters without control characters.
 *
 * <p>Escaped are the control characters C0 and C1 and DEL, line and paragraph separators, all format characters of Unicode
 * (among them those that change the direction of text or are invisible), and surrogates without their other half. Escapes are
 * written as in Java: {@code \n}, {@code \t}, {@code \}{@code u001b}. A text that needs nothing is returned as it is.
 *
 * <p>Source: Unicode general categories Cc, Cf, Cs, Zl and Zp.
 */
public final class ForeignText {
    /** The longest result, in characters. */
    public static final int MAX_LENGTH = 300;

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
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            append(line, point);
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

    private static void append(StringBuilder line, int point) {
        switch (point) {
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> {
                if (!isUnsafe(point)) {
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
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}

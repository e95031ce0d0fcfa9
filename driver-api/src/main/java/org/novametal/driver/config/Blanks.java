package org.novametal.driver.config;

/**
 * Strips blanks as Python's {@code str.strip} does: Unicode white space, including no-break spaces and some control
 * codes.
 */
final class Blanks {
    private Blanks() {}

    static String strip(String text) {
        int begin = 0;
        while (begin < text.length() && isBlank(text.charAt(begin))) {
            begin++;
        }
        return stripTrailing(text.substring(begin));
    }

    static String stripTrailing(String text) {
        int end = text.length();
        while (end > 0 && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end);
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }
}

package org.novametal.driver.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.novametal.driver.error.MessageText;

/** An option's value as messages show it: the beginning of it, without passwords. */
final class ShownValue {
    private static final int MAX_LENGTH = 200;

    /** What is before a user and password: a scheme such as {@code jdbc:postgresql://}, or nothing. */
    private static final Pattern SCHEME = Pattern.compile("\\A\\s*(?:(?:jdbc:)?[A-Za-z0-9+.-]+://)?");

    /** A parameter of a URL that may be a secret. */
    private static final Pattern PARAMETER =
            Pattern.compile("(?i)((?:password|passwd|pwd|secret|token|key)[a-z0-9_.-]*\\s*=)[^&;,]+");

    private ShownValue() {}

    /**
     * The value for a message. All text before the last at sign is replaced except for the scheme, because a password may
     * itself contain signs that end the user information of a URL.
     */
    static String of(String value) {
        return MessageText.line(PARAMETER.matcher(withoutUser(value)).replaceAll("$1***"), MAX_LENGTH);
    }

    private static String withoutUser(String value) {
        int at = value.lastIndexOf('@');
        Matcher scheme = SCHEME.matcher(value);
        int begin = scheme.lookingAt() ? scheme.end() : 0;
        return at < begin ? value : value.substring(0, begin) + "***" + value.substring(at);
    }
}

package org.novametal.driver.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.novametal.driver.error.MessageText;

/**
 * Parses the texts of options as oslo.config does, type by type. A wrong text causes an {@link
 * IllegalArgumentException} whose message follows the text, such as {@code is not an integer}. Source: oslo.config
 * {@code types.py}.
 */
final class OptionTypes {
    private static final Set<String> TRUE = Set.of("true", "1", "on", "yes");
    private static final Set<String> FALSE = Set.of("false", "0", "off", "no");
    private static final String DIGITS = "[0-9]+(?:_[0-9]+)*";
    private static final Pattern INTEGER = Pattern.compile("[+-]?" + DIGITS);
    private static final Pattern DECIMAL = Pattern.compile(
            "[+-]?(?:" + DIGITS + "(?:\\.(?:" + DIGITS + ")?)?|\\." + DIGITS + ")(?:[eE][+-]?[0-9]{1,3})?");

    private OptionTypes() {}

    static Optional<Integer> integer(String text) {
        return wholeNumber(text, Integer.SIZE).map(BigInteger::intValueExact);
    }

    static Optional<Long> longInteger(String text) {
        return wholeNumber(text, Long.SIZE).map(BigInteger::longValueExact);
    }

    private static Optional<BigInteger> wholeNumber(String text, int bits) {
        String digits = Blanks.strip(text);
        if (digits.isEmpty()) {
            return Optional.empty();
        }
        if (!INTEGER.matcher(digits).matches()) {
            throw new IllegalArgumentException("is not an integer");
        }
        BigInteger number = new BigInteger(digits.replace("_", ""));
        if (number.bitLength() >= bits) {
            throw new IllegalArgumentException("is not a " + bits + "-bit integer");
        }
        return Optional.of(number);
    }

    static Optional<Double> decimal(String text) {
        return number(text).map(BigDecimal::doubleValue).map(value -> {
            if (value.isInfinite()) {
                throw new IllegalArgumentException("is too large");
            }
            return value;
        });
    }

    static Optional<Duration> seconds(String text) {
        return number(text).map(value -> {
            try {
                return Duration.ofMillis(value.movePointRight(3)
                        .setScale(0, RoundingMode.HALF_UP)
                        .longValueExact());
            } catch (ArithmeticException tooLarge) {
                throw new IllegalArgumentException("is too large", tooLarge);
            }
        });
    }

    private static Optional<BigDecimal> number(String text) {
        String digits = Blanks.strip(text);
        if (digits.isEmpty()) {
            return Optional.empty();
        }
        if (!DECIMAL.matcher(digits).matches()) {
            throw new IllegalArgumentException("is not a number");
        }
        return Optional.of(new BigDecimal(digits.replace("_", "")));
    }

    static boolean bool(String text) {
        String word = text.toLowerCase(Locale.ROOT);
        if (TRUE.contains(word)) {
            return true;
        }
        if (FALSE.contains(word)) {
            return false;
        }
        throw new IllegalArgumentException("is not a boolean; write true or false");
    }

    static List<String> list(String text) {
        return parts(text).stream().map(Blanks::strip).toList();
    }

    static List<String> quotedList(String text) {
        Deque<String> parts = new ArrayDeque<>(parts(text));
        List<String> items = new ArrayList<>();
        while (!parts.isEmpty()) {
            String item = parts.removeFirst();
            while (isOpen(Blanks.strip(item))) {
                if (parts.isEmpty()) {
                    throw new IllegalArgumentException("has a quote that is not closed");
                }
                item += "," + parts.removeFirst();
            }
            String whole = Blanks.strip(item);
            items.add(startsWithQuote(whole) ? whole.substring(1, whole.length() - 1) : whole);
        }
        return List.copyOf(items);
    }

    private static List<String> parts(String text) {
        String trimmed = Blanks.strip(text).replaceFirst(",+$", "");
        return trimmed.isEmpty() ? List.of() : List.of(trimmed.split(",", -1));
    }

    private static boolean isOpen(String item) {
        return startsWithQuote(item) && (item.length() == 1 || item.charAt(0) != item.charAt(item.length() - 1));
    }

    private static boolean startsWithQuote(String item) {
        return item.startsWith("\"") || item.startsWith("'");
    }

    static Path path(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("is empty; write the path of a file or folder");
        }
        if (text.indexOf('\n') >= 0) {
            throw new IllegalArgumentException(
                    "contains a line break: a line of the file that begins with a blank continues the value above it");
        }
        if (text.codePoints().anyMatch(MessageText::isInvisible)) {
            throw new IllegalArgumentException("contains an invisible character; write the path again without it");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException wrong) {
            throw new IllegalArgumentException("is not a path: " + wrong.getReason(), wrong);
        }
    }
}

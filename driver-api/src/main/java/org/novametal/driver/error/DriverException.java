package org.novametal.driver.error;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The only exception type that a driver throws.
 *
 * <p>The {@linkplain #code() code} decides what a caller does; the message is for people: what was tried, on which
 * node, the value seen, the value wanted, and what to do. It never contains a secret. Control and format characters in it,
 * which may come from a request, a machine or a server, are escaped as in Java; only line breaks between several errors
 * remain.
 */
public final class DriverException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Source: Unicode general categories Cc, Cf, Cs, Zl and Zp. */
    private static final Pattern UNSAFE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}&&[^\n]]");

    private final ErrorCode code;

    /** An error without a cause. */
    public DriverException(ErrorCode code, String message) {
        this(code, message, null);
    }

    /** An error with its cause. */
    public DriverException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(escaped(Objects.requireNonNull(message, "message")), cause);
        this.code = Objects.requireNonNull(code, "code");
    }

    private static String escaped(String message) {
        return UNSAFE.matcher(message).replaceAll(match -> {
            StringBuilder escapes = new StringBuilder();
            for (char unit : match.group().toCharArray()) {
                // Twice escaped: the replacement has escapes too.
                escapes.append(String.format("\\\\u%04x", (int) unit));
            }
            return escapes.toString();
        });
    }

    /** What was tried on which node, and what to do. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "every constructor takes one");
    }

    /** What went wrong. */
    public ErrorCode code() {
        return code;
    }

    /** What the compute service should do. */
    public Disposition disposition() {
        return code.disposition();
    }
}

package org.novametal.examples.cli;

import java.util.Objects;

/**
 * The user gave wrong arguments or files; the exit code is 2. The message says what is wrong, where, and what to do.
 */
final class WrongUsage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongUsage(String message) {
        super(Objects.requireNonNull(message, "message"));
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "the constructor requires a message");
    }
}

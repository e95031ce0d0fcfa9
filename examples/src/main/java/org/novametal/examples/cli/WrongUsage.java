package org.novametal.examples.cli;

import java.util.Objects;

/** Wrong arguments or files of the user: exit code 2. The message says what is wrong, where, and what to do. */
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

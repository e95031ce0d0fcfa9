package org.novametal.examples.cli;

import java.util.Objects;

/** What the user gave cannot be: exit code 2. The message says what, where, and what to do. */
final class WrongUsage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongUsage(String message) {
        super(Objects.requireNonNull(message, "message"));
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage(), "the constructor takes one");
    }
}

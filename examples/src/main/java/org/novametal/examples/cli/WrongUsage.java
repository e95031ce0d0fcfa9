package org.novametal.examples.cli;

/** What the user gave cannot be: exit code 2. The message says what, where, and what to do. */
final class WrongUsage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongUsage(String message) {
        super(message);
    }
}

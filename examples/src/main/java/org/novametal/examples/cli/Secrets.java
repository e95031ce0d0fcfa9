package org.novametal.examples.cli;

import java.nio.file.Path;
import java.util.List;

/** Reads secrets from files, because every user of a machine can read the command lines of its programs. */
final class Secrets {
    private Secrets() {}

    /**
     * Reads a secret: the first line of a file.
     *
     * @param what the name of the secret, for messages
     * @param reference {@code @FILE}
     */
    static String read(String what, String reference) {
        if (!reference.startsWith("@") || reference.length() < 2) {
            throw new WrongUsage(
                    what + " must be @FILE, a file whose first line is the secret; never the secret itself");
        }
        Path file = Path.of(reference.substring(1));
        List<String> lines = TextFile.lines(what, file);
        if (lines.isEmpty() || lines.getFirst().isEmpty()) {
            throw new WrongUsage(what + ": " + file + " has an empty first line");
        }
        return lines.getFirst();
    }
}

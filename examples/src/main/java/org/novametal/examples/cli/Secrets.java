package org.novametal.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.novametal.baremetal.store.FileAccess;
import org.novametal.text.ForeignText;
import org.novametal.text.IoFailure;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Reads secrets from files, because every user of a machine can read the command lines of its programs. Warns once of each
 * file that every user of the system may read. Used by one thread.
 */
final class Secrets {
    private final Consumer<String> warnings;
    private final Set<Path> warnedOf = new HashSet<>();

    /** A reader that passes its warnings to the user. */
    Secrets(Consumer<String> warnings) {
        this.warnings = warnings;
    }

    /** A reader that prints its warnings on a command's standard error. */
    static Secrets warningOn(CommandSpec command) {
        return new Secrets(warning -> {
            PrintWriter err = command.commandLine().getErr();
            err.println(command.qualifiedName() + ": warning: " + ForeignText.message(warning));
            err.flush();
        });
    }

    /**
     * Reads a secret: the first line of a file.
     *
     * @param what the name of the secret, for messages
     * @param reference {@code @FILE}
     */
    String read(String what, String reference) {
        if (!reference.startsWith("@") || reference.length() < 2) {
            throw new WrongUsage(
                    what + " must be @FILE, a file whose first line is the secret; never the secret itself");
        }
        Path file = TextFile.path(reference.substring(1))
                .orElseThrow(() -> new WrongUsage(what + ": " + reference.substring(1)
                        + " cannot be the name of a file in this locale; set LC_ALL=C.UTF-8"));
        List<String> lines = TextFile.lines(what, file);
        if (lines.isEmpty() || lines.getFirst().isEmpty()) {
            throw new WrongUsage(what + ": " + file + " has an empty first line");
        }
        warnIfReadable(what, file);
        return lines.getFirst();
    }

    private void warnIfReadable(String what, Path file) {
        try {
            if (FileAccess.isReadableByOthers(file) && warnedOf.add(file)) {
                warnings.accept(what + ": every user of this system may read " + file + "; chmod 600 " + file);
            }
        } catch (IOException e) {
            throw new WrongUsage(what + " " + file + ": its permissions cannot be read: " + IoFailure.reason(e));
        }
    }
}

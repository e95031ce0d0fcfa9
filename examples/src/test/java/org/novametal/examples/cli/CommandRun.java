package org.novametal.examples.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A command that has run in this process.
 *
 * @param code its exit code
 * @param out what it printed on standard output
 * @param err what it printed on standard error
 */
record CommandRun(int code, String out, String err) {
    /** Runs a command with the configuration in a folder. */
    static CommandRun in(Path folder, String... words) {
        return of(Stream.concat(
                        Stream.of(words),
                        Stream.of("--config-file", folder.resolve("nova.conf").toString()))
                .toArray(String[]::new));
    }

    /** Runs a command. */
    static CommandRun of(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = NovaMetal.commandLine(words)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);
        return new CommandRun(code, out.toString(), err.toString());
    }
}

package org.novametal.examples.cli;

import java.io.PrintWriter;
import org.novametal.examples.ProgramVersion;
import org.novametal.text.ForeignText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program {@code nova-metal}.
 *
 * <p>Exit code 0 when all was done, 1 when something failed, 2 when it was used or configured wrongly.
 */
@Command(
        name = "nova-metal",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = "Commands for the nodes of a bare-metal cloud and their BMCs.",
        subcommands = BmcCommand.class)
public final class NovaMetal {
    /** The message for a failure of standard output. */
    static final String NOT_WRITTEN =
            "the output could not be written; the disk is full, or the program that reads it has ended";

    private NovaMetal() {}

    /** Runs the program and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        // A writer directly on the stream notices the stream's failures.
        System.exit(commandLine()
                .setOut(new PrintWriter(System.out, true, System.out.charset()))
                .execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new NovaMetal())
                // "@FILE" names a file with a secret here, not one with more arguments.
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((failure, _) -> {
                    CommandLine command = failure.getCommandLine();
                    PrintWriter err = command.getErr();
                    err.println(ForeignText.lines(String.valueOf(failure.getMessage())));
                    UnmatchedArgumentException.printSuggestions(failure, err);
                    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
                    return command.getCommandSpec().exitCodeOnInvalidInput();
                })
                .setExecutionExceptionHandler((failure, command, _) -> {
                    command.getErr()
                            .println(command.getCommandSpec().qualifiedName() + ": "
                                    + ForeignText.lines(failure.toString()));
                    return 1;
                });
    }
}

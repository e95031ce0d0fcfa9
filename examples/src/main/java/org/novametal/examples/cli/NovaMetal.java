package org.novametal.examples.cli;

import java.io.PrintWriter;
import java.util.Set;
import org.novametal.baremetal.operation.MachineCommand.PowerChange;
import org.novametal.baremetal.operation.NodeVerb;
import org.novametal.bmc.BmcException;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.examples.ProgramVersion;
import org.novametal.scheduler.NoValidHostException;
import org.novametal.text.ForeignText;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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
        subcommands = {
            BmcCommand.class,
            PortCommand.class,
            OperationCommand.class,
            DatabaseCommand.class,
            AutoComplete.GenerateCompletion.class
        })
public final class NovaMetal {
    /** The message for a failure of standard output. */
    static final String NOT_WRITTEN =
            "the output could not be written; the disk is full, or the program that reads it has ended";

    /** The commands whose options describe a node. */
    private static final Set<String> DESCRIBING = Set.of("create", "set");

    private NovaMetal() {}

    /** Runs the program and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        // A writer directly on the stream notices the stream's failures.
        System.exit(commandLine()
                .setOut(new PrintWriter(System.out, true, System.out.charset()))
                .execute(arguments));
    }

    private static boolean isConfiguration(Exception failure) {
        return failure instanceof DriverException refused && refused.code() == ErrorCode.CONFIG_INVALID;
    }

    static CommandLine commandLine() {
        CommandLine node = new CommandLine(new NodeCommand());
        for (NodeVerb verb : NodeVerb.values()) {
            add(node, verb.verb(), VerbCommand.command(verb), VerbCommand.description(verb));
        }
        for (NodeMarkCommand.Mark mark : NodeMarkCommand.Mark.values()) {
            add(node, mark.command(), NodeMarkCommand.command(mark), mark.description());
        }
        CommandLine power = new CommandLine(new NodePowerCommand());
        for (PowerChange change : PowerChange.values()) {
            add(
                    power,
                    change.text(),
                    MachineCommandCommand.power(change),
                    MachineCommandCommand.powerDescription(change));
        }
        CommandLine bootDevice = new CommandLine(new BootDeviceCommand());
        add(bootDevice, "set", MachineCommandCommand.bootDevice(), MachineCommandCommand.bootDeviceDescription());
        node.addSubcommand(power).addSubcommand(bootDevice);
        // The options of fields are added to a command before a user can give them.
        node.getSubcommands().forEach((name, command) -> {
            if (DESCRIBING.contains(name)) {
                NodeFields.addTo(command.getCommandSpec());
            }
        });
        return new CommandLine(new NovaMetal())
                .addSubcommand(node)
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
                    boolean expected = failure instanceof WrongUsage
                            || failure instanceof DriverException
                            || failure instanceof BmcException
                            || failure instanceof NoValidHostException;
                    String text = expected ? String.valueOf(failure.getMessage()) : failure.toString();
                    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + ForeignText.lines(text));
                    return failure instanceof WrongUsage || isConfiguration(failure) ? 2 : 1;
                });
    }

    private static void add(CommandLine parent, String name, CommandSpec command, String[] description) {
        command.mixinStandardHelpOptions(true)
                .versionProvider(new ProgramVersion())
                .usageMessage()
                .description(description);
        parent.addSubcommand(name, new CommandLine(command));
    }
}

package org.novametal.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.novametal.baremetal.operation.MachineCommand.PowerChange;
import org.novametal.baremetal.operation.NodeVerb;
import org.novametal.bmc.BmcException;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.examples.ProgramVersion;
import org.novametal.scheduler.NoValidHostException;
import org.novametal.text.ForeignText;
import org.novametal.text.IoFailure;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.TypeConversionException;
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
        description = "Commands for the nodes of a bare-metal cloud and their BMCs.")
public final class NovaMetal {
    /** The message for a failure of standard output. */
    static final String NOT_WRITTEN =
            "the output could not be written; the disk is full, or the program that reads it has ended";

    /** The system property with which unexpected failures are printed with their stack traces. */
    private static final String STACK_TRACES = "nova-metal.stack-traces";

    private static final Pattern UUID_TEXT = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private NovaMetal() {}

    /** Runs the program and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        // A writer directly on the stream notices the stream's failures.
        PrintWriter out = new PrintWriter(System.out, true, System.out.charset());
        int code = commandLine(arguments).setOut(out).execute(arguments);
        if (code == 0 && out.checkError()) {
            System.err.println("nova-metal: " + NOT_WRITTEN);
            code = 1;
        }
        System.exit(code);
    }

    private static boolean isConfiguration(Exception failure) {
        return failure instanceof DriverException refused && refused.code() == ErrorCode.CONFIG_INVALID;
    }

    /**
     * Makes the program's commands. If the arguments begin with the name of a group or with those of a group and a command, only
     * these are made: all of them take most of the time of a short command.
     */
    static CommandLine commandLine(String... arguments) {
        CommandLine program = new CommandLine(new NovaMetal());
        add(program, arguments.length > 0 ? arguments[0] : "", groups(arguments.length > 1 ? arguments[1] : ""));
        if (program.getSubcommands().size() > 1) {
            program.addSubcommand(new AutoComplete.GenerateCompletion());
        }
        return program.registerConverter(UUID.class, NovaMetal::uuid)
                .registerConverter(Path.class, NovaMetal::path)
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
                    String text = expected ? String.valueOf(failure.getMessage()) : unexpected(failure);
                    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + ForeignText.lines(text));
                    if (Boolean.getBoolean(STACK_TRACES)) {
                        failure.printStackTrace(command.getErr());
                    }
                    return failure instanceof WrongUsage || isConfiguration(failure) ? 2 : 1;
                });
    }

    /** The message for a failure that no command expects. */
    private static String unexpected(Exception failure) {
        return switch (failure) {
            case IOException io -> IoFailure.reason(io);
            case UncheckedIOException unchecked -> IoFailure.reason(Objects.requireNonNull(unchecked.getCause()));
            default ->
                "a defect of this program: " + failure.getMessage()
                        + ". Please report it with what the command prints with NOVA_METAL_JAVA_OPTIONS=-D"
                        + STACK_TRACES
                        + "=true";
        };
    }

    private static UUID uuid(String text) {
        if (!UUID_TEXT.matcher(text).matches()) {
            throw new TypeConversionException("'" + text + "' is not a UUID");
        }
        return UUID.fromString(text);
    }

    private static Path path(String text) {
        return TextFile.path(text)
                .orElseThrow(() -> new TypeConversionException(
                        "'" + text + "' cannot be the name of a file in this locale; set LC_ALL=C.UTF-8"));
    }

    /** The groups of commands. */
    private static Map<String, Supplier<CommandLine>> groups(String wanted) {
        Map<String, Supplier<CommandLine>> groups = new LinkedHashMap<>();
        groups.put("bmc", () -> new CommandLine(new BmcCommand()));
        groups.put("port", () -> new CommandLine(new PortCommand()));
        groups.put("operation", () -> new CommandLine(new OperationCommand()));
        groups.put("database", () -> new CommandLine(new DatabaseCommand()));
        groups.put("config", () -> new CommandLine(new ConfigCommand()));
        groups.put("doctor", () -> new CommandLine(new DoctorCommand()));
        groups.put("select", () -> new CommandLine(new SelectCommand()));
        groups.put("node", () -> {
            CommandLine node = new CommandLine(new NodeCommand());
            add(node, wanted, nodeCommands());
            return node;
        });
        return groups;
    }

    private static Map<String, Supplier<CommandLine>> nodeCommands() {
        Map<String, Supplier<CommandLine>> commands = new LinkedHashMap<>();
        commands.put("create", () -> describing(new NodeCreateCommand()));
        commands.put("set", () -> describing(new NodeSetCommand()));
        commands.put("unset", () -> new CommandLine(new NodeUnsetCommand()));
        commands.put("validate", () -> new CommandLine(new NodeValidateCommand()));
        commands.put("console", () -> new CommandLine(new NodeConsoleCommand()));
        commands.put("import", () -> new CommandLine(new NodeImportCommand()));
        commands.put("export", () -> new CommandLine(new NodeExportCommand()));
        for (Method method : CommandLine.getCommandMethods(NodeCommand.class, null)) {
            commands.put(
                    Objects.requireNonNull(method.getAnnotation(Command.class)).name(), () -> new CommandLine(method));
        }
        for (NodeVerb verb : NodeVerb.values()) {
            commands.put(verb.verb(), () -> described(VerbCommand.command(verb), VerbCommand.description(verb)));
        }
        for (NodeMarkCommand.Mark mark : NodeMarkCommand.Mark.values()) {
            commands.put(mark.command(), () -> described(NodeMarkCommand.command(mark), mark.description()));
        }
        commands.put("power", () -> {
            CommandLine power = new CommandLine(new NodePowerCommand());
            for (PowerChange change : PowerChange.values()) {
                power.addSubcommand(
                        change.text(),
                        described(MachineCommandCommand.power(change), MachineCommandCommand.powerDescription(change)));
            }
            return power;
        });
        commands.put(
                "boot-device",
                () -> new CommandLine(new BootDeviceCommand())
                        .addSubcommand(
                                "set",
                                described(
                                        MachineCommandCommand.bootDevice(),
                                        MachineCommandCommand.bootDeviceDescription())));
        return commands;
    }

    /** Adds the wanted command or, if there is none of that name, all. */
    private static void add(CommandLine parent, String wanted, Map<String, Supplier<CommandLine>> commands) {
        commands.forEach((name, make) -> {
            if (name.equals(wanted) || !commands.containsKey(wanted)) {
                parent.addSubcommand(name, make.get());
            }
        });
    }

    /** A command whose options describe a node. */
    private static CommandLine describing(Object command) {
        CommandLine line = new CommandLine(command);
        NodeFields.addTo(line.getCommandSpec());
        return line;
    }

    private static CommandLine described(CommandSpec command, String[] description) {
        command.mixinStandardHelpOptions(true)
                .versionProvider(new ProgramVersion())
                .usageMessage()
                .description(description);
        return new CommandLine(command);
    }
}

package org.novametal.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BmcAccess;
import org.novametal.examples.ProgramVersion;
import org.novametal.examples.cli.ConsoleSession.Filter;
import org.novametal.examples.cli.ConsoleSession.Taking;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nova-metal bmc console}: shows a machine's serial console, and reconnects when the connection is lost. */
@Command(
        name = "console",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        sortOptions = false,
        description = {
            "Shows a machine's serial console and sends your keys to it. At the beginning of a line, ~. leaves, ~b sends a"
                    + " break, ~~ sends one ~. Without a terminal it sends its standard input unchanged, and leaves at its"
                    + " end; with --seconds it shows the output until the time is over.",
            "A machine has only one console. If a compute host records it (the node's console_log is sol), take it over with"
                    + " --take. The compute host gets it back within a minute after you leave; output that is printed"
                    + " meanwhile is not in its log."
        })
final class ConsoleCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NODE",
            description =
                    "a BMC's address such as ipmi://10.0.0.7, a BMC's name in the file of --nodes, or a node's name or UUID"
                            + " in the inventory of --config-file")
    private String node = "";

    @Option(
            names = "--nodes",
            paramLabel = "FILE",
            description = "the file of BMCs, as for nova-metal bmc power, that contains NODE")
    private @Nullable Path nodesFile;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private BmcLogin login;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "0",
            description = "leave after this many seconds; 0: no limit (${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--raw",
            description = "without a terminal, pass the output on unchanged; by default its control characters, such as"
                    + " the escape sequences of terminals, are escaped")
    private boolean raw;

    @Option(names = "--take", description = "take the console from the program that has it")
    private boolean take;

    private ConsoleCommand() {}

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (seconds < 0) {
            throw new ParameterException(spec.commandLine(), "--seconds must be 0 or more");
        }
        ConsoleSession session =
                new ConsoleSession(spec.commandLine().getErr(), seconds, raw ? Filter.RAW : Filter.ESCAPED);
        try (Ending ending = Ending.watch(() -> session.report("received a signal to end; leaving the console"));
                BmcAccess access = login.access()) {
            return session.show(target(access), take ? Taking.AT_ONCE : Taking.IF_FREE, ending);
        } catch (WrongUsage e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Target target(BmcAccess access) {
        if (nodesFile != null) {
            return login.nodes(nodesFile).stream()
                    .filter(line -> line.name().equals(node))
                    .findFirst()
                    .map(line -> login.target(access, line))
                    .orElseThrow(
                            () -> new WrongUsage("--nodes " + nodesFile + " contains no BMC with the name " + node));
        }
        List<Target> found = login.targets(access, node);
        if (found.size() != 1) {
            throw new WrongUsage(node + " is a file with " + found.size()
                    + " BMCs; give the file as --nodes, and the name of one BMC as NODE");
        }
        return found.getFirst();
    }
}

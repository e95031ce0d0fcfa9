package org.novametal.examples.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.BmcAccess;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcException.Retry;
import org.novametal.bmc.SerialConsole;
import org.novametal.bmc.console.ConsoleEvent;
import org.novametal.bmc.console.ConsoleReader;
import org.novametal.bmc.console.ConsoleThreads;
import org.novametal.bmc.console.SharedConsole;
import org.novametal.bmc.console.SharedConsoleSettings;
import org.novametal.examples.ProgramVersion;
import org.novametal.text.ForeignText;
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
                    + " break, ~~ sends one ~. Without a terminal it sends its standard input unchanged, and shows the output"
                    + " until it is ended, or the time of --seconds is over.",
            "A machine has only one console. If a compute host records it (the node's console_log is sol), take it over with"
                    + " --take. The compute host gets it back within a minute after you leave; output that is printed"
                    + " meanwhile is not in its log."
        })
final class ConsoleCommand implements Callable<Integer> {
    private static final Duration LOOK_AROUND = Duration.ofMillis(200);

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NODE",
            description = "a BMC's address such as ipmi://10.0.0.7, or a node's name in --nodes or --config-file")
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
        try (Ending ending = Ending.watch(() -> report("received a signal to end; leaving the console"));
                BmcAccess access = login.access()) {
            Target target = target(access);
            SerialConsole serial = target.bmc()
                    .capability(SerialConsole.class)
                    .orElseThrow(() -> new WrongUsage("BMC " + target.bmc().address() + " has no serial console"));
            return show(target, take ? new TakingFirst(serial) : serial, ending);
        } catch (WrongUsage e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /**
     * Takes the console from the program that has it, but only once: when another program takes it back, this one does
     * not take it again.
     */
    private static final class TakingFirst implements SerialConsole {
        private final SerialConsole serial;
        private final AtomicBoolean hasTaken = new AtomicBoolean();

        TakingFirst(SerialConsole serial) {
            this.serial = serial;
        }

        @Override
        public Connection connect(Receiver receiver) throws InterruptedException {
            if (hasTaken.get()) {
                return serial.connect(receiver);
            }
            Connection taken = serial.takeOver(receiver);
            hasTaken.set(true);
            return taken;
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

    private int show(Target target, SerialConsole serial, Ending ending) throws InterruptedException, IOException {
        try (RawTerminal terminal = RawTerminal.enter();
                ExecutorService connecting = Executors.newVirtualThreadPerTaskExecutor();
                SharedConsole console = new SharedConsole(
                        target.name(),
                        serial,
                        SharedConsoleSettings.DEFAULTS,
                        ConsoleThreads.of(connecting, System::nanoTime),
                        Optional.empty());
                ConsoleReader reader = console.read()) {
            Typing typing = new Typing(reader, terminal.isTerminal() ? Typing.Escapes.COMMANDS : Typing.Escapes.TYPED);
            // A read of the standard input cannot be interrupted; a daemon thread ends with the program.
            Thread.ofPlatform().daemon().name("typing").start(() -> typing.typeAll(System.in, this::report));
            return show(target, reader, typing, terminal, ending);
        }
    }

    private int show(Target target, ConsoleReader reader, Typing typing, RawTerminal terminal, Ending ending)
            throws InterruptedException {
        PrintStream out = System.out;
        ConsoleText text = new ConsoleText();
        boolean wasConnected = false;
        String whyNot = "its BMC has not answered yet";
        long endNanos = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        while (!typing.hasLeft()
                && !out.checkError()
                && !ending.endsWithin(Duration.ZERO)
                && (seconds == 0 || System.nanoTime() - endNanos < 0)) {
            switch (reader.poll(LOOK_AROUND).orElse(null)) {
                case ConsoleEvent.Output output -> {
                    if (raw || terminal.isTerminal()) {
                        out.write(output.bytes(), 0, output.length());
                    } else {
                        byte[] escaped =
                                text.next(output.bytes(), output.length()).getBytes(StandardCharsets.UTF_8);
                        out.write(escaped, 0, escaped.length);
                    }
                }
                case ConsoleEvent.Connected() -> {
                    wasConnected = true;
                    report("connected" + (terminal.isTerminal() ? "; ~. leaves" : ""));
                    typing.begin();
                }
                case ConsoleEvent.Disconnected(BmcException cause, Duration nextTry) -> {
                    whyNot = cause.getMessage();
                    report(whyNot);
                    if (cause.reason() == Reason.BUSY) {
                        report(target.consoleLog()
                                .map(log -> "the compute host records the console in " + log
                                        + "; --take takes the console from the program that has it")
                                .orElse("--take takes the console from the program that has it"));
                    }
                    if (cause.reason().retry() == Retry.NEVER) {
                        return 1;
                    }
                    report("not connected; trying again in " + nextTry.toSeconds() + " s");
                }
                case ConsoleEvent.Missed(long bytes) ->
                    report(bytes + " bytes were not shown: the output was too slow");
                case ConsoleEvent.Gap() -> report("the BMC lost some output here");
                case ConsoleEvent.Closed() -> {
                    return 1;
                }
                case null -> {}
            }
        }
        return end(typing.end(), wasConnected, whyNot, out);
    }

    /** Reports failures, and returns the exit code. */
    private int end(int notTaken, boolean wasConnected, String whyNot, PrintStream out) {
        if (!wasConnected) {
            report("the console was not connected: " + whyNot);
        } else if (notTaken > 0) {
            report(notTaken + " bytes were not typed: the machine does not accept them; check that it is on");
        }
        boolean isLost = out.checkError();
        if (isLost) {
            report(NovaMetal.NOT_WRITTEN);
        }
        return wasConnected && notTaken == 0 && !isLost ? 0 : 1;
    }

    private void report(String message) {
        PrintWriter err = spec.commandLine().getErr();
        err.print("[nova-metal: " + ForeignText.message(message) + "]\r\n");
        err.flush();
    }
}

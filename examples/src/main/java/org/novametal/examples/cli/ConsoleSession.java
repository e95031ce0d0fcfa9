package org.novametal.examples.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcException.Retry;
import org.novametal.bmc.SerialConsole;
import org.novametal.bmc.console.ConsoleEvent;
import org.novametal.bmc.console.ConsoleReader;
import org.novametal.bmc.console.ConsoleThreads;
import org.novametal.bmc.console.SharedConsole;
import org.novametal.bmc.console.SharedConsoleSettings;
import org.novametal.text.ForeignText;

/** Shows a machine's serial console, and reconnects when the connection is lost. */
final class ConsoleSession {
    private static final Duration LOOK_AROUND = Duration.ofMillis(200);

    /** For how long the output is shown after the end of the input at most, where no time was given. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(2);

    private final PrintWriter err;
    private final int seconds;
    private final Filter filter;

    /** What happens to the output where it is not shown by a terminal. */
    enum Filter {
        /** Control characters, such as the escape sequences of terminals, are escaped. */
        ESCAPED,
        /** It is passed on unchanged. */
        RAW
    }

    /** What happens when another program has the console. */
    enum Taking {
        /** It is shown if no other program has it. */
        IF_FREE,
        /** It is taken from the program that has it. */
        AT_ONCE
    }

    /**
     * Makes a session.
     *
     * @param err gets the messages
     * @param seconds leaves after this time; 0 for no limit
     */
    ConsoleSession(PrintWriter err, int seconds, Filter filter) {
        this.err = err;
        this.seconds = seconds;
        this.filter = filter;
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

    /**
     * Shows the console until the user leaves, the time is over or the program gets a signal to end; without a time, also until
     * the input ends, and until then the machine prints nothing for a moment. Returns the exit code.
     *
     * @throws WrongUsage when the BMC has no serial console
     */
    int show(Target target, Taking taking, Ending ending) throws InterruptedException, IOException {
        SerialConsole serial = target.bmc()
                .capability(SerialConsole.class)
                .orElseThrow(() -> new WrongUsage("BMC " + target.bmc().address() + " has no serial console"));
        return show(target, taking == Taking.AT_ONCE ? new TakingFirst(serial) : serial, ending);
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
        Optional<Long> leaveAt = Optional.empty();
        boolean wasTried = false;
        while (!typing.hasLeft()
                && !out.checkError()
                && !ending.endsWithin(Duration.ZERO)
                && (seconds == 0 || System.nanoTime() - endNanos < 0)) {
            ConsoleEvent event = reader.poll(LOOK_AROUND).orElse(null);
            if (seconds == 0 && wasTried && typing.isAtEnd()) {
                // What the machine prints in answer is still shown.
                long now = System.nanoTime();
                leaveAt = leaveAt.or(() -> Optional.of(now + LONGEST_ANSWER.toNanos()));
                if (!(event instanceof ConsoleEvent.Output) || now - leaveAt.get() >= 0) {
                    report("the input has ended; leaving the console (--seconds shows it longer)");
                    break;
                }
            }
            switch (event) {
                case ConsoleEvent.Output output -> {
                    if (filter == Filter.RAW || terminal.isTerminal()) {
                        out.write(output.bytes(), 0, output.length());
                    } else {
                        byte[] escaped =
                                text.next(output.bytes(), output.length()).getBytes(StandardCharsets.UTF_8);
                        out.write(escaped, 0, escaped.length);
                    }
                }
                case ConsoleEvent.Connected() -> {
                    wasConnected = true;
                    wasTried = true;
                    report("connected" + (terminal.isTerminal() ? "; ~. leaves" : ""));
                    typing.begin();
                }
                case ConsoleEvent.Disconnected(BmcException cause, Duration nextTry) -> {
                    whyNot = cause.getMessage();
                    wasTried = true;
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

    /** Prints a message for the user. */
    void report(String message) {
        err.print("[nova-metal: " + ForeignText.message(message) + "]\r\n");
        err.flush();
    }
}

package org.novametal.bmc.ipmitool;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.commons.exec.CommandLine;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCalls;
import org.novametal.bmc.BmcCalls.Call;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CompletionCode;
import org.novametal.bmc.ipmi.codec.CompletionCode.Readiness;
import org.novametal.bmc.ipmi.codec.IpmiCommand;
import org.novametal.bmc.ipmi.command.IpmiCommands;
import org.novametal.bmc.ipmi.command.IpmiCommands.Answer;
import org.novametal.bmc.ipmitool.IpmitoolOutput.Meaning;
import org.novametal.bmc.process.ChildProcess;

/**
 * A BMC accessed with {@code ipmitool}. Each command is a run of {@code ipmitool raw} in its own session, so that answers
 * are bytes and completion codes instead of prose. ipmitool sends such a command once and waits 15 seconds; only lost
 * messages of the session's opening are sent again.
 *
 * <p>{@code suite} is used only by the call under way, see {@link BmcCalls}; {@code running} is read by any thread.
 */
final class IpmitoolBmc implements Bmc {
    private static final ChildProcess.Limits LIMITS = new ChildProcess.Limits(16 * 1024, Duration.ofMillis(500));

    private final BmcAddress address;
    private final BmcCredentials credentials;
    private final BmcOptions options;
    private final IpmitoolBmcFactory factory;
    private final IpmiCommands commands;
    private final BmcCalls calls;
    private volatile @Nullable ChildProcess running;
    private Suite suite = Suite.SHA256;

    /** The supported cipher suites, the stronger one first. */
    private enum Suite {
        SHA256("17"),
        SHA1("3");

        private final String number;

        Suite(String number) {
            this.number = number;
        }
    }

    IpmitoolBmc(BmcAddress address, BmcCredentials credentials, BmcOptions options, IpmitoolBmcFactory factory) {
        this.address = address;
        this.credentials = credentials;
        this.options = options;
        this.factory = factory;
        String name = "BMC " + address + " by ipmitool";
        this.calls = new BmcCalls(name, options, System::nanoTime);
        this.commands = new IpmiCommands(name, options.rawAccess(), new ProgramWire());
    }

    @Override
    public BmcAddress address() {
        return address;
    }

    @Override
    public <C extends BmcCapability> Optional<C> capability(Class<C> type) {
        return commands.capability(type);
    }

    @Override
    public ChassisPower readPower() throws InterruptedException {
        return commands.readPower();
    }

    @Override
    public void requestPower(PowerAction action) throws InterruptedException {
        commands.requestPower(action);
    }

    @Override
    public void close() {
        calls.close();
        factory.forget(this);
        ChildProcess child = running;
        if (child != null) {
            child.kill();
        }
    }

    /** Sends each command by a run of the program. */
    private final class ProgramWire implements IpmiCommands.Wire {
        @Override
        public <T> T converse(Call<T> call) throws InterruptedException {
            return calls.make(call);
        }

        @Override
        public Answer exchange(int networkFunction, int command, Bytes data, long deadlineNanos)
                throws InterruptedException {
            long patientUntilNanos = System.nanoTime() + remainingNanos(deadlineNanos) / 2;
            while (true) {
                switch (run(networkFunction, command, data, deadlineNanos)) {
                    case Meaning.Answer(int completionCode, Bytes answered) -> {
                        if (!isWorthWaiting(networkFunction, command, completionCode, patientUntilNanos)) {
                            return new Answer(completionCode, answered);
                        }
                        calls.pause(options.retryInterval());
                    }
                    case Meaning.Failure(Reason why, String text) -> {
                        if (why != Reason.UNSUPPORTED_CIPHER || suite == Suite.SHA1 || isLan()) {
                            throw calls.failure(why, text);
                        }
                        suite = Suite.SHA1;
                    }
                }
            }
        }

        /** Whether a BMC that did not perform a reading command may only be busy, or starting. */
        private boolean isWorthWaiting(int networkFunction, int command, int code, long patientUntilNanos) {
            return code != CompletionCode.OK.code()
                    && CompletionCode.readiness(code) != Readiness.REFUSED
                    && IpmiCommand.of(networkFunction, command)
                            .filter(IpmiCommand::isReading)
                            .isPresent()
                    && System.nanoTime() - patientUntilNanos < 0;
        }

        /** ipmitool sends a raw command only once. */
        @Override
        public Answer exchangeOnce(IpmiCommand command, Bytes data, long deadlineNanos) throws InterruptedException {
            return exchange(command.networkFunction(), command.code(), data, deadlineNanos);
        }

        /** Does nothing, because each run opens a session. */
        @Override
        public void prepareForOnce(long deadlineNanos) {}

        @Override
        public void pause(long deadlineNanos) throws InterruptedException {
            calls.pause(options.retryInterval());
        }
    }

    private Meaning run(int networkFunction, int command, Bytes data, long deadlineNanos) throws InterruptedException {
        if (!factory.children().tryAcquire(remainingNanos(deadlineNanos), TimeUnit.NANOSECONDS)) {
            throw calls.failure(
                    Reason.BUSY,
                    "timed out after " + options.commandTimeout()
                            + " behind other runs of ipmitool; too many BMCs use it");
        }
        try {
            calls.requireOpen();
            ChildProcess child = ChildProcess.start(
                    commandLine(networkFunction, command, data),
                    environment(),
                    factory.home(),
                    credentials.password() + "\n",
                    ChildProcess.ErrorStream.APART,
                    LIMITS);
            running = child;
            if (calls.isClosed()) {
                child.kill();
            }
            ChildProcess.End end = child.await(Duration.ofNanos(remainingNanos(deadlineNanos)));
            calls.requireOpen();
            return switch (end) {
                case ChildProcess.End.Exited(int exitCode, String output, String errors) ->
                    IpmitoolOutput.read(networkFunction, command, exitCode, output, errors);
                case ChildProcess.End.Killed _ ->
                    throw calls.failure(Reason.UNREACHABLE, "no answer within " + options.commandTimeout());
                case ChildProcess.End.NotStarted(String why) ->
                    throw calls.failure(
                            Reason.UNSUPPORTED,
                            "the program " + factory.program() + " cannot be run: " + why
                                    + "; install the package ipmitool");
            };
        } finally {
            running = null;
            factory.children().release();
        }
    }

    private CommandLine commandLine(int networkFunction, int command, Bytes data) {
        long seconds = Math.max(1, options.retryInterval().plusMillis(999).toSeconds());
        // Tries for half of the time, so that ipmitool can still report which step was not answered.
        long tries = Math.max(1, options.commandTimeout().toSeconds() / seconds / 2);
        CommandLine line = new CommandLine(factory.program());
        List<String> session =
                isLan() ? List.of("-I", "lan", "-A", "MD5") : List.of("-I", "lanplus", "-C", suite.number);
        add(line, List.of("-v"));
        add(line, session);
        add(line, List.of("-H", address.host(), "-p", String.valueOf(address.portOr(IpmitoolBmcFactory.DEFAULT_PORT))));
        add(
                line,
                List.of(
                        "-U",
                        credentials.username(),
                        "-f",
                        "/dev/stdin",
                        "-L",
                        options.privilege().name()));
        add(line, List.of("-N", String.valueOf(seconds), "-R", String.valueOf(tries)));
        credentials.key().ifPresent(_ -> add(line, List.of("-K")));
        add(line, List.of("raw", hex(networkFunction), hex(command)));
        for (int i = 0; i < data.length(); i++) {
            add(line, List.of(hex(data.at(i))));
        }
        return line;
    }

    private static void add(CommandLine line, List<String> arguments) {
        arguments.forEach(argument -> line.addArgument(argument, false));
    }

    private static String hex(int number) {
        return "0x" + Integer.toHexString(number);
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("LC_ALL", "C");
        environment.put("HOME", factory.home().toString());
        credentials.key().ifPresent(key -> environment.put("IPMI_KGKEY", key));
        return environment;
    }

    private boolean isLan() {
        return address.scheme().equals(IpmitoolBmcFactory.SCHEME_LAN);
    }

    private static long remainingNanos(long deadlineNanos) {
        return Math.max(0, deadlineNanos - System.nanoTime());
    }
}

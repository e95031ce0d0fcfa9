package org.novametal.examples.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.novametal.baremetal.BmcAccess;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.fleet.PowerPacing;
import org.novametal.bmc.fleet.PowerReading;
import org.novametal.bmc.fleet.PowerSweep;
import org.novametal.bmc.fleet.PowerSwitch;
import org.novametal.examples.ProgramVersion;
import org.novametal.text.ForeignText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nova-metal bmc power}: reads or switches the power of many machines at once, and verifies each switch. */
@Command(
        name = "power",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        sortOptions = false,
        // The generated synopsis ends with the action, which --nodes would read as one more node.
        customSynopsis = "${COMMAND-FULL-NAME} status|on|off|cycle|soft --nodes=FILE|ADDRESS|NODE... [OPTION]...",
        description = {
            "Reads or switches the power of machines, all at once. The power of a switched machine is read until it has the"
                    + " wanted state.",
            "soft asks the operating system to stop and cuts the power when it does not; cycle is off, then on."
        })
final class PowerCommand implements Callable<Integer> {
    /** How many machines are switched at a time. */
    private static final int SWITCHES_AT_ONCE = 1000;
    /** How many BMCs without support for polling are read at a time. */
    private static final int SWEEP_THREADS = 64;

    private static final Duration LOOK_AROUND = Duration.ofMillis(200);

    /** The requested action. */
    private enum Action {
        STATUS,
        ON,
        OFF,
        CYCLE,
        SOFT
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            hideParamSyntax = true,
            paramLabel = "status|on|off|cycle|soft",
            description = "the requested action")
    @SuppressWarnings("NullAway.Init") // by picocli; call() refuses a missing action
    private Action action;

    @Option(
            names = "--nodes",
            paramLabel = "FILE|ADDRESS|NODE",
            arity = "1..*",
            required = true,
            description =
                    "the machines: a file with a JSON object a line ({\"name\":…,\"bmc\":\"ipmi://…\"}, as fake-rack -f"
                            + " json prints them), a BMC's address such as ipmi://10.0.0.7, or a node's name or UUID in the inventory"
                            + " of --config-file")
    private List<String> nodes = List.of();

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private BmcLogin login;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            defaultValue = "60",
            description =
                    "seconds that status may take in all, or that a machine may take to reach the wanted state after its BMC"
                            + " accepted the command; each call to a BMC has a separate limit, bmc_command_timeout of"
                            + " --config-file, else 10 s (${DEFAULT-VALUE})")
    private int timeoutSeconds;

    @Option(
            names = "--soft-timeout",
            paramLabel = "S",
            defaultValue = "60",
            description = "seconds that an operating system may take to stop (${DEFAULT-VALUE})")
    private int softTimeoutSeconds;

    @Option(
            names = "--on-rate",
            paramLabel = "N",
            defaultValue = "10",
            description =
                    "machines that on and cycle start per second, because a starting machine draws the most current; 0: no"
                            + " limit (${DEFAULT-VALUE})")
    private int onRate;

    @Option(
            names = {"-f", "--format"},
            paramLabel = "table|json",
            defaultValue = "table",
            description = "json prints one object a line, as soon as a machine's power is known (${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // by picocli
    private PowerOutput.Format format;

    private PowerCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        if (action == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "say status, on, off, cycle or soft before --nodes, which reads all arguments after it");
        }
        if (timeoutSeconds < 1 || softTimeoutSeconds < 1) {
            throw new ParameterException(spec.commandLine(), "--timeout and --soft-timeout must be 1 or more");
        }
        if (onRate < 0 || onRate > 1000) {
            throw new ParameterException(spec.commandLine(), "--on-rate is " + onRate + "; it must be 0 to 1000");
        }
        PowerOutput output = new PowerOutput(format, spec.commandLine().getOut());
        try {
            try (Ending ending = Ending.watch(() -> report(endMessage()));
                    BmcAccess access = login.access()) {
                List<Target> targets = targets(access);
                if (action == Action.STATUS) {
                    read(targets, output, ending);
                } else {
                    change(targets, output, ending);
                }
                return end(targets, output);
            }
        } catch (WrongUsage e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int end(List<Target> targets, PowerOutput output) {
        boolean isWell = output.end(targets);
        if (spec.commandLine().getOut().checkError()) {
            report(NovaMetal.NOT_WRITTEN);
            return 1;
        }
        return isWell ? 0 : 1;
    }

    private List<Target> targets(BmcAccess access) {
        List<Target> targets = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Map<BmcAddress, String> byAddress = new HashMap<>();
        for (String word : nodes) {
            for (Target target : login.targets(access, word)) {
                if (!names.add(target.name())) {
                    throw new WrongUsage("--nodes names " + target.name() + " twice");
                }
                String other =
                        byAddress.putIfAbsent(access.canonical(target.bmc().address()), target.name());
                if (other != null) {
                    throw new WrongUsage("--nodes names BMC " + target.bmc().address() + " twice, as " + other + " and "
                            + target.name());
                }
                targets.add(target);
            }
        }
        return targets;
    }

    private String endMessage() {
        return switch (action) {
            case STATUS -> "received a signal to end; listing the machines whose power was not read";
            case ON, OFF, CYCLE, SOFT ->
                "received a signal to end; sending no further commands, but waiting for the commands already sent";
        };
    }

    private void read(List<Target> targets, PowerOutput output, Ending ending) throws InterruptedException {
        Thread sweep = Thread.startVirtualThread(() -> sweep(targets, output));
        while (!sweep.join(LOOK_AROUND)) {
            if (ending.endsWithin(Duration.ZERO)) {
                sweep.interrupt();
            }
        }
        if (ending.endsWithin(Duration.ZERO)) {
            reportRest(targets, output, "its power was not read");
        }
    }

    private void sweep(List<Target> targets, PowerOutput output) {
        Duration whole = Duration.ofSeconds(timeoutSeconds);
        Map<Target, Bmc> bmcs = new LinkedHashMap<>();
        targets.forEach(target -> bmcs.put(target, target.bmc()));
        try {
            new PowerSweep(
                            new PowerSweep.Limits(whole, whole, SWEEP_THREADS),
                            RandomGenerator.getDefault(),
                            System::nanoTime)
                    .run(
                            bmcs,
                            (target, reading) -> output.report(
                                    switch (reading) {
                                        case PowerReading.Known known -> PowerLine.of(target, known.power());
                                        case PowerReading.Unknown unknown -> PowerLine.of(target, unknown.cause());
                                    }));
        } catch (InterruptedException e) {
            // The program ends.
            Thread.currentThread().interrupt();
        }
    }

    private void report(String message) {
        spec.commandLine().getErr().println("nova-metal bmc power: " + ForeignText.message(message));
    }

    private void change(List<Target> targets, PowerOutput output, Ending ending) throws InterruptedException {
        PowerSwitch power = new PowerSwitch(
                Duration.ofSeconds(timeoutSeconds),
                Duration.ofSeconds(softTimeoutSeconds),
                new PowerPacing(Duration.ZERO, onRate, System::nanoTime),
                System::nanoTime,
                (duration, waitingFor) -> pause(duration, waitingFor, ending));
        Semaphore room = new Semaphore(SWITCHES_AT_ONCE);
        List<Thread> threads = new ArrayList<>();
        Set<Target> notBegun = ConcurrentHashMap.newKeySet();
        notBegun.addAll(targets);
        for (Target target : targets) {
            room.acquire();
            if (ending.endsWithin(Duration.ZERO)) {
                break;
            }
            notBegun.remove(target);
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    output.report(change(power, target));
                } catch (InterruptedException e) {
                    // The thread was cancelled before it started to switch the machine.
                    notBegun.add(target);
                } catch (Throwable e) {
                    // A plug-in may throw anything; each machine has its line.
                    output.report(PowerLine.of(
                            target,
                            BmcException.unexpected("BMC " + target.bmc().address(), e)));
                } finally {
                    room.release();
                }
            }));
        }
        awaitAll(threads, ending);
        if (ending.endsWithin(Duration.ZERO)) {
            List<Target> begun = targets.stream()
                    .filter(target -> !notBegun.contains(target))
                    .toList();
            reportRest(begun, output, "the machine's power may be changing; check it");
            reportRest(
                    targets.stream().filter(notBegun::contains).toList(), output, "its power change was not started");
        }
    }

    /** Waits for all threads; after a signal to end, only until {@link Ending#isOver}. */
    private static void awaitAll(List<Thread> threads, Ending ending) throws InterruptedException {
        for (Thread thread : threads) {
            while (!thread.join(LOOK_AROUND) && !ending.isOver()) {
                // Checks again.
            }
        }
    }

    /** Reports for each machine without a report that the program received a signal to end. */
    private static void reportRest(List<Target> targets, PowerOutput output, String why) {
        for (Target target : targets) {
            output.report(PowerLine.of(
                    target,
                    new BmcException(
                            Reason.CLOSED,
                            "BMC " + target.bmc().address() + ": the program received a signal to end, and " + why)));
        }
    }

    /** Sleeps; throws when a signal to end comes before the switch of the machine was started. */
    private static void pause(Duration duration, PowerSwitch.WaitingFor waitingFor, Ending ending)
            throws InterruptedException {
        switch (waitingFor) {
            case TURN -> {
                if (ending.endsWithin(duration)) {
                    throw new InterruptedException("a signal to end came before the switch was started");
                }
            }
            case MACHINE -> Thread.sleep(duration);
        }
    }

    private PowerLine change(PowerSwitch power, Target target) throws InterruptedException {
        return switch (action) {
            case ON -> {
                power.on(target.bmc());
                yield PowerLine.of(target, ChassisPower.ON);
            }
            case OFF -> {
                power.off(target.bmc());
                yield PowerLine.of(target, ChassisPower.OFF);
            }
            case CYCLE -> {
                power.cycle(target.bmc());
                yield PowerLine.of(target, ChassisPower.ON);
            }
            case SOFT -> {
                PowerLine line = PowerLine.of(target, ChassisPower.OFF);
                yield power.softOff(target.bmc()) == PowerAction.SOFT_OFF
                        ? line
                        : line.noting("it did not stop within " + softTimeoutSeconds + " s, so its power was cut");
            }
            case STATUS -> throw new IllegalStateException("status changes nothing");
        };
    }
}

package org.novametal.examples.rack;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.novametal.bmc.BmcCredentials;
import org.novametal.examples.ProgramVersion;
import org.novametal.fake.FakeMachineSettings;
import org.novametal.fake.FakeRack;
import org.novametal.fake.FakeRackSettings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The program {@code fake-rack}: starts a rack of fake machines, prints the address of each BMC, and runs until SIGTERM.
 *
 * <p>Exit code 0 when it was ended by a signal, 1 when the rack could not be started, 2 when it was used wrongly.
 */
@Command(
        name = "fake-rack",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        sortOptions = false,
        description =
                "Fake machines with IPMI BMCs on 127.0.0.1. Prints each one's BMC address, MAC addresses and serial"
                        + " log, then runs until SIGTERM.")
public final class FakeRackMain implements Callable<Integer> {
    /** How the machines are printed. */
    private enum Format {
        table,
        json
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(names = "--nodes", paramLabel = "N", required = true, description = "how many machines")
    private int nodes;

    @Option(
            names = "--port",
            paramLabel = "P",
            defaultValue = "0",
            description = "UDP port of the first BMC, the other BMCs have the ports after it; 0 takes any free ports")
    private int port;

    @Option(names = "--user", paramLabel = "U", required = true, description = "the BMCs' user")
    private String user = "";

    @Option(
            names = "--password-file",
            paramLabel = "F",
            required = true,
            description = "the file whose first line is the BMCs' password")
    private Path passwordFile = Path.of("");

    @Option(names = "--state-dir", paramLabel = "D", required = true, description = "where the machines' disks are")
    private Path stateFolder = Path.of("");

    @Option(
            names = "--dhcp-dir",
            paramLabel = "H",
            required = true,
            description = "the dhcp_dir of the driver: dnsmasq's hosts and opts files")
    private Path dhcpFolder = Path.of("");

    @Option(names = "--log", paramLabel = "L", required = true, description = "the folder of the serial logs")
    private Path logFolder = Path.of("");

    @Option(
            names = "--disk-mb",
            paramLabel = "MB",
            defaultValue = "1024",
            description = "the length of each disk in MiB, sparse (${DEFAULT-VALUE})")
    private long diskMb;

    @Option(
            names = {"-f", "--format"},
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}; json prints one object a line")
    private Format format = Format.table;

    @Option(names = "--with-parent", description = "end when the process that started this one ends")
    private boolean withParent;

    @Option(
            names = "--fault",
            paramLabel = "KIND[=N][@NODE]",
            description = "a fault of all BMCs, or of one node's BMC; may be given several times, see below")
    private List<String> faults = List.of();

    private FakeRackMain() {}

    /** Runs the program and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        CommandLine program = new CommandLine(new FakeRackMain());
        program.setUsageHelpWidth(100).getCommandSpec().usageMessage().footer(FaultOption.help());
        System.exit(program.setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    commandLine.getErr().println("fake-rack: " + failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        // The parent is read first: when it has ended, the operating system assigns another parent to this process.
        Optional<ProcessHandle> parent = ProcessHandle.current().parent();
        FakeRackSettings settings = settings();
        List<FaultOption> wanted = faultOptions();
        FakeRack rack = FakeRack.start(settings);
        try {
            wanted.forEach(option -> apply(option, rack));
        } catch (ParameterException e) {
            rack.close();
            throw e;
        }
        // A signal is the regular end of this program, but a JVM that is ended by a signal exits with 128 or more.
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("fake-rack-end").unstarted(() -> {
                    rack.close();
                    Runtime.getRuntime().halt(0);
                }));
        print(rack.slots());
        if (withParent) {
            parent.ifPresent(handle -> handle.onExit().join());
        } else {
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private FakeRackSettings settings() {
        atMost(16, "--user", user);
        atMost(20, "the password in --password-file", password());
        try {
            return new FakeRackSettings(
                    nodes,
                    port,
                    new BmcCredentials(user, password()),
                    stateFolder,
                    dhcpFolder,
                    logFolder,
                    Math.multiplyExact(diskMb, 1L << 20));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private List<FaultOption> faultOptions() {
        try {
            return faults.stream().map(FaultOption::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--fault " + e.getMessage(), e);
        }
    }

    private void apply(FaultOption option, FakeRack rack) {
        List<FakeRack.Slot> meant = rack.slots().stream()
                .filter(slot -> option.node().isEmpty()
                        || option.node().get().equals(slot.machine().settings().name()))
                .toList();
        if (meant.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--fault names node " + option.node().orElse("") + "; there is no node of that name");
        }
        meant.forEach(slot -> slot.fakeBmc().setFaults(slot.fakeBmc().faults().with(option.fault(), option.number())));
    }

    /** Refuses values that are too long for IPMI 2.0. */
    private void atMost(int bytes, String what, String value) {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length > bytes) {
            throw new ParameterException(
                    spec.commandLine(), what + " has " + length + " bytes; IPMI allows " + bytes + " at most");
        }
    }

    private String password() {
        List<String> lines;
        try {
            lines = Files.readAllLines(passwordFile);
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(), "--password-file " + passwordFile + " cannot be read: " + e, e);
        }
        if (lines.isEmpty() || lines.getFirst().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--password-file " + passwordFile + " has no password in its first line");
        }
        return lines.getFirst();
    }

    private void print(List<FakeRack.Slot> slots) {
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case table -> {
                String row = "%-12s %-24s %-18s %s%n";
                out.printf(row, "NAME", "BMC", "MACS", "SERIAL LOG");
                for (FakeRack.Slot slot : slots) {
                    FakeMachineSettings machine = slot.machine().settings();
                    out.printf(row, machine.name(), slot.bmc(), String.join(",", machine.macs()), machine.serialLog());
                }
            }
            case json -> {
                JsonMapper json = new JsonMapper();
                for (FakeRack.Slot slot : slots) {
                    FakeMachineSettings machine = slot.machine().settings();
                    ObjectNode line = json.createObjectNode();
                    line.put("name", machine.name());
                    line.put("bmc", slot.bmc().toString());
                    machine.macs().forEach(line.putArray("macs")::add);
                    line.put("serial_log", machine.serialLog().toString());
                    line.put("system_uuid", machine.systemUuid().toString());
                    line.put("disk_bytes", machine.diskBytes());
                    out.println(line);
                }
            }
        }
        out.flush();
    }
}

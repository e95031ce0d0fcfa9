package org.novametal.bmc.redfish.benchmark;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.novametal.bmc.benchmark.Report;
import org.novametal.bmc.benchmark.Sample;
import org.novametal.bmc.benchmark.Side;
import org.novametal.bmc.benchmark.Side.Measured;
import org.novametal.bmc.benchmark.Step;

/**
 * Costs of reading the power of many Redfish services over TLS, beside gofish and sushy, which read the same fake services in
 * turn with this process. Arguments: {@code [bmcs=1000] [rounds=5]}. Exit code 1: an answer was lost or wrong, a peer is
 * missing, or a BMC takes more memory or the fleet more threads than is allowed; 2: wrong usage.
 *
 * <p>CPU is user and system of the whole process that reads. Memory is that of the Java heap and of direct buffers, after a
 * collection, while all sessions and connections are open.
 */
public final class RedfishBenchmark {
    private static final int WARM_UPS = 2;

    /** Before the rounds: a driver's polls run for days, and the peers' programs need no JIT compiler. */
    private static final int SWEEPS_BEFORE = 100;

    /** In a round, so that a pause of the machine counts little. */
    private static final int SWEEPS = 5;

    private static final int MOST_BYTES_EACH = 100_000;
    private static final int MOST_THREADS = 8;
    private static final int MOST_BMCS = 10_000;
    private static final int MOST_ROUNDS = 1000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final List<RedfishFarm.Member> members;
    private final RedfishFarm farm;
    private final List<Double> threads = new ArrayList<>();
    private final List<Double> bytesEach = new ArrayList<>();
    private final List<Double> sessionsLeft = new ArrayList<>();
    private int sessionsBefore;
    private RedfishFleet fleet = new RedfishFleet(List.of());

    private RedfishBenchmark(RedfishFarm farm) {
        this.farm = farm;
        this.members = farm.members();
    }

    /** Prints a JSON line a figure. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintStream figures = System.out;
        // The log goes to standard output, where only figures belong.
        System.setOut(System.err);
        int bmcs = 1000;
        int rounds = 5;
        try {
            for (String argument : arguments) {
                switch (argument.substring(0, argument.indexOf('=') + 1)) {
                    case "bmcs=" -> bmcs = number(argument, MOST_BMCS);
                    case "rounds=" -> rounds = number(argument, MOST_ROUNDS);
                    default -> throw new IllegalArgumentException("unknown argument " + argument);
                }
            }
        } catch (IllegalArgumentException e) {
            Report.say(e.getMessage() + "\nusage: redfish [bmcs=1000] [rounds=5]");
            System.exit(2);
            return;
        }
        Report report = new Report(figures, bmcs + " Redfish BMCs over TLS");
        Path folder = Files.createTempDirectory("redfish-benchmark");
        try (RedfishFarm farm = RedfishFarm.start(bmcs);
                Peers peers = new Peers(farm.members(), folder)) {
            new RedfishBenchmark(farm).measure(rounds, report, peers);
        } finally {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
        System.exit(report.complete() ? 0 : 1);
    }

    private static int number(String argument, int most) {
        String text = argument.substring(argument.indexOf('=') + 1);
        int number = text.matches("[1-9][0-9]{0,8}") ? Integer.parseInt(text) : 0;
        if (number < 1 || number > most) {
            throw new IllegalArgumentException(argument + ": a whole number from 1 to " + most + " is needed");
        }
        return number;
    }

    private void measure(int rounds, Report report, Peers peers) throws IOException, InterruptedException {
        Step<Sample> cold = new Step<>("cold start", this::coldStart);
        Step<Sample> warm = new Step<>("sweeps over kept connections", () -> fleet.sweep(SWEEPS));
        Step<Sample> close = new Step<>("close of all", this::closeAll);
        Step<Sample> goOpen = new Step<>("gofish, open", () -> peers.gofish().step("open"));
        Step<Sample> go = new Step<>("gofish, status", () -> peers.gofish().step("status"));
        Step<Sample> goClose = new Step<>("gofish, close", () -> peers.gofish().step("close"));
        Step<Sample> python = new Step<>("sushy, status", () -> peers.sushy().step("status"));
        warmUp();
        Step.rounds(WARM_UPS, rounds, List.of(cold, warm, close, goOpen, go, goClose, python));

        report.figure(
                "sweep, connections kept; gofish",
                "s",
                warm.measured(Sample::wallSeconds),
                go.side(Sample::wallSeconds));
        report.figure(
                "CPU a status, connections kept; gofish",
                "us",
                warm.measured(Sample::cpuMicrosEach),
                go.side(Sample::cpuMicrosEach));
        report.figure(
                "CPU a status, connections kept; sushy",
                "us",
                warm.measured(Sample::cpuMicrosEach),
                python.side(Sample::cpuMicrosEach));
        report.figure(
                "cold start, TLS, login and status; gofish",
                "s",
                cold.measured(Sample::wallSeconds),
                goOpen.sideWith(Sample::wallSeconds, go));
        report.figure(
                "CPU a cold start; gofish",
                "us",
                cold.measured(Sample::cpuMicrosEach),
                goOpen.sideWith(Sample::cpuMicrosEach, go));
        report.figure(
                "close of all; gofish", "s", close.measured(Sample::wallSeconds), goClose.side(Sample::wallSeconds));
        report.figure("sessions left by a close of all, the most", "sessions", most(sessionsLeft), new Side.None());
        report.figure("memory a BMC, session and connection open", "bytes", new Measured(bytesEach), new Side.None());
        report.figure(
                "platform threads during sweeps beyond those before, the most",
                "threads",
                most(threads),
                new Side.None());
        report.requireNoneLost(List.of(cold, warm));
        report.mention(List.of(goOpen, go, goClose, python));
        if (new Measured(bytesEach).median() > MOST_BYTES_EACH) {
            report.fault("a BMC takes more than " + MOST_BYTES_EACH + " bytes");
        }
        if (most(threads).median() > MOST_THREADS) {
            report.fault("a sweep takes more than " + MOST_THREADS + " platform threads");
        }
    }

    private void warmUp() throws IOException, InterruptedException {
        fleet = new RedfishFleet(members);
        fleet.sweep(SWEEPS_BEFORE);
        fleet.closeAll();
        fleet = new RedfishFleet(List.of());
    }

    private static Measured most(List<Double> values) {
        return new Measured(List.of(Collections.max(values)));
    }

    private Sample coldStart() throws IOException, InterruptedException {
        // Those of sushy, which stay open.
        sessionsBefore = farm.sessions();
        long before = usedBytes();
        int threadsBefore = THREADS.getThreadCount();
        THREADS.resetPeakThreadCount();
        fleet = new RedfishFleet(members);
        Sample sample = fleet.sweep(1);
        fleet.sweep(1);
        threads.add((double) (THREADS.getPeakThreadCount() - threadsBefore));
        bytesEach.add((double) (usedBytes() - before) / members.size());
        return sample;
    }

    private Sample closeAll() throws IOException {
        Sample sample = fleet.closeAll();
        sessionsLeft.add((double) (farm.sessions() - sessionsBefore));
        fleet = new RedfishFleet(List.of());
        return sample;
    }

    private static long usedBytes() {
        System.gc();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return direct + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}

package org.novametal.bmc.ipmi.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.benchmark.Report;
import org.novametal.bmc.benchmark.Sample;
import org.novametal.bmc.benchmark.Side;
import org.novametal.bmc.benchmark.Side.Measured;
import org.novametal.bmc.benchmark.Step;

/** The whole fleet: cold start, sweeps over open sessions, sessions for one look; beside go-ipmi. */
final class FleetFigures {
    private static final int WARM_UPS = 2;
    /** In a round, so that a pause of the machine counts little. */
    private static final int SWEEPS = 3;

    /** Far above what is wanted: what a sweep takes is measured, not judged. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Duration SETTLING = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

    private final Settings settings;
    private final Report report;
    private final Path folder;
    private final List<Double> extraThreads = new ArrayList<>();
    private final List<Double> heapBytesEach = new ArrayList<>();
    private final List<Double> sessionsLeft = new ArrayList<>();

    FleetFigures(Settings settings, Report report, Path folder) {
        this.settings = settings;
        this.report = report;
        this.folder = folder;
    }

    void measure() throws IOException, InterruptedException {
        try (Farm farm = Farm.start(settings.bmcs(), 0, settings.farmThreads(), settings.suite());
                Rival rival = new Rival(farm.living(), settings.suite(), folder);
                Turns turns = new Turns(farm)) {
            Step<Sample> cold = new Step<>("cold start", turns::coldStart);
            Step<Sample> warm = new Step<>("sweeps over open sessions", turns::sweeps);
            Step<Sample> closeAll = new Step<>("close of all", turns::closeAll);
            Step<Sample> once = new Step<>("a session for each look", turns::sessionForEachLook);
            Step<Sample> open = new Step<>("go-ipmi, open", () -> rival.get().open());
            Step<Sample> status =
                    new Step<>("go-ipmi, status", () -> rival.get().status());
            Step<Sample> close = new Step<>("go-ipmi, close", () -> rival.get().closeSessions());
            Step.rounds(WARM_UPS, settings.rounds(), List.of(cold, warm, closeAll, once, open, status, close));

            String each = settings.bmcs() + " BMCs";
            report.figure(
                    "sweep of " + each + ", sessions open; go-ipmi",
                    "s",
                    warm.measured(Sample::wallSeconds),
                    status.side(Sample::wallSeconds));
            report.figure(
                    "CPU a status, sessions open, " + each + "; go-ipmi",
                    "us",
                    warm.measured(Sample::cpuMicrosEach),
                    status.side(Sample::cpuMicrosEach));
            report.figure(
                    "cold start of " + each + ", login and status; go-ipmi",
                    "s",
                    cold.measured(Sample::wallSeconds),
                    open.sideWith(Sample::wallSeconds, status));
            report.figure(
                    "CPU a login and status, " + each + "; go-ipmi",
                    "us",
                    cold.measured(Sample::cpuMicrosEach),
                    open.sideWith(Sample::cpuMicrosEach, status));
            report.figure(
                    "CPU a login, status and close, " + each + "; go-ipmi",
                    "us",
                    once.measured(Sample::cpuMicrosEach),
                    open.sideWith(Sample::cpuMicrosEach, status, close));
            report.figure(
                    "CPU a login, status and close, " + each + "; go-ipmi's login alone",
                    "us",
                    once.measured(Sample::cpuMicrosEach),
                    open.side(Sample::cpuMicrosEach));
            report.figure(
                    "close of " + each + "; go-ipmi",
                    "s",
                    closeAll.measured(Sample::wallSeconds),
                    close.side(Sample::wallSeconds));
            report.figure(
                    "sessions that a close of all leaves at " + each + ", the most",
                    "sessions",
                    new Measured(List.of(Collections.max(sessionsLeft))),
                    new Side.None());
            report.figure(
                    "Java heap a BMC, session open, " + each, "bytes", new Measured(heapBytesEach), new Side.None());
            report.figure(
                    "platform threads in a sweep beyond those at rest, " + each + ", the most",
                    "threads",
                    new Measured(List.of(Collections.max(extraThreads))),
                    new Side.None());
            report.requireNoneLost(List.of(cold, warm, once));
            report.mention(List.of(open, status, close));
        }
    }

    /** What we do in a round. A fleet lives from its cold start until it is closed. */
    private final class Turns implements AutoCloseable {
        private final Farm farm;
        private final List<Farm.Member> members;
        private Fleet fleet = new Fleet(List.of(), BmcOptions.DEFAULTS);

        private Turns(Farm farm) {
            this.farm = farm;
            this.members = farm.living();
        }

        private Sample coldStart() throws InterruptedException {
            long heapBefore = usedHeap();
            int threadsBefore = THREADS.getThreadCount();
            THREADS.resetPeakThreadCount();
            fleet = new Fleet(members, BmcOptions.DEFAULTS);
            Sample sample = fleet.sweep(1, LIMIT);
            extraThreads.add((double) (THREADS.getPeakThreadCount() - threadsBefore));
            heapBytesEach.add((double) (usedHeap() - heapBefore) / members.size());
            return sample;
        }

        private Sample sweeps() throws InterruptedException {
            return fleet.sweep(SWEEPS, LIMIT);
        }

        private Sample closeAll() throws IOException {
            Sample sample = fleet.closeAll();
            fleet = new Fleet(List.of(), BmcOptions.DEFAULTS);
            // What was sent last may still lie in the fakes' buffers.
            long settled = System.nanoTime() + SETTLING.toNanos();
            int left = farm.sessions();
            while (left > 0 && System.nanoTime() < settled) {
                LockSupport.parkNanos(POLL.toNanos());
                left = farm.sessions();
            }
            sessionsLeft.add((double) left);
            return sample;
        }

        private Sample sessionForEachLook() throws InterruptedException {
            try (Fleet closing = new Fleet(members, BmcOptions.DEFAULTS.withSessionPolicy(SessionPolicy.CLOSE))) {
                return closing.sweep(1, LIMIT);
            }
        }

        private static long usedHeap() {
            System.gc();
            return MEMORY.getHeapMemoryUsage().getUsed();
        }

        @Override
        public void close() {
            fleet.close();
        }
    }
}

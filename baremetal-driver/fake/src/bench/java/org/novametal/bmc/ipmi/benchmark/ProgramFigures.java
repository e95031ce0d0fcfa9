package org.novametal.bmc.ipmi.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.benchmark.Report;
import org.novametal.bmc.benchmark.Sample;
import org.novametal.bmc.benchmark.Step;

/** A tenth of the fleet, beside the programs that others start for each look, and go-ipmi. */
final class ProgramFigures {
    private static final int WARM_UPS = 2;
    private static final int SWEEPS = 20;
    private static final int CLOSING_SWEEPS = 3;
    private static final int FORKS = 20;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Settings settings;
    private final Report report;
    private final Path folder;

    ProgramFigures(Settings settings, Report report, Path folder) {
        this.settings = settings;
        this.report = report;
        this.folder = folder;
    }

    void measure() throws IOException, InterruptedException {
        int bmcs = settings.bmcs() / 10;
        try (Farm farm = Farm.start(bmcs, 0, settings.farmThreads(), settings.suite());
                Rival rival = new Rival(farm.living(), settings.suite(), folder);
                Fleet kept = new Fleet(farm.living(), BmcOptions.DEFAULTS);
                Fleet closing = new Fleet(farm.living(), BmcOptions.DEFAULTS.withSessionPolicy(SessionPolicy.CLOSE))) {
            List<Farm.Member> all = farm.living();
            List<Farm.Member> some = all.subList(0, Math.min(FORKS, all.size()));
            ForkedPeers programs = new ForkedPeers(folder, settings.suite());
            Step<Sample> warm = new Step<>("sweeps over open sessions", () -> kept.sweep(SWEEPS, LIMIT));
            Step<Sample> once = new Step<>("a session for each look", () -> closing.sweep(CLOSING_SWEEPS, LIMIT));
            Step<Sample> ipmipower = new Step<>("ipmipower", () -> programs.ipmipower(all));
            Step<Sample> ipmitool = new Step<>("ipmitool", () -> programs.ipmitool(some));
            Step<Sample> lean = new Step<>("ipmitool without vendors", () -> programs.ipmitoolWithoutVendors(some));
            Step<Sample> open = new Step<>("go-ipmi, open", () -> rival.get().open());
            Step<Sample> status =
                    new Step<>("go-ipmi, status", () -> rival.get().status());
            Step<Sample> close = new Step<>("go-ipmi, close", () -> rival.get().closeSessions());
            Step.rounds(
                    WARM_UPS, settings.rounds(), List.of(warm, once, ipmipower, ipmitool, lean, open, status, close));

            String each = ", " + bmcs + " BMCs; ";
            for (Step<Sample> peer : List.of(status, ipmitool, lean, ipmipower)) {
                report.figure(
                        "CPU a status, sessions open" + each + peer.name(),
                        "us",
                        warm.measured(Sample::cpuMicrosEach),
                        peer.side(Sample::cpuMicrosEach));
            }
            report.figure(
                    "CPU a login, status and close" + each + ipmipower.name(),
                    "us",
                    once.measured(Sample::cpuMicrosEach),
                    ipmipower.side(Sample::cpuMicrosEach));
            report.figure(
                    "CPU a login, status and close" + each + "go-ipmi",
                    "us",
                    once.measured(Sample::cpuMicrosEach),
                    open.sideWith(Sample::cpuMicrosEach, status, close));
            report.figure(
                    "CPU a login, status and close" + each + "go-ipmi's login alone",
                    "us",
                    once.measured(Sample::cpuMicrosEach),
                    open.side(Sample::cpuMicrosEach));
            report.requireNoneLost(List.of(warm, once));
            report.mention(List.of(ipmipower, ipmitool, lean, open, status, close));
        }
    }
}

package org.novametal.bmc.ipmi.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.benchmark.Report;
import org.novametal.bmc.benchmark.Sample;
import org.novametal.bmc.benchmark.Side.None;
import org.novametal.bmc.benchmark.Step;

/** The fleet with a tenth of it dead: ports that nobody reads. No peer: with a dead tenth each waits for minutes. */
final class DeadFigures {
    private static final int WARM_UPS = 1;
    /** After as many polls without an answer the dead are known to be so. */
    private static final int UNTIL_KNOWN = 3;

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Settings settings;
    private final Report report;
    private Fleet fleet = new Fleet(List.of(), BmcOptions.DEFAULTS);

    DeadFigures(Settings settings, Report report) {
        this.settings = settings;
        this.report = report;
    }

    void measure() throws IOException, InterruptedException {
        int dead = settings.bmcs() / 10;
        int living = settings.bmcs() - dead;
        try (Farm farm = Farm.start(living, dead, settings.farmThreads(), settings.suite())) {
            // Every tenth one, not all at the end.
            List<Farm.Member> mixed = Stream.iterate(0, index -> index < settings.bmcs(), index -> index + 1)
                    .map(index -> index % 10 == 9 && index / 10 < dead
                            ? farm.dead().get(index / 10)
                            : farm.living().get(index - Math.min(index / 10, dead)))
                    .toList();
            Step<Sample> cold = new Step<>("cold start", () -> {
                fleet.close();
                fleet = new Fleet(mixed, BmcOptions.DEFAULTS);
                return fleet.sweep(1, LIMIT);
            });
            Step<Sample> second = new Step<>("sessions open, the dead hardly known", () -> fleet.sweep(1, LIMIT));
            Step<Sample> known = new Step<>("sessions open, the dead known", () -> {
                fleet.sweep(UNTIL_KNOWN, LIMIT);
                return fleet.sweep(1, LIMIT);
            });
            List<Step<Sample>> steps = List.of(cold, second, known);
            Step.rounds(WARM_UPS, settings.rounds(), steps);

            String each = ", " + dead + " of " + settings.bmcs() + " BMCs dead";
            for (Step<Sample> step : steps) {
                String name = step.name() + each;
                report.figure(name + ": the living answered", "s", step.measured(Sample::livingSeconds), new None());
                report.figure(name + ": done with all", "s", step.measured(Sample::wallSeconds), new None());
                report.figure(name + ": CPU a BMC", "us", step.measured(Sample::cpuMicrosEach), new None());
            }
            report.requireNoneLost(steps);
        } finally {
            fleet.close();
        }
    }
}

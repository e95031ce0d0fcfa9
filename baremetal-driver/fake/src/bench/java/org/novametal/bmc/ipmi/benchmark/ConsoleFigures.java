package org.novametal.bmc.ipmi.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.novametal.bmc.benchmark.Report;
import org.novametal.bmc.benchmark.Side;
import org.novametal.bmc.benchmark.Step;

/**
 * Machines that print on their consoles as fast as these take it: on all consoles of ours at once, and on a tenth of them,
 * beside programs that hold a console each; over a sound network and over one that loses datagrams.
 *
 * <p>Compared is the CPU of who hears, from the first character to the last, logins not counted: our whole process, or the
 * peer's processes without the terminals that they need and without what reads these.
 */
final class ConsoleFigures {
    private static final int WARM_UPS = 1;

    /** Ours must be none. */
    private static final List<Quantity> FAULTS = List.of(
            new Quantity("consoles not opened", "consoles", ConsoleSample::unopened),
            new Quantity("characters lost", "bytes", ConsoleSample::lost),
            new Quantity("characters doubled", "bytes", ConsoleSample::doubled),
            new Quantity("characters wrong or in another order", "bytes", ConsoleSample::wrong));

    private static final List<Quantity> COSTS = List.of(
            new Quantity("time until all consoles are open", "s", ConsoleSample::openSeconds),
            new Quantity("time until all characters have arrived", "s", ConsoleSample::wallSeconds),
            new Quantity("characters a second, of all consoles", "bytes/s", ConsoleSample::charactersASecond),
            new Quantity("CPU a KB of characters", "us", ConsoleSample::cpuMicrosAKilobyte));

    private final Settings settings;
    private final Report report;
    private final Path folder;

    ConsoleFigures(Settings settings, Report report, Path folder) throws IOException {
        this.settings = settings;
        this.report = report;
        this.folder = Files.createDirectory(folder.resolve("consoles"));
    }

    /** What a turn has a figure of. */
    private record Quantity(String name, String unit, ToDoubleFunction<ConsoleSample> value) {}

    /** Us and our peers on the same consoles and network. */
    private record Match(String each, Step<ConsoleSample> ours, List<Step<ConsoleSample>> peers) {}

    void measure() throws IOException, InterruptedException {
        ConsoleProgram.writePasswords(folder);
        int all = settings.consoles();
        int some = Math.max(1, all / 10);
        Report.say(
                "consoles: each machine prints " + settings.textBytes() + " bytes at once; all " + all
                        + " consoles are ours, then " + some
                        + " are ours or a peer's, which has a process for each. CPU is that of"
                        + " our whole process, or of the peer's without their terminals, from the first character to the last.");
        try (Farm farm = Farm.start(all, 0, settings.farmThreads(), settings.suite())) {
            List<Match> matches = List.of(
                    match(farm, all, 0, List.of()),
                    match(farm, all, settings.lossPercent(), List.of()),
                    match(farm, some, 0, ConsoleProgram.all(settings.suite())),
                    match(farm, some, settings.lossPercent(), ConsoleProgram.all(settings.suite())));
            List<Step<ConsoleSample>> steps = new ArrayList<>();
            for (Match match : matches) {
                steps.add(match.ours());
                steps.addAll(match.peers());
            }
            Step.rounds(WARM_UPS, settings.rounds(), steps);
            matches.forEach(this::tell);
        }
    }

    private Match match(Farm farm, int consoles, int lossPercent, List<ConsoleProgram> programs) {
        ConsoleTurn turn = new ConsoleTurn(farm, consoles, lossPercent, settings.textBytes());
        List<Step<ConsoleSample>> peers = programs.stream()
                .map(program -> new Step<>(
                        program.name(), () -> turn.take(members -> ForkedConsoles.open(program, members, folder))))
                .toList();
        String each = consoles + " consoles, " + lossPercent + " % loss";
        return new Match(each, new Step<>(each, () -> turn.take(OurConsoles::open)), peers);
    }

    private void tell(Match match) {
        Step<ConsoleSample> ours = match.ours();
        if (match.peers().isEmpty()) {
            tell(match.each(), ours, _ -> new Side.None());
        }
        for (Step<ConsoleSample> peer : match.peers()) {
            tell(match.each() + "; " + peer.name(), ours, peer::side);
        }
        if (!faults(ours).isEmpty()) {
            report.fault(match.each() + ": " + faults(ours));
        }
    }

    private void tell(String each, Step<ConsoleSample> ours, Function<ToDoubleFunction<ConsoleSample>, Side> peer) {
        for (Quantity fault : FAULTS) {
            report.figure(
                    fault.name() + ", " + each + ", in all rounds",
                    fault.unit(),
                    ours.measured(fault.value()).total(),
                    peer.apply(fault.value()).total());
        }
        for (Quantity cost : COSTS) {
            report.figure(
                    cost.name() + ", " + each, cost.unit(), ours.measured(cost.value()), peer.apply(cost.value()));
        }
    }

    /** What was not as it should be, of all rounds; nothing where all was. */
    private static String faults(Step<ConsoleSample> step) {
        return FAULTS.stream()
                .filter(fault -> step.total(fault.value()) > 0)
                .map(fault -> fault.name() + ": " + Math.round(step.total(fault.value())))
                .collect(Collectors.joining(", "));
    }
}

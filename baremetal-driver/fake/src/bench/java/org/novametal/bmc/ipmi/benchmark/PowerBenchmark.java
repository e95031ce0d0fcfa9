package org.novametal.bmc.ipmi.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.novametal.bmc.benchmark.Report;
import org.novametal.bmc.ipmi.benchmark.Settings.Part;

/**
 * What reading the power of many BMCs, and hearing the consoles of some, costs, beside peers that do the same to the same fake
 * BMCs in turn with us. Arguments: {@link Settings}. Exit code 1: an answer or a character was lost, one came twice, or a peer
 * is missing; 2: wrong usage.
 *
 * <p>CPU is user and system of the asking process. The peers: the library go-ipmi with 64 goroutines at work, Debian's
 * ipmitool started for each look, FreeIPMI's ipmipower started once for all. Both programs log in and out for each look. For
 * consoles {@link ConsoleFigures}.
 */
public final class PowerBenchmark {
    private PowerBenchmark() {}

    /** Prints a JSON line a figure. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintStream figures = System.out;
        // The log goes to standard output, where only figures belong.
        System.setOut(System.err);
        Settings settings;
        try {
            settings = Settings.parse(arguments);
        } catch (IllegalArgumentException e) {
            Report.say(e.getMessage() + "\n" + Settings.usage());
            System.exit(2);
            return;
        }
        Report report = new Report(figures, "suite " + settings.suite());
        Path folder = Files.createTempDirectory("power-benchmark");
        try {
            for (Part part : settings.parts()) {
                switch (part) {
                    case FLEET -> new FleetFigures(settings, report, folder).measure();
                    case PROGRAMS -> new ProgramFigures(settings, report, folder).measure();
                    case DEAD -> new DeadFigures(settings, report).measure();
                    case CONSOLES -> new ConsoleFigures(settings, report, folder).measure();
                }
            }
        } finally {
            delete(folder);
        }
        System.exit(report.complete() ? 0 : 1);
    }

    private static void delete(Path folder) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(folder)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }
}

package org.novametal.bmc.ipmi.benchmark;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What is measured and how.
 *
 * @param parts which parts
 * @param bmcs how many BMCs the fleet has
 * @param rounds how often each side's turn comes, after the warm-up
 * @param suite the one cipher suite of the BMCs, 3 or 17
 * @param farmThreads how many threads serve the BMCs
 */
record Settings(Set<Part> parts, int bmcs, int rounds, int suite, int farmThreads) {
    /** A part of the benchmark. */
    enum Part {
        /** All BMCs, beside go-ipmi. */
        FLEET,
        /** A tenth of the BMCs, beside programs that are started for each look. */
        PROGRAMS,
        /** A tenth of the BMCs is dead. */
        DEAD
    }

    static final String USAGE =
            "usage: power [fleet|programs|dead]… [bmcs=10000] [rounds=5] [suite=3|17] [farm-threads=1]";

    /**
     * Reads the arguments of a command line.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    static Settings parse(String[] arguments) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        Settings settings = new Settings(parts, 10_000, 5, 3, 1);
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0) {
                parts.add(Part.valueOf(argument.toUpperCase(Locale.ROOT)));
                continue;
            }
            int number = Integer.parseInt(argument.substring(equals + 1));
            settings = switch (argument.substring(0, equals)) {
                case "bmcs" -> new Settings(parts, number, settings.rounds, settings.suite, settings.farmThreads);
                case "rounds" -> new Settings(parts, settings.bmcs, number, settings.suite, settings.farmThreads);
                case "suite" -> new Settings(parts, settings.bmcs, settings.rounds, number, settings.farmThreads);
                case "farm-threads" -> new Settings(parts, settings.bmcs, settings.rounds, settings.suite, number);
                default -> throw new IllegalArgumentException("no setting: " + argument);
            };
        }
        if (settings.bmcs < 10
                || settings.rounds < 1
                || settings.farmThreads < 1
                || !Set.of(3, 17).contains(settings.suite)) {
            throw new IllegalArgumentException("out of range: " + Arrays.toString(arguments));
        }
        if (parts.isEmpty()) {
            parts.addAll(EnumSet.allOf(Part.class));
        }
        return settings;
    }
}

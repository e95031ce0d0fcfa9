package org.novametal.bmc.ipmi.benchmark;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is measured and how.
 *
 * @param parts which parts
 * @param numbers what was set; the rest is as usual
 */
record Settings(Set<Part> parts, Map<Setting, Integer> numbers) {
    private static final int USUAL_SUITE = 3;
    private static final int OTHER_SUITE = 17;
    /** Of a heap of 256 MB. */
    private static final int MOST_CONSOLE_KILOBYTES = 50_000;

    /** A part of the benchmark. */
    enum Part {
        /** All BMCs, beside go-ipmi. */
        FLEET("a fleet's sweeps, cold start, logins and closes, beside go-ipmi"),
        /** A tenth of the BMCs, beside programs that are started for each look. */
        PROGRAMS("a tenth of the fleet, beside ipmitool and ipmipower"),
        /** A tenth of the BMCs is dead. */
        DEAD("a fleet with a tenth of it dead"),
        /** Machines that print on their consoles, beside programs that hold one console each. */
        CONSOLES("consoles by serial over LAN, with and without loss, a tenth beside ipmitool and ipmiconsole");

        private final String text;

        Part(String text) {
            this.text = text;
        }
    }

    /** A number that can be set. */
    enum Setting {
        BMCS(10_000, 10, 20_000, "BMCs of the fleet"),
        ROUNDS(5, 1, 1000, "turns of each side that count, after the warm-up"),
        SUITE(USUAL_SUITE, USUAL_SUITE, OTHER_SUITE, "the BMCs' one cipher suite: 3 or 17"),
        FARM_THREADS(1, 1, 64, "threads that serve the BMCs"),
        CONSOLES(100, 1, 1000, "consoles open at once"),
        TEXT_KB(32, 1, 250, "what each machine prints on its console"),
        LOSS(5, 1, 50, "percent of the datagrams of consoles that are lost, each way");

        private final int usual;
        private final int least;
        private final int most;
        private final String text;

        Setting(int usual, int least, int most, String text) {
            this.usual = usual;
            this.least = least;
            this.most = most;
            this.text = text;
        }
    }

    Settings {
        parts = parts.isEmpty() ? EnumSet.allOf(Part.class) : EnumSet.copyOf(parts);
        numbers = Map.copyOf(numbers);
    }

    /** What can be said on the command line. */
    static String usage() {
        StringBuilder usage =
                new StringBuilder("usage: power [PART]… [NAME=NUMBER]…\n\nparts, all where none is named:\n");
        for (Part part : Part.values()) {
            usage.append(String.format(Locale.ROOT, "  %-19s %s%n", nameOf(part), part.text));
        }
        usage.append("numbers:\n");
        for (Setting setting : Setting.values()) {
            usage.append(
                    String.format(Locale.ROOT, "  %-19s %s%n", nameOf(setting) + "=" + setting.usual, setting.text));
        }
        return usage.toString();
    }

    /**
     * Reads the arguments of a command line.
     *
     * @throws IllegalArgumentException saying what is wrong and what would be right
     */
    static Settings parse(String[] arguments) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        Map<Setting, Integer> numbers = new EnumMap<>(Setting.class);
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0) {
                parts.add(named(argument, Part.values())
                        .orElseThrow(() -> new IllegalArgumentException(
                                "no part '" + argument + "'; there are: " + names(Part.values()))));
            } else {
                String name = argument.substring(0, equals);
                Setting setting = named(name, Setting.values())
                        .orElseThrow(() -> new IllegalArgumentException(
                                "no number '" + name + "'; there are: " + names(Setting.values())));
                numbers.put(setting, number(setting, argument.substring(equals + 1)));
            }
        }
        Settings settings = new Settings(parts, numbers);
        if (settings.consoles() * settings.number(Setting.TEXT_KB) > MOST_CONSOLE_KILOBYTES) {
            throw new IllegalArgumentException("consoles times text-kb is " + settings.consoles() + " x "
                    + settings.number(Setting.TEXT_KB) + ", which must be at most " + MOST_CONSOLE_KILOBYTES
                    + " to fit into the heap: take fewer or shorter ones");
        }
        return settings;
    }

    private static int number(Setting setting, String text) {
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            number = setting.least - 1;
        }
        boolean isSuite = setting == Setting.SUITE;
        if (number < setting.least
                || number > setting.most
                || (isSuite && number != USUAL_SUITE && number != OTHER_SUITE)) {
            throw new IllegalArgumentException(nameOf(setting) + "=" + text + ": it takes a whole number, "
                    + (isSuite ? setting.least + " or " : setting.least + " to ") + setting.most);
        }
        return number;
    }

    private static <E extends Enum<E>> Optional<E> named(String name, E[] all) {
        return Arrays.stream(all).filter(one -> nameOf(one).equals(name)).findFirst();
    }

    private static <E extends Enum<E>> String names(E[] all) {
        return Arrays.stream(all).map((Function<E, String>) Settings::nameOf).collect(Collectors.joining(", "));
    }

    private static String nameOf(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private int number(Setting setting) {
        return numbers.getOrDefault(setting, setting.usual);
    }

    /** How many BMCs the fleet has. */
    int bmcs() {
        return number(Setting.BMCS);
    }

    /** How often each side's turn comes, after the warm-up. */
    int rounds() {
        return number(Setting.ROUNDS);
    }

    /** The one cipher suite of the BMCs, 3 or 17. */
    int suite() {
        return number(Setting.SUITE);
    }

    /** How many threads serve the BMCs. */
    int farmThreads() {
        return number(Setting.FARM_THREADS);
    }

    /** How many consoles are open at once. */
    int consoles() {
        return number(Setting.CONSOLES);
    }

    /** How much each machine prints. */
    int textBytes() {
        return number(Setting.TEXT_KB) * 1024;
    }

    /** How many percent of the datagrams of consoles are lost each way. */
    int lossPercent() {
        return number(Setting.LOSS);
    }
}

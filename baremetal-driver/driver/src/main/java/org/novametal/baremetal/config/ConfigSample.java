package org.novametal.baremetal.config;

import org.novametal.baremetal.config.Option.Need;
import org.novametal.baremetal.config.OptionTable.Section;

/** The options for people: a commented sample of a configuration file, and a table. Both are made from the option records. */
public final class ConfigSample {
    private static final int WIDTH = 100;

    private ConfigSample() {}

    /**
     * The sample: lines that end with {@code \n}. It loads unchanged: options that must be set are set, all others are
     * comments with their defaults.
     */
    public static String text() {
        StringBuilder sample = new StringBuilder("[baremetal]\n");
        for (Section section : OptionTable.SECTIONS) {
            sample.append("\n# ---- ").append(section.title()).append('\n');
            section.options().forEach(option -> append(sample, option));
        }
        sample.append("\n# ---- Options of the former Nova driver\n\n");
        for (FormerOption former : FormerOption.ALL) {
            switch (former.fate()) {
                case FormerOption.Fate.Honoured() -> {}
                case FormerOption.Fate.Alias(String current) ->
                    comment(sample, former.name() + ": now " + current + ".");
                case FormerOption.Fate.Ignored(String why) ->
                    comment(sample, former.name() + ": does nothing; " + why + ".");
            }
        }
        return sample.toString();
    }

    /** The options as a table in Markdown: name, values, default, meaning. The module's README holds it. */
    public static String table() {
        StringBuilder table = new StringBuilder("| option | values | default | meaning |\n|---|---|---|---|\n");
        for (Section section : OptionTable.SECTIONS) {
            for (Option<?> option : section.options()) {
                table.append("| `" + option.name() + "` | " + option.kind() + " | " + standard(option) + " | "
                        + option.help() + " |\n");
            }
        }
        return table.toString();
    }

    private static String standard(Option<?> option) {
        return switch (option.need()) {
            case Need.Required<?> _ -> "must be set";
            case Need.Default<?> _ -> option.shown().isEmpty() ? "none" : "`" + option.shown() + "`";
            case Need.None<?> _ -> "none";
        };
    }

    private static void append(StringBuilder sample, Option<?> option) {
        sample.append('\n');
        comment(sample, option.help());
        String line = option.name() + " = " + option.shown() + "\n";
        switch (option.need()) {
            case Need.Required<?> _ -> {
                comment(sample, "Must be set: " + option.kind() + ".");
                sample.append(line);
            }
            case Need.Default<?> _ -> {
                comment(sample, "Default, " + option.kind() + ":");
                sample.append('#').append(line);
            }
            case Need.None<?> _ -> {
                comment(sample, "No default; for example, " + option.kind() + ":");
                sample.append('#').append(line);
            }
        }
    }

    private static void comment(StringBuilder sample, String text) {
        int column = 1;
        sample.append('#');
        for (String word : text.split(" ", -1)) {
            if (column > 1 && column + 1 + word.length() > WIDTH) {
                sample.append("\n#");
                column = 1;
            }
            sample.append(' ').append(word);
            column += 1 + word.length();
        }
        sample.append('\n');
    }
}

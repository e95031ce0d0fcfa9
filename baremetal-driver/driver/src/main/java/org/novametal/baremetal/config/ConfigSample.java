package org.novametal.baremetal.config;

import java.util.List;
import org.novametal.driver.config.Option;
import org.novametal.driver.config.Option.Need;
import org.novametal.driver.config.OptionSample;
import org.novametal.driver.config.OptionSection;

/**
 * Documentation of the options: a commented sample of a configuration file, and a table. Both are made from the option
 * records.
 */
public final class ConfigSample {
    private ConfigSample() {}

    /**
     * The sample file, with lines that end with {@code \n}. It can be loaded unchanged: options that must be set are set, all
     * others are comments with their defaults.
     */
    public static String text() {
        OptionSample sample = new OptionSample(BareMetalOptions.GROUP)
                .table(OptionTable.SECTIONS)
                .heading("Options of the former Nova driver");
        for (FormerOption former : FormerOption.ALL) {
            switch (former.fate()) {
                case FormerOption.Fate.Honoured() -> {}
                case FormerOption.Fate.Alias(String current) ->
                    sample.comment(former.name() + ": now " + current + ".");
                case FormerOption.Fate.Ignored(String why) ->
                    sample.comment(former.name() + ": does nothing; " + why + ".");
            }
        }
        OptionSample glance = new OptionSample(GlanceOptionTable.GROUP)
                .heading(
                        "Images of Glance, as Nova's operators configure services; the driver never uses a user's token")
                .table(GlanceOptionTable.SECTIONS);
        return sample + "\n" + glance;
    }

    /** The options as a table in Markdown: name, values, default, meaning. The module's README contains it. */
    public static String table() {
        return table(OptionTable.SECTIONS);
    }

    /** The options of {@code [glance]} as such a table. */
    public static String glanceTable() {
        return table(GlanceOptionTable.SECTIONS);
    }

    private static String table(List<OptionSection> sections) {
        StringBuilder table = new StringBuilder("| option | values | default | meaning |\n|---|---|---|---|\n");
        for (OptionSection section : sections) {
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
}

package org.novametal.driver.config;

import java.util.List;
import org.novametal.driver.config.Option.Need;

/**
 * The commented sample of one group of a configuration file, made from a table of options. It can be loaded unchanged:
 * required options are set, all others are comments with their defaults. Used by one thread.
 */
public final class OptionSample {
    private static final int WIDTH = 100;

    private final StringBuilder text = new StringBuilder();

    /** Begins with the group's name. */
    public OptionSample(String group) {
        text.append('[').append(group).append("]\n");
    }

    /** Adds all options of a table. */
    public OptionSample table(List<OptionSection> sections) {
        for (OptionSection section : sections) {
            heading(section.title());
            String separator = "";
            for (Option<?> option : section.options()) {
                text.append(separator);
                add(option);
                separator = "\n";
            }
        }
        return this;
    }

    /** Adds a heading and an empty line. */
    public OptionSample heading(String title) {
        text.append("\n# ---- ").append(title).append("\n\n");
        return this;
    }

    private void add(Option<?> option) {
        comment(option.help());
        String line = option.name() + " = " + option.shown() + "\n";
        switch (option.need()) {
            case Need.Required<?> _ -> {
                comment("Must be set: " + option.kind() + ".");
                text.append(line);
            }
            case Need.Default<?> _ -> {
                comment("Default, " + option.kind() + ":");
                text.append('#').append(line);
            }
            case Need.None<?> _ -> {
                comment("No default; for example, " + option.kind() + ":");
                text.append('#').append(line);
            }
        }
    }

    /** Adds a comment, wrapped into lines. */
    public OptionSample comment(String words) {
        int column = 1;
        text.append('#');
        for (String word : words.split(" ", -1)) {
            if (column > 1 && column + 1 + word.length() > WIDTH) {
                text.append("\n#");
                column = 1;
            }
            text.append(' ').append(word);
            column += 1 + word.length();
        }
        text.append('\n');
        return this;
    }

    /** The sample so far: lines that end with {@code \n}. */
    @Override
    public String toString() {
        return text.toString();
    }
}

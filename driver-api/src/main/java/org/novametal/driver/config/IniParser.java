package org.novametal.driver.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.novametal.driver.config.NovaConf.Origin;
import org.novametal.driver.config.Settings.Setting;

/**
 * Parses the lines of oslo.config files. A faulty line is recorded and parsing continues with the next line, so that
 * one pass finds all errors; no message shows the text of a line, which may contain a password. Source: oslo.config
 * {@code iniparser.py}.
 */
final class IniParser {
    private final String source;
    private final Settings settings;
    private final Problems problems;

    private @Nullable String group;
    private State state = State.NO_OPTION;
    private String key = "";
    private int keyLine;
    private final List<String> value = new ArrayList<>();

    /** What a continuation line (a line that begins with a blank) is added to. */
    private enum State {
        /** No option: a continuation line is an error. */
        NO_OPTION,
        /** The value of {@link #key}. */
        OPTION,
        /** A faulty line, for which an error is recorded already. */
        FAULT
    }

    IniParser(String source, Settings settings, Problems problems) {
        this.source = source;
        this.settings = settings;
        this.problems = problems;
    }

    void parse(String content) {
        int number = 0;
        for (String line : content.lines().toList()) {
            parse(++number, Blanks.stripTrailing(line));
        }
        endOption();
    }

    private void parse(int number, String line) {
        if (line.isEmpty()) {
            endOption();
        } else if (line.startsWith(" ") || line.startsWith("\t")) {
            continuation(number, Blanks.strip(line));
        } else {
            endOption();
            switch (line.charAt(0)) {
                case '[' -> group(number, line);
                case '#', ';' -> {}
                default -> assignment(number, line);
            }
        }
    }

    private void continuation(int number, String text) {
        switch (state) {
            case OPTION -> value.add(text);
            case NO_OPTION ->
                fault(
                        number,
                        "the line begins with a blank, but there is no value before it to continue; remove the blanks");
            case FAULT -> {}
        }
    }

    private void group(int number, String line) {
        if (!line.endsWith("]")) {
            fault(number, "the group is not closed; the line must end with ]");
        } else if (line.length() == 2) {
            fault(number, "the group's name is empty");
        } else {
            group = Settings.normal(line.substring(1, line.length() - 1));
            return;
        }
        // The options that follow go into a group that is never read, so that they are not reported one by one.
        group = "";
    }

    private void assignment(int number, String line) {
        int end = indexOfSeparator(line);
        if (end < 0) {
            fault(number, "the line has neither = nor :, so it sets no option");
            return;
        }
        key = Blanks.strip(line.substring(0, end));
        keyLine = number;
        if (key.isEmpty()) {
            fault(number, "the option's name is empty");
        } else if (group == null) {
            fault(number, "the option " + key + " is written before any group; put a line [DEFAULT] before it");
        } else {
            state = State.OPTION;
            value.add(unquoted(Blanks.strip(line.substring(end + 1))));
        }
    }

    private static int indexOfSeparator(String line) {
        int colon = line.indexOf(':');
        int equals = line.indexOf('=');
        if (colon < 0 || equals < 0) {
            return Math.max(colon, equals);
        }
        return Math.min(colon, equals);
    }

    private static String unquoted(String text) {
        boolean quoted = !text.isEmpty()
                && (text.charAt(0) == '"' || text.charAt(0) == '\'')
                && text.charAt(0) == text.charAt(text.length() - 1);
        // As in oslo, a text that is only one quote character counts as quoted: its value is empty.
        return quoted ? text.substring(1, Math.max(1, text.length() - 1)) : text;
    }

    private void endOption() {
        if (state == State.OPTION && group != null) {
            settings.add(new Setting(
                    group, key, String.join("\n", value), new Origin(source, keyLine), Setting.Text.TEMPLATE));
        }
        value.clear();
        state = State.NO_OPTION;
    }

    private void fault(int number, String problem) {
        state = State.FAULT;
        problems.add(new Origin(source, number), problem);
    }
}

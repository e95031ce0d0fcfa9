package org.novametal.driver.config;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.novametal.driver.config.Settings.Setting;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

/** Puts other options' values into one value. Serves one call. Source: oslo.config {@code cfg.py#_substitute}. */
final class Substitution {
    private static final Pattern REFERENCE = Pattern.compile(
            "\\$(?:(?<dollar>\\$)|(?<bare>[_a-zA-Z][._a-zA-Z0-9]*)|\\{(?<braced>[_a-zA-Z][._a-zA-Z0-9]*)})");

    private final NovaConf conf;
    /** The settings that are being put together, the outermost first. */
    private final Set<Setting> open = new LinkedHashSet<>();

    Substitution(NovaConf conf) {
        this.conf = conf;
    }

    String expand(Setting setting) {
        return switch (setting.kind()) {
            case LITERAL -> setting.text();
            case TEMPLATE -> {
                if (!open.add(setting)) {
                    throw loop(setting);
                }
                // A dollar sign that begins no reference stands for itself.
                String expanded = REFERENCE
                        .matcher(setting.text().replace("\\$", "$$"))
                        .replaceAll(match -> Matcher.quoteReplacement(value(setting, match)));
                open.remove(setting);
                yield expanded;
            }
        };
    }

    private String value(Setting setting, MatchResult match) {
        if (match.group("dollar") != null) {
            return "$";
        }
        String name = match.group("bare") != null ? match.group("bare") : match.group("braced");
        return referent(setting.group(), name)
                .map(this::expand)
                .orElseThrow(() -> invalid(
                        setting,
                        "refers to $" + name + ", which is not set"
                                + (name.endsWith(".") ? "; write ${…} to end a name before a dot" : "")
                                + "; write $$ for a dollar sign"));
    }

    private Optional<Setting> referent(String group, String name) {
        int dot = name.indexOf('.');
        String ownGroup = dot < 0 ? group : name.substring(0, dot);
        String key = name.substring(dot + 1);
        return conf.setting(ownGroup, key).or(() -> conf.setting(Settings.DEFAULT, name));
    }

    private DriverException loop(Setting again) {
        String path = Stream.concat(open.stream().dropWhile(setting -> !setting.equals(again)), Stream.of(again))
                .map(setting -> "[" + setting.group() + "] " + setting.key())
                .collect(Collectors.joining(" → "));
        return invalid(again, "refers to itself: " + path);
    }

    private static DriverException invalid(Setting setting, String problem) {
        return new DriverException(ErrorCode.CONFIG_INVALID, setting + ": " + problem);
    }
}

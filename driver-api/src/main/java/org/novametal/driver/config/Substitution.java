package org.novametal.driver.config;

import java.util.LinkedHashSet;
import java.util.List;
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

/**
 * Replaces the references in one value by the values of other options. Each object is used for one call. Source:
 * oslo.config {@code cfg.py#_substitute}.
 */
final class Substitution {
    private static final Pattern REFERENCE = Pattern.compile(
            "\\$(?:(?<dollar>\\$)|(?<bare>[_a-zA-Z][._a-zA-Z0-9]*)|\\{(?<braced>[_a-zA-Z][._a-zA-Z0-9]*)})");

    private final NovaConf conf;
    /** The options whose values are being expanded, as {@code [group] key}, the outermost first. */
    private final Set<String> open = new LinkedHashSet<>();

    Substitution(NovaConf conf) {
        this.conf = conf;
    }

    String expand(Setting setting) {
        return switch (setting.kind()) {
            case LITERAL -> setting.text();
            case TEMPLATE -> {
                if (!open.add(setting.option())) {
                    throw loop(setting);
                }
                // A dollar sign that does not begin a reference stays as it is.
                String expanded = REFERENCE
                        .matcher(setting.text().replace("\\$", "$$"))
                        .replaceAll(match -> Matcher.quoteReplacement(value(setting, match)));
                open.remove(setting.option());
                yield expanded;
            }
        };
    }

    private String value(Setting setting, MatchResult match) {
        if (match.group("dollar") != null) {
            return "$";
        }
        String name = match.group("bare") != null ? match.group("bare") : match.group("braced");
        return referent(setting.group(), name).map(this::expand).orElseThrow(() -> unset(setting, name));
    }

    private Optional<Setting> referent(String group, String name) {
        int dot = name.indexOf('.');
        if (dot < 0) {
            return conf.setting(List.of(group, Settings.DEFAULT), name);
        }
        String named = name.substring(0, dot);
        // oslo does not accept DEFAULT as the group of a reference: Nova could not read a file with such a reference.
        return named.equals(Settings.DEFAULT) ? Optional.empty() : conf.setting(named, name.substring(dot + 1));
    }

    private static DriverException unset(Setting setting, String name) {
        String hint;
        if (name.startsWith(Settings.DEFAULT + ".")) {
            hint = "; refer to an option of [DEFAULT] without a group";
        } else if (name.contains(".")) {
            hint = "; a dot is part of the name, write ${…} to end the name before it";
        } else {
            hint = "; write $$ for a dollar sign";
        }
        return invalid(setting, "refers to $" + name + ", which is not set" + hint);
    }

    private DriverException loop(Setting again) {
        String path = Stream.concat(
                        open.stream().dropWhile(option -> !option.equals(again.option())), Stream.of(again.option()))
                .collect(Collectors.joining(" → "));
        return invalid(again, "refers to itself: " + path);
    }

    private static DriverException invalid(Setting setting, String problem) {
        return new DriverException(ErrorCode.CONFIG_INVALID, setting + ": " + problem);
    }
}

package org.novametal.driver.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.novametal.driver.config.NovaConf.Origin;

/**
 * Settings as they were written, by group and key, in the order in which they were read. Filled by one thread, then
 * only read.
 */
final class Settings {
    static final String DEFAULT = "DEFAULT";

    private final Map<String, Map<String, List<Setting>>> groups = new LinkedHashMap<>();

    /** One setting as it was written, before substitution. */
    record Setting(String group, String key, String text, Origin origin, Text kind) {
        /** Whether dollar signs in the text begin substitutions. */
        enum Text {
            TEMPLATE,
            LITERAL
        }

        /** The option's group and name, for messages. */
        String option() {
            return "[" + group + "] " + key;
        }

        /** The place and the option, without the value, which may be a secret. */
        @Override
        public String toString() {
            return origin + ": " + option();
        }
    }

    /** The normal form of a group's name: all names but {@code DEFAULT} are case-insensitive. */
    static String normal(String group) {
        return group.equals(DEFAULT) ? group : group.toLowerCase(Locale.ROOT);
    }

    void add(Setting setting) {
        groups.computeIfAbsent(setting.group(), name -> new LinkedHashMap<>())
                .computeIfAbsent(setting.key(), name -> new ArrayList<>())
                .add(setting);
    }

    List<Setting> get(String group, String key) {
        return List.copyOf(groups.getOrDefault(normal(group), Map.of()).getOrDefault(key, List.of()));
    }

    Set<String> keys(String group) {
        return groups.getOrDefault(normal(group), Map.of()).keySet();
    }

    Set<String> groups() {
        return groups.keySet();
    }

    Settings copy() {
        Settings copy = new Settings();
        groups.values().forEach(keys -> keys.values().forEach(all -> all.forEach(copy::add)));
        return copy;
    }
}

package org.novametal.driver.config;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The configuration of a compute service. */
public final class NovaConf {
    private final List<Entry> entries;

    private NovaConf(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * One setting as it counts.
     *
     * @param group the group, {@code DEFAULT} for the default one
     * @param key the option's name
     * @param value the value, substitutions done
     * @param origin where it stands
     */
    public record Entry(String group, String key, String value, Origin origin) {}

    /**
     * Where a setting stands.
     *
     * @param source the file, or the name of the overlay
     * @param line the line, from 1; 0 where there is none
     */
    public record Origin(String source, int line) {
        @Override
        public String toString() {
            return line == 0 ? source : source + ":" + line;
        }
    }

    static NovaConf of(List<Entry> entries) {
        return new NovaConf(entries);
    }

    /** The setting that counts for an option: the last one. */
    public Optional<Entry> find(String group, String key) {
        Objects.requireNonNull(key, "key");
        return entries.stream()
                .filter(e -> e.group().equals(group) && e.key().equals(key))
                .reduce((first, second) -> second);
    }
}

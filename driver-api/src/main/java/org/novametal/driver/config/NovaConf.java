package org.novametal.driver.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.novametal.driver.config.Settings.Setting;

/**
 * The configuration of a compute service, read from files as oslo.config reads them.
 *
 * <p><b>Files.</b> {@code [group]}, {@code key = value} or {@code key: value}; comments ({@code #}, {@code ;}) only at
 * the beginning of a line; a line that begins with a blank continues the value above, joined by {@code \n}; matching
 * quotes around a value are stripped; groups with the same name are merged. Group names other than {@code DEFAULT} are
 * case-insensitive. Of several values the last one is effective; {@link #findAll} returns all of them.
 *
 * <p><b>Substitution.</b> {@code $key} and {@code ${key}} stand for an option of the same group, or else of {@code
 * [DEFAULT]}; {@code $group.key} and {@code ${group.key}} for an option of another group; {@code $$} and {@code \$} for
 * a dollar sign. Substitution is done when a value is read, so a broken value in another service's group has no effect.
 * The option's text is inserted: an option that is not set cannot be referred to, unlike in oslo, which knows the type
 * and default of every option.
 *
 * <p><b>Overlay.</b> Values that a program adds take precedence over all files, and are used without substitution.
 *
 * <p>Immutable; safe to share between threads. Source: oslo.config {@code iniparser.py}, {@code cfg.py#_substitute}.
 */
public final class NovaConf {
    private final Settings files;
    private final Settings overlay;
    private final List<String> sources;

    private NovaConf(Settings files, Settings overlay, List<String> sources) {
        this.files = files;
        this.overlay = overlay;
        this.sources = List.copyOf(sources);
    }

    /**
     * One effective setting. Its {@code toString} leaves out the value, which may be a secret.
     *
     * @param group the group's name in lower case, or {@code DEFAULT}
     * @param key the option's name
     * @param value the value after substitution
     * @param origin the place where the option is set
     */
    public record Entry(String group, String key, String value, Origin origin) {
        @Override
        public String toString() {
            return origin + ": [" + group + "] " + key;
        }
    }

    /**
     * The place where a setting is written.
     *
     * @param source the file, or {@code overlay}
     * @param line the line number, from 1; 0 when the place has no line
     */
    public record Origin(String source, int line) {
        @Override
        public String toString() {
            return line == 0 ? source : source + ":" + line;
        }
    }

    /** Starts a configuration without sources. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The effective setting of an option: the last of its settings.
     *
     * @throws org.novametal.driver.error.DriverException {@code CONFIG_INVALID} when a substitution in it fails
     */
    public Optional<Entry> find(String group, String key) {
        return setting(group, key).map(this::expand);
    }

    /**
     * The effective setting in the first of the given groups that has the option, such as {@code [baremetal]}, then
     * {@code [DEFAULT]}.
     *
     * @throws org.novametal.driver.error.DriverException {@code CONFIG_INVALID} when a substitution in it fails
     */
    public Optional<Entry> find(List<String> groups, String key) {
        return setting(groups, key).map(this::expand);
    }

    /**
     * All settings of a multi-valued option, in the order in which they were read. Settings in the overlay replace
     * those in the files.
     *
     * @throws org.novametal.driver.error.DriverException {@code CONFIG_INVALID} when a substitution in them fails
     */
    public List<Entry> findAll(String group, String key) {
        return settings(group, key).stream().map(this::expand).toList();
    }

    /** The names of the options that are set in a group, in the order of their first appearance. */
    public Set<String> keys(String group) {
        Set<String> keys = new LinkedHashSet<>(files.keys(group));
        keys.addAll(overlay.keys(group));
        return keys;
    }

    /** The names of the groups in which an option is set, in the order of their first appearance. */
    public Set<String> groups() {
        Set<String> groups = new LinkedHashSet<>(files.groups());
        groups.addAll(overlay.groups());
        return groups;
    }

    /** The files that were read, in their order. */
    public List<String> sources() {
        return sources;
    }

    /** The place to name in messages about an option that is not set: all files. */
    public Origin nowhere() {
        return new Origin(sources.isEmpty() ? "configuration" : String.join(", ", sources), 0);
    }

    /** A typed reader that looks each option up in one group, or in several groups until one has it. */
    public ConfReader reader(String group, String... furtherGroups) {
        List<String> groups = new ArrayList<>(List.of(group));
        groups.addAll(List.of(furtherGroups));
        return new ConfReader(this, groups);
    }

    Optional<Setting> setting(String group, String key) {
        List<Setting> all = settings(group, key);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    Optional<Setting> setting(List<String> groups, String key) {
        return groups.stream()
                .map(group -> setting(group, key))
                .flatMap(Optional::stream)
                .findFirst();
    }

    List<Setting> settings(String group, String key) {
        List<Setting> added = overlay.get(group, key);
        return added.isEmpty() ? files.get(group, key) : added;
    }

    Entry expand(Setting setting) {
        String value = new Substitution(this).expand(setting);
        return new Entry(setting.group(), setting.key(), value, setting.origin());
    }

    /**
     * Collects the sources of a configuration. Files and folders are read in the order in which they are added, and
     * later values replace earlier ones, as with {@code --config-file} and {@code --config-dir}. Not thread-safe.
     */
    public static final class Builder {
        private final List<Consumer<ConfigFiles>> steps = new ArrayList<>();
        private final Settings overlay = new Settings();

        private Builder() {}

        /** Adds a file. */
        public Builder file(Path file) {
            steps.add(files -> files.read(file));
            return this;
        }

        /** Adds all {@code *.conf} files of a folder in the order of their names, without hidden files. */
        public Builder directory(Path directory) {
            steps.add(files -> files.readAll(directory));
            return this;
        }

        /** Adds content that is not in a file; {@code source} is its name in messages. */
        public Builder text(String source, String content) {
            steps.add(files -> files.parse(source, content));
            return this;
        }

        /** Adds a value that takes precedence over all files. It is used without substitution. */
        public Builder overlay(String group, String key, String value) {
            overlay.add(new Setting(
                    Settings.normal(group),
                    Objects.requireNonNull(key, "key"),
                    Objects.requireNonNull(value, "value"),
                    new Origin("overlay", 0),
                    Setting.Text.LITERAL));
            return this;
        }

        /**
         * Reads all sources.
         *
         * @throws org.novametal.driver.error.DriverException {@code CONFIG_INVALID} with one line {@code file:line: …}
         *     for each syntax error and each file that cannot be read
         */
        public NovaConf build() {
            ConfigFiles files = new ConfigFiles();
            steps.forEach(step -> step.accept(files));
            files.problems().throwIfAny();
            return new NovaConf(files.settings(), overlay.copy(), files.sources());
        }
    }
}

package org.novametal.driver.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.novametal.driver.config.NovaConf.Entry;
import org.novametal.driver.config.NovaConf.Origin;
import org.novametal.driver.config.Settings.Setting;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.Secret;

/**
 * A typed reader of options that collects errors, so that all of them are reported at once. Read every option, then
 * call {@link #finish} before any value is used:
 *
 * <pre>{@code
 * ConfReader reader = conf.reader("baremetal");
 * Duration interval = reader.seconds("power_poll_interval").min(Duration.ofSeconds(1)).orElse(Duration.ofSeconds(30));
 * Path statePath = reader.path("state_path").required();
 * reader.unknownKeys(Set.of());
 * reader.finish();
 * }</pre>
 *
 * <p>A reader of several groups reads each option from the first group that has it. Used by one thread.
 */
public final class ConfReader {
    private final NovaConf conf;
    private final List<String> groups;
    private final Findings findings;

    /** The options that were read and the errors that were found, by all readers that share one {@link #finish}. */
    private record Findings(Problems problems, Map<String, Set<String>> asked, Set<String> faulty) {}

    ConfReader(NovaConf conf, List<String> groups) {
        this(conf, groups, new Findings(new Problems(), new HashMap<>(), new HashSet<>()));
    }

    private ConfReader(NovaConf conf, List<String> groups, Findings findings) {
        this.conf = conf;
        this.groups = groups.stream().map(Settings::normal).toList();
        this.findings = findings;
    }

    /**
     * A reader of other groups that records its errors here, so that one {@link #finish} reports the errors of both
     * readers.
     */
    public ConfReader in(String... otherGroups) {
        return new ConfReader(conf, List.of(otherGroups), findings);
    }

    /** A reader that looks options up in the same groups, then in {@code [DEFAULT]}. */
    ConfReader thenDefault() {
        List<String> more = new ArrayList<>(groups);
        more.add(Settings.DEFAULT);
        return new ConfReader(conf, more, findings);
    }

    /** A text, exactly as written in the file except for substitutions. */
    public TextOption string(String key) {
        return new TextOption(this, key);
    }

    /** A secret text; no message shows it. */
    public ConfOption<Secret> secret(String key) {
        return new ConfOption<>(
                this,
                () -> last(key),
                key,
                ConfOption.Visibility.SECRET,
                Secret.of(""),
                texts -> Optional.of(Secret.of(texts.getLast())));
    }

    /**
     * A 32-bit integer, read as oslo reads it: {@code +}, leading zeros and {@code 1_000} are valid, and an empty text
     * means "not set".
     */
    public OrderedOption<Integer> integer(String key) {
        return ordered(key, 0, OptionTypes::integer);
    }

    /** A 64-bit integer, in the format of {@link #integer}. */
    public OrderedOption<Long> longInteger(String key) {
        return ordered(key, 0L, OptionTypes::longInteger);
    }

    /** A finite number with or without a fraction or exponent; an empty text means "not set". */
    public OrderedOption<Double> decimal(String key) {
        return ordered(key, 0.0, OptionTypes::decimal);
    }

    /** A duration in seconds, with or without a fraction, to the millisecond; an empty text means "not set". */
    public OrderedOption<Duration> seconds(String key) {
        return ordered(key, Duration.ZERO, OptionTypes::seconds);
    }

    /** A truth value: {@code true 1 on yes} or {@code false 0 off no}, in upper or lower case. */
    public ConfOption<Boolean> bool(String key) {
        return single(key, false, text -> Optional.of(OptionTypes.bool(text)));
    }

    /** Texts that are separated by commas, without the blanks around them; quotes are kept. */
    public ConfOption<List<String>> list(String key) {
        return single(key, List.of(), text -> Optional.of(OptionTypes.list(text)));
    }

    /** Texts that are separated by commas; a text in quotes may contain commas, and its quotes are removed. */
    public ConfOption<List<String>> quotedList(String key) {
        return single(key, List.of(), text -> Optional.of(OptionTypes.quotedList(text)));
    }

    /** The values of an option that may be set several times, in the order in which they were read. */
    public ConfOption<List<String>> multiString(String key) {
        return new ConfOption<>(this, () -> all(key), key, ConfOption.Visibility.SHOWN, List.of(), Optional::of);
    }

    /** The path of a file or folder, which need not exist. */
    public ConfOption<Path> path(String key) {
        return single(key, Path.of(""), text -> Optional.of(OptionTypes.path(text)));
    }

    /**
     * A value of any other type.
     *
     * @param blank the value that {@link ConfOption#required} returns when the option is missing or wrong
     * @param conversion converts the option's text; throws an {@link IllegalArgumentException} whose message follows
     *     the value, such as {@code is not an address}
     */
    public <T> ConfOption<T> converted(String key, T blank, Function<String, T> conversion) {
        return single(key, blank, text -> Optional.of(conversion.apply(text)));
    }

    /** A value of any other type, as {@link #converted}, whose text may be a secret by mistake: no message shows it. */
    public <T> ConfOption<T> convertedSecret(String key, T blank, Function<String, T> conversion) {
        return new ConfOption<>(
                this,
                () -> last(key),
                key,
                ConfOption.Visibility.SECRET,
                blank,
                texts -> Optional.of(conversion.apply(texts.getLast())));
    }

    /** Whether the option is set, to a valid or a wrong value. From now on {@link #unknownKeys} accepts the option. */
    public boolean isSet(String key) {
        ask(key);
        return conf.setting(groups, key).isPresent();
    }

    /** The place where the option is set; when it is not set, the files where it could be set. */
    public Origin origin(String key) {
        return conf.setting(groups, key).map(Setting::origin).orElseGet(conf::nowhere);
    }

    /** Records an error in an option that only the caller can detect; {@code problem} follows the option's name. */
    public void problem(String key, String problem) {
        Optional<Setting> setting = conf.setting(groups, key);
        findings.faulty().add(key);
        findings.problems()
                .add(
                        origin(key),
                        "[" + setting.map(Setting::group).orElse(groups.getFirst()) + "] " + key + ": " + problem);
    }

    /** Records an error for each option in the reader's first group that was neither read nor is in {@code known}. */
    public void unknownKeys(Set<String> known) {
        String group = groups.getFirst();
        Set<String> right = new HashSet<>(known);
        right.addAll(findings.asked().getOrDefault(group, Set.of()));
        for (String key : conf.keys(group)) {
            if (!right.contains(key)) {
                String hint = NearestName.of(key, right)
                        .map(name -> "; did you mean " + name + "?")
                        .orElse("");
                for (Setting setting : conf.settings(group, key)) {
                    findings.problems().add(setting + ": unknown option" + hint);
                }
            }
        }
    }

    /**
     * Reports the recorded errors; called after the last option was read.
     *
     * @throws DriverException {@code CONFIG_INVALID} if there are errors, with one line {@code file:line: [group]
     *     option: …} for each
     */
    public void finish() {
        findings.problems().throwIfAny();
    }

    /** All values of the option, the effective one last; empty when it is not set, or when a substitution fails. */
    List<Entry> all(String key) {
        return expanded(
                key,
                conf.setting(groups, key)
                        .map(counts -> conf.settings(counts.group(), key))
                        .orElse(List.of()));
    }

    /** The effective value of the option; empty when it is not set, or when a substitution fails. */
    List<Entry> last(String key) {
        return expanded(key, conf.setting(groups, key).map(List::of).orElse(List.of()));
    }

    private List<Entry> expanded(String key, List<Setting> settings) {
        ask(key);
        try {
            return settings.stream().map(conf::expand).toList();
        } catch (DriverException broken) {
            findings.faulty().add(key);
            findings.problems().add(broken.getMessage());
            return List.of();
        }
    }

    /** Records that a required option has no value, unless another error in it is recorded already. */
    void absent(String key) {
        if (!findings.faulty().contains(key)) {
            problem(key, isSet(key) ? "is empty" : "is missing");
        }
    }

    private void ask(String key) {
        groups.forEach(group ->
                findings.asked().computeIfAbsent(group, name -> new HashSet<>()).add(key));
    }

    private <T extends Comparable<? super T>> OrderedOption<T> ordered(
            String key, T blank, Function<String, Optional<T>> conversion) {
        return new OrderedOption<>(
                this,
                () -> last(key),
                key,
                ConfOption.Visibility.SHOWN,
                blank,
                texts -> conversion.apply(texts.getLast()));
    }

    private <T> ConfOption<T> single(String key, T blank, Function<String, Optional<T>> conversion) {
        return new ConfOption<>(
                this,
                () -> last(key),
                key,
                ConfOption.Visibility.SHOWN,
                blank,
                texts -> conversion.apply(texts.getLast()));
    }
}

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
 * A typed reader of options that gathers what is wrong, so that all faults are reported at once. Read every option, then call
 * {@link #finish} before any value is used:
 *
 * <pre>{@code
 * ConfReader reader = conf.reader("baremetal");
 * Duration interval = reader.seconds("power_poll_interval").min(Duration.ofSeconds(1)).orElse(Duration.ofSeconds(30));
 * Path statePath = reader.path("state_path").required();
 * reader.unknownKeys(Set.of());
 * reader.finish();
 * }</pre>
 *
 * <p>With several groups each option is read from the first of them that has it. Used by one thread.
 */
public final class ConfReader {
    private final NovaConf conf;
    private final List<String> groups;
    private final Findings findings;

    /** What readers that end together have asked for and found wrong. */
    private record Findings(Problems problems, Map<String, Set<String>> asked, Set<String> faulty) {}

    ConfReader(NovaConf conf, List<String> groups) {
        this(conf, groups, new Findings(new Problems(), new HashMap<>(), new HashSet<>()));
    }

    private ConfReader(NovaConf conf, List<String> groups, Findings findings) {
        this.conf = conf;
        this.groups = groups.stream().map(Settings::normal).toList();
        this.findings = findings;
    }

    /** A reader of other groups that shares this one's faults and its {@link #finish}. */
    public ConfReader in(String... otherGroups) {
        return new ConfReader(conf, List.of(otherGroups), findings);
    }

    /** A reader of the same groups, then of {@code [DEFAULT]}. */
    ConfReader thenDefault() {
        List<String> more = new ArrayList<>(groups);
        more.add(Settings.DEFAULT);
        return new ConfReader(conf, more, findings);
    }

    /** A text, as it stands in the file after substitution. */
    public TextOption string(String key) {
        return new TextOption(this, key);
    }

    /** A text that must not be seen; no message shows it. */
    public ConfOption<Secret> secret(String key) {
        return new ConfOption<>(
                this,
                () -> last(key),
                key,
                ConfOption.Visibility.SECRET,
                Secret.of(""),
                texts -> Optional.of(Secret.of(texts.getLast())));
    }

    /** A whole number of 32 bits. As for oslo, {@code +}, leading zeros and {@code 1_000} are right, empty is not set. */
    public OrderedOption<Integer> integer(String key) {
        return ordered(key, 0, OptionTypes::integer);
    }

    /** A whole number of 64 bits, written like {@link #integer}. */
    public OrderedOption<Long> longInteger(String key) {
        return ordered(key, 0L, OptionTypes::longInteger);
    }

    /** A finite number with or without a fraction or exponent; empty is not set. */
    public OrderedOption<Double> decimal(String key) {
        return ordered(key, 0.0, OptionTypes::decimal);
    }

    /** A time in seconds, with or without a fraction, to the millisecond; empty is not set. */
    public OrderedOption<Duration> seconds(String key) {
        return ordered(key, Duration.ZERO, OptionTypes::seconds);
    }

    /** A truth value: {@code true 1 on yes} or {@code false 0 off no}, in any case. */
    public ConfOption<Boolean> bool(String key) {
        return single(key, false, text -> Optional.of(OptionTypes.bool(text)));
    }

    /** Texts between commas, blanks around them stripped; quotes inside stay. */
    public ConfOption<List<String>> list(String key) {
        return single(key, List.of(), text -> Optional.of(OptionTypes.list(text)));
    }

    /** Texts between commas; one that begins with a quote ends with it, may hold commas, and loses its quotes. */
    public ConfOption<List<String>> quotedList(String key) {
        return single(key, List.of(), text -> Optional.of(OptionTypes.quotedList(text)));
    }

    /** The values of an option that may be set several times, the oldest first. */
    public ConfOption<List<String>> multiString(String key) {
        return new ConfOption<>(this, () -> all(key), key, ConfOption.Visibility.SHOWN, List.of(), Optional::of);
    }

    /** A file or folder, which need not exist. */
    public ConfOption<Path> path(String key) {
        return single(key, Path.of(""), text -> Optional.of(OptionTypes.path(text)));
    }

    /**
     * A value of any other type.
     *
     * @param blank what {@link ConfOption#required} returns when the option is missing or wrong
     * @param conversion from the option's text; throws {@link IllegalArgumentException} whose message follows the value:
     *     {@code is not an address}
     */
    public <T> ConfOption<T> converted(String key, T blank, Function<String, T> conversion) {
        return single(key, blank, text -> Optional.of(conversion.apply(text)));
    }

    /** Whether the option is set, rightly or wrongly. It counts as known from now on. */
    public boolean isSet(String key) {
        ask(key);
        return conf.setting(groups, key).isPresent();
    }

    /** Where the option is set; where it could be, when it is not. */
    public Origin origin(String key) {
        return conf.setting(groups, key).map(Setting::origin).orElseGet(conf::nowhere);
    }

    /** Records a fault of an option that only the caller can know; {@code problem} follows the option's name. */
    public void problem(String key, String problem) {
        Optional<Setting> setting = conf.setting(groups, key);
        findings.faulty().add(key);
        findings.problems()
                .add(
                        origin(key),
                        "[" + setting.map(Setting::group).orElse(groups.getFirst()) + "] " + key + ": " + problem);
    }

    /** Records a fault for each option of the first group that was neither asked for nor is among the known ones. */
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
     * Ends the reading.
     *
     * @throws DriverException {@code CONFIG_INVALID} with one line {@code file:line: [group] option: …} a fault, if any
     */
    public void finish() {
        findings.problems().throwIfAny();
    }

    /** All values of the option, the one that counts last; none when it is not set, or when a substitution fails. */
    List<Entry> all(String key) {
        return expanded(
                key,
                conf.setting(groups, key)
                        .map(counts -> conf.settings(counts.group(), key))
                        .orElse(List.of()));
    }

    /** The value of the option that counts; none when it is not set, or when a substitution fails. */
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

    /** Records that a required option has no value, unless something was found wrong with it already. */
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

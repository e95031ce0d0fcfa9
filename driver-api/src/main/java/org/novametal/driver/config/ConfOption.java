package org.novametal.driver.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A typed option of a {@link ConfReader}. {@link #optional()}, {@link #orElse} and {@link #required()} read it; errors
 * in its value are recorded in the reader, not reported to the caller.
 *
 * @param <T> the type of its value
 */
public sealed class ConfOption<T> permits OrderedOption, TextOption {
    private final ConfReader reader;
    private final Supplier<List<NovaConf.Entry>> source;
    private final String key;
    private final Visibility visibility;
    private final T blank;
    private final Function<List<String>, Optional<T>> conversion;
    private final List<Check<T>> checks = new ArrayList<>();

    /** Whether messages may show the option's value. */
    enum Visibility {
        SHOWN,
        SECRET
    }

    private record Check<T>(Predicate<T> right, String complaint) {}

    ConfOption(
            ConfReader reader,
            Supplier<List<NovaConf.Entry>> source,
            String key,
            Visibility visibility,
            T blank,
            Function<List<String>, Optional<T>> conversion) {
        this.reader = reader;
        this.source = source;
        this.key = key;
        this.visibility = visibility;
        this.blank = blank;
        this.conversion = conversion;
    }

    /** Adds a check of the value; {@code complaint} follows the value in the message, such as {@code is too short}. */
    public ConfOption<T> check(Predicate<T> right, String complaint) {
        checks.add(new Check<>(right, complaint));
        return this;
    }

    /**
     * The value; empty when the option is not set or its value is wrong. {@link ConfReader#finish} reports wrong
     * values.
     */
    public Optional<T> optional() {
        List<NovaConf.Entry> entries = source.get();
        return entries.isEmpty() ? Optional.empty() : convert(entries);
    }

    /** The value, or the given default when the option is not set. */
    public T orElse(T otherwise) {
        return optional().orElse(otherwise);
    }

    /**
     * The value of an option that must be set. When it is missing or wrong, a placeholder such as 0 or an empty text is
     * returned, and {@link ConfReader#finish} throws.
     */
    public T required() {
        return optional().orElseGet(() -> {
            reader.absent(key);
            return blank;
        });
    }

    private Optional<T> convert(List<NovaConf.Entry> entries) {
        List<String> texts = entries.stream().map(NovaConf.Entry::value).toList();
        Optional<T> value;
        try {
            value = conversion.apply(texts);
        } catch (IllegalArgumentException wrong) {
            return refused(entries, String.valueOf(wrong.getMessage()));
        }
        for (Check<T> check : checks) {
            if (value.isPresent() && !check.right().test(value.get())) {
                return refused(entries, check.complaint());
            }
        }
        return value;
    }

    private Optional<T> refused(List<NovaConf.Entry> entries, String complaint) {
        String said = complaint;
        List<String> values = new ArrayList<>();
        for (NovaConf.Entry entry : entries) {
            String value = entry.value();
            String shown = visibility == Visibility.SECRET ? "***" : ShownValue.of(value);
            if (!shown.equals(value) && !value.isEmpty()) {
                said = said.replace(value, shown);
            }
            values.add(shown);
        }
        String what = switch (visibility) {
            case SHOWN -> "'" + String.join("', '", values) + "' ";
            case SECRET -> "the value, which is secret, ";
        };
        reader.problem(key, what + said);
        return Optional.empty();
    }
}

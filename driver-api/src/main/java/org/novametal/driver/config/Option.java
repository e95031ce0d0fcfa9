package org.novametal.driver.config;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One row of a module's table of options: all that is known of an option, for reading, validation and the sample. Immutable.
 *
 * @param name its name
 * @param kind what a value is, for the sample
 * @param need what happens when it is not set
 * @param places where it is looked for
 * @param help what it means, for the sample; one sentence or a few
 * @param type how a reader reads it
 * @param text how a value is written
 * @param <T> the type of its value
 */
public record Option<T>(
        String name,
        String kind,
        Need<T> need,
        Places places,
        String help,
        BiFunction<ConfReader, String, ConfOption<T>> type,
        Function<T, String> text) {
    /** What happens when an option is not set. */
    public sealed interface Need<T> {
        /** Start-up stops; the sample shows a value. */
        record Required<T>(String example) implements Need<T> {}

        /** This value holds. */
        record Default<T>(T value) implements Need<T> {}

        /** There is none. */
        record None<T>(String example) implements Need<T> {}
    }

    /** Where an option is looked for. */
    public enum Places {
        /** In the reader's group. */
        OURS,
        /** In the reader's group, then in {@code [DEFAULT]}. */
        OURS_THEN_DEFAULT
    }

    /** The value or the default; when there is neither, the fault goes to the reader. */
    public T value(ConfReader reader) {
        return valueOf(reader, name);
    }

    /** The value, from the option of another name where that is set. */
    public T valueOf(ConfReader reader, String actualName) {
        ConfOption<T> option = type.apply(in(reader), actualName);
        return switch (need) {
            case Need.Default<T>(T value) -> option.orElse(value);
            case Need.Required<T> _, Need.None<T> _ -> option.required();
        };
    }

    /** The value, if it is there. */
    public Optional<T> optional(ConfReader reader) {
        return type.apply(in(reader), name).optional();
    }

    private ConfReader in(ConfReader reader) {
        return switch (places) {
            case OURS -> reader;
            case OURS_THEN_DEFAULT -> reader.thenDefault();
        };
    }

    /**
     * The default.
     *
     * @throws IllegalStateException when it has none
     */
    public T fallback() {
        return switch (need) {
            case Need.Default<T>(T value) -> value;
            case Need.Required<T> _, Need.None<T> _ ->
                throw new IllegalStateException("the option " + name + " has no default");
        };
    }

    /** A value as the sample shows it. */
    public String shown() {
        return switch (need) {
            case Need.Default<T>(T value) -> text.apply(value);
            case Need.Required<T>(String example) -> example;
            case Need.None<T>(String example) -> example;
        };
    }

    /** This option, looked for in {@code [DEFAULT]} too. */
    public Option<T> alsoInDefault() {
        return new Option<>(name, kind, need, Places.OURS_THEN_DEFAULT, help, type, text);
    }

    /** A time; {@code least} and {@code standard} in seconds, with or without a fraction. */
    public static Option<Duration> seconds(String name, String least, String standard, String help) {
        return new Option<>(
                name,
                "seconds, " + least + " or more",
                new Need.Default<>(duration(standard)),
                Places.OURS,
                help,
                (reader, key) -> reader.seconds(key).min(duration(least)),
                value -> BigDecimal.valueOf(value.toMillis(), 3)
                        .stripTrailingZeros()
                        .toPlainString());
    }

    private static Duration duration(String seconds) {
        return Duration.ofMillis(new BigDecimal(seconds).movePointRight(3).longValueExact());
    }

    /** A whole number. */
    public static Option<Integer> integer(String name, int least, int standard, String help) {
        return new Option<>(
                name,
                "a whole number, " + least + " or more",
                new Need.Default<>(standard),
                Places.OURS,
                help,
                (reader, key) -> reader.integer(key).min(least),
                value -> Integer.toString(value));
    }

    /** A truth value. */
    public static Option<Boolean> bool(String name, Boolean standard, String help) {
        return new Option<>(
                name,
                "true or false",
                new Need.Default<>(standard),
                Places.OURS,
                help,
                ConfReader::bool,
                value -> Boolean.toString(value));
    }

    /** One of some values, each with the name that stands in a file. */
    public static <T> Option<T> choice(
            String name, List<T> values, T standard, Function<T, String> configuredName, String help) {
        List<String> names = values.stream().map(configuredName).toList();
        return of(
                name,
                String.join(" or ", names),
                new Need.Default<>(standard),
                help,
                standard,
                text -> values.stream()
                        .filter(value -> configuredName.apply(value).equals(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("is not one of " + String.join(", ", names))),
                configuredName);
    }

    /** A folder that must be set; an absolute path. */
    public static Option<Path> folder(String name, String example, String help) {
        return new Option<>(
                name,
                "an absolute path",
                new Need.Required<>(example),
                Places.OURS,
                help,
                (reader, key) -> reader.converted(key, Path.of("/"), Texts::absolute),
                Path::toString);
    }

    /** Any number of folders, none by default; absolute paths. */
    public static Option<List<Path>> folders(String name, String help) {
        return new Option<>(
                name,
                "absolute paths, separated by commas",
                new Need.Default<>(List.of()),
                Places.OURS,
                help,
                (reader, key) -> reader.converted(key, List.of(), Option::paths),
                value -> value.stream().map(Path::toString).collect(Collectors.joining(",")));
    }

    private static List<Path> paths(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .map(Texts::absolute)
                .toList();
    }

    /**
     * A value of any other type.
     *
     * @param blank what {@link #value} returns when the option is missing or wrong
     * @param parser throws {@link IllegalArgumentException} whose message follows the text: {@code is not a URL}
     */
    public static <T> Option<T> of(
            String name,
            String kind,
            Need<T> need,
            String help,
            T blank,
            Function<String, T> parser,
            Function<T, String> text) {
        return new Option<>(
                name, kind, need, Places.OURS, help, (reader, key) -> reader.converted(key, blank, parser), text);
    }
}

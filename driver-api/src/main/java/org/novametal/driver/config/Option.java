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
 * The definition of one option in a module's table of options: how it is read and validated, and what the sample shows.
 * Immutable.
 *
 * @param name the option's name
 * @param kind a description of the valid values, for the sample
 * @param need what happens when the option is not set
 * @param places the groups in which the option is looked up
 * @param help the option's meaning, for the sample; one or more sentences
 * @param type reads the option from a reader
 * @param text formats a value as text
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
        /** The option is required: without it the program does not start. The sample shows an example. */
        record Required<T>(String example) implements Need<T> {}

        /** The default value is used. */
        record Default<T>(T value) implements Need<T> {}

        /** The option has no value; the sample shows an example. */
        record None<T>(String example) implements Need<T> {}
    }

    /** The groups in which an option is looked up. */
    public enum Places {
        /** The reader's group. */
        OURS,
        /** The reader's group, then {@code [DEFAULT]}. */
        OURS_THEN_DEFAULT
    }

    /** The value or the default; when there is neither, an error is recorded in the reader. */
    public T value(ConfReader reader) {
        return valueOf(reader, name);
    }

    /** Like {@link #value}, but reads an option with another name. */
    public T valueOf(ConfReader reader, String actualName) {
        ConfOption<T> option = type.apply(in(reader), actualName);
        return switch (need) {
            case Need.Default<T>(T value) -> option.orElse(value);
            case Need.Required<T> _, Need.None<T> _ -> option.required();
        };
    }

    /** The value, if the option is set; never the default. */
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
     * The option's default.
     *
     * @throws IllegalStateException when the option has no default
     */
    public T fallback() {
        return switch (need) {
            case Need.Default<T>(T value) -> value;
            case Need.Required<T> _, Need.None<T> _ ->
                throw new IllegalStateException("the option " + name + " has no default");
        };
    }

    /** The value that the sample shows: the default or an example. */
    public String shown() {
        return switch (need) {
            case Need.Default<T>(T value) -> text.apply(value);
            case Need.Required<T>(String example) -> example;
            case Need.None<T>(String example) -> example;
        };
    }

    /** A copy of this option that is also looked up in {@code [DEFAULT]}. */
    public Option<T> alsoInDefault() {
        return new Option<>(name, kind, need, Places.OURS_THEN_DEFAULT, help, type, text);
    }

    /**
     * An option with a duration; its minimum {@code least} and default {@code standard} are in seconds, with or without
     * a fraction.
     */
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

    /** An option with a whole number; its minimum is {@code least} and its default {@code standard}. */
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

    /** An option with a truth value; its default is {@code standard}. */
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

    /** An option with a fixed set of values; a file contains the name of the value. */
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

    /** A required option with the absolute path of a folder. */
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

    /** An option with the absolute paths of any number of folders, none by default. */
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
     * An option with a value of any other type.
     *
     * @param blank the value that {@link #value} returns when the option is missing or wrong
     * @param parser parses a text; throws an {@link IllegalArgumentException} whose message follows the text, such as
     *     {@code is not a URL}
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

package org.novametal.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.ReadableRows;
import org.novametal.text.ForeignText;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options for the output of rows, and the output. */
final class RowOutput {
    private static final ObjectMapper MAPPER = new JsonMapper();
    private static final ObjectMapper YAML = new YAMLMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build());
    private static final String DOWNWARDS = ":desc";
    private static final Pattern NOT_FOR_TERMINALS =
            Pattern.compile("[\\x7f-\\x9f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]");

    /** The format of the output. */
    enum Format {
        /** A table for people. */
        TABLE,
        /** One JSON object a line. */
        JSON,
        /** A list of objects, or one object, as YAML. */
        YAML,
        /** Comma-separated values with a line of names, as RFC 4180 has them. */
        CSV,
        /** The values alone, separated by blanks. */
        VALUE
    }

    /**
     * A column.
     *
     * @param name its name in every format
     * @param value its value: a text, number, boolean, list or map; empty for none
     */
    record Column<T>(String name, Function<T, Optional<?>> value) {}

    @Option(
            names = {"-f", "--format"},
            paramLabel = "table|json|yaml|csv|value",
            defaultValue = "table",
            description = "the format of the output; json is one object a line (${DEFAULT-VALUE})")
    private Format format = Format.TABLE;

    @Option(
            names = {"-c", "--column"},
            paramLabel = "NAME",
            description = "a column to show, instead of the usual ones; can be repeated")
    private List<String> names = List.of();

    @Option(names = "--sort", paramLabel = "NAME", description = "the column to sort by; NAME:desc sorts downwards")
    private @Nullable String sort;

    /** Whether the output is for people. */
    boolean isTable() {
        return format == Format.TABLE;
    }

    /** Whether the output needs no other columns than these, which have the usual ones. */
    boolean needsOnly(List<? extends Column<?>> columns) {
        if (names.isEmpty() && format != Format.TABLE && format != Format.VALUE) {
            return false;
        }
        Set<String> needed = new HashSet<>(names);
        if (sort != null) {
            needed.add(sortColumn(sort));
        }
        return columns.stream().map(Column::name).collect(Collectors.toSet()).containsAll(needed);
    }

    private static String sortColumn(String sort) {
        return sort.endsWith(DOWNWARDS) ? sort.substring(0, sort.length() - DOWNWARDS.length()) : sort;
    }

    /** Prints rows; without a choice of the user, a table has the first {@code usual} columns and the other formats all. */
    <T> void print(PrintWriter out, List<T> rows, List<Column<T>> columns, int usual) {
        List<Column<T>> chosen = chosen(columns, usual);
        List<T> sorted = sorted(rows, columns);
        switch (format) {
            case TABLE -> table(out, sorted, chosen);
            case JSON -> sorted.forEach(row -> out.println(json(row, chosen)));
            case YAML ->
                out.print(yaml(sorted.stream().map(row -> object(row, chosen)).toList()));
            case CSV -> {
                out.print(chosen.stream().map(Column::name).collect(Collectors.joining(",", "", "\r\n")));
                sorted.forEach(row -> out.print(chosen.stream()
                        .map(column -> csv(text(column, row, "")))
                        .collect(Collectors.joining(",", "", "\r\n"))));
            }
            case VALUE ->
                sorted.forEach(row -> out.println(
                        chosen.stream().map(column -> text(column, row, "-")).collect(Collectors.joining(" "))));
        }
        out.flush();
    }

    /**
     * Prints the rows that can be read, as {@link #print} does, and names the damaged ones on standard error.
     *
     * @return the exit code: 1 when a row is damaged
     */
    <T> int printReadable(CommandSpec spec, ReadableRows<T> list, List<Column<T>> columns, int usual) {
        print(spec.commandLine().getOut(), list.rows(), columns, usual);
        PrintWriter err = spec.commandLine().getErr();
        list.damaged().forEach(text -> err.println(ForeignText.line(text)));
        if (!list.damaged().isEmpty()) {
            err.println("find all damage with nova-metal database check, and put a backup back with nova-metal database"
                    + " restore; a newer version of the program may know a value that this one does not");
        }
        err.flush();
        return list.damaged().isEmpty() ? 0 : 1;
    }

    /** Prints one row: a table of its columns' names and values, one YAML object, else as {@link #print}. */
    <T> void printOne(PrintWriter out, T row, List<Column<T>> columns) {
        printOne(out, row, columns, columns.size());
    }

    /**
     * Prints one row, as {@link #printOne(PrintWriter, Object, List)} does; without a choice of the user, a table and values
     * have the first {@code usual} columns.
     */
    <T> void printOne(PrintWriter out, T row, List<Column<T>> columns, int usual) {
        if (format == Format.YAML) {
            out.print(yaml(object(row, chosen(columns, usual))));
            out.flush();
            return;
        }
        if (format != Format.TABLE) {
            print(out, List.of(row), columns, usual);
            return;
        }
        record Field(String name, String value) {}
        List<Field> fields = chosen(columns, usual).stream()
                .map(column -> new Field(column.name(), text(column, row, "-")))
                .toList();
        table(
                out,
                fields,
                List.of(
                        new Column<>("field", field -> Optional.of(field.name())),
                        new Column<>("value", field -> Optional.of(field.value()))));
        out.flush();
    }

    /** Says on standard error that a list shows only the newest rows, if there are more. */
    static void reportMore(CommandSpec spec, int found, int shown, String what, String option) {
        if (found > shown) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("these are the newest " + shown + " " + what + "; " + option + " N shows more");
            err.flush();
        }
    }

    /**
     * Prints the nodes that a command without {@code --dry-run} would change, and on standard error those that would refuse.
     *
     * @param refusal why a node would refuse, if it would
     * @return the exit code: 1 when a node would refuse
     */
    int printDryRun(CommandSpec spec, List<NodeRecord> nodes, Function<NodeRecord, Optional<String>> refusal) {
        print(spec.commandLine().getOut(), nodes, NodeColumns.OF_NODE, NodeColumns.USUAL);
        List<String> refused =
                nodes.stream().flatMap(node -> refusal.apply(node).stream()).toList();
        PrintWriter err = spec.commandLine().getErr();
        refused.forEach(text -> err.println(ForeignText.lines(text)));
        err.flush();
        return refused.isEmpty() ? 0 : 1;
    }

    /** Prints what was changed at a node: a line for people, and the node in the other formats. */
    void printChange(PrintWriter out, NodeRecord node, String change) {
        if (isTable() && names.isEmpty()) {
            out.println(ForeignText.line(node.name() + ": " + change));
            out.flush();
        } else {
            print(out, List.of(node), NodeColumns.OF_NODE, NodeColumns.USUAL);
        }
    }

    private <T> List<Column<T>> chosen(List<Column<T>> columns, int usual) {
        if (names.isEmpty()) {
            return format == Format.TABLE || format == Format.VALUE ? columns.subList(0, usual) : columns;
        }
        return names.stream().map(name -> column(columns, name)).toList();
    }

    private static <T> Column<T> column(List<Column<T>> columns, String name) {
        return columns.stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new WrongUsage("there is no column '" + name + "'; there are "
                        + columns.stream().map(Column::name).collect(Collectors.joining(", "))));
    }

    private <T> List<T> sorted(List<T> rows, List<Column<T>> columns) {
        if (sort == null) {
            return rows;
        }
        boolean downwards = sort.endsWith(DOWNWARDS);
        Column<T> by = column(columns, sortColumn(sort));
        Comparator<T> order = Comparator.comparing(row -> by.value().apply(row).orElse(null), RowOutput::compare);
        return rows.stream().sorted(downwards ? order.reversed() : order).toList();
    }

    /** Numbers by value, other values as texts; rows without a value come last. */
    private static int compare(@Nullable Object one, @Nullable Object other) {
        if (one == null || other == null) {
            return Boolean.compare(one == null, other == null);
        }
        return one instanceof Number first && other instanceof Number second
                ? Double.compare(first.doubleValue(), second.doubleValue())
                : one.toString().compareTo(other.toString());
    }

    private static <T> void table(PrintWriter out, List<T> rows, List<Column<T>> columns) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(columns.stream()
                .map(column -> column.name().toUpperCase(Locale.ROOT).replace('_', ' '))
                .toList());
        rows.forEach(row ->
                cells.add(columns.stream().map(column -> text(column, row, "-")).toList()));
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < columns.size(); column++) {
            int at = column;
            widths.add(
                    cells.stream().mapToInt(row -> row.get(at).length()).max().orElse(0));
        }
        for (List<String> row : cells) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                line.append(cell).append(" ".repeat(widths.get(column) - cell.length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static <T> String text(Column<T> column, T row, String none) {
        Object value = column.value().apply(row).orElse(null);
        return switch (value) {
            case null -> none;
            case List<?> list when list.isEmpty() -> none;
            case List<?> list ->
                ForeignText.line(list.stream().map(String::valueOf).collect(Collectors.joining(",")));
            case Map<?, ?> map when map.isEmpty() -> none;
            case Map<?, ?> map ->
                ForeignText.line(map.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(",")));
            default -> ForeignText.line(value.toString());
        };
    }

    private static <T> Map<String, @Nullable Object> object(T row, List<Column<T>> columns) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        columns.forEach(
                column -> object.put(column.name(), column.value().apply(row).orElse(null)));
        return object;
    }

    private static <T> String json(T row, List<Column<T>> columns) {
        return json(object(row, columns));
    }

    private static String yaml(Object value) {
        return written(YAML, value);
    }

    /** A JSON object in one line. */
    static String json(Map<String, @Nullable Object> object) {
        return written(MAPPER, object);
    }

    /** JSON or YAML in which characters that a terminal obeys are escaped; both have them only in quoted texts. */
    private static String written(ObjectMapper mapper, Object value) {
        try {
            return NOT_FOR_TERMINALS
                    .matcher(mapper.writeValueAsString(value))
                    .replaceAll(
                            found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a row cannot be written: " + value, e);
        }
    }

    private static String csv(String value) {
        return value.matches("[^\",\r\n]*") ? value : '"' + value.replace("\"", "\"\"") + '"';
    }
}

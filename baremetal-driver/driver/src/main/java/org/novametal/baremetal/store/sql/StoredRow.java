package org.novametal.baremetal.store.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.ReadableRows;
import org.novametal.baremetal.store.StoreDamage;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.text.ForeignText;

/**
 * A result row of a query. A value that this program does not know is never guessed: an exception names its table, row and
 * column. It shows the beginning of the value, except for columns that may contain secrets, such as the password in an
 * image's URL.
 *
 * @param set the row
 * @param table the table's name, for messages
 * @param key the column that identifies the row, for messages
 */
record StoredRow(ResultSet set, String table, String key) {
    /** The longest part of a value in a message, in characters. */
    private static final int SHOWN = 80;

    /** Columns whose values no message shows. */
    private static final Set<String> CONFIDENTIAL = Set.of("input", "memory", "plan", "callback_url", "certificate");

    /** Years between which all stored times are; a time outside of them would overflow in calculations. */
    private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** Reads a whole row. */
    @FunctionalInterface
    interface Reader<T> {
        T read(StoredRow row) throws SQLException;
    }

    /**
     * Reads a whole row. A value that contradicts the others, which only a record's constructor detects, makes the row
     * unreadable too.
     */
    static <T> T of(ResultSet set, String table, String key, Reader<T> reader) throws SQLException {
        StoredRow row = new StoredRow(set, table, key);
        try {
            return reader.read(row);
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException | NullPointerException e) {
            // The exception's message may repeat values of any column.
            throw damaged(row.place() + " cannot be read (" + e.getClass().getSimpleName()
                    + "): its values contradict each other, or one is missing");
        }
    }

    /**
     * Runs a query, and keeps the rows that cannot be read apart.
     *
     * @param what what a row is, for messages
     * @param name the column with the name of what it is
     */
    static <T> ReadableRows<T> readable(
            SqlSession session, String sql, SqlSession.Mapper<T> mapper, String what, String name, Object... parameters)
            throws SQLException {
        List<String> damaged = new ArrayList<>();
        List<T> rows = session
                .list(
                        sql,
                        set -> {
                            try {
                                return Optional.of(mapper.map(set));
                            } catch (DriverException e) {
                                if (!StoreDamage.isCauseOf(e)) {
                                    throw e;
                                }
                                damaged.add(what + " " + ForeignText.line(String.valueOf(set.getString(name)), SHOWN)
                                        + " is damaged: " + e.getMessage());
                                return Optional.<T>empty();
                            }
                        },
                        parameters)
                .stream()
                .flatMap(Optional::stream)
                .toList();
        return new ReadableRows<>(rows, damaged);
    }

    String text(String column) throws SQLException {
        return set.getString(column);
    }

    Optional<String> optionalText(String column) throws SQLException {
        return Optional.ofNullable(set.getString(column));
    }

    int number(String column) throws SQLException {
        return set.getInt(column);
    }

    long count(String column) throws SQLException {
        return set.getLong(column);
    }

    byte[] bytes(String column) throws SQLException {
        return set.getBytes(column);
    }

    Optional<byte[]> optionalBytes(String column) throws SQLException {
        return Optional.ofNullable(set.getBytes(column));
    }

    /** The column's text, converted to a value. */
    <T> T value(String column, Function<String, T> reader) throws SQLException {
        return read(column, set.getString(column), reader);
    }

    /** The column's text, converted to a value; empty if the column is null. */
    <T> Optional<T> optionalValue(String column, Function<String, T> reader) throws SQLException {
        Optional<String> text = optionalText(column);
        return text.isPresent() ? Optional.of(read(column, text.get(), reader)) : Optional.empty();
    }

    /** The value whose persisted name is the column's text. */
    <T> T named(String column, Function<String, Optional<T>> names) throws SQLException {
        @Nullable String text = set.getString(column);
        Optional<T> value = text == null ? Optional.empty() : names.apply(text);
        if (value.isEmpty()) {
            throw unreadable(column, text);
        }
        return value.get();
    }

    /** The column's time. */
    Instant time(String column) throws SQLException {
        return value(column, StoredRow::parsed);
    }

    /** The column's time; empty if the column is null. */
    Optional<Instant> optionalTime(String column) throws SQLException {
        return optionalValue(column, StoredRow::parsed);
    }

    private static Instant parsed(String text) {
        Instant time = Instant.parse(text);
        if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
            throw new IllegalArgumentException("not a time between 1970 and 9999");
        }
        return time;
    }

    private <T> T read(String column, @Nullable String text, Function<String, T> reader) throws SQLException {
        if (text == null) {
            throw unreadable(column, null);
        }
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw unreadable(column, text);
        }
    }

    /** The exceptions of readers are left out: their messages repeat the value. */
    private DriverException unreadable(String column, @Nullable String text) throws SQLException {
        String value;
        if (text == null) {
            value = "has no " + column + "; the row";
        } else if (CONFIDENTIAL.contains(column)) {
            value = "has the " + column + " (" + text.length()
                    + " characters, not shown because it may contain secrets)"
                    + " that this program does not know; a newer program wrote the value, or it";
        } else {
            value = "has the " + column + " '" + ForeignText.line(text, SHOWN)
                    + "', which this program does not know; a newer program wrote the value, or it";
        }
        return damaged(place() + " " + value + " is damaged");
    }

    private String place() throws SQLException {
        return "the node store's row " + ForeignText.line(String.valueOf(set.getString(key)), SHOWN) + " of " + table;
    }

    private static DriverException damaged(String message) {
        return new DriverException(ErrorCode.DRIVER_NOT_READY, message, new StoreDamage(message, null));
    }
}

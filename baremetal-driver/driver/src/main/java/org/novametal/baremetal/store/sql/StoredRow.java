package org.novametal.baremetal.store.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.store.StoreDamage;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

/**
 * A result row of a query. A value that this program does not know is never guessed: an exception names its table, row and
 * column.
 *
 * @param set the row
 * @param table the table's name, for messages
 * @param key the column that identifies the row, for messages
 */
record StoredRow(ResultSet set, String table, String key) {
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
        return read(column, text(column), reader);
    }

    /** The column's text, converted to a value; empty if the column is null. */
    <T> Optional<T> optionalValue(String column, Function<String, T> reader) throws SQLException {
        Optional<String> text = optionalText(column);
        return text.isPresent() ? Optional.of(read(column, text.get(), reader)) : Optional.empty();
    }

    /** The value whose persisted name is the column's text. */
    <T> T named(String column, Function<String, Optional<T>> names) throws SQLException {
        String text = text(column);
        Optional<T> value = names.apply(text);
        if (value.isEmpty()) {
            throw unreadable(column, text, null);
        }
        return value.get();
    }

    private <T> T read(String column, String text, Function<String, T> reader) throws SQLException {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw unreadable(column, text, e);
        }
    }

    private DriverException unreadable(String column, String text, @Nullable Exception cause) throws SQLException {
        String message = "the node store's row " + text(key) + " of " + table + " has the " + column + " '" + text
                + "', which this program does not know; a newer program wrote the value, or it is damaged";
        return new DriverException(ErrorCode.DRIVER_NOT_READY, message, new StoreDamage(message, cause));
    }
}

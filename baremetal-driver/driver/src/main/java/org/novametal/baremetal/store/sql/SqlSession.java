package org.novametal.baremetal.store.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection and the statements prepared on it. The statements are kept as long as the connection, so use only constant SQL
 * texts. Not thread-safe.
 */
final class SqlSession implements AutoCloseable {
    private final Connection connection;
    private final Map<String, Prepared> prepared = new HashMap<>();

    private record Prepared(PreparedStatement statement, int parameters) {}

    /** Converts a row to a value. */
    @FunctionalInterface
    interface Mapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    SqlSession(Connection connection) {
        this.connection = connection;
    }

    /** The connection itself, for features of one database. */
    Connection connection() {
        return connection;
    }

    /** Runs a statement without parameters or result. */
    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Runs a query and returns all its rows. */
    <T> List<T> list(String sql, Mapper<T> mapper, @Nullable Object... parameters) throws SQLException {
        try (ResultSet rows = prepare(sql, parameters).executeQuery()) {
            List<T> values = new ArrayList<>();
            while (rows.next()) {
                values.add(mapper.map(rows));
            }
            return List.copyOf(values);
        } catch (SQLException e) {
            throw new SqlReadException(e);
        }
    }

    /** Runs a query and returns its first row; empty if there is none. */
    <T> Optional<T> first(String sql, Mapper<T> mapper, @Nullable Object... parameters) throws SQLException {
        try (ResultSet rows = prepare(sql, parameters).executeQuery()) {
            return rows.next() ? Optional.of(mapper.map(rows)) : Optional.empty();
        } catch (SQLException e) {
            throw new SqlReadException(e);
        }
    }

    /** Runs a statement that changes rows, and returns how many it changed. */
    int update(String sql, @Nullable Object... parameters) throws SQLException {
        return prepare(sql, parameters).executeUpdate();
    }

    private PreparedStatement prepare(String sql, @Nullable Object... parameters) throws SQLException {
        Prepared known = prepared.get(sql);
        if (known == null) {
            PreparedStatement statement = connection.prepareStatement(sql);
            known = new Prepared(statement, statement.getParameterMetaData().getParameterCount());
            prepared.put(sql, known);
        }
        // For a missing value, a prepared statement would use the value from its last run.
        if (known.parameters() != parameters.length) {
            throw new IllegalArgumentException("the statement has " + known.parameters() + " parameters but got "
                    + parameters.length + " values: " + sql);
        }
        PreparedStatement statement = known.statement();
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    @Override
    public void close() throws SQLException {
        prepared.clear();
        connection.close();
    }
}

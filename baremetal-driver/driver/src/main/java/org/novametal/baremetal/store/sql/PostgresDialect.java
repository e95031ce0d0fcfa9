package org.novametal.baremetal.store.sql;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import org.novametal.baremetal.store.FileHold;
import org.novametal.baremetal.store.sql.SchemaMigrations.Migration;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Secret;

/**
 * One PostgreSQL database. Its JDBC driver is an optional dependency, found by the URL.
 *
 * <p>Two advisory locks on this database are used: one for write transactions, so that there is one writer at a time, as in
 * SQLite, and one for the compute host, which it keeps as long as its store's writing connection is open.
 */
record PostgresDialect(String jdbcUrl, String user, Secret password, PolledMark polled) implements Dialect {
    /** The versions of the schema; each has the number of the SQLite version with the same tables. */
    static final List<Migration> MIGRATIONS = List.of(
            new Migration(5, 5, "postgresql-005.sql"),
            new Migration(6, 5, "postgresql-006.sql"),
            new Migration(7, 5, "postgresql-007.sql"),
            new Migration(8, 5, "postgresql-008.sql"),
            new Migration(9, 5, "postgresql-009.sql"),
            new Migration(10, 10, "postgresql-010.sql"),
            new Migration(11, 11, "postgresql-011.sql"));

    /** How long a write by another process, or the loss of the server, may stay undetected. */
    private static final Duration MARK_INTERVAL = Duration.ofMillis(100);

    private static final String WRITER = "7241508843160061001";
    private static final String HOST = "7241508843160061002";

    @Override
    public String place() {
        return jdbcUrl.substring("jdbc:".length()) + " (user " + user + ")";
    }

    @Override
    public Optional<String> fault() {
        return Optional.empty(); // a connection to a removed database fails by itself
    }

    @Override
    public SqlSession connect(Duration limit) throws SQLException {
        long seconds = Math.clamp(limit.toSeconds() + 1, 1, 3600);
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password.reveal());
        properties.setProperty("ApplicationName", "nova-metal");
        properties.setProperty("connectTimeout", Long.toString(seconds));
        properties.setProperty("loginTimeout", Long.toString(seconds));
        // The statement timeout ends first and gives a reason; the socket timeout is for a server that does not answer.
        properties.setProperty("socketTimeout", Long.toString(2 * seconds));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("options", "-c statement_timeout=" + limit.toMillis());
        try {
            return new SqlSession(DriverManager.getConnection(jdbcUrl, properties));
        } catch (SQLException e) {
            throw "08001".equals(e.getSQLState()) && DriverManager.drivers().noneMatch(PostgresDialect::isDriver)
                    ? new SQLException("its JDBC driver is missing; add org.postgresql:postgresql to the class path", e)
                    : e;
        }
    }

    private static boolean isDriver(java.sql.Driver driver) {
        return driver.getClass().getName().startsWith("org.postgresql.");
    }

    @Override
    public void begin(SqlSession session) throws SQLException {
        session.execute("BEGIN");
        session.execute("SELECT pg_advisory_xact_lock(" + WRITER + ")");
    }

    /** The server has a queue for its locks. */
    @Override
    public Duration pauseAfterWrite(SqlSession session) {
        return Duration.ZERO;
    }

    PostgresDialect(String jdbcUrl, String user, Secret password) {
        this(jdbcUrl, user, password, new PolledMark(MARK_INTERVAL, System::nanoTime));
    }

    @Override
    public long mark(SqlAccess database) {
        return polled.get(database);
    }

    /** PostgreSQL has no counter of all writes. */
    @Override
    public OptionalLong requestMark(SqlAccess database) {
        return OptionalLong.empty();
    }

    @Override
    public void holdAlone(SqlSession writer) throws SQLException {
        boolean held = writer.first("SELECT pg_try_advisory_lock(" + HOST + ")", row -> row.getBoolean(1))
                .orElse(false);
        if (!held) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY,
                    "another compute host works on the inventory " + place() + "; " + FileHold.WAYS_OUT
                            + ", or stop it, or give this host another database");
        }
    }

    /** Source: PostgreSQL, Appendix A, class XX: {@code data_corrupted}, {@code index_corrupted}. */
    @Override
    public boolean isDamage(SQLException failure) {
        return "XX001".equals(failure.getSQLState()) || "XX002".equals(failure.getSQLState());
    }

    /** Source: PostgreSQL, Appendix A: {@code lock_not_available}. */
    @Override
    public boolean isLockedOut(SQLException failure) {
        return "55P03".equals(failure.getSQLState());
    }

    /** The server checks its pages itself, when they are read. */
    @Override
    public Optional<String> damage(SqlSession session, Duration limit) {
        return Optional.empty();
    }

    @Override
    public void close() {
        // The host's lock ends with the connection.
    }

    @Override
    public List<Migration> migrations() {
        return MIGRATIONS;
    }

    @Override
    public String addressIs() {
        return "lower(bmc_address) = lower(?)";
    }
}

package org.novametal.baremetal.store.sql;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What differs between databases. */
sealed interface Dialect permits SqliteDialect, PostgresDialect {
    /** The database, for messages; without secrets. */
    String place();

    /**
     * Opens a connection in auto-commit mode.
     *
     * @param limit the longest that a statement may wait for another process
     */
    SqlSession connect(Duration limit) throws SQLException;

    /** Begins a write transaction that excludes all others, also those of other processes. */
    void begin(SqlSession session) throws SQLException;

    /** Why the database is not the one that was opened; empty while it is. Cheap: asked around every call. */
    Optional<String> fault();

    /**
     * Takes the database for this process alone, until the connection that writes is closed or this is. Idempotent.
     *
     * @throws org.novametal.driver.error.DriverException {@code DRIVER_NOT_READY} while another process has it
     */
    void holdAlone(SqlSession writer) throws SQLException;

    /** Gives up what {@link #holdAlone} took. */
    void close();

    /**
     * A mark that changes with every write of this or another process.
     *
     * @throws org.novametal.driver.error.DriverException {@code DRIVER_NOT_READY}
     */
    long mark(SqlAccess database);

    /** The versions of the schema. */
    List<SchemaMigrations.Migration> migrations();

    /** The condition that a node's BMC address is the parameter, in any case of letters. */
    String addressIs();
}

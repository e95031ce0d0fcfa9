package org.novametal.baremetal.store.sql;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The operations that differ between databases. */
sealed interface Dialect permits SqliteDialect, PostgresDialect {
    /** The location of the database, for messages; without secrets. */
    String place();

    /**
     * Opens a connection in auto-commit mode.
     *
     * @param limit the longest that a statement may wait for another process
     */
    SqlSession connect(Duration limit) throws SQLException;

    /** Begins a write transaction that excludes all other write transactions, also those of other processes. */
    void begin(SqlSession session) throws SQLException;

    /**
     * How long the writing thread is to pause before its next transaction, so that other processes can write too.
     *
     * @param session the writing connection, without a transaction
     */
    Duration pauseAfterWrite(SqlSession session) throws SQLException;

    /**
     * Why the database is no longer the one that was opened; empty while it is. Must be fast, because it is called before and
     * after every database call.
     */
    Optional<String> fault();

    /**
     * Locks the database for this process, until the writing connection or this object is closed. Idempotent.
     *
     * @throws org.novametal.driver.error.DriverException {@code DRIVER_NOT_READY} while another process has locked it
     */
    void holdAlone(SqlSession writer) throws SQLException;

    /** Whether a failure says that the database's content is damaged, so that another try does not help. */
    boolean isDamage(SQLException failure);

    /** Whether a failure says that another process has a lock for longer than the limit. */
    boolean isLockedOut(SQLException failure);

    /**
     * Checks the structure of the whole database, at the start of a host.
     *
     * @param limit the longest time; a check that takes longer is given up, and that is logged
     * @return what is damaged; empty if nothing was found
     */
    Optional<String> damage(SqlSession session, Duration limit) throws SQLException;

    /** Releases the lock of {@link #holdAlone}. */
    void close();

    /**
     * A counter that changes with every write by this or another process.
     *
     * @throws org.novametal.driver.error.DriverException {@code DRIVER_NOT_READY}
     */
    long mark(SqlAccess database);

    /** As {@link org.novametal.baremetal.store.OperationStore#requestMark}. */
    OptionalLong requestMark(SqlAccess database);

    /** The versions of the database schema. */
    List<SchemaMigrations.Migration> migrations();

    /** The SQL condition that a node's BMC address equals the parameter, ignoring case. */
    String addressIs();
}

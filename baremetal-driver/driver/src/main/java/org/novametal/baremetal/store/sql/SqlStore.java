package org.novametal.baremetal.store.sql;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.novametal.baremetal.store.AgentStore;
import org.novametal.baremetal.store.HistoryStore;
import org.novametal.baremetal.store.HostStore;
import org.novametal.baremetal.store.NodeStore;
import org.novametal.baremetal.store.OperationStore;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.Settings;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreKey;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Secret;
import org.novametal.text.ForeignText;

/**
 * The store in an SQL database that several processes may use at once.
 *
 * <p>The database enforces all unique values (name, UUID, BMC address, MAC, a node's instance, its unfinished operation).
 * Passwords and tokens are encrypted before they are stored. Statements run on threads of the store; callers, on any kind of
 * thread, wait within the limit of {@link StoreOptions}, and an interrupt does not end the wait.
 */
public final class SqlStore implements Store {
    private static final UUID NO_NODE = new UUID(0, 0);
    private static final Secret KEY_CHECK = Secret.of("nova-metal");

    private final SqlAccess database;
    private final SqlHistory history;
    private final NodeStore nodes;
    private final SqlOperations operations;
    private final AgentStore agents;
    private final Settings settings;
    private final HostStore hosts;

    private SqlStore(
            SqlAccess database, Dialect dialect, SecretCipher cipher, InstantSource clock, StoreOptions options) {
        this.database = database;
        this.history = new SqlHistory(database, ForeignText.line(options.who()), options.keepHistory(), clock);
        this.nodes = new SqlNodes(database, dialect, cipher, history, clock);
        this.operations = new SqlOperations(database, dialect, cipher, history, clock);
        this.agents = new SqlAgents(database, cipher);
        this.settings = new SqlSettings(database);
        this.hosts = new SqlHosts(database);
    }

    /**
     * Opens a store in an SQLite file and brings its schema up to date; creates the file, accessible only to its owner, if it
     * does not exist.
     *
     * @param file the database; beside it SQLite keeps files of the same name with {@code -wal} and {@code -shm}
     * @throws DriverException {@code DRIVER_NOT_READY} when the file cannot be used, was written by a newer program that
     *     excludes older ones, contains secrets encrypted with another key, or has lost its content or its key
     */
    public static SqlStore sqlite(Path file, StoreKey key, InstantSource clock, StoreOptions options) {
        return open(SqliteDialect.of(file), key, clock, options);
    }

    /**
     * Opens a store in a PostgreSQL database and brings its schema up to date; the database must exist.
     *
     * @param jdbcUrl its address, {@code jdbc:postgresql://host:port/name}, without user and password
     * @param password the user's password; empty if the server requires none
     * @throws DriverException {@code DRIVER_NOT_READY} when the database cannot be used, was written by a newer program that
     *     excludes older ones, contains secrets encrypted with another key, or has lost its content or its key
     */
    public static SqlStore postgresql(
            String jdbcUrl, String user, Secret password, StoreKey key, InstantSource clock, StoreOptions options) {
        return open(new PostgresDialect(jdbcUrl, user, password), key, clock, options);
    }

    private static SqlStore open(Dialect dialect, StoreKey key, InstantSource clock, StoreOptions options) {
        SqlAccess database = new SqlAccess(dialect, options);
        try {
            SecretCipher cipher = database.write("opened", session -> {
                SchemaMigrations.apply(session, dialect.migrations(), clock.instant());
                return checkedCipher(session, key);
            });
            return new SqlStore(database, dialect, cipher, clock, options);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** The cipher with the key of this store. Throws, and thereby undoes the whole opening, when store and key do not match. */
    private static SecretCipher checkedCipher(SqlSession session, StoreKey key) throws SQLException {
        Optional<byte[]> sealed = session.first("SELECT sealed FROM key_check", row -> row.getBytes("sealed"));
        if (sealed.isEmpty()) {
            SecretCipher cipher = key.forNewStore();
            session.update("INSERT INTO key_check (id, sealed) VALUES (1, ?)", (Object)
                    cipher.seal(NO_NODE, "key_check", KEY_CHECK));
            return cipher;
        }
        SecretCipher cipher = key.forPresentStore();
        try {
            cipher.open(NO_NODE, "key_check", sealed.get());
        } catch (DriverException e) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY,
                    "this node store's secrets were not encrypted with the key in this key file; put back"
                            + " the key file that the store was created with, or create a new store and enrol the"
                            + " nodes again",
                    e);
        }
        return cipher;
    }

    @Override
    public NodeStore nodes() {
        return nodes;
    }

    @Override
    public OperationStore operations() {
        return operations;
    }

    @Override
    public AgentStore agents() {
        return agents;
    }

    @Override
    public HistoryStore history() {
        return history;
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public HostStore hosts() {
        return hosts;
    }

    @Override
    public void watch(Consumer<Optional<DriverException>> watcher) {
        database.watch(watcher);
    }

    @Override
    public void holdAlone() {
        database.holdAlone();
        operations.sealInputs();
    }

    @Override
    public void close() {
        database.close();
    }
}

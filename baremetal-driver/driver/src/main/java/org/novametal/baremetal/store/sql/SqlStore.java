package org.novametal.baremetal.store.sql;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
    private static final String KEY_CHECK_COLUMN = "key_check";
    private static final Secret KEY_CHECK = Secret.of("nova-metal");

    private final SqlAccess database;
    private final SqlHistory history;
    private final SecretCipher cipher;
    private final NodeStore nodes;
    private final SqlOperations operations;
    private final AgentStore agents;
    private final Settings settings;
    private final HostStore hosts;

    private SqlStore(
            SqlAccess database, Dialect dialect, SecretCipher cipher, InstantSource clock, StoreOptions options) {
        this.database = database;
        this.cipher = cipher;
        this.history = new SqlHistory(database, ForeignText.line(options.who()), options.keepHistory(), clock);
        SqlNodes sqlNodes = new SqlNodes(database, dialect, cipher, history, clock);
        this.nodes = sqlNodes;
        this.operations = new SqlOperations(database, dialect, cipher, sqlNodes, history, clock);
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
            Matched matched = database.write("opened", session -> {
                SchemaMigrations.apply(session, dialect.migrations(), clock.instant(), options.schema());
                return match(session, key);
            });
            if (matched.isPending()) {
                key.completeRotation();
            }
            database.guardWrites(session -> requireSameKey(session, matched.sealed()));
            return new SqlStore(database, dialect, matched.cipher(), clock, options);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /**
     * The key that matches a store.
     *
     * @param sealed the value in the store that proves it
     * @param isPending whether it is the pending key of a rotation
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared as a part of the record
    private record Matched(SecretCipher cipher, byte[] sealed, boolean isPending) {}

    /** Finds the key of this store. Throws, and thereby undoes the whole opening, when store and key do not match. */
    private static Matched match(SqlSession session, StoreKey key) throws SQLException {
        Optional<byte[]> sealed = keyCheck(session);
        if (sealed.isEmpty()) {
            SecretCipher cipher = key.forNewStore();
            byte[] made = cipher.seal(NO_NODE, KEY_CHECK_COLUMN, KEY_CHECK);
            session.update("INSERT INTO key_check (id, sealed) VALUES (1, ?)", (Object) made);
            return new Matched(cipher, made, false);
        }
        SecretCipher cipher = key.forPresentStore();
        try {
            cipher.open(NO_NODE, KEY_CHECK_COLUMN, sealed.get());
            return new Matched(cipher, sealed.get(), false);
        } catch (DriverException e) {
            Optional<SecretCipher> pending = key.pending();
            if (pending.filter(other -> opens(other, sealed.get())).isPresent()) {
                return new Matched(pending.get(), sealed.get(), true);
            }
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY,
                    "this node store's secrets were not encrypted with the key that secret_key gives; put back"
                            + " the key that the store was created with or changed to, or create a new store and enrol the"
                            + " nodes again",
                    e);
        }
    }

    private static boolean opens(SecretCipher cipher, byte[] sealed) {
        try {
            cipher.open(NO_NODE, KEY_CHECK_COLUMN, sealed);
            return true;
        } catch (DriverException e) {
            return false;
        }
    }

    private static Optional<byte[]> keyCheck(SqlSession session) throws SQLException {
        return session.first("SELECT sealed FROM key_check", row -> row.getBytes("sealed"));
    }

    /** Called in each write, so that a process that was started before a rotation stores nothing with the old key. */
    private static void requireSameKey(SqlSession session, byte[] known) throws SQLException {
        if (keyCheck(session).filter(now -> Arrays.equals(now, known)).isEmpty()) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY,
                    "the key of this node store was changed after this program opened it; restart this program");
        }
    }

    /**
     * Encrypts all secrets with another key, in one transaction. This store cannot write any more afterwards: close it.
     *
     * @return how many secrets there are
     * @throws DriverException {@code DRIVER_NOT_READY} when a secret cannot be decrypted; nothing is changed then
     */
    public int changeKey(SecretCipher to) {
        return database.write("written to change the key", session -> {
            int count = SealedValues.reencrypt(session, cipher, to);
            session.update("UPDATE key_check SET sealed = ? WHERE id = 1", (Object)
                    to.seal(NO_NODE, KEY_CHECK_COLUMN, KEY_CHECK));
            return count;
        });
    }

    /**
     * Reads every row and decrypts every secret.
     *
     * @return what cannot be read, one text each
     */
    public List<String> faults() {
        List<String> faults =
                new ArrayList<>(database.read("read for a check", session -> SealedValues.faults(session, cipher)));
        Stream.<Supplier<?>>of(nodes::all, nodes::described, hosts::all)
                .flatMap(part -> fault(part).stream())
                .forEach(faults::add);
        operations.ids().stream()
                .flatMap(id -> fault(() -> operations.find(id)).stream())
                .forEach(faults::add);
        return faults.stream().distinct().toList();
    }

    private static Optional<String> fault(Supplier<?> read) {
        try {
            var _ = read.get();
            return Optional.empty();
        } catch (DriverException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
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

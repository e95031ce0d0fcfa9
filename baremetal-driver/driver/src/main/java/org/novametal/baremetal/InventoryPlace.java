package org.novametal.baremetal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.config.Database;
import org.novametal.baremetal.config.KeySource;
import org.novametal.baremetal.store.FileAccess;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFiles;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.baremetal.store.StoreOptions.Schema;
import org.novametal.baremetal.store.sql.SqlStore;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Secret;
import org.novametal.text.IoFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The locations of a configuration's inventory and of the key for its secrets.
 *
 * @param database the database
 * @param passwordFile the file with the password of the database user
 * @param key the key
 * @param timeout the time limit of one call
 * @param keepHistory how many entries the history of a node has at most
 */
record InventoryPlace(
        Database database, Optional<Path> passwordFile, InventoryKey key, Duration timeout, int keepHistory) {
    private static final Logger LOG = LoggerFactory.getLogger(InventoryPlace.class);
    private static final int MAX_PASSWORD_BYTES = 65_536;
    private static final String PASSWORD_VARIABLE = "NOVA_METAL_DATABASE_PASSWORD";

    static InventoryPlace of(BareMetalOptions options) {
        Path state = options.places().statePath();
        Database database =
                options.inventory().database().orElseGet(() -> new Database.InFile(state.resolve("nova-metal.db")));
        KeySource source = options.inventory().key().orElseGet(() -> new KeySource.InFile(state.resolve("secret.key")));
        return new InventoryPlace(
                database,
                options.inventory().passwordFile(),
                InventoryKey.of(
                        source, state, shown(database), options.inventory().timeout()),
                options.inventory().timeout(),
                options.runner().keepHistory());
    }

    private static String shown(Database database) {
        return switch (database) {
            case Database.InFile(Path file) -> file.toString();
            case Database.Postgresql remote -> remote.jdbcUrl();
        };
    }

    /** This place with another limit for a command that prints a key. */
    InventoryPlace withKeyLimit(Duration limit) {
        InventoryKey limited = new InventoryKey(key.source(), key.mark(), key.inventory(), limit);
        return new InventoryPlace(database, passwordFile, limited, timeout, keepHistory);
    }

    /** The key of this inventory from another source. */
    InventoryKey keyOf(KeySource source) {
        return new InventoryKey(source, key.mark(), key.inventory(), key.limit());
    }

    /**
     * Opens the inventory; creates its file and key if neither exists.
     *
     * @param older what happens to an inventory with an older schema
     * @throws DriverException {@code DRIVER_NOT_READY}; {@code CONFIG_INVALID} when every user of the system may read the key
     *     or the database's password
     */
    Store open(InstantSource clock, Schema older) {
        return open(clock, StoreOptions.thisUser(), older);
    }

    /**
     * Opens the inventory, as {@link #open(InstantSource, Schema)} does.
     *
     * @param who who makes the changes, for the histories of nodes
     */
    Store open(InstantSource clock, String who, Schema older) {
        return open(clock, timeout, who, older);
    }

    private SqlStore open(InstantSource clock, Duration limit, String who, Schema older) {
        StoreOptions limits = StoreOptions.DEFAULTS
                .withTimeout(limit)
                .withUser(who)
                .withHistory(keepHistory)
                .withSchema(older);
        return switch (database) {
            case Database.InFile(Path file) -> {
                requireContent(file);
                yield SqlStore.sqlite(file, key, clock, limits);
            }
            case Database.Postgresql remote ->
                SqlStore.postgresql(remote.jdbcUrl(), remote.user(), password(), key, clock, limits);
        };
    }

    /**
     * Opens an existing inventory. Creates none, so that a tool with a wrong path leaves no empty inventory behind. Warns when
     * this program's user is not the one of the compute service, to whom the key belongs.
     *
     * @param older what happens to an inventory with an older schema
     * @throws DriverException {@code DRIVER_NOT_READY}, saying which user may read the inventory if this one may not
     */
    Store openPresent(InstantSource clock, Schema older) {
        return openPresent(clock, timeout, older);
    }

    /**
     * As {@link #openPresent(InstantSource, Schema)}, with another limit for each call.
     *
     * @throws DriverException {@code DRIVER_NOT_READY}
     */
    SqlStore openPresent(InstantSource clock, Duration limit, Schema older) {
        ServiceUser user = ServiceUser.ofThisProgram();
        user.requireAccess(Objects.requireNonNull(key.mark().toAbsolutePath().getParent(), "a file lies in a folder"));
        requirePresent();
        if (key.isBegun()) {
            user.requireAccess(key.mark());
            user.warning(key.mark()).ifPresent(LOG::warn);
        }
        return open(clock, limit, StoreOptions.thisUser(), older);
    }

    /**
     * Whether nothing of an inventory exists yet: no database with content, and no sign that it had content before. An inventory
     * in PostgreSQL counts as new until its key or mark exists.
     */
    boolean isNew() {
        return !key.isBegun()
                && switch (database) {
                    case Database.InFile(Path file) ->
                        Files.notExists(file) || (Files.isRegularFile(file) && StoreFiles.sizeOf(file) == 0);
                    case Database.Postgresql _ -> true;
                };
    }

    /**
     * Refuses an inventory of which a part is missing, and says what is there.
     *
     * @throws DriverException {@code DRIVER_NOT_READY}
     */
    void requirePresent() {
        boolean hasKey = key.missing().isEmpty();
        switch (database) {
            case Database.InFile(Path file) -> {
                if (Files.exists(file) && !Files.isRegularFile(file)) {
                    throw notReady("the database " + file
                            + " is not a regular file; check state_path and database in the configuration");
                }
                if (StoreFiles.sizeOf(file) > 0) {
                    if (!hasKey) {
                        throw key.gone();
                    }
                } else if (key.isBegun() && Files.exists(file)) {
                    throw key.lost("empty");
                } else if (key.isBegun()) {
                    throw key.lost("gone");
                } else {
                    throw none(file);
                }
            }
            case Database.Postgresql remote -> {
                if (!hasKey) {
                    throw notReady("the key " + key.mark() + " of the inventory " + remote.jdbcUrl()
                            + " does not exist; if the inventory has content, put the key back, because without"
                            + " it no BMC password can be read; else node create or node import makes both");
                }
            }
        }
    }

    private static DriverException none(Path file) {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file lies in a folder");
        return notReady("there is no inventory: "
                + (Files.isDirectory(folder)
                        ? "the folder " + folder + " has no database " + file.getFileName() + " with content"
                        : folder + (Files.exists(folder) ? " is not a folder" : " does not exist"))
                + "; check state_path and database in the configuration, or begin one with node create or node import");
    }

    private static DriverException notReady(String why) {
        return new DriverException(ErrorCode.DRIVER_NOT_READY, why);
    }

    /**
     * Refuses a missing or empty file whose key exists, before SQLite opens it: SQLite would delete the {@code -wal} file
     * beside an empty file.
     */
    private void requireContent(Path file) {
        // The key is looked at first: a process that makes a new inventory makes its file before its key.
        boolean begun = key.isBegun();
        long size = StoreFiles.sizeOf(file);
        if (begun && size == 0) {
            throw key.lost(Files.exists(file) ? "empty" : "gone");
        }
        if (!begun && size == 0 && StoreFiles.sizeOf(file.resolveSibling(file.getFileName() + "-wal")) > 0) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY,
                    "the inventory " + file + " is empty, but the file " + file.getFileName()
                            + "-wal beside it is not, and " + key.mark()
                            + " is gone; put all three back, or remove that file to begin with an empty inventory");
        }
    }

    private Secret password() {
        if (passwordFile.isEmpty()) {
            return Secret.of(
                    Optional.ofNullable(System.getenv(PASSWORD_VARIABLE)).orElse(""));
        }
        Path file = passwordFile.get();
        try {
            if (FileAccess.isReadableByOthers(file)) {
                throw new DriverException(
                        ErrorCode.CONFIG_INVALID,
                        "every user of this system may read database_password_file " + file
                                + "; change the password if somebody may have read it, then: chmod o-rwx " + file);
            }
            return Secret.of(firstBytes(file).strip());
        } catch (IOException e) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY, "database_password_file cannot be read: " + IoFailure.reason(e), e);
        }
    }

    private static String firstBytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_PASSWORD_BYTES + 1);
            if (bytes.length > MAX_PASSWORD_BYTES) {
                throw new IOException("it has more than " + MAX_PASSWORD_BYTES + " bytes, so it is not a password");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}

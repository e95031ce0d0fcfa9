package org.novametal.baremetal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.config.Database;
import org.novametal.baremetal.store.FileAccess;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.baremetal.store.sql.SqlStore;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Secret;

/**
 * The locations of a configuration's inventory and of the key for its secrets, which is always in {@code state_path}.
 *
 * @param database the database
 * @param passwordFile the file with the password of the database user
 * @param key the file with the key
 * @param timeout the time limit of one call
 */
record InventoryPlace(Database database, Optional<Path> passwordFile, Path key, Duration timeout) {
    private static final String PASSWORD_VARIABLE = "NOVA_METAL_DATABASE_PASSWORD";

    static InventoryPlace of(BareMetalOptions options) {
        Path state = options.places().statePath();
        return new InventoryPlace(
                options.inventory().database().orElseGet(() -> new Database.InFile(state.resolve("nova-metal.db"))),
                options.inventory().passwordFile(),
                state.resolve("secret.key"),
                options.inventory().timeout());
    }

    /**
     * Opens the inventory; creates its file and key if neither exists.
     *
     * @throws DriverException {@code DRIVER_NOT_READY}; {@code CONFIG_INVALID} when every user of the system may read the key
     *     or the database's password
     */
    Store open(InstantSource clock) {
        StoreOptions limits = StoreOptions.DEFAULTS.withTimeout(timeout);
        return switch (database) {
            case Database.InFile(Path file) -> {
                requireBoth(file);
                yield SqlStore.sqlite(file, SecretCipher.ofKeyFile(key), clock, limits);
            }
            case Database.Postgresql remote ->
                SqlStore.postgresql(
                        remote.jdbcUrl(), remote.user(), password(), SecretCipher.ofKeyFile(key), clock, limits);
        };
    }

    /**
     * Opens an existing inventory. Creates none, so that a tool with a wrong path leaves no empty inventory behind.
     *
     * @throws DriverException {@code DRIVER_NOT_READY}
     */
    Store openPresent(InstantSource clock) {
        if (database instanceof Database.InFile(Path file) && Files.notExists(file)) {
            throw missing(file.toString());
        }
        if (Files.notExists(key)) {
            throw missing("its key " + key);
        }
        return open(clock);
    }

    private static DriverException missing(String what) {
        return new DriverException(ErrorCode.DRIVER_NOT_READY, "there is no inventory: " + what + " is missing");
    }

    /**
     * A key without its inventory means that the inventory was lost; with a new, empty inventory, Nova would forget every node.
     */
    private void requireBoth(Path file) {
        if (Files.exists(key) && Files.notExists(file)) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY,
                    "the inventory " + file + " is gone, but its key " + key
                            + " exists; put the inventory back, or remove the key to begin with an empty inventory");
        }
        if (Files.exists(file) && Files.notExists(key)) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY,
                    "the key " + key + " of the inventory " + file
                            + " is gone; put the key back, because without it no BMC password can be read");
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
            return Secret.of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new DriverException(ErrorCode.DRIVER_NOT_READY, "database_password_file cannot be read: " + e, e);
        }
    }
}

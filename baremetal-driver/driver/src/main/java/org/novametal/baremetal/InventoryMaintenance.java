package org.novametal.baremetal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.config.Database;
import org.novametal.baremetal.config.KeySource;
import org.novametal.baremetal.store.FileHold;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.StoreKey;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.baremetal.store.StoreOptions.Schema;
import org.novametal.baremetal.store.sql.SqlStore;
import org.novametal.baremetal.store.sql.SqliteFile;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.text.IoFailure;

/**
 * The care of an inventory's database and key: backup while a host runs, restore, check, change of the key.
 *
 * <p>Each method opens what it needs and closes it again; it blocks until it is done, on the caller's thread, which should be a
 * platform thread. A backup is encrypted with the inventory's key, which is not in it: keep a copy of the key elsewhere.
 */
public final class InventoryMaintenance {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final InventoryPlace place;
    private final Path statePath;
    private final InstantSource clock;
    private final Duration limit;
    private final Schema older;

    /**
     * Makes the maintenance of an inventory, which refuses one with an older schema.
     *
     * @param limit how long each part of the work may take: copying, checking, encrypting, a command that prints a key
     */
    public InventoryMaintenance(BareMetalOptions options, InstantSource clock, Duration limit) {
        this(options, clock, limit, Schema.REFUSED);
    }

    /**
     * Makes the maintenance of an inventory.
     *
     * @param limit how long each part of the work may take: copying, checking, encrypting, a command that prints a key
     * @param older what happens to an inventory with an older schema when it is checked or its key is changed
     */
    public InventoryMaintenance(BareMetalOptions options, InstantSource clock, Duration limit, Schema older) {
        this.place = InventoryPlace.of(options).withKeyLimit(limit);
        this.older = older;
        this.statePath = options.places().statePath();
        this.clock = clock;
        this.limit = limit;
    }

    /**
     * Writes a copy of the inventory as it is at this moment to a new file, also while a host runs.
     *
     * @throws DriverException {@code CONFIG_INVALID} when the file exists, its folder does not, or the inventory is in
     *     PostgreSQL, which has its own tools; {@code DRIVER_NOT_READY} when the inventory cannot be read or is damaged
     */
    public void backup(Path target) {
        Path file = file("backup", "pg_dump --format=custom --file=" + target + " " + place.database());
        if (Files.notExists(file)) {
            throw new DriverException(ErrorCode.DRIVER_NOT_READY, "there is no inventory " + file);
        }
        new SqliteFile(file, limit).copyTo(target);
    }

    /**
     * Puts a backup in place of the inventory, after it was checked: its pages, its schema, its key, every row. The inventory
     * before is kept beside it. The operations that were open when the backup was made are marked: the next host goes on with
     * them, although their machines have gone on since, and says of each that it comes from a backup and what it waits for.
     *
     * @param key the source of the key with which the backup is encrypted, if that is not the present one; its secrets are
     *     encrypted with the present key then
     * @return the file of the inventory before; empty if there was none
     * @throws DriverException {@code CONFIG_INVALID} when the inventory is in PostgreSQL; {@code DRIVER_NOT_READY} when a host
     *     lives, or the backup is damaged, too new, or encrypted with another key; nothing is changed then
     */
    public Optional<Path> restore(Path backup, Optional<KeySource> key) {
        Path file =
                file("restore", "pg_restore --clean --single-transaction --dbname=" + place.database() + " " + backup);
        if (!Files.isRegularFile(backup)) {
            throw new DriverException(ErrorCode.CONFIG_INVALID, "there is no file " + backup);
        }
        List<String> faults = new SqliteFile(backup, limit).faultsAlone();
        if (!faults.isEmpty()) {
            throw refused(backup, "it is damaged: " + String.join("; ", faults));
        }
        place.key().missing().ifPresent(absent -> {
            throw refused(
                    backup,
                    "the key " + absent + " of the inventory does not exist; put it back first, because without it no"
                            + " BMC password can be read");
        });
        StateFolder.open(statePath);
        try (OpenedParts held = new OpenedParts()) {
            held.add(hostLock());
            held.add(alone(FileHold.beside(file), FileHold.lockOf(file)));
            Path fresh = file.resolveSibling(file.getFileName() + ".restoring");
            try {
                SqliteFile.copyPrivately(backup, fresh);
                check(backup, fresh, key);
                boolean before = Files.exists(file);
                Path kept = file.resolveSibling(file.getFileName() + ".before-" + TIME.format(clock.instant()));
                new SqliteFile(file, limit).replaceBy(fresh, kept);
                return before ? Optional.of(kept) : Optional.empty();
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY, "the backup could not be restored: " + IoFailure.reason(e), e);
        }
    }

    private void check(Path backup, Path fresh, Optional<KeySource> key) {
        StoreKey present = place.key();
        StoreKey own = key.<StoreKey>map(source -> place.keyOf(source).cipher()).orElse(new PresentKey(present));
        try (SqlStore copy = open(backup, fresh, own)) {
            List<String> faults = copy.faults();
            if (!faults.isEmpty()) {
                throw refused(backup, String.join("; ", faults));
            }
            copy.operations().markRestored(clock.instant());
            if (key.isPresent()) {
                copy.changeKey(present.forPresentStore());
            }
        }
    }

    private SqlStore open(Path backup, Path fresh, StoreKey key) {
        try {
            return SqlStore.sqlite(fresh, key, clock, StoreOptions.DEFAULTS.withTimeout(limit));
        } catch (DriverException e) {
            throw new DriverException(
                    e.code(),
                    "the backup " + backup + " is refused, nothing was changed: " + e.getMessage()
                            + ". If the backup is older than a change of the key, give the key of that time with it",
                    e);
        }
    }

    /** A backup has content, also where the inventory before is lost. */
    private record PresentKey(StoreKey key) implements StoreKey {
        @Override
        public SecretCipher forNewStore() {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY, "the file has no content: it is not a backup of an inventory");
        }

        @Override
        public SecretCipher forPresentStore() {
            return key.forPresentStore();
        }
    }

    /**
     * Checks the inventory, also while a host runs: its pages, its references, its key, and every row and secret.
     *
     * @return what is damaged, one text each; empty if nothing is
     * @throws DriverException {@code DRIVER_NOT_READY} when it cannot be opened at all, with the reason
     */
    public List<String> check() {
        List<String> faults = new ArrayList<>();
        if (place.database() instanceof Database.InFile(Path file) && Files.exists(file)) {
            faults.addAll(new SqliteFile(file, limit).faults());
        }
        if (!faults.isEmpty()) {
            return faults;
        }
        try (SqlStore store = place.openPresent(clock, limit, older)) {
            return store.faults();
        }
    }

    /**
     * Encrypts all secrets with another key, in one transaction: a crash at any point leaves either the old or the new key
     * valid. The old key of a file is kept beside it as {@code NAME.old}, or {@code NAME.old.2} and so on:
     * older backups need it.
     *
     * @param key the source of the new key; if absent, a random key is made, for which the present source must be a file
     * @return what the operator must do now; empty if nothing
     * @throws DriverException {@code DRIVER_NOT_READY} when a host lives, a secret cannot be decrypted, or the new key cannot
     *     be read; nothing is changed then. {@code CONFIG_INVALID} when no random key can be made
     */
    public Optional<String> rotateKey(Optional<KeySource> key) {
        InventoryKey present = place.key();
        if (key.isEmpty() && !(present.source() instanceof KeySource.InFile)) {
            throw new DriverException(
                    ErrorCode.CONFIG_INVALID,
                    "the key comes from " + kind(present.source())
                            + ", which this program cannot change; give the source of the new key");
        }
        place.requirePresent();
        try (OpenedParts held = new OpenedParts()) {
            held.add(hostLock());
            SqlStore store = held.add(place.openPresent(clock, limit, older));
            store.holdAlone();
            present.removeLeftovers();
            SecretCipher to = key.map(source -> place.keyOf(source).given()).orElseGet(present::makePending);
            store.changeKey(to);
            if (key.isEmpty()) {
                present.completeRotation();
                return Optional.empty();
            }
        } catch (IOException e) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY, "the key could not be changed: " + IoFailure.reason(e), e);
        }
        return Optional.of("set [baremetal] secret_key = " + key.get() + " before the host starts");
    }

    private static String kind(KeySource source) {
        return switch (source) {
            case KeySource.InFile _ -> "a file";
            case KeySource.InEnvironment _ -> "an environment variable";
            case KeySource.OfCommand _ -> "a command";
        };
    }

    private FileHold hostLock() throws IOException {
        Path lock = statePath.resolve("host.lock");
        return alone(FileHold.of(lock), lock);
    }

    private static FileHold alone(Optional<FileHold> hold, Path lock) {
        return hold.orElseThrow(() -> new DriverException(
                ErrorCode.DRIVER_NOT_READY,
                "a compute host works on the inventory (it has locked " + lock
                        + "); stop it first, or wait for the end of the command with --local that is the host"));
    }

    private Path file(String what, String instead) {
        return switch (place.database()) {
            case Database.InFile(Path file) -> file;
            case Database.Postgresql _ ->
                throw new DriverException(
                        ErrorCode.CONFIG_INVALID,
                        "the " + what + " of an inventory in PostgreSQL is made with PostgreSQL's tools, such as: "
                                + instead + "; keep a copy of the key too");
        };
    }

    private static DriverException refused(Path backup, String why) {
        return new DriverException(
                ErrorCode.DRIVER_NOT_READY, "the backup " + backup + " is refused, nothing was changed: " + why);
    }
}

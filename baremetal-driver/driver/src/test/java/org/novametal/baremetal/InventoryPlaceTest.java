package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.config.Database;
import org.novametal.baremetal.config.KeySource;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.baremetal.store.StoreOptions.Schema;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

/** An inventory that lost its content is refused, because an empty one would make Nova remove every node. */
class InventoryPlaceTest {
    @TempDir
    Path folder;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Path file;
    private Path wal;
    private Path key;

    @BeforeEach
    void place() {
        file = folder.resolve("nova-metal.db");
        wal = folder.resolve("nova-metal.db-wal");
        key = folder.resolve("secret.key");
    }

    private InventoryKey source() {
        return InventoryKey.of(new KeySource.InFile(key), folder, file.toString(), LIMIT);
    }

    private Store open() {
        return new InventoryPlace(new Database.InFile(file), Optional.empty(), source(), LIMIT, 200)
                .open(InstantSource.system(), Schema.UPGRADED);
    }

    private ThrowableAssertAlternative<DriverException> refused() {
        return StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> open().close());
    }

    /** An inventory with one node, as a process leaves it that dies: everything is in the {@code -wal} file. */
    private void killedHost() throws Exception {
        Path kept = Files.createDirectory(folder.resolve("kept"));
        try (Store store = open()) {
            store.nodes().enrol(StoreFixture.spec(1));
            Files.copy(file, kept.resolve("db"));
            Files.copy(wal, kept.resolve("wal"));
        }
        Files.delete(file);
        Files.copy(kept.resolve("db"), file);
        Files.deleteIfExists(wal);
        Files.copy(kept.resolve("wal"), wal);
    }

    @Test
    void theInventoryOfAKilledHostIsOpenedWithItsNodes() throws Exception {
        killedHost();

        try (Store store = open()) {
            assertThat(store.nodes().all()).hasSize(1);
        }
    }

    @Test
    void anEmptiedInventoryIsRefusedAndItsWalFileIsKept() throws Exception {
        killedHost();
        byte[] content = Files.readAllBytes(wal);
        Files.write(file, new byte[0]);

        refused().withMessageContaining("is empty").withMessageContaining("put the inventory back");
        assertThat(wal).hasBinaryContent(content);
        assertThat(file).isEmptyFile();

        Files.delete(wal);
        refused().withMessageContaining("is empty").withMessageContaining("-wal");
        assertThat(file).isEmptyFile();
    }

    @Test
    void anInventoryThatLostItsWalFileIsRefused() throws Exception {
        killedHost();
        Files.delete(wal);

        refused().withMessageContaining("is empty").withMessageContaining("-wal");
        refused().withMessageContaining("is empty");
    }

    @Test
    void anInventoryWhoseWalFileWasCutIsRefused() throws Exception {
        killedHost();
        Files.write(wal, Arrays.copyOf(Files.readAllBytes(wal), 100));

        refused().withMessageContaining("is empty");
    }

    @Test
    void anInventoryWhoseRowsWereDeletedIsRefused() throws Exception {
        open().close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM key_check");
        }

        refused().withMessageContaining("is empty");
    }

    @Test
    void anInventoryWithoutItsKeyIsRefusedAndNoKeyIsMade() throws Exception {
        killedHost();
        Files.delete(key);

        refused().withMessageContaining("is gone").withMessageContaining("put the key back");
        assertThat(key).doesNotExist();
    }

    @Test
    void theWalFileOfAnEmptiedInventoryWithoutItsKeyIsKept() throws Exception {
        killedHost();
        Files.delete(key);
        Files.write(file, new byte[0]);

        refused().withMessageContaining("-wal");
        assertThat(wal).isNotEmptyFile();
        assertThat(key).doesNotExist();
    }

    @Test
    void aFirstStartThatDiedBeforeItMadeTheKeyIsRepeated() throws Exception {
        Files.createFile(file);

        open().close();
        open().close();
        assertThat(key).isNotEmptyFile();
    }

    @Test
    void aFirstStartWhoseDatabaseCannotBeUsedMakesNoKey() throws Exception {
        Files.createDirectory(file);

        refused();
        assertThat(key).doesNotExist();
    }

    @Test
    void anEndlessPasswordFileIsRefusedBeforeTheDatabaseIsAsked() throws Exception {
        Path endless = Files.write(folder.resolve("password"), new byte[100_000]);
        Files.setPosixFilePermissions(endless, PosixFilePermissions.fromString("rw-------"));
        Database database = Database.parse("postgresql://nova@127.0.0.1:9/nova");

        StoreFixture.refused(
                        ErrorCode.DRIVER_NOT_READY,
                        () -> new InventoryPlace(database, Optional.of(endless), source(), LIMIT, 200)
                                .open(InstantSource.system(), Schema.UPGRADED)
                                .close())
                .withMessageContaining("more than 65536 bytes");
        assertThat(key).doesNotExist();
    }

    private ThrowableAssertAlternative<DriverException> notPresent() {
        return StoreFixture.refused(
                ErrorCode.DRIVER_NOT_READY,
                () -> new InventoryPlace(new Database.InFile(file), Optional.empty(), source(), LIMIT, 200)
                        .openPresent(InstantSource.system(), Schema.REFUSED)
                        .close());
    }

    @Test
    void whatIsThereOfAnInventoryAndWhatIsMissingIsSaid() throws Exception {
        notPresent()
                .withMessageContaining(
                        "there is no inventory: the folder " + folder + " has no database nova-metal.db");
        file = folder.resolve("absent/nova-metal.db");
        notPresent().withMessageContaining(folder.resolve("absent") + " does not exist");
        Files.createFile(folder.resolve("absent"));
        notPresent().withMessageContaining(folder.resolve("absent") + " is not a folder");
        file = folder.resolve("nova-metal.db");

        killedHost();
        byte[] secret = Files.readAllBytes(key);
        Files.delete(key);
        notPresent()
                .withMessageContaining("the inventory " + file + " is there, but its key " + key + " is gone")
                .withMessageContaining("put the key back");

        Files.write(key, secret);
        Files.delete(file);
        notPresent()
                .withMessageContaining("the inventory " + file + " is gone, but its key " + key + " exists")
                .withMessageContaining("put the inventory back");
    }

    @Test
    void aDeviceIsNoInventoryAndNothingIsMadeBesideIt() throws Exception {
        Files.createSymbolicLink(file, Path.of("/dev/null"));

        refused().withMessageContaining("is not a regular file");
        notPresent().withMessageContaining("the database " + file + " is not a regular file");
        assertThat(new InventoryPlace(new Database.InFile(file), Optional.empty(), source(), LIMIT, 200).isNew())
                .isFalse();

        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}

package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.config.KeySource;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.store.FileHold;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.baremetal.store.sql.SqlStore;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Secret;

/** Backup, restore, check and change of the key, on files; a host is a process that has opened and locked the inventory. */
class InventoryMaintenanceTest {
    private static final NodeSpec NODE = StoreFixture.spec(1);
    private static final String OTHER_KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    @TempDir
    Path folder;

    private Path state;
    private Path database;
    private Path key;
    private InventoryMaintenance maintenance;

    @BeforeEach
    void makeAnInventoryWithSecretsOfEachKind() throws Exception {
        state = folder.resolve("state");
        Files.createDirectory(
                state, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        database = state.resolve("nova-metal.db");
        key = state.resolve("secret.key");
        maintenance = maintenance(Map.of());
        try (Store store = open()) {
            UUID node = store.nodes().enrol(NODE).uuid();
            store.operations()
                    .request(
                            OperationRecord.requested(
                                    node,
                                    Optional.empty(),
                                    OperationKind.INSPECT,
                                    OperationInput.NOTHING,
                                    "a test",
                                    StoreFixture.NOW),
                            Map.of("token", Secret.of("a-secret-input")));
        }
    }

    private InventoryMaintenance maintenance(Map<String, String> options) {
        NovaConf.Builder conf = NovaConf.builder()
                .overlay("baremetal", "state_path", state.toString())
                .overlay("baremetal", "dhcp_dir", folder.resolve("dhcp").toString());
        options.forEach((name, value) -> conf.overlay("baremetal", name, value));
        return new InventoryMaintenance(
                BareMetalOptions.from(conf.build()), InstantSource.fixed(StoreFixture.NOW), Duration.ofSeconds(20));
    }

    private SqlStore open() {
        return open(database, key);
    }

    private static SqlStore open(Path file, Path keyFile) {
        return SqlStore.sqlite(
                file, SecretCipher.ofKeyFile(keyFile), InstantSource.fixed(StoreFixture.NOW), StoreOptions.DEFAULTS);
    }

    private void requireAllSecrets(Path keyFile) {
        try (SqlStore store = open(database, keyFile)) {
            UUID node = store.nodes().all().getFirst().uuid();
            assertThat(store.nodes().credentials(node).password()).isEqualTo(StoreFixture.PASSWORD);
            assertThat(store.operations()
                            .secrets(store.operations().requested().getFirst().id()))
                    .hasSize(1);
            assertThat(store.faults()).isEmpty();
        }
    }

    // ---- backup

    @Test
    void aBackupOfAnInventoryInUseIsOneFileForItsOwnerAlone() throws Exception {
        Path backup = folder.resolve("backup");
        try (Store host = open()) {
            host.holdAlone();
            host.nodes().enrol(StoreFixture.spec(2));

            maintenance.backup(backup);
            host.nodes().enrol(StoreFixture.spec(3));
        }

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
                .isEqualTo("rw-------");
        assertThat(folder.resolve("backup-wal")).doesNotExist();
        assertThat(folder.resolve("backup.part")).doesNotExist();
        try (Store copy = open(backup, key)) {
            assertThat(copy.nodes().all()).hasSize(2);
        }
    }

    @Test
    void aBackupReplacesNoFile() throws Exception {
        Path backup = Files.writeString(folder.resolve("backup"), "precious");

        StoreFixture.refused(ErrorCode.CONFIG_INVALID, () -> maintenance.backup(backup))
                .withMessageContaining("exists already");

        assertThat(backup).hasContent("precious");
    }

    @Test
    void aDamagedInventoryIsNotBackedUp() throws Exception {
        damage(database);

        StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> maintenance.backup(folder.resolve("backup")));
        assertThat(folder.resolve("backup")).doesNotExist();
        assertThat(folder.resolve("backup.part")).doesNotExist();
    }

    @Test
    void anInventoryInPostgresqlIsBackedUpWithItsTools() {
        InventoryMaintenance remote = maintenance(Map.of("database", "postgresql://nova@db.example:5432/inventory"));

        StoreFixture.refused(ErrorCode.CONFIG_INVALID, () -> remote.backup(folder.resolve("b")))
                .withMessageContaining("pg_dump");
        StoreFixture.refused(ErrorCode.CONFIG_INVALID, () -> remote.restore(folder.resolve("b"), Optional.empty()))
                .withMessageContaining("pg_restore");
    }

    // ---- restore

    private Path backup() {
        Path backup = folder.resolve("backup");
        maintenance.backup(backup);
        return backup;
    }

    @Test
    void aRestoreBringsTheInventoryOfTheBackupBackAndKeepsTheOneBefore() {
        Path backup = backup();
        try (Store store = open()) {
            store.nodes().enrol(StoreFixture.spec(2));
        }

        Path kept = maintenance.restore(backup, Optional.empty()).orElseThrow();

        requireAllSecrets(key);
        try (Store store = open()) {
            assertThat(store.nodes().all()).hasSize(1);
        }
        try (Store before = open(kept, key)) {
            assertThat(before.nodes().all()).hasSize(2);
        }
    }

    @Test
    void openOperationsOfABackupAreMarkedWhenItIsRestored() {
        maintenance.backup(folder.resolve("backup"));

        maintenance.restore(folder.resolve("backup"), Optional.empty());

        try (Store store = open()) {
            assertThat(store.operations().requested()).singleElement().satisfies(operation -> {
                assertThat(operation.restoredAt()).contains(StoreFixture.NOW);
                assertThat(operation.waitsFor()).isEmpty();
            });
        }
        requireAllSecrets(key);
    }

    @Test
    void aLostInventoryIsRestored() throws Exception {
        Path backup = backup();
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(Path.of(database + suffix));
        }

        assertThat(maintenance.restore(backup, Optional.empty())).isEmpty();

        requireAllSecrets(key);
    }

    @Test
    void aDamagedInventoryIsReplacedAndKept() throws Exception {
        Path backup = backup();
        Files.writeString(database, "this is no database at all, but long enough to be looked at".repeat(100));

        Path kept = maintenance.restore(backup, Optional.empty()).orElseThrow();

        requireAllSecrets(key);
        assertThat(Files.readString(kept)).startsWith("this is no database");
    }

    @Test
    void noInventoryIsRestoredWhileAHostLives() throws Exception {
        Path backup = backup();
        try (FileHold host = FileHold.of(state.resolve("host.lock")).orElseThrow()) {
            assertThat(host).isNotNull();
            StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> maintenance.restore(backup, Optional.empty()))
                    .withMessageContaining("stop it first");
        }
        try (Store host = open()) {
            host.holdAlone();
            StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> maintenance.restore(backup, Optional.empty()))
                    .withMessageContaining("stop it first");
        }
    }

    @Test
    void aDamagedEmptyForeignOrSplitBackupChangesNothing() throws Exception {
        Path backup = backup();
        byte[] before = Files.readAllBytes(database);
        Path damaged = Files.copy(backup, folder.resolve("damaged"));
        damage(damaged);
        Path cut = Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(Files.readAllBytes(backup), 20_000));
        Path empty = Files.createFile(folder.resolve("empty"));
        Path text = Files.writeString(folder.resolve("text"), "a text ".repeat(1000));
        Path split = Files.copy(backup, folder.resolve("split"));
        Files.writeString(folder.resolve("split-wal"), "what is still in the log");

        for (Path bad : List.of(damaged, cut, empty, text, split)) {
            StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> maintenance.restore(bad, Optional.empty()));
        }

        assertThat(database).hasBinaryContent(before);
        try (var files = Files.list(state)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.contains("restoring") || name.contains("before"));
        }
    }

    @Test
    void whatADamagedBackupSaysIsEscapedInTheRefusal() throws Exception {
        Path backup = backup();
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + backup);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = DELETE");
            statement.execute("PRAGMA writable_schema = ON");
            statement.execute(
                    "UPDATE sqlite_schema SET name = 'a\u001b[2J\nERROR b', sql = 'CREATE x' WHERE name = 'nodes'");
        }

        StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> maintenance.restore(backup, Optional.empty()))
                .satisfies(refusal ->
                        assertThat(refusal.getMessage()).contains("\\u001b[2J").doesNotContain("\u001b", "\n"));
    }

    @Test
    void aRefusedRestoreOrRotationMakesNothing() throws Exception {
        Path backup = backup();
        state = folder.resolve("absent");
        InventoryMaintenance elsewhere = maintenance(Map.of());

        StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> elsewhere.restore(backup, Optional.empty()))
                .withMessageContaining("the key " + state.resolve("secret.key") + " of the inventory does not exist");
        StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> elsewhere.rotateKey(Optional.empty()))
                .withMessageContaining("there is no inventory");
        StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, elsewhere::check);
        assertThat(state).doesNotExist();

        Files.createDirectory(state);
        StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> elsewhere.rotateKey(Optional.empty()));
        assertThat(state).isEmptyDirectory();
    }

    @Test
    void nothingIsMadeBesideADeviceThatIsNamedAsTheDatabase() throws Exception {
        Path backup = backup();
        Path device = Files.createSymbolicLink(folder.resolve("device"), Path.of("/dev/null"));
        InventoryMaintenance configured = maintenance(Map.of("database", device.toString()));

        StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> configured.restore(backup, Optional.empty()))
                .withMessageContaining("is not a regular file");
        StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> configured.backup(folder.resolve("copy")));
        StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, configured::check);

        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("device.") || name.startsWith("device-"));
        }
    }

    @Test
    void aBackupWithAnotherKeyIsRefusedUnlessItsKeyIsGiven() throws Exception {
        Path backup = backup();
        Path old = Files.copy(key, folder.resolve("old.key"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        assertThat(maintenance.rotateKey(Optional.empty())).isEmpty();

        StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> maintenance.restore(backup, Optional.empty()))
                .withMessageContaining("were not encrypted with the key")
                .withMessageContaining("nothing was changed")
                .withMessageContaining("give the key of that time");

        maintenance.restore(backup, Optional.of(new KeySource.InFile(old)));
        requireAllSecrets(key);
    }

    // ---- check

    @Test
    void aSoundInventoryHasNoFaultsAlsoWhileItIsUsed() {
        try (Store host = open()) {
            host.holdAlone();

            assertThat(maintenance.check()).isEmpty();
        }
    }

    @Test
    void aDamagedPageIsFound() throws Exception {
        damage(database);

        assertThat(maintenance.check()).isNotEmpty();
    }

    @Test
    void aSecretOfAnotherNodeIsFoundByItsColumn() throws Exception {
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + database);
                var statement = connection.createStatement()) {
            statement.execute("UPDATE nodes SET bmc_password = zeroblob(60)");
        }

        assertThat(maintenance.check()).anySatisfy(fault -> assertThat(fault).contains("bmc_password"));
    }

    // ---- rotation

    @Test
    void aRotationEncryptsAllSecretsWithANewKeyAndKeepsTheOldOne() throws Exception {
        byte[] before = Files.readAllBytes(key);

        assertThat(maintenance.rotateKey(Optional.empty())).isEmpty();

        assertThat(Files.readAllBytes(key)).isNotEqualTo(before);
        assertThat(state.resolve("secret.key.old")).hasBinaryContent(before);
        assertThat(state.resolve("secret.key.new")).doesNotExist();
        requireAllSecrets(key);
        StoreFixture.refused(
                ErrorCode.DRIVER_NOT_READY,
                () -> open(database, state.resolve("secret.key.old")).close());
    }

    @Test
    void eachRotationKeepsTheKeyBeforeItBesideThoseThatAreKept() throws Exception {
        List<byte[]> keys = new ArrayList<>();
        for (int rotation = 0; rotation < 3; rotation++) {
            keys.add(Files.readAllBytes(key));
            maintenance.rotateKey(Optional.empty());
        }

        assertThat(state.resolve("secret.key.old")).hasBinaryContent(keys.get(0));
        assertThat(state.resolve("secret.key.old.2")).hasBinaryContent(keys.get(1));
        assertThat(state.resolve("secret.key.old.3")).hasBinaryContent(keys.get(2));
        assertThat(state.resolve("secret.key.old.4")).doesNotExist();
        requireAllSecrets(key);
    }

    @Test
    void aNewKeyInAFileThatDoesNotExistIsRefusedAndNotMade() {
        Path none = state.resolve("none.key");

        StoreFixture.refused(
                        ErrorCode.CONFIG_INVALID, () -> maintenance.rotateKey(Optional.of(new KeySource.InFile(none))))
                .withMessageContaining("no key " + none);

        assertThat(none).doesNotExist();
        requireAllSecrets(key);
    }

    @Test
    void aRotationThatDiedBeforeItsTransactionLeavesTheOldKeyInUse() throws Exception {
        SecretCipher.ofKeyFile(state.resolve("secret.key.new"));

        assertThat(maintenance.check()).isEmpty();
        assertThat(state.resolve("secret.key.new")).exists();
        requireAllSecrets(key);

        assertThat(maintenance.rotateKey(Optional.empty())).isEmpty();
        requireAllSecrets(key);
    }

    @Test
    void theNextRotationRemovesTemporaryFilesOfKeysAndKeepsEachKeyThatNoOtherFileHas() throws Exception {
        byte[] before = Files.readAllBytes(key);
        Path incomplete = privateFile(".secret1.key", new byte[7]);
        Path linked = privateFile(".secret2.key", before);
        Path other = privateFile(".secret3.key", "a".repeat(32).getBytes(StandardCharsets.US_ASCII));
        Path foreign = privateFile(".secret-of-rack-7.key", "c".repeat(32).getBytes(StandardCharsets.US_ASCII));
        Path text = privateFile(".secret4.key", OTHER_KEY.getBytes(StandardCharsets.US_ASCII));
        Path pending = privateFile("secret.key.new", "b".repeat(32).getBytes(StandardCharsets.US_ASCII));
        List<byte[]> only = List.of(Files.readAllBytes(other), Files.readAllBytes(pending));

        assertThat(maintenance.rotateKey(Optional.empty())).isEmpty();

        assertThat(List.of(incomplete, linked, other, pending)).noneMatch(Files::exists);
        assertThat(List.of(foreign, text)).as("keys of others").allMatch(Files::exists);
        assertThat(List.of(state.resolve("secret.key.old"), state.resolve("secret.key.old.2")))
                .extracting(Files::readAllBytes)
                .containsExactlyInAnyOrderElementsOf(only);
        assertThat(state.resolve("secret.key.old.3")).hasBinaryContent(before);
        assertThat(state.resolve("secret.key.old.4")).doesNotExist();
        requireAllSecrets(key);
    }

    @Test
    void noFileOfAKeyIsRemovedWhileTheInventoryCannotBeOpenedWithItsKey() throws Exception {
        Path only = privateFile(".secret1.key", Files.readAllBytes(key));
        Files.delete(key);

        StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> maintenance.rotateKey(Optional.empty()));
        assertThat(only).exists();

        SecretCipher.ofKeyFile(key); // another key
        StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> maintenance.rotateKey(Optional.empty()));
        assertThat(only).exists();
        Files.move(only, key, StandardCopyOption.REPLACE_EXISTING);
        requireAllSecrets(key);
    }

    @Test
    void theKeyOfARotationIsKeptThoughAnOlderDatabaseWasPutBack() throws Exception {
        Path backup = folder.resolve("backup");
        maintenance.backup(backup);
        SecretCipher fresh = SecretCipher.ofKeyFile(state.resolve("secret.key.new"));
        byte[] rotated = Files.readAllBytes(state.resolve("secret.key.new"));
        try (SqlStore store = open()) {
            store.changeKey(fresh); // and its program is killed
        }
        Path kept = maintenance.restore(backup, Optional.empty()).orElseThrow();

        assertThat(maintenance.rotateKey(Optional.empty())).isEmpty();

        assertThat(state.resolve("secret.key.old")).hasBinaryContent(rotated);
        try (SqlStore before = open(kept, state.resolve("secret.key.old"))) {
            assertThat(before.faults()).isEmpty();
        }
    }

    private Path privateFile(String name, byte[] content) throws Exception {
        Path file = Files.write(state.resolve(name), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void aCommandThatPrintsNoKeyInTimeIsEndedAfterTheLimitOfTheMaintenance() {
        InventoryMaintenance impatient = new InventoryMaintenance(
                BareMetalOptions.from(NovaConf.builder()
                        .overlay("baremetal", "state_path", state.toString())
                        .overlay("baremetal", "dhcp_dir", folder.resolve("dhcp").toString())
                        .overlay("baremetal", "store_timeout", "3600")
                        .build()),
                InstantSource.fixed(StoreFixture.NOW),
                Duration.ofSeconds(1));

        StoreFixture.refused(
                        ErrorCode.DRIVER_NOT_READY,
                        () -> impatient.rotateKey(Optional.of(new KeySource.OfCommand("sleep 3000"))))
                .withMessageContaining("did not end within 1.0 s");
        requireAllSecrets(key);
    }

    @Test
    void anOlderSchemaIsRefusedWithTheOptionThatUpgradesIt() throws Exception {
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + database);
                var statement = connection.createStatement()) {
            statement.execute("DELETE FROM schema_version WHERE version = (SELECT max(version) FROM schema_version)");
        }

        StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> maintenance.check())
                .withMessageContaining("--upgrade-schema");
    }

    @Test
    void aRotationThatDiedAfterItsTransactionIsCompletedByTheNextOpening() throws Exception {
        byte[] before = Files.readAllBytes(key);
        SecretCipher fresh = SecretCipher.ofKeyFile(state.resolve("secret.key.new"));
        byte[] after = Files.readAllBytes(state.resolve("secret.key.new"));
        try (SqlStore store = open()) {
            store.changeKey(fresh);
        }
        // It may have died between the two renames too.
        Files.createLink(state.resolve("secret.key.old"), key);

        assertThat(maintenance.check()).isEmpty();

        assertThat(key).hasBinaryContent(after);
        assertThat(state.resolve("secret.key.old")).hasBinaryContent(before);
        assertThat(state.resolve("secret.key.new")).doesNotExist();
        requireAllSecrets(key);
    }

    @Test
    void aProgramThatOpenedTheInventoryBeforeARotationWritesNothingWithTheOldKey() {
        try (Store before = open()) {
            assertThat(maintenance.rotateKey(Optional.empty())).isEmpty();

            StoreFixture.refused(
                            ErrorCode.DRIVER_NOT_READY, () -> before.nodes().enrol(StoreFixture.spec(2)))
                    .withMessageContaining("restart this program");
        }
        requireAllSecrets(key);
    }

    @Test
    void noKeyIsRotatedWhileAHostLivesOrASecretIsDamaged() throws Exception {
        byte[] before = Files.readAllBytes(key);
        try (Store host = open()) {
            host.holdAlone();
            StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> maintenance.rotateKey(Optional.empty()));
        }
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + database);
                var statement = connection.createStatement()) {
            statement.execute("UPDATE operations SET secrets = zeroblob(60)");
        }
        StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> maintenance.rotateKey(Optional.empty()))
                .withMessageContaining("secrets");

        assertThat(key).hasBinaryContent(before);
        try (Store store = open()) {
            assertThat(store.nodes()
                            .credentials(store.nodes().all().getFirst().uuid())
                            .password())
                    .isEqualTo(StoreFixture.PASSWORD);
        }
    }

    @Test
    void aKeyFromAnotherSourceNeedsTheOptionAfterwards() {
        KeySource command = new KeySource.OfCommand("echo " + OTHER_KEY);

        assertThat(maintenance.rotateKey(Optional.of(command)).orElseThrow()).contains("secret_key = command:");

        StoreFixture.refused(ErrorCode.DRIVER_NOT_READY, () -> maintenance.check())
                .withMessageContaining("secret_key");
        InventoryMaintenance configured = maintenance(Map.of("secret_key", command.toString()));
        assertThat(configured.check()).isEmpty();
        StoreFixture.refused(ErrorCode.CONFIG_INVALID, () -> configured.rotateKey(Optional.empty()))
                .withMessageContaining("a command");
    }

    /** Overwrites a page in the middle of a database, with its log in it. */
    private static void damage(Path file) throws Exception {
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        byte[] bytes = Files.readAllBytes(file);
        for (int page = 1; page < bytes.length / 4096; page++) {
            java.util.Arrays.fill(bytes, page * 4096, page * 4096 + 200, (byte) 0x5a);
        }
        Files.write(file, bytes);
    }
}

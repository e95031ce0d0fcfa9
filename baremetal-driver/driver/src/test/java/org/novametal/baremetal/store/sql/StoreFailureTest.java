package org.novametal.baremetal.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.baremetal.store.StoreFixture.refused;

import com.google.common.util.concurrent.Uninterruptibles;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreDamage;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.PowerState;

@Isolated("no store thread of the process may be left")
class StoreFailureTest {
    @TempDir
    Path folder;

    private static ThrowableAssertAlternative<DriverException> notReady(ThrowingCallable call) {
        return refused(ErrorCode.DRIVER_NOT_READY, call);
    }

    private SqlSession foreign() throws SQLException {
        return foreign(folder);
    }

    private static SqlSession foreign(Path folder) throws SQLException {
        return new SqlSession(DriverManager.getConnection("jdbc:sqlite:" + StoreFixture.database(folder)));
    }

    private void tamper(String sql) throws SQLException {
        tamper(folder, sql);
    }

    private static void tamper(Path folder, String sql) throws SQLException {
        try (SqlSession session = foreign(folder)) {
            session.execute(sql);
        }
    }

    @Test
    void aDeletedDatabaseIsNotAnEmptyOne() throws Exception {
        try (Store store = StoreFixture.open(folder)) {
            NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
            for (String suffix : List.of("", "-wal", "-shm")) {
                Files.delete(Path.of(StoreFixture.database(folder) + suffix));
            }
            notReady(store.nodes()::all).withMessageContaining("is gone").withMessageContaining("nodes.db");
            notReady(() -> store.nodes().find(node.uuid()));
            notReady(() -> store.nodes().recordPower(node.uuid(), PowerState.RUNNING));
            notReady(() -> store.nodes().enrol(StoreFixture.spec(2)));
            assertThat(StoreFixture.database(folder)).doesNotExist();
        }
    }

    @Test
    void anotherDatabaseInItsPlaceIsNotReadAsThisOne() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        StoreFixture.open(elsewhere).close();
        try (Store store = StoreFixture.open(folder)) {
            store.nodes().enrol(StoreFixture.spec(1));
            Files.move(
                    StoreFixture.database(elsewhere),
                    StoreFixture.database(folder),
                    StandardCopyOption.REPLACE_EXISTING);
            notReady(store.nodes()::all).withMessageContaining("another file");
            notReady(() -> store.settings().save("a", "b"));
        }
    }

    @Test
    void aDatabaseOverwrittenWithRubbishIsNotAnEmptyOne() throws Exception {
        overwritten((byte) 0x5a);
    }

    @Test
    void aDatabaseOverwrittenWithZeroesIsNotAnEmptyOne() throws Exception {
        overwritten((byte) 0);
    }

    private void overwritten(byte value) throws Exception {
        try (Store store = StoreFixture.open(folder)) {
            for (int number = 10; number < 60; number++) {
                store.nodes().enrol(StoreFixture.spec(number));
            }
        }
        try (Store store = StoreFixture.open(folder)) {
            byte[] rubbish = new byte[(int) Files.size(StoreFixture.database(folder))];
            Arrays.fill(rubbish, value);
            try (FileChannel channel = FileChannel.open(StoreFixture.database(folder), StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(rubbish), 0);
            }
            notReady(store.nodes()::all).withMessageContaining("nodes.db");
            notReady(store.operations()::unfinished);
            notReady(() -> store.nodes().enrol(StoreFixture.spec(1)));
        }
        notReady(() -> StoreFixture.open(folder).close());
    }

    @Test
    void aFileThatIsNoDatabaseIsRefusedAtOpening() throws Exception {
        Files.writeString(StoreFixture.database(folder), "name,address\n".repeat(400));
        notReady(() -> StoreFixture.open(folder).close()).withMessageContaining("nodes.db");
        assertThat(StoreFixture.database(folder)).hasContent("name,address\n".repeat(400));
    }

    @Test
    void namesThatAreNotKnownAreSaidAndNotGuessed() throws Exception {
        try (Store store = StoreFixture.open(folder)) {
            NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
            unreadable(store, "provision_state", "'resting'", "'available'");
            unreadable(store, "power_state", "'half'", "'on'");
            unreadable(store, "traits", "'{'", "'[]'");
            unreadable(store, "updated_at", "'soon'", "'2026-11-21T10:15:30Z'");
            assertThat(store.nodes().all()).extracting(NodeRecord::uuid).containsExactly(node.uuid());
        }
    }

    private void unreadable(Store store, String column, String bad, String good) throws SQLException {
        tamper("UPDATE nodes SET " + column + " = " + bad);
        notReady(store.nodes()::all).withMessageContaining(column + " " + bad);
        tamper("UPDATE nodes SET " + column + " = " + good);
    }

    @Test
    void aDamagedRowOfAPortIsNamedAndItsCauseIsDamage() throws Exception {
        try (Store store = StoreFixture.open(folder)) {
            NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
            for (String damage : List.of("uuid = 'x'", "mac = 'not a mac'")) {
                tamper("UPDATE ports SET " + damage + " WHERE position = 0");
                notReady(() -> store.nodes().ports(node.uuid()))
                        .withMessageContaining("row")
                        .withMessageContaining("ports")
                        .withMessageContaining(damage.substring(damage.indexOf('\'')))
                        .satisfies(failure ->
                                assertThat(StoreDamage.isCauseOf(failure)).isTrue());
                tamper("UPDATE ports SET uuid = '00000000-0000-0000-0000-000000000001', mac = '52:54:00:00:00:01'"
                        + " WHERE position = 0");
            }
        }
    }

    @Test
    void anUnreadableOperationIsEndedWithItsNodeFailedAndTheOthersContinue() throws Exception {
        List<String> damages = List.of(
                "input = '}{\"image_source\":\"http://tenant:hunter2secret@10.0.0.1/a\"' || hex(zeroblob(1500000))",
                "input = 'hunter2secret'",
                "input = '{\"type\":\"hunter2secret\"}'",
                "plan = '[\"hunter2secret\", \"hunter2secret\"]'",
                "memory = '{\"hunter2secret\": '",
                "position = 'hunter2secret'",
                "step_since = '+1000000000-12-31T23:59:59.999999999Z'",
                "created_at = 'yesterday' || char(10) || char(27)",
                "kind = 'DEPLOY!'",
                "instance_uuid = '" + "x".repeat(4000) + "'",
                "id = 'no id'");
        for (int number = 0; number < damages.size(); number++) {
            Path own = Files.createDirectory(folder.resolve("damage-" + number));
            try (Store store = StoreFixture.open(own)) {
                OperationRecord damaged = begun(store, 1);
                OperationRecord other = begun(store, 2);
                tamper(
                        own,
                        "UPDATE operations SET " + damages.get(number) + " WHERE node_uuid = '" + damaged.node() + "'");

                assertThat(store.operations().unfinished())
                        .as(damages.get(number))
                        .containsExactly(other);
                List<String> ended = store.operations().endDamaged();

                assertThat(ended)
                        .singleElement()
                        .satisfies(line -> assertThat(line)
                                .contains(damaged.node().toString(), "operations")
                                .doesNotContain("hunter2secret", "\n", "\u001b")
                                .hasSizeLessThan(2600));
                assertThat(store.operations().endDamaged()).isEmpty();
                assertThat(store.operations().unfinished()).containsExactly(other);
                NodeRecord node = store.nodes().find(damaged.node()).orElseThrow();
                assertThat(node.state()).isEqualTo(ProvisionState.DEPLOY_FAILED);
                assertThat(node.operation()).isEmpty();
                assertThat(node.lastError())
                        .hasValueSatisfying(error ->
                                assertThat(error).contains("operations").doesNotContain("hunter2secret"));
                assertThat(store.nodes().find(other.node()))
                        .map(NodeRecord::state)
                        .contains(ProvisionState.DEPLOYING);
            }
        }
    }

    @Test
    void anOperationThatWasEndedBecauseOfItsInputCanBeShownAndFollowedByADeletion() throws Exception {
        try (Store store = StoreFixture.open(folder)) {
            OperationRecord damaged = begun(store, 1);
            tamper("UPDATE operations SET input = '}' || input");
            store.operations().endDamaged();

            InstanceId instance = damaged.instance().orElseThrow();
            OperationRecord shown = store.operations().newest(instance).orElseThrow();
            assertThat(shown.id()).isEqualTo(damaged.id());
            assertThat(shown.status()).isEqualTo(OperationStatus.FAILED);
            assertThat(shown.failure())
                    .map(OperationFailure::message)
                    .hasValueSatisfying(
                            why -> assertThat(why).contains(damaged.id().toString(), "input"));
            OperationRecord deletion = OperationRecord.begin(
                    damaged.node(),
                    OperationKind.DELETE,
                    Optional.of(instance),
                    OperationInput.NOTHING,
                    StoreFixture.PLAN,
                    StoreFixture.NOW);
            assertThat(store.operations()
                            .begin(deletion, Map.of(), ProvisionEvent.DELETE)
                            .state())
                    .isEqualTo(ProvisionState.DELETING);
            try (SqlSession session = foreign()) {
                assertThat(session.first(
                                "SELECT input FROM operations WHERE id = ?",
                                row -> row.getString("input"),
                                damaged.id().toString()))
                        .hasValueSatisfying(input -> assertThat(input).startsWith("}{"));
            }
        }
    }

    @Test
    void aDamagedValueIsCutAndEscapedInTheMessage() throws Exception {
        try (Store store = StoreFixture.open(folder)) {
            store.nodes().enrol(StoreFixture.spec(1));
            tamper("UPDATE nodes SET provision_state = char(10) || hex(zeroblob(1500000))");
            notReady(store.nodes()::all)
                    .withMessageContaining("provision_state '\\n0000")
                    .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(500))
                    .satisfies(failure -> assertThat(failure.getCause())
                            .hasMessage(failure.getMessage())
                            .hasNoCause());
        }
    }

    private static OperationRecord begun(Store store, int number) {
        NodeRecord node = store.nodes().enrol(StoreFixture.spec(number));
        InstanceOnNode instance = StoreFixture.instance("vm-" + number);
        store.nodes().claim(node.uuid(), instance);
        OperationRecord operation = StoreFixture.deployment(node.uuid(), instance);
        store.operations().begin(operation, Map.of(), ProvisionEvent.DEPLOY);
        return operation;
    }

    @Test
    void aQueryThatFailsWithinAWriteIsReportedAsARead() throws Exception {
        try (Store store = StoreFixture.open(folder)) {
            NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
            tamper("ALTER TABLE nodes RENAME COLUMN vcpus TO lost");
            notReady(() -> store.nodes().setMaintenance(new UUID(1, 2), Optional.empty()))
                    .withMessageContaining("could not be read")
                    .withMessageContaining("vcpus");
            assertThat(node).isNotNull();
        }
    }

    @Test
    void aDatabaseWithADamagedPageIsRefusedAtTheStartOfAHost() throws Exception {
        try (Store store = StoreFixture.open(folder)) {
            for (int number = 10; number < 200; number++) {
                store.nodes().enrol(StoreFixture.spec(number));
            }
        }
        byte[] page = new byte[4096];
        Arrays.fill(page, (byte) 0x5a);
        try (FileChannel channel = FileChannel.open(StoreFixture.database(folder), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(page), channel.size() - page.length);
        }
        try (Store store = StoreFixture.open(folder)) {
            notReady(store::holdAlone)
                    .withMessageContaining("damaged")
                    .withMessageContaining("nodes.db")
                    .satisfies(failure ->
                            assertThat(StoreDamage.isCauseOf(failure)).isTrue());
        }
    }

    @Test
    void aPasswordMovedToAnotherNodeDoesNotOpen() throws Exception {
        try (Store store = StoreFixture.open(folder)) {
            NodeRecord one = store.nodes().enrol(StoreFixture.spec(1));
            NodeRecord two = store.nodes().enrol(StoreFixture.spec(2));
            tamper("UPDATE nodes SET bmc_password = (SELECT bmc_password FROM nodes WHERE name = 'node-01')"
                    + " WHERE name = 'node-02'");
            assertThat(store.nodes().credentials(one.uuid()).password()).isEqualTo(StoreFixture.PASSWORD);
            notReady(() -> store.nodes().credentials(two.uuid())).withMessageContaining("bmc_password");
        }
    }

    @Test
    void anotherKeyFileIsRefusedAtOpening() throws Exception {
        StoreFixture.open(folder).close();
        Files.delete(folder.resolve("secret.key"));
        notReady(() -> StoreFixture.open(folder).close()).withMessageContaining("put back the key");
    }

    @Test
    void aNewerDatabaseIsUsedWhereItAllowsThatAndRefusedWhereNot() throws Exception {
        try (Store store = StoreFixture.open(folder)) {
            store.nodes().enrol(StoreFixture.spec(1));
        }
        int newest = SqliteDialect.MIGRATIONS.getLast().version();
        tamper("INSERT INTO schema_version VALUES (" + (newest + 1) + ", 1, '2030-01-01T00:00:00Z')");
        tamper("ALTER TABLE nodes ADD COLUMN colour TEXT");
        try (Store store = StoreFixture.open(folder)) {
            assertThat(store.nodes().all()).hasSize(1);
            store.nodes().enrol(StoreFixture.spec(2));
        }
        tamper("INSERT INTO schema_version VALUES (" + (newest + 2) + ", " + (newest + 1)
                + ", '2031-01-01T00:00:00Z')");
        notReady(() -> StoreFixture.open(folder).close())
                .withMessageContaining("schema version " + (newest + 2))
                .withMessageContaining("version " + (newest + 1) + " or newer")
                .withMessageContaining(
                        "this program has " + SqliteDialect.MIGRATIONS.getLast().version());
    }

    @Test
    void migrationsAreInTheOrderOfTheirNumbersAndNoneShutsOutItself() {
        int before = 0;
        for (SchemaMigrations.Migration migration : SqliteDialect.MIGRATIONS) {
            assertThat(migration.version()).isGreaterThan(before);
            before = migration.version();
            assertThat(migration.minimumReader()).isBetween(1, migration.version());
        }
    }

    @Test
    void aWriteThatIsGivenUpIsNotDoneLater() throws Exception {
        UUID uuid;
        try (Store store = StoreFixture.open(folder, Duration.ofSeconds(2));
                SqlSession holder = foreign()) {
            uuid = store.nodes().enrol(StoreFixture.spec(1)).uuid();
            holder.execute("BEGIN IMMEDIATE");
            notReady(() -> store.nodes().recordPower(uuid, PowerState.RUNNING));
            assertThat(store.nodes().all()).hasSize(1); // readers go on
            holder.execute("ROLLBACK");
            store.settings().save("after", "the release");
            assertThat(store.nodes().find(uuid))
                    .map(NodeRecord::power)
                    .map(NodeRecord.Power::seen)
                    .contains(PowerState.NOSTATE);
        }
    }

    @Test
    void aWriteWhoseTurnComesAfterItsCallerGaveUpIsUndone() throws Exception {
        try (Store store = StoreFixture.open(folder, Duration.ofSeconds(2));
                SqlSession holder = foreign();
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            holder.execute("BEGIN IMMEDIATE");
            List<Future<?>> writes = List.of(
                    callers.submit(() -> store.settings().save("first", "1")),
                    callers.submit(() -> store.settings().save("second", "2")));
            for (Future<?> write : writes) {
                notReady(() -> {
                    try {
                        write.get();
                    } catch (ExecutionException e) {
                        throw e.getCause();
                    }
                });
            }
            // The second one is inside its own wait for the lock now, nobody waits for it, and it gets the lock.
            holder.execute("ROLLBACK");
            store.settings().save("third", "3");
            assertThat(store.settings().find("first")).isEmpty();
            assertThat(store.settings().find("second")).isEmpty();
            assertThat(store.settings().find("third")).contains("3");
        }
    }

    @Test
    void anInterruptedCallerGetsItsAnswerAndStaysInterrupted() {
        try (Store store = StoreFixture.open(folder)) {
            Thread.currentThread().interrupt();
            NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(store.nodes().all()).containsExactly(node);
        }
    }

    @Test
    void aClosedStoreSaysSoAndLeavesNoThread() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Store store = StoreFixture.open(folder);
        store.nodes().all();
        assertThat(storeThreads(before)).isNotEmpty();
        store.close();
        store.close();
        notReady(store.nodes()::all).withMessageContaining("closed");
        for (Thread thread : storeThreads(before)) {
            Uninterruptibles.joinUninterruptibly(thread, Duration.ofSeconds(30));
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
    }

    private static List<Thread> storeThreads(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && thread.getName().startsWith("node-store-"))
                .toList();
    }
}

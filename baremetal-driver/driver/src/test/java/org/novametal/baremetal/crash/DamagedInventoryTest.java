package org.novametal.baremetal.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.BareMetalDriver;
import org.novametal.baremetal.FakeCloud;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;

/**
 * A database that is damaged, locked, of a newer program or encrypted with another key: the host says so, and never reports
 * fewer nodes than there are, because Nova deletes the nodes that are not reported.
 */
@Timeout(300)
class DamagedInventoryTest {
    private static final int NODES = 4;
    private static final int PAGE = 4096;
    private static final int FLIPS = 60;
    private static final HostName HOST = new HostName("compute-0");
    private static final Set<NodeName> NAMES =
            Set.of(FakeCloud.nodeName(0), FakeCloud.nodeName(1), FakeCloud.nodeName(2), FakeCloud.nodeName(3));

    /** How long the database is locked; {@code -Dcrash.locked=PT40S} takes longer. */
    private static final Duration LOCKED = Duration.parse(System.getProperty("crash.locked", "PT6S"));

    @TempDir
    Path folder;

    private FakeCloud cloud;

    @BeforeEach
    void start() throws Exception {
        cloud = new FakeCloud(folder, NODES);
        assertThat(namesAtStart()).contains(NAMES);
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private BareMetalDriver newDriver() {
        return new BareMetalDriver(cloud.conf().build(), new ScriptedDriverHost(HOST, InstantSource.system()));
    }

    /** What a new host reports; empty when it says that it is not ready. */
    private Optional<Set<NodeName>> namesAtStart() {
        try (BareMetalDriver driver = newDriver()) {
            driver.initHost(HOST);
            return Optional.of(driver.getAvailableNodes(Freshness.LIVE));
        } catch (DriverException e) {
            assertThat(e.code()).as("%s", e).isEqualTo(ErrorCode.DRIVER_NOT_READY);
            assertThat(e).hasMessageContaining("the node store");
            return Optional.empty();
        }
    }

    /** Why a host does not start; its nodes are then unknown, not none. */
    private DriverException refusal() {
        try (BareMetalDriver driver = newDriver()) {
            DriverException refused = catchThrowableOfType(DriverException.class, () -> driver.initHost(HOST));
            assertThat(refused.code()).isEqualTo(ErrorCode.DRIVER_NOT_READY);
            DriverException names =
                    catchThrowableOfType(DriverException.class, () -> driver.getAvailableNodes(Freshness.LIVE));
            assertThat(names.code()).isEqualTo(ErrorCode.DRIVER_NOT_READY);
            return refused;
        }
    }

    @Test
    void anOverwrittenPageIsFoundOrHoldsNothingThatIsReported() throws Exception {
        byte[] good = content();
        int refused = 0;
        byte[] rubbish = new byte[PAGE];
        random().nextBytes(rubbish);
        for (int page = 0; page < good.length / PAGE; page++) {
            write(good.length, page * PAGE, rubbish);
            Optional<Set<NodeName>> names = namesAtStart();
            names.ifPresent(reported -> assertThat(reported).isEqualTo(NAMES));
            refused += names.isEmpty() ? 1 : 0;
            restore(good);
        }
        assertThat(refused).as("pages whose damage was found").isPositive();
        assertThat(namesAtStart()).contains(NAMES);
    }

    @Test
    void flippedBytesNeverMakeNodesDisappear() throws Exception {
        byte[] good = content();
        Random random = random();
        for (int i = 0; i < FLIPS; i++) {
            int at = random.nextInt(good.length - 8);
            byte[] flipped = Arrays.copyOfRange(good, at, at + 1 + random.nextInt(8));
            for (int k = 0; k < flipped.length; k++) {
                flipped[k] ^= (byte) (1 << random.nextInt(8));
            }
            write(good.length, at, flipped);
            int position = at;
            namesAtStart()
                    .ifPresent(reported -> assertThat(reported)
                            .as("after %d bytes were flipped at %d", flipped.length, position)
                            .hasSize(NODES));
            restore(good);
        }
        assertThat(namesAtStart()).contains(NAMES);
    }

    @Test
    void aNewerSchemaAndAnotherKeyAreRefusedInWordsAndChangeNothing() throws Exception {
        byte[] good = content();
        change("INSERT INTO schema_version VALUES (9999, 9999, '2031-01-01T00:00:00Z')");
        assertThat(refusal()).hasMessageContaining("9999");
        restore(good);

        Path key = folder.resolve("state/secret.key");
        byte[] secret = Files.readAllBytes(key);
        byte[] other = secret.clone();
        other[other.length / 2] ^= 1;
        Files.write(key, other);
        assertThat(refusal()).hasMessageContaining("key");

        Files.write(key, secret);
        assertThat(namesAtStart()).contains(NAMES);
    }

    @Test
    void anOperationGoesOnAfterAnotherProgramHeldTheDatabase() throws Exception {
        try (BareMetalDriver driver = newDriver();
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + cloud.database());
                Statement statement = other.createStatement()) {
            driver.initHost(HOST);
            Thread spawn = Thread.ofVirtual().start(() -> spawn(driver));
            Eventually.holds(
                    "the ramdisk runs",
                    Duration.ofSeconds(60),
                    () -> cloud.serialOf(0).contains("ironic-python-agent: starts"));
            statement.execute("BEGIN IMMEDIATE");
            long begun = System.nanoTime();
            do {
                DriverException refused = catchThrowableOfType(
                        DriverException.class,
                        () -> driver.enrolment().beginMaintenance(FakeCloud.nodeName(1), "a look"));
                assertThat(refused.code()).isEqualTo(ErrorCode.DRIVER_NOT_READY);
                assertThat(refused).hasMessageContaining("Another process may hold the database");
                namesNow(driver).ifPresent(names -> assertThat(names).isEqualTo(NAMES));
            } while (System.nanoTime() - begun < LOCKED.toNanos());
            statement.execute("ROLLBACK");

            assertThat(spawn.join(Duration.ofSeconds(60))).as("the spawn ends").isTrue();
            assertThat(driver.instanceExists(LifeVerb.instance())).isTrue();
            assertThat(cloud.diskOf(0)).isEqualTo(cloud.image());
            driver.enrolment().beginMaintenance(FakeCloud.nodeName(1), "a look");
            LifeVerb.DESTROY.run(driver, cloud.imageUrl());
        }
    }

    private void spawn(BareMetalDriver driver) {
        try {
            LifeVerb.SPAWN.run(driver, cloud.imageUrl());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<Set<NodeName>> namesNow(BareMetalDriver driver) {
        try {
            return Optional.of(driver.getAvailableNodes(Freshness.LIVE));
        } catch (DriverException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.DRIVER_NOT_READY);
            return Optional.empty();
        }
    }

    // ---- the file

    private static Random random() {
        long seed = Long.getLong("crash.seed", System.nanoTime());
        System.out.println("damaged inventory: seed " + seed);
        return new Random(seed);
    }

    private byte[] content() throws Exception {
        change("PRAGMA wal_checkpoint(TRUNCATE)");
        return Files.readAllBytes(cloud.database());
    }

    private void change(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + cloud.database());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void write(int length, int at, byte[] bytes) throws Exception {
        try (FileChannel channel = FileChannel.open(cloud.database(), StandardOpenOption.WRITE)) {
            assertThat(channel.size()).isEqualTo(length);
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }

    private void restore(byte[] good) throws Exception {
        for (String suffix : new String[] {"-wal", "-shm"}) {
            Files.deleteIfExists(Path.of(cloud.database() + suffix));
        }
        Path copy = folder.resolve("copy.db");
        Files.write(copy, good);
        Files.move(copy, cloud.database(), StandardCopyOption.REPLACE_EXISTING);
    }
}

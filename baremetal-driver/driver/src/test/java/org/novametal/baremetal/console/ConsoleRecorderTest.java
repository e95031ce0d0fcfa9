package org.novametal.baremetal.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeRecords;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.store.NodeStore;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.SerialConsole;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.testkit.Eventually;

@Timeout(60)
@Isolated("counts the threads of the process")
class ConsoleRecorderTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    Path folder;

    private final NodeStore store = mock(NodeStore.class);
    private final Map<UUID, NodeRecord> nodes = new ConcurrentHashMap<>();
    private final Map<UUID, PrintingBmc> connected = new ConcurrentHashMap<>();
    private ConsoleRecorder recorder;

    @BeforeEach
    void make() {
        when(store.find(any(UUID.class))).thenAnswer(call -> Optional.ofNullable(nodes.get(call.<UUID>getArgument(0))));
        recorder = new ConsoleRecorder(
                store, node -> new PrintingBmc(node.uuid(), node.bmc()), folder, 1024, System::nanoTime);
    }

    @AfterEach
    void close() {
        recorder.close();
    }

    @Test
    void thousandsOfConsolesTakeNoThreadOfTheSystemEach() throws Exception {
        int before = Thread.getAllStackTraces().size();
        List<UUID> all = IntStream.range(0, 3000).mapToObj(_ -> enrol("sol")).toList();

        recorder.reconcile(List.copyOf(nodes.values()));
        await("all", () -> connected.size() == all.size());
        all.forEach(node -> bmc(node).print("hello"));
        assertThat(new String(recorder.newest(all.getLast(), 100).orElseThrow(), StandardCharsets.US_ASCII))
                .isEqualTo("hello");

        assertThat(Thread.getAllStackTraces().size() - before)
                .as("threads of the system more")
                .isLessThan(20);
        recorder.close();
        assertThat(connected).isEmpty();
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(all.size());
        }
    }

    @Test
    void onlyNodesThatAskForItAreRecorded() throws Exception {
        UUID recorded = enrol("sol");
        UUID written = enrol("/var/log/console.log");

        recorder.reconcile(List.copyOf(nodes.values()));

        await("the one", () -> connected.containsKey(recorded));
        assertThat(recorder.newest(written, 100)).isEmpty();
        assertThat(recorder.newest(recorded, 100)).isPresent();
        assertThat(recorder.rotate(written)).isFalse();
        assertThat(recorder.rotate(recorded)).isTrue();
    }

    @Test
    void whatAnotherProcessEnrolledOrRemovedIsFollowed() throws Exception {
        UUID first = enrol("sol");
        recorder.reconcile(List.copyOf(nodes.values()));
        await("the first", () -> connected.containsKey(first));
        UUID second = enrol("sol");
        nodes.remove(first);

        recorder.reconcile(List.copyOf(nodes.values()));

        await("the second", () -> connected.keySet().equals(Set.of(second)));
    }

    @Test
    void aListThatHasBecomeOldDoesNoHarm() throws Exception {
        UUID kept = enrol("sol");
        NodeRecord gone = node(enrol("sol"));
        nodes.remove(gone.uuid());
        recorder.reconcile(kept);
        await("the one", () -> connected.containsKey(kept));
        PrintingBmc bmc = bmc(kept);

        recorder.reconcile(List.of(gone));

        assertThat(connected).containsExactly(Map.entry(kept, bmc));
        assertThat(recorder.newest(gone.uuid(), 100)).isEmpty();
    }

    @Test
    void logsOfNodesThatAreNotEnrolledAreDeletedAndNothingElse() throws Exception {
        UUID kept = enrol("sol");
        UUID gone = UUID.randomUUID();
        Path log = ConsoleRecorder.logFile(folder, kept);
        Path other = folder.resolve("notes.log");
        for (Path file : List.of(
                log,
                other,
                ConsoleRecorder.logFile(folder, gone),
                folder.resolve(gone + ".log.1"),
                folder.resolve(gone + ".log.before"))) {
            Files.writeString(file, "text");
        }

        recorder.deleteLogsOfOthers(List.of(node(kept)));

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(log, other);
        }
    }

    @Test
    void aNodeThatWasEnrolledAgainHasANewLog() throws Exception {
        UUID node = enrol("sol");
        recorder.reconcile(node);
        await("it", () -> connected.containsKey(node));
        PrintingBmc first = bmc(node);
        first.print("the former's");
        nodes.put(node, record(node, "sol", NOW.plusSeconds(1)));

        recorder.reconcile(List.copyOf(nodes.values()));

        await("it again", () -> connected.containsKey(node) && connected.get(node) != first);
        assertThat(recorder.newest(node, 100).orElseThrow()).isEmpty();
    }

    @Test
    void aNodeThatIsDeployedBeforeASweepHasSeenItIsRecorded() throws Exception {
        UUID node = enrol("sol");

        assertThat(recorder.rotate(node)).isTrue();

        await("it", () -> connected.containsKey(node));
    }

    @Test
    void aStoreThatDoesNotAnswerIsMadeUpForLater() throws Exception {
        UUID node = enrol("sol");
        NodeStore failing = mock(NodeStore.class);
        when(failing.find(any(UUID.class)))
                .thenThrow(new DriverException(ErrorCode.DRIVER_NOT_READY, "the store is away"))
                .thenReturn(Optional.of(node(node)));
        try (ConsoleRecorder other = new ConsoleRecorder(
                failing, found -> new PrintingBmc(found.uuid(), found.bmc()), folder, 1024, System::nanoTime)) {
            other.reconcile(List.copyOf(nodes.values()));
            assertThat(other.newest(node, 100)).isEmpty();

            other.reconcile(List.copyOf(nodes.values()));
            await("it", () -> connected.containsKey(node));
        }
    }

    @Test
    void aRecorderThatIsClosedBeginsNothing() throws Exception {
        UUID node = enrol("sol");
        recorder.close();
        recorder.close();

        recorder.reconcile(node);

        assertThat(recorder.newest(node, 100)).isEmpty();
    }

    private UUID enrol(String consoleLog) {
        UUID node = new UUID(4711, nodes.size());
        nodes.put(node, record(node, consoleLog, NOW));
        return node;
    }

    private NodeRecord node(UUID uuid) {
        return Objects.requireNonNull(nodes.get(uuid));
    }

    private PrintingBmc bmc(UUID node) {
        return Objects.requireNonNull(connected.get(node));
    }

    private static NodeRecord record(UUID uuid, String consoleLog, Instant enrolled) {
        NodeSpec spec = StoreFixture.spec((int) uuid.getLeastSignificantBits()).toBuilder()
                .uuid(uuid)
                .consoleLog(consoleLog)
                .build();
        return NodeRecords.of(spec, enrolled);
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        Eventually.holds(what, Duration.ofSeconds(30), condition);
    }

    /** A BMC with a console that prints what a test says; known to it while it is connected. */
    private final class PrintingBmc implements Bmc, SerialConsole {
        private final UUID node;
        private final BmcAddress address;
        private volatile @Nullable Receiver receiver;

        PrintingBmc(UUID node, BmcAddress address) {
            this.node = node;
            this.address = address;
        }

        void print(String text) {
            Objects.requireNonNull(receiver).received(text.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public Connection connect(Receiver whose) {
            receiver = whose;
            connected.put(node, this);
            return new Connection() {
                @Override
                public void write(byte[] bytes) {}

                @Override
                public void sendBreak() {}

                @Override
                public void close() {
                    connected.remove(node, PrintingBmc.this);
                }
            };
        }

        @Override
        public <C extends BmcCapability> Optional<C> capability(Class<C> type) {
            return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
        }

        @Override
        public BmcAddress address() {
            return address;
        }

        @Override
        public ChassisPower readPower() {
            return ChassisPower.OFF;
        }

        @Override
        public void requestPower(PowerAction action) {}

        @Override
        public void close() {}
    }
}

package org.novametal.baremetal.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.baremetal.store.StoreFixture.refused;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.baremetal.store.StoreProxy;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ProviderTree;

class ResourceReportsTest {
    private static final int NODES = 20;

    @TempDir
    Path folder;

    private Store store;
    private ResourceReports reports;
    private List<NodeRecord> nodes;
    private final List<String> reads = new CopyOnWriteArrayList<>();

    @BeforeEach
    void open() {
        store = StoreFixture.open(folder);
        nodes = store.nodes()
                .enrol(IntStream.range(0, NODES).mapToObj(StoreFixture::spec).toList());
        Store watched = StoreProxy.of(store, (method, call) -> {
            if (!method.getName().equals("mark")) {
                reads.add(method.getName());
            }
            return call.go();
        });
        reports = new ResourceReports(watched.nodes(), new ResourceReporter(0));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Availability availability(NodeRecord node) {
        return reports.report(node.name()).availability();
    }

    private void pass() {
        for (NodeName name : reports.names()) {
            reports.report(name);
            reports.update(ProviderTree.empty(), name);
        }
    }

    @Test
    void aPassReadsTheStoreOnceAndTheNextNotAtAll() {
        pass();
        assertThat(reads).containsExactly("changesSince");
        pass();
        assertThat(reads).containsExactly("changesSince");
        assertThat(reports.names()).hasSize(NODES);
        assertThat(reports.namesByUuid())
                .containsAllEntriesOf(
                        Map.of(nodes.getFirst().uuid(), nodes.getFirst().name()));
    }

    @Test
    void aWrittenNodeIsSeenAtOnceAlsoWhenAnotherProcessWroteIt() {
        NodeRecord node = nodes.getFirst();
        assertThat(availability(node)).isEqualTo(Availability.FREE);
        store.nodes().setMaintenance(node.uuid(), Optional.of(new NodeMarks.Maintenance("disk swap", "ann")));
        assertThat(availability(node)).isEqualTo(Availability.UNAVAILABLE);
        try (Store there = StoreFixture.open(folder)) {
            there.nodes().setMaintenance(node.uuid(), Optional.empty());
        }
        assertThat(availability(node)).isEqualTo(Availability.FREE);
        pass();
        assertThat(reads).containsOnly("changesSince").hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void nodesComeGoAndAreRenamed() {
        pass();
        NodeRecord added = store.nodes().enrol(StoreFixture.spec(NODES));
        assertThat(reports.names()).hasSize(NODES + 1).contains(added.name());

        store.nodes().remove(nodes.getFirst().uuid());
        assertThat(reports.names())
                .hasSize(NODES)
                .doesNotContain(nodes.getFirst().name());
        refused(ErrorCode.NODE_NOT_FOUND, () -> reports.report(nodes.getFirst().name()));
        refused(
                ErrorCode.NODE_NOT_FOUND,
                () -> reports.update(ProviderTree.empty(), nodes.getFirst().name()));

        NodeName before = nodes.get(1).name();
        NodeName after = new NodeName("renamed");
        store.nodes()
                .update(
                        nodes.get(1).version(),
                        store.nodes().spec(nodes.get(1).uuid()).toBuilder()
                                .name(after)
                                .build());
        assertThat(reports.names()).hasSize(NODES).contains(after).doesNotContain(before);
        assertThat(reports.report(after).uuid()).isEqualTo(nodes.get(1).uuid());
        refused(ErrorCode.NODE_NOT_FOUND, () -> reports.report(before));
    }

    @Test
    void aStoreThatIsGoneIsNotAnsweredForFromMemory() throws Exception {
        pass();
        NodeName name = nodes.getFirst().name();
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(Path.of(StoreFixture.database(folder) + suffix));
        }
        refused(ErrorCode.DRIVER_NOT_READY, () -> reports.names()).withMessageContaining("is gone");
        refused(ErrorCode.DRIVER_NOT_READY, () -> reports.report(name));
        refused(ErrorCode.DRIVER_NOT_READY, () -> reports.update(ProviderTree.empty(), name));
        store.close();
        refused(ErrorCode.DRIVER_NOT_READY, () -> reports.names());
    }
}

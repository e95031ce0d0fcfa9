package org.novametal.baremetal.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.novametal.baremetal.FakeCloud;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.testkit.Eventually;
import org.novametal.fake.FakeMachine;

/** What must hold for the first node of a cloud, its machine and all files while no operation works on it. */
final class AtRest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Files and folders in the state folder, all but the content of folders. */
    private static final String OF_STATE =
            "nova-metal\\.db(-wal|-shm|\\.lock)?|secret\\.key(\\.lock)?|host\\.lock|images|consoles";

    /** Files of the image cache. */
    private static final String OF_IMAGES = "[0-9a-f]{64}\\.raw|sha(256|512)-[0-9a-f]+\\.source|[0-9a-f]+\\.origin";

    private final FakeCloud cloud;
    private final Store store;

    AtRest(FakeCloud cloud, Store store) {
        this.cloud = cloud;
        this.store = store;
    }

    /** The content of the machine's disk. */
    enum Disk {
        /** The image, which runs. */
        IMAGE,
        /** Nothing that boots. */
        ERASED,
        /** Either. */
        ANY
    }

    NodeRecord node() {
        return store.nodes().find(LifeVerb.NODE).orElseThrow();
    }

    /** Waits until nothing works on the node and nothing is requested. */
    void await() throws Exception {
        Eventually.holds(
                "nothing works on the node",
                LIMIT,
                // In this order: a requested operation becomes an unfinished one.
                () -> store.operations().requested().isEmpty()
                        && store.operations().unfinished().isEmpty());
    }

    void check(String when, ProvisionState state, Disk disk) throws Exception {
        NodeRecord node = node();
        assertThat(node.state()).as(when).isEqualTo(state);
        assertThat(node.operation()).as(when).isEmpty();
        assertThat(node.lastError()).as(when).isEmpty();
        assertThat(node.instance().map(InstanceOnNode::id))
                .as("%s: the instance", when)
                .isEqualTo(state.isHeld() ? Optional.of(LifeVerb.INSTANCE) : Optional.empty());
        assertThat(store.operations().unfinished()).as(when).isEmpty();
        assertThat(store.operations().requested()).as(when).isEmpty();
        checkMachine(when, state, disk);
        checkRemains(when, node);
    }

    private void checkMachine(String when, ProvisionState state, Disk disk) throws Exception {
        FakeMachine machine = cloud.rack().slots().getFirst().machine();
        boolean on = state.isHeld();
        assertThat(machine.isOn()).as("%s: the machine is on", when).isEqualTo(on);
        PowerState recorded = on ? PowerState.RUNNING : PowerState.SHUTDOWN;
        Eventually.holds(
                when + ": the power is recorded as it is",
                LIMIT,
                () -> node().power().seen() == recorded);
        switch (disk) {
            case IMAGE -> {
                if (state == ProvisionState.ACTIVE) {
                    assertThat(machine.await(FakeMachine.Activity.OPERATING_SYSTEM, LIMIT))
                            .as("%s: the image boots", when)
                            .isTrue();
                }
                assertThat(cloud.diskOf(0)).as("%s: the disk", when).isEqualTo(cloud.image());
            }
            case ERASED -> assertThat(cloud.diskOf(0)).as("%s: the disk", when).startsWith(new byte[512]);
            case ANY -> {}
        }
    }

    private void checkRemains(String when, NodeRecord node) throws Exception {
        boolean used = node.state().isHeld();
        assertThat(store.agents().find(node.uuid()))
                .as("%s: the agent's token", when)
                .isEmpty();
        assertThat(scalar("SELECT count(*) FROM operations WHERE secrets IS NOT NULL"
                        + " AND status IN ('succeeded', 'failed', 'cancelled')"))
                .as("%s: secrets of finished operations", when)
                .isZero();
        assertThat(names(cloud.folder().resolve("dhcp/hosts")))
                .as("%s: entries of DHCP", when)
                .allMatch(name -> name.equals("former")
                        || (used && name.equals(node.uuid().toString())));
        assertThat(names(cloud.folder().resolve("dhcp/opts")))
                .as("%s: options of DHCP", when)
                .allMatch(name -> name.equals("nova-metal"));
        assertThat(names(cloud.folder().resolve("state")))
                .as("%s: the state folder", when)
                .allMatch(name -> name.matches(OF_STATE));
        assertThat(names(cloud.folder().resolve("state/images")))
                .as("%s: the image cache", when)
                .allMatch(name -> name.matches(OF_IMAGES));
    }

    private long scalar(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + cloud.database());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.getLong(1);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return new ArrayList<>(
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }
}

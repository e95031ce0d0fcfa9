package org.novametal.baremetal.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.event.InventoryWatch.Ports;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.inventory.PortSpec;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.NodeMarks.Maintenance;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.PowerState;

/** What one process writes, and what another one that watches the same inventory detects. */
class InventoryWatchTest {
    @TempDir
    Path folder;

    private final Seen seen = new Seen();
    private Store host;
    private Store beside;
    private NodeRecord node;
    private InventoryWatch watch;

    @BeforeEach
    void start() {
        host = StoreFixture.open(folder);
        beside = StoreFixture.open(folder);
        node = beside.nodes().enrol(StoreFixture.spec(1));
        watch = new InventoryWatch(host.nodes(), Optional.of(seen));
        watch.begin();
    }

    @AfterEach
    void close() {
        beside.close();
        host.close();
    }

    private List<String> look() {
        seen.all.clear();
        watch.look();
        return List.copyOf(seen.all);
    }

    private void update(NodeSpec spec) {
        beside.nodes().update(beside.nodes().find(node.uuid()).orElseThrow().version(), spec);
    }

    private NodeSpec.Builder spec() {
        return beside.nodes().spec(node.uuid()).toBuilder();
    }

    @Test
    void whatIsThereAtTheStartIsNotNews() {
        assertThat(look()).isEmpty();
        assertThat(watch.states()).isEqualTo(Map.of(ProvisionState.AVAILABLE, 1));
    }

    @Test
    void aNodeThatAnotherProcessEnrolsIsCreatedWithItsPortsOnce() {
        beside.nodes().enrol(StoreFixture.spec(2));

        assertThat(look()).containsExactly("created node-02 with 2 ports");
        assertThat(look()).isEmpty();
        assertThat(watch.states()).isEqualTo(Map.of(ProvisionState.AVAILABLE, 2));
    }

    @Test
    void aChangedPasswordIsAnUpdate() {
        update(spec().credentials(new BmcCredentials("admin", "another")).build());

        assertThat(look()).containsExactly("updated node-01");
    }

    @Test
    void changedPortsAreDetectedWithTheUpdateOfTheirNode() {
        PortSpec first = beside.nodes().spec(node.uuid()).ports().getFirst();
        update(spec().ports(List.of(first.withPxe(PortSpec.Pxe.DISABLED))).build());

        assertThat(look()).containsExactly("updated node-01", "ports of node-01: 2 -> 1");
    }

    @Test
    void maintenanceAndConsoleAreReportedByThemselves() {
        beside.nodes().setMaintenance(node.uuid(), Optional.of(new Maintenance("fan", "operator")));
        assertThat(look()).containsExactly("maintenance of node-01");

        update(spec().withoutConsoleLog().build());
        assertThat(look()).contains("console of node-01", "updated node-01");
    }

    @Test
    void marksAndFaultsAreUpdates() {
        beside.nodes().setRetired(node.uuid(), Optional.of("old"));
        assertThat(look()).containsExactly("updated node-01");

        beside.nodes().setFault(node.uuid(), Optional.of(NodeFault.POWER));
        assertThat(look()).containsExactly("updated node-01");
    }

    @Test
    void powerAndInstancesAreNotUpdates() {
        beside.nodes().recordPower(node.uuid(), PowerState.SHUTDOWN);
        assertThat(look()).isEmpty();

        beside.nodes().claim(node.uuid(), new InstanceOnNode(new InstanceId(new UUID(0, 7)), "web"));
        assertThat(look()).isEmpty();
    }

    @Test
    void aRemovedNodeIsReportedAsItWas() {
        beside.nodes().remove(node.uuid());

        assertThat(look()).containsExactly("removed node-01");
        assertThat(watch.states()).isEmpty();
    }

    @Test
    void aNodeThatIsRemovedAndEnrolledAgainIsBoth() {
        beside.nodes().remove(node.uuid());
        beside.nodes()
                .enrol(StoreFixture.spec(1).toBuilder().uuid(new UUID(9, 9)).build());

        assertThat(look()).containsExactlyInAnyOrder("removed node-01", "created node-01 with 2 ports");
    }

    @Test
    void withoutAListenerNodesAreCounted() {
        InventoryWatch counting = new InventoryWatch(host.nodes(), Optional.empty());
        counting.begin();
        beside.nodes().enrol(StoreFixture.spec(2));
        counting.look();
        assertThat(counting.states()).isEqualTo(Map.of(ProvisionState.AVAILABLE, 2));

        beside.nodes().remove(node.uuid());
        counting.look();
        assertThat(counting.states()).isEqualTo(Map.of(ProvisionState.AVAILABLE, 1));
    }

    /** The differences as texts. */
    private static final class Seen implements InventoryWatch.Listener {
        private final List<String> all = new ArrayList<>();

        @Override
        public void created(NodeRecord node, Ports ports) {
            all.add("created " + node.name() + " with " + ports.ports().size() + " ports");
        }

        @Override
        public void updated(NodeRecord before, NodeRecord now) {
            all.add("updated " + now.name());
        }

        @Override
        public void maintenanceSet(NodeRecord before, NodeRecord now) {
            all.add("maintenance of " + now.name());
        }

        @Override
        public void consoleSet(NodeRecord before, NodeRecord now) {
            all.add("console of " + now.name());
        }

        @Override
        public void portsChanged(NodeRecord node, Ports before, Ports now) {
            all.add("ports of " + node.name() + ": " + before.ports().size() + " -> "
                    + now.ports().size());
        }

        @Override
        public void removed(NodeRecord node) {
            all.add("removed " + node.name());
        }
    }
}

package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.capability.InstanceDiagnostics;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;

/** A whole driver over a fake machine whose node has every state that an instance can hold, without an operation. */
class DestroyFromEveryStateTest {
    private static final NodeName NODE = FakeCloud.nodeName(0);

    @TempDir
    Path folder;

    @Test
    void anInstanceIsDestroyedInEveryStateThatItCanHoldAndItsNodeIsFreeAgain() throws Exception {
        ScriptedDriverHost host = new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system());
        List<ProvisionState> states = Arrays.stream(ProvisionState.values())
                .filter(state -> state.isHeld() || state.use() == ProvisionState.Use.FREE)
                .toList();
        assertThat(states).contains(ProvisionState.ERROR, ProvisionState.RESCUE, ProvisionState.WAIT_CALL_BACK);
        try (FakeCloud cloud = new FakeCloud(folder, 1);
                BareMetalDriver driver = new BareMetalDriver(
                        cloud.conf()
                                .overlay("baremetal", "automated_clean", "false")
                                .build(),
                        host);
                Store beside = cloud.openStore()) {
            driver.initHost(new HostName("compute-0"));
            for (ProvisionState state : states) {
                Instance instance = DriverProcess.request(
                                cloud.imageUrl().toString(),
                                NODE.value(),
                                UUID.randomUUID().toString())
                        .instance();
                assertThat(beside.nodes().claim(cloud.node(NODE).uuid(), new InstanceOnNode(instance.id(), "vm")))
                        .as("claim before %s", state)
                        .isTrue();
                set(cloud, state);
                assertThat(driver.instanceExists(instance)).as("%s", state).isTrue();
                assertThat(driver.capability(InstanceDiagnostics.class)
                                .orElseThrow()
                                .getInstanceDiagnostics(instance))
                        .as("diagnostics in %s", state)
                        .containsEntry("provision_state", state.persistedName())
                        .containsEntry("node", NODE.value());

                driver.destroy(RequestContext.of("req-0"), DestroyRequest.of(instance));

                assertThat(driver.instanceExists(instance)).as("%s", state).isFalse();
                assertThat(driver.isNodeDeleted(NODE)).isFalse();
                Eventually.holds(
                        "the node is free again after " + state,
                        Duration.ofSeconds(60),
                        () -> cloud.node(NODE).state() == ProvisionState.AVAILABLE
                                && cloud.node(NODE).instance().isEmpty());
                // Nothing is left to do, and it succeeds nevertheless.
                driver.destroy(RequestContext.of("req-1"), DestroyRequest.of(instance));
                driver.failedSpawnCleanup(instance);
            }
            beside.nodes().remove(cloud.node(NODE).uuid());
            assertThat(driver.isNodeDeleted(NODE)).isTrue();
        }
    }

    private static void set(FakeCloud cloud, ProvisionState state) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + cloud.database());
                PreparedStatement update = connection.prepareStatement("UPDATE nodes SET provision_state = ?")) {
            update.setString(1, state.persistedName());
            update.executeUpdate();
        }
    }
}

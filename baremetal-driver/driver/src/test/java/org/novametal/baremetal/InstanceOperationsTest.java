package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.DeployTranslation.GlanceAccess;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeRecords;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.operation.OnFailure;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.baremetal.store.NodeStore;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.NodeName;

class InstanceOperationsTest {
    @Test
    void aNodeThatIsFreeAgainAfterItCouldNotBeClaimedIsNotCalledTaken() {
        NodeSpec spec = StoreFixture.spec(1);
        NodeRecord free = NodeRecords.of(spec, Instant.parse("2013-04-18T10:52:00Z"));
        NodeStore nodes = mock(NodeStore.class);
        when(nodes.ofInstance(any())).thenReturn(Optional.empty());
        when(nodes.find(any(NodeName.class))).thenReturn(Optional.of(free));
        when(nodes.find(any(UUID.class))).thenReturn(Optional.of(free));
        when(nodes.claim(any(), any())).thenReturn(false);
        Store store = mock(Store.class);
        when(store.nodes()).thenReturn(nodes);
        Instance instance = DriverProcess.request(
                        "http://images/1",
                        free.name().value(),
                        UUID.randomUUID().toString())
                .instance();

        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> new InstanceOperations(
                                store,
                                mock(Provisioner.class),
                                OnFailure.UNDO,
                                new DeployTranslation(GlanceAccess.MISSING))
                        .reserve(instance))
                .withMessageContaining("it is available now; try again")
                .withMessageNotContaining("it is available;")
                .satisfies(failure -> assertThat(failure.code()).isEqualTo(ErrorCode.RESOURCES_UNAVAILABLE));
    }
}

package org.novametal.baremetal.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeRecords;
import org.novametal.baremetal.power.PowerListener;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.PowerState;

class ListenersTest {
    private final List<String> called = new ArrayList<>();
    private final NodeRecord node = NodeRecords.of(StoreFixture.spec(1), StoreFixture.NOW);

    @Test
    void aListenerThatThrowsKeepsTheCallFromNobody() {
        ProvisionListener failing = new ProvisionListener() {
            @Override
            public void progressed(NodeRecord record, Optional<InstanceId> instance, String step, double fraction) {
                throw new IllegalStateException("no good");
            }
        };
        ProvisionListener noting = new ProvisionListener() {
            @Override
            public void progressed(NodeRecord record, Optional<InstanceId> instance, String step, double fraction) {
                called.add(step);
            }
        };

        ProvisionListener.all(List.of(failing, noting)).progressed(node, Optional.empty(), "write", 0.5);

        assertThat(called).containsExactly("write");
    }

    @Test
    void aPowerListenerThatThrowsKeepsTheCallFromNobody() {
        PowerListener failing = (record, before, now) -> {
            throw new IllegalStateException("no good");
        };

        PowerListener.all(List.of(failing, (record, before, now) -> called.add(now.name())))
                .powerChanged(node, PowerState.RUNNING, PowerState.SHUTDOWN);

        assertThat(called).containsExactly("SHUTDOWN");
    }
}

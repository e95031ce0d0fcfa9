package org.novametal.baremetal.step.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.inventory.PortSpec;
import org.novametal.baremetal.operation.NetworkedInput;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.model.NetworkInterface;

class TenantNetworkTest {
    private static final UUID NODE = UUID.fromString("6a4b8a4e-20a5-4f8e-9f52-3b9f5a3a1b01");
    private static final String FIRST = "52:54:00:00:00:01";
    private static final String SECOND = "52:54:00:00:00:02";

    private final DhcpFiles files = mock(DhcpFiles.class);

    @Test
    void aPortOfTwoAddressesIsGivenItsIpv4One() throws Exception {
        run(NetworkInterface.builder("vif-1")
                .address("fd00::4")
                .address("10.1.0.4")
                .build());

        verify(files).write(NODE, List.of(FIRST, SECOND), List.of("10.1.0.4"), "h", Optional.empty());
    }

    @Test
    void aPortWithAnAddressStandsBeforeOneWithout() throws Exception {
        run(
                NetworkInterface.builder("vif-1").address("fd00::4").build(),
                NetworkInterface.builder("vif-2").address("10.1.0.4").build());

        verify(files).write(NODE, List.of(SECOND, FIRST), List.of("10.1.0.4"), "h", Optional.empty());
    }

    @Test
    void anInterfaceGetsThePortItNamesThoughOneBeforeItNamesNone() throws Exception {
        run(
                NetworkInterface.builder("vif-1").address("10.1.0.4").build(),
                NetworkInterface.builder("vif-2").mac(FIRST).address("10.2.0.4").build());

        verify(files).write(NODE, List.of(SECOND, FIRST), List.of("10.1.0.4", "10.2.0.4"), "h", Optional.empty());
    }

    private void run(NetworkInterface... networks) throws Exception {
        NodeRecord node = mock(NodeRecord.class);
        when(node.uuid()).thenReturn(NODE);
        StepContext context = mock(StepContext.class);
        when(context.node()).thenReturn(node);
        when(context.ports())
                .thenReturn(List.of(
                        new PortRecord(UUID.randomUUID(), NODE, PortSpec.of(FIRST), 0),
                        new PortRecord(UUID.randomUUID(), NODE, PortSpec.of(SECOND), 1)));
        when(context.input(NetworkedInput.class)).thenReturn(StoreFixture.plainDeploySpec("h", networks));

        assertThat(new TenantNetwork(files).run(context)).isEqualTo(StepResult.DONE);
    }
}

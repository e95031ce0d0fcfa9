package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.host.DriverEvent.HostAvailability;
import org.novametal.driver.host.DriverEvent.InstanceLifecycle;
import org.novametal.driver.host.DriverEvent.InstanceLifecycle.Transition;
import org.novametal.driver.host.DriverEvent.PowerChanged;
import org.novametal.driver.host.EventStamp;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testing.SteppedClock;

class HostEventsTest {
    private static final Instant NOW = Instant.parse("2013-04-18T10:52:00Z");
    private static final NodeName NAME = new NodeName("metal-0");
    private static final InstanceId INSTANCE = InstanceId.of("11111111-2222-3333-4444-555555555555");

    private final ScriptedDriverHost host = new ScriptedDriverHost(new HostName("compute-0"), new SteppedClock(NOW));
    private final HostEvents events = new HostEvents(host);

    private EventStamp stamp(long sequence) {
        return new EventStamp(host.events().getFirst().stamp().process(), sequence, NOW);
    }

    /** What the host got, once all is delivered. */
    private List<DriverEvent> delivered() {
        events.close();
        return host.events();
    }

    private static NodeRecord node(ProvisionState state, PowerState wanted) {
        NodeRecord node = mock(NodeRecord.class);
        when(node.name()).thenReturn(NAME);
        when(node.state()).thenReturn(state);
        when(node.power()).thenReturn(new NodeRecord.Power(PowerState.NOSTATE, WantedPower.of(wanted)));
        when(node.instance())
                .thenReturn(
                        state == ProvisionState.ACTIVE
                                ? Optional.of(new InstanceOnNode(INSTANCE, "web"))
                                : Optional.empty());
        return node;
    }

    @Test
    void aPowerChangeOfAnInstanceIsReportedBeforeItsLifeCycle() {
        NodeRecord node = node(ProvisionState.ACTIVE, PowerState.RUNNING);

        events.powerChanged(node, PowerState.RUNNING, PowerState.SHUTDOWN);
        events.powerChanged(node, PowerState.SHUTDOWN, PowerState.RUNNING);

        assertThat(delivered())
                .containsExactly(
                        new PowerChanged(
                                stamp(1), NAME, Optional.of(INSTANCE), PowerState.RUNNING, PowerState.SHUTDOWN),
                        new InstanceLifecycle(stamp(2), NAME, INSTANCE, Transition.STOPPED),
                        new PowerChanged(
                                stamp(3), NAME, Optional.of(INSTANCE), PowerState.SHUTDOWN, PowerState.RUNNING),
                        new InstanceLifecycle(stamp(4), NAME, INSTANCE, Transition.STARTED));
    }

    @Test
    void aMachineThatWasUnknownForAWhileWasNotStartedByBeingSeenAgain() {
        NodeRecord node = node(ProvisionState.ACTIVE, PowerState.RUNNING);

        events.powerChanged(node, PowerState.RUNNING, PowerState.NOSTATE);
        events.powerChanged(node, PowerState.NOSTATE, PowerState.RUNNING);

        events.powerChanged(node, PowerState.NOSTATE, PowerState.SHUTDOWN);

        assertThat(delivered()).hasSize(4);
        assertThat(host.events().subList(0, 3)).allMatch(PowerChanged.class::isInstance);
        assertThat(host.events().getLast())
                .isEqualTo(new InstanceLifecycle(stamp(4), NAME, INSTANCE, Transition.STOPPED));
    }

    @Test
    void aFreeNodesPowerChangeHasNoInstance() {
        events.powerChanged(
                node(ProvisionState.AVAILABLE, PowerState.SHUTDOWN), PowerState.SHUTDOWN, PowerState.RUNNING);

        assertThat(delivered())
                .containsExactly(
                        new PowerChanged(stamp(1), NAME, Optional.empty(), PowerState.SHUTDOWN, PowerState.RUNNING));
    }

    @Test
    void theHostIsUpFirstDownWhileItsStoreIsGoneAndDownAtTheEnd() {
        DriverException gone = new DriverException(ErrorCode.DRIVER_NOT_READY, "the database is gone");
        events.storeAnswered(Optional.of(gone));
        events.up("the driver has started");
        events.storeAnswered(Optional.empty());
        events.storeAnswered(Optional.of(gone));
        events.storeAnswered(Optional.of(gone));
        events.storeAnswered(Optional.empty());

        assertThat(delivered())
                .extracting(event -> ((HostAvailability) event).state() + " " + ((HostAvailability) event).reason())
                .containsExactly(
                        "UP the driver has started",
                        "DOWN the database is gone",
                        "UP the store answers again",
                        "DOWN the driver is closed");
    }
}

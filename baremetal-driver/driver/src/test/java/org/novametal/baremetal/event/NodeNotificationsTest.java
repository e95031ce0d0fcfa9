package org.novametal.baremetal.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeRecords;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.power.PowerCommand;
import org.novametal.baremetal.provision.ProvisionListener.StateChange;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.state.ProvisionTable;
import org.novametal.baremetal.store.NodeStore;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.PowerState;

class NodeNotificationsTest {
    private final ReceivedNotifications received = new ReceivedNotifications();
    private final NodeStore nodes = mock(NodeStore.class);
    private final Notifications notifications =
            new Notifications("compute-0", InstantSource.fixed(StoreFixture.NOW), List.of(received));
    private final NodeNotifications changes = new NodeNotifications(notifications, nodes);

    private record Seen(ProvisionState from, ProvisionEvent event, ProvisionState to, String status) {}

    /** Transitions as they were recorded from Ironic 39.0, with the status of their notification. */
    private static final List<Seen> RECORDED = List.of(
            new Seen(ProvisionState.ENROLL, ProvisionEvent.MANAGE, ProvisionState.VERIFYING, "start"),
            new Seen(ProvisionState.VERIFYING, ProvisionEvent.DONE, ProvisionState.MANAGEABLE, "end"),
            new Seen(ProvisionState.VERIFYING, ProvisionEvent.FAIL, ProvisionState.ENROLL, "error"),
            new Seen(ProvisionState.MANAGEABLE, ProvisionEvent.PROVIDE, ProvisionState.CLEANING, "start"),
            new Seen(ProvisionState.MANAGEABLE, ProvisionEvent.ADOPT, ProvisionState.ADOPTING, "start"),
            new Seen(ProvisionState.MANAGEABLE, ProvisionEvent.INSPECT, ProvisionState.INSPECTING, "start"),
            new Seen(ProvisionState.INSPECT_WAIT, ProvisionEvent.RESUME, ProvisionState.INSPECTING, "success"),
            new Seen(ProvisionState.AVAILABLE, ProvisionEvent.DEPLOY, ProvisionState.DEPLOYING, "start"),
            new Seen(ProvisionState.AVAILABLE, ProvisionEvent.MANAGE, ProvisionState.MANAGEABLE, "success"),
            new Seen(ProvisionState.DEPLOYING, ProvisionEvent.WAIT, ProvisionState.WAIT_CALL_BACK, "success"),
            new Seen(ProvisionState.WAIT_CALL_BACK, ProvisionEvent.FAIL, ProvisionState.DEPLOY_FAILED, "error"),
            new Seen(ProvisionState.ACTIVE, ProvisionEvent.DELETE, ProvisionState.DELETING, "start"),
            new Seen(ProvisionState.ACTIVE, ProvisionEvent.RESCUE, ProvisionState.RESCUING, "start"),
            new Seen(ProvisionState.DELETING, ProvisionEvent.CLEAN, ProvisionState.CLEANING, "success"),
            new Seen(ProvisionState.CLEANING, ProvisionEvent.FAIL, ProvisionState.CLEAN_FAILED, "error"),
            new Seen(ProvisionState.CLEANING, ProvisionEvent.MANAGE, ProvisionState.MANAGEABLE, "end"),
            new Seen(ProvisionState.CLEANING, ProvisionEvent.DONE, ProvisionState.AVAILABLE, "end"));

    /** A change by one event from a state of the table. */
    static StateChange change(NodeRecord node, ProvisionState before, ProvisionEvent event, OperationRecord operation) {
        ProvisionState after = ProvisionTable.next(before, event).orElseThrow();
        return new StateChange(in(node, after), before, List.of(event), operation);
    }

    private static NodeRecord in(NodeRecord node, ProvisionState state) {
        NodeRecord.Provision place = node.provision();
        return new NodeRecord(
                node.identity(),
                node.hardware(),
                node.access(),
                new NodeRecord.Provision(state, place.instance(), place.operation(), place.marks(), place.lastError()),
                node.power(),
                node.notes(),
                node.version(),
                node.createdAt(),
                node.updatedAt());
    }

    private static NodeRecord node(PowerState power) {
        return NodeRecords.of(
                StoreFixture.spec(1),
                StoreFixture.NOW,
                new NodeRecords.Condition(ProvisionState.ACTIVE, power, WantedPower.of(power)));
    }

    private static OperationRecord operation(OperationKind kind) {
        return OperationRecord.begin(
                new UUID(0, 1),
                StoreFixture.spec(1).uuid(),
                kind,
                Optional.empty(),
                OperationInput.NOTHING,
                StoreFixture.PLAN,
                StoreFixture.NOW);
    }

    private List<JsonNode> delivered() {
        notifications.close();
        return received.all();
    }

    @TestFactory
    Stream<DynamicTest> everyRecordedTransitionHasTheRecordedStatus() {
        return RECORDED.stream()
                .map(row -> DynamicTest.dynamicTest(row.toString(), () -> {
                    ReceivedNotifications one = new ReceivedNotifications();
                    try (Notifications sender =
                            new Notifications("compute-0", InstantSource.fixed(StoreFixture.NOW), List.of(one))) {
                        new NodeNotifications(sender, nodes)
                                .stateChanged(change(
                                        node(PowerState.SHUTDOWN),
                                        row.from(),
                                        row.event(),
                                        operation(OperationKind.CLEAN)));
                    }
                    JsonNode data = one.data("baremetal.node.provision_set." + row.status());
                    assertThat(data.get("previous_provision_state").textValue())
                            .isEqualTo(row.from().persistedName());
                    assertThat(data.get("provision_state").textValue())
                            .isEqualTo(row.to().persistedName());
                    assertThat(data.get("event").textValue())
                            .isEqualTo(row.event().name().toLowerCase(java.util.Locale.ROOT));
                }));
    }

    @Test
    void severalEventsInOneWriteAreOneNotificationEach() {
        NodeRecord node = in(node(PowerState.SHUTDOWN), ProvisionState.CLEANING);

        changes.stateChanged(new StateChange(
                node,
                ProvisionState.VERIFYING,
                List.of(ProvisionEvent.DONE, ProvisionEvent.PROVIDE),
                operation(OperationKind.ENROLL)));

        assertThat(delivered()).hasSize(2);
        assertThat(received.types())
                .containsExactly("baremetal.node.provision_set.end", "baremetal.node.provision_set.start");
        assertThat(received.data("baremetal.node.provision_set.end")
                        .get("provision_state")
                        .textValue())
                .isEqualTo("manageable");
        assertThat(received.data("baremetal.node.provision_set.start")
                        .get("target_provision_state")
                        .textValue())
                .isEqualTo("available");
    }

    @Test
    void theTargetOfARequestedCleaningIsManageable() {
        changes.stateChanged(change(
                node(PowerState.SHUTDOWN),
                ProvisionState.MANAGEABLE,
                ProvisionEvent.CLEAN,
                operation(OperationKind.MANUAL_CLEAN)));

        assertThat(delivered()
                        .getFirst()
                        .at("/payload/ironic_object.data/target_provision_state")
                        .textValue())
                .isEqualTo("manageable");
    }

    @Test
    void aPowerCommandIsAStartWithItsTargetAndAnEndOrAnErrorWithout() {
        NodeRecord node = node(PowerState.SHUTDOWN);

        changes.commandBegins(node, PowerCommand.REBOOT);
        changes.commandEnded(node, PowerCommand.REBOOT, Optional.of("the BMC does not answer"));

        assertThat(delivered()).hasSize(2);
        JsonNode start = received.data("baremetal.node.power_set.start");
        assertThat(start.get("to_power").textValue()).isEqualTo("rebooting");
        assertThat(start.get("target_power_state").textValue()).isEqualTo("rebooting");
        assertThat(start.get("power_state").textValue()).isEqualTo("power off");
        JsonNode error = received.data("baremetal.node.power_set.error");
        assertThat(error.get("target_power_state").isNull()).isTrue();
    }

    @Test
    void aPowerThatCannotBeReadAnyMoreIsNull() {
        changes.powerChanged(node(PowerState.RUNNING), PowerState.RUNNING, PowerState.NOSTATE);

        JsonNode data = delivered().getFirst().at("/payload/ironic_object.data");
        assertThat(data.get("from_power").textValue()).isEqualTo("power on");
        assertThat(data.get("power_state").isNull()).isTrue();
    }

    @Test
    void aStoreThatDoesNotAnswerKeepsNoNotificationBack() {
        NodeRecord node = node(PowerState.RUNNING);
        org.mockito.Mockito.when(nodes.find(node.uuid()))
                .thenThrow(new DriverException(ErrorCode.DRIVER_NOT_READY, "the store does not answer"));

        changes.powerChanged(node, PowerState.RUNNING, PowerState.SHUTDOWN);

        assertThat(delivered()).hasSize(1);
    }
}
